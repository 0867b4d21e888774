package vault

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"discussions/internal/secret"
)

// record is the entry in the keyring: 58 bytes, as text under 100 characters, for the smallest of the three keyrings.
type record struct {
	owner      [8]byte // of the account: an exchanged record is told from a wrong code
	generation uint32
	tries      int
	notBefore  time.Time // whole seconds; zero: none
	device     secret.Key
}

const (
	recordPrefix  = "discussions1." // the digit is the version
	recordSize    = 8 + 4 + 1 + 8 + secret.KeySize + recordSumLen
	recordSumLen  = 5
	recordDomain  = "discussions keyring record v1\x00"
	ownerDomain   = "discussions record owner v1\x00"
	maxRecordText = 100
)

func owner(id string) (o [8]byte) {
	sum := sha256.Sum256([]byte(ownerDomain + id))
	copy(o[:], sum[:])
	return o
}

// encode returns the text for the keyring. It contains the device secret.
func (r record) encode() string {
	b := make([]byte, 0, recordSize)
	b = append(b, r.owner[:]...)
	b = binary.BigEndian.AppendUint32(b, r.generation)
	b = append(b, byte(r.tries))
	var at int64
	if !r.notBefore.IsZero() {
		at = r.notBefore.Unix()
		if r.notBefore.Nanosecond() > 0 {
			at++ // never shorter than promised
		}
	}
	b = binary.BigEndian.AppendUint64(b, uint64(at))
	device := r.device.Bytes()
	b = append(b, device...)
	clear(device)
	b = append(b, recordSum(b)...)
	text := recordPrefix + base64.RawURLEncoding.EncodeToString(b)
	clear(b)
	return text
}

// parseRecord reads what encode wrote; anything else is an error wrapping [ErrForeign].
func parseRecord(text string) (record, error) {
	body, ok := strings.CutPrefix(text, recordPrefix)
	if !ok || len(text) > maxRecordText {
		return record{}, fmt.Errorf("not a record of this program: %w", ErrForeign)
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(body)
	if err != nil || len(b) != recordSize {
		clear(b)
		return record{}, fmt.Errorf("not a whole record: %w", ErrForeign)
	}
	defer clear(b)
	end := recordSize - recordSumLen
	if subtle.ConstantTimeCompare(b[end:], recordSum(b[:end])) != 1 {
		return record{}, fmt.Errorf("altered record: %w", ErrForeign)
	}
	r := record{
		generation: binary.BigEndian.Uint32(b[8:]),
		tries:      int(b[12]),
		device:     secret.NewKey(b[21:end]),
	}
	copy(r.owner[:], b)
	if at := int64(binary.BigEndian.Uint64(b[13:])); at != 0 {
		r.notBefore = time.Unix(at, 0)
	}
	return r, nil
}

// recordSum detects a damaged record. It does not protect against somebody who can write to the keyring.
func recordSum(b []byte) []byte {
	h := sha256.New()
	h.Write([]byte(recordDomain))
	h.Write(b)
	return h.Sum(nil)[:recordSumLen]
}

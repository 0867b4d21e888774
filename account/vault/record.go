package vault

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"

	"discussions/internal/secret"
)

// record is the entry in the keyring. Its text is short enough for the smallest of the three keyrings, that of Windows, which
// keeps 2,560 bytes: see [MaxFileRules].
type record struct {
	owner      [8]byte // of the account: tells an exchanged record from a wrong code
	generation uint32
	device     secret.Key
	person     [8]byte // the person whose full login may skip a delay; zero: nobody
	counts
	standing
}

// recordVersion is a version of the record. Earlier ones are read, and written as the present one.
type recordVersion struct {
	prefix   string
	size     int // in bytes, without the rules of files
	domain   string
	started  bool // it has a [Started]
	variable bool // it has the rules of files
}

// The versions. The first has no person and no guesses, the second no rules of files, the third no start of the computer.
var recordVersions = [...]recordVersion{
	{recordPrefix, recordSize, recordDomain, true, true},
	{"discussions3.", recordSize - startedSize, "discussions keyring record v3\x00", false, true},
	{"discussions2.", recordSize - startedSize - 2, "discussions keyring record v2\x00", false, false},
	{"discussions1.", recordSize1, "discussions keyring record v1\x00", false, false},
}

const (
	recordPrefix  = "discussions4."
	recordSize1   = 8 + 4 + 1 + 8 + secret.KeySize + recordSumLen
	recordSize    = recordSize1 + 8 + 8 + 1 + 8 + 1 + 8 + standingSize + startedSize + 2
	recordSumLen  = 5
	recordDomain  = "discussions keyring record v4\x00"
	ownerDomain   = "discussions record owner v1\x00"
	personDomain  = "discussions record person v1\x00"
	maxRecordText = 2240
)

func owner(id string) (o [8]byte) {
	sum := sha256.Sum256([]byte(ownerDomain + id))
	copy(o[:], sum[:])
	return o
}

// personHash is the hash of a person's name for [Vault.Confirm]; zero for an empty name.
func personHash(person string) (p [8]byte) {
	if person != "" {
		sum := sha256.Sum256([]byte(personDomain + person))
		copy(p[:], sum[:])
	}
	return p
}

// encode returns the text for the keyring. It contains the device secret.
func (r record) encode() string {
	b := make([]byte, 0, recordSize+len(r.rules.Files)) // it is overwritten below, so it must not grow
	b = append(b, r.owner[:]...)
	b = binary.BigEndian.AppendUint32(b, r.generation)
	b = append(b, byte(r.tries))
	notBefore := seconds(r.notBefore)
	if r.notBefore.Nanosecond() > 0 {
		notBefore++ // never shorter than promised
	}
	b = binary.BigEndian.AppendUint64(b, notBefore)
	device := r.device.Bytes()
	b = append(b, device...)
	clear(device)
	b = append(b, r.person[:]...)
	b = binary.BigEndian.AppendUint64(b, seconds(r.first))
	b = append(b, byte(r.guesses))
	b = binary.BigEndian.AppendUint64(b, seconds(r.decayed))
	b = append(b, byte(r.misses.Count))
	b = binary.BigEndian.AppendUint64(b, seconds(r.misses.Since))
	b = r.standing.append(b)
	b = append(b, recordSum(recordDomain, b)...)
	text := recordPrefix + base64.RawURLEncoding.EncodeToString(b)
	clear(b)
	return text
}

// parseRecord reads what encode wrote, or an earlier version did; anything else is an error wrapping [ErrForeign].
func parseRecord(text string) (record, error) {
	i := slices.IndexFunc(recordVersions[:], func(v recordVersion) bool { return strings.HasPrefix(text, v.prefix) })
	if i < 0 || len(text) > maxRecordText {
		return record{}, fmt.Errorf("not a record of this program: %w", ErrForeign)
	}
	version := recordVersions[i]
	b, err := base64.RawURLEncoding.Strict().DecodeString(text[len(version.prefix):])
	defer clear(b)
	if err != nil || len(b) < version.size || len(b) != version.size && !version.variable {
		return record{}, fmt.Errorf("not a whole record: %w", ErrForeign)
	}
	end := len(b) - recordSumLen
	if subtle.ConstantTimeCompare(b[end:], recordSum(version.domain, b[:end])) != 1 {
		return record{}, fmt.Errorf("altered record: %w", ErrForeign)
	}
	if version.variable {
		if n := int(binary.BigEndian.Uint16(b[version.size-recordSumLen-2:])); n > MaxFileRules || version.size+n != len(b) {
			return record{}, fmt.Errorf("not a whole record: %w", ErrForeign)
		}
	}
	r := record{generation: binary.BigEndian.Uint32(b[8:]), device: secret.NewKey(b[21 : 21+secret.KeySize])}
	copy(r.owner[:], b)
	r.tries, r.notBefore = int(b[12]), moment(b[13:])
	if version.size == recordSize1 {
		return r, nil
	}
	copy(r.person[:], b[53:])
	r.first = moment(b[61:])
	r.guesses, r.decayed = int(b[69]), moment(b[70:])
	r.misses = Misses{Count: int(b[78]), Since: moment(b[79:])}
	r.standing = parseStanding(b[87:end], version)
	return r, nil
}

// seconds is a time in whole Unix seconds; 0: none.
func seconds(t time.Time) uint64 {
	if t.IsZero() {
		return 0
	}
	return uint64(t.Unix())
}

// moment reads what seconds returned.
func moment(b []byte) time.Time {
	if s := int64(binary.BigEndian.Uint64(b)); s != 0 {
		return time.Unix(s, 0)
	}
	return time.Time{}
}

// recordSum detects a damaged record. It does not protect against somebody who can write to the keyring.
func recordSum(domain string, b []byte) []byte {
	h := sha256.New()
	h.Write([]byte(domain))
	h.Write(b)
	return h.Sum(nil)[:recordSumLen]
}

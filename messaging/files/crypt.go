package files

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"discussions/messaging/xmpp"
)

// ErrTooLarge says that a file has more bytes than its announcement or a limit allows.
var ErrTooLarge = errors.New("files: too large")

// Source is where a file can be fetched and how it is checked.
type Source struct {
	URLs   []string
	Size   int64 // of the file; 0: not told
	hashes []xmpp.Hash
	cipher *xmpp.EncryptedFile // nil: the file is not encrypted there
}

// SourceOf reads what a message says of its first file: shared files or links, in JSON, as messaging keeps it.
func SourceOf(access string) (s Source, err error) {
	var shared []xmpp.SharedFile
	if err := json.Unmarshal([]byte(access), &shared); err != nil || len(shared) == 0 {
		return Source{}, fmt.Errorf("%w: no source", ErrAbsent)
	}
	f := shared[0]
	s = Source{Size: f.Size, hashes: f.Hashes, URLs: f.Sources}
	if c := f.Encrypted; c != nil && c.Cipher == xmpp.CipherGCM256 && len(c.Sources) > 0 {
		s.cipher, s.URLs = c, c.Sources
	}
	if len(s.URLs) == 0 { // a link
		var links []xmpp.OutOfBand
		if json.Unmarshal([]byte(access), &links) == nil && links[0].URL != "" {
			s.URLs = []string{links[0].URL}
		}
	}
	if len(s.URLs) == 0 {
		return Source{}, fmt.Errorf("%w: no source", ErrAbsent)
	}
	return s, nil
}

// Encrypted reports whether the file is encrypted on the server.
func (s *Source) Encrypted() bool { return s.cipher != nil }

// tag is what AES-GCM adds to a file.
const tag = 16

// most is how many bytes the server may send for the file.
func (s *Source) most(limit int64) int64 {
	if s.Size > 0 {
		limit = min(limit, s.Size)
	}
	if s.Encrypted() {
		limit += tag
	}
	return limit
}

// Open checks what came from the server and decrypts it, in its place. The result is exactly the file that was announced, or [ErrDamaged].
func (s *Source) Open(data []byte) ([]byte, error) {
	if c := s.cipher; c != nil {
		if len(s.hashes) == 0 { // that of the file itself says more
			if err := checkHashes(c.Hashes, data); err != nil {
				return nil, err
			}
		}
		key, err1 := base64.StdEncoding.DecodeString(c.Key)
		iv, err2 := base64.StdEncoding.DecodeString(c.IV)
		defer clear(key)
		if err1 != nil || err2 != nil || len(key) != 32 || len(iv) < 12 || len(iv) > 16 {
			return nil, fmt.Errorf("%w: no key", ErrDamaged)
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, err
		}
		gcm, err := cipher.NewGCMWithNonceSize(block, len(iv))
		if err != nil {
			return nil, err
		}
		if data, err = gcm.Open(data[:0], iv, data, nil); err != nil {
			return nil, fmt.Errorf("%w: wrong key, or changed", ErrDamaged)
		}
	}
	if s.Size > 0 && int64(len(data)) != s.Size {
		return nil, fmt.Errorf("%w: wrong size", ErrDamaged)
	}
	return data, checkHashes(s.hashes, data)
}

// checkHashes checks the hashes of the kinds that are known.
func checkHashes(hashes []xmpp.Hash, data []byte) error {
	for _, h := range hashes {
		if !strings.EqualFold(h.Algorithm, "sha-256") {
			continue
		}
		want, err := base64.StdEncoding.DecodeString(strings.TrimSpace(h.Value))
		got := sha256.Sum256(data)
		if err != nil || subtle.ConstantTimeCompare(want, got[:]) != 1 {
			return fmt.Errorf("%w: wrong hash", ErrDamaged)
		}
	}
	return nil
}

package files

import (
	"encoding/json"
	"errors"
	"fmt"

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

package files

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"hash"
	"io"
	"strings"

	"discussions/messaging/xmpp"
)

// Incoming is a file on its way from the server: it is decrypted and hashed while it is written. What it gives on may be used only when
// [Incoming.End] has found that it is exactly the file that was announced. It belongs to one goroutine.
type Incoming struct {
	source *Source
	to     io.Writer
	size   int64 // of the file so far

	gcm    *gcmStream // nil: not encrypted
	held   []byte     // encrypted; its last bytes may be the tag
	hashes []xmpp.Hash
	hash   hash.Hash // nil: of no kind that is known
	sealed bool      // the hash is that of what is encrypted
}

// Receive begins a file. [ErrDamaged]: it is encrypted, and its key is invalid.
func (s *Source) Receive(to io.Writer) (*Incoming, error) {
	in := &Incoming{source: s, to: to, hashes: known(s.hashes)}
	if c := s.cipher; c != nil {
		key, err1 := base64.StdEncoding.DecodeString(c.Key)
		iv, err2 := base64.StdEncoding.DecodeString(c.IV)
		defer clear(key)
		if err1 != nil || err2 != nil || len(key) != 32 || len(iv) < gcmNonce || len(iv) > gcmBlock {
			return nil, fmt.Errorf("%w: no key", ErrDamaged)
		}
		var err error
		if in.gcm, err = newGCMStream(key, iv); err != nil {
			return nil, err
		}
		in.held = make([]byte, 0, gcmPiece+tag)
		if len(in.hashes) == 0 { // that of the file itself says more
			in.hashes, in.sealed = known(c.Hashes), true
		}
	}
	if len(in.hashes) > 0 {
		in.hash = sha256.New()
	}
	return in, nil
}

// Write implements [io.Writer]. Its errors are those of what the file is given on to.
func (in *Incoming) Write(b []byte) (n int, err error) {
	if in.gcm == nil {
		if err := in.give(b); err != nil {
			return 0, err
		}
		return len(b), nil
	}
	for len(b) > 0 {
		if len(in.held) == cap(in.held) {
			if err := in.decrypt(gcmPiece); err != nil {
				return n, err
			}
		}
		add := min(len(b), cap(in.held)-len(in.held))
		in.held = append(in.held, b[:add]...)
		b, n = b[add:], n+add
	}
	return n, nil
}

// decrypt decrypts the next piece, and gives it on.
func (in *Incoming) decrypt(size int) error {
	piece := in.held[:size]
	if in.hash != nil && in.sealed {
		in.hash.Write(piece)
	}
	in.gcm.decrypt(piece)
	err := in.give(piece)
	clear(piece)
	in.held = in.held[:copy(in.held, in.held[size:])]
	return err
}

// give gives on a part of the file.
func (in *Incoming) give(b []byte) error {
	in.size += int64(len(b))
	if in.hash != nil && !in.sealed {
		in.hash.Write(b)
	}
	_, err := in.to.Write(b)
	return err
}

// End checks the whole file: [ErrDamaged] if it is not the one that was announced.
func (in *Incoming) End() error {
	if in.gcm != nil {
		if len(in.held) < tag {
			return fmt.Errorf("%w: it has no end", ErrDamaged)
		}
		if err := in.decrypt(len(in.held) - tag); err != nil {
			return err
		}
		if subtle.ConstantTimeCompare(in.held, in.gcm.tag()) != 1 {
			return fmt.Errorf("%w: wrong key, or changed", ErrDamaged)
		}
		if in.hash != nil && in.sealed {
			in.hash.Write(in.held)
		}
	}
	if size := in.source.Size; size > 0 && in.size != size {
		return fmt.Errorf("%w: wrong size", ErrDamaged)
	}
	for _, h := range in.hashes {
		want, err := base64.StdEncoding.DecodeString(strings.TrimSpace(h.Value))
		if err != nil || subtle.ConstantTimeCompare(want, in.hash.Sum(nil)) != 1 {
			return fmt.Errorf("%w: wrong hash", ErrDamaged)
		}
	}
	return nil
}

// known are the hashes of the kind that can be checked.
func known(hashes []xmpp.Hash) (list []xmpp.Hash) {
	for _, h := range hashes {
		if strings.EqualFold(h.Algorithm, "sha-256") {
			list = append(list, h)
		}
	}
	return list
}

package store

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/ncruces/go-sqlite3"
	"golang.org/x/crypto/nacl/box"
)

const (
	inboxFile = "letters" // the name that version 1 gave it

	// inboxLimit is the most bytes of the file. Beyond it Add fails, and only what an archive has is not lost.
	inboxLimit = 16 << 20
	// frameLimit is the most bytes of one sealed fact: stanzas are shorter.
	frameLimit = 1 << 20
)

// ErrInboxFull says that no more facts can be kept until the store is opened.
var ErrInboxFull = errors.New("store: the sealed inbox is full")

// SealedInbox takes facts while the store is closed: the holder of it can add facts, and only the open store can read them. It is for
// facts that no archive keeps; the others come again by themselves.
//
// The file holds for each fact its length (4 bytes, big-endian) and an anonymous sealed box (X25519, XSalsa20-Poly1305) of the fact in
// JSON. Its methods may not be called at the same time.
type SealedInbox struct {
	path   string
	public [32]byte
	end    int64 // of the last whole frame
}

// makeInboxKeys makes the keys of the inbox when the store is opened for the first time: a full disk must not keep it from being locked.
func (s *Store) makeInboxKeys() error {
	_, _, err := s.db.inboxKeys()
	return err
}

// SealedInbox gives the store's inbox, to be held when the store is closed.
func (s *Store) SealedInbox() (*SealedInbox, error) {
	i := &SealedInbox{path: filepath.Join(s.dir, inboxFile)}
	err := s.with("make the sealed inbox", func(d *conn) error {
		var err error
		i.public, _, err = d.inboxKeys()
		return err
	})
	if err != nil {
		return nil, err
	}
	b, err := os.ReadFile(i.path) // what could not be drained
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, onDisk("sealed inbox", err)
	}
	if list := frames(b); len(list) > 0 {
		i.end = int64(list[len(list)-1].end)
	}
	return i, nil
}

func (d *conn) inboxKeys() (public, private [32]byte, err error) {
	var text [2]string
	const query = "SELECT public, private FROM inbox_keys"
	read := func(st *sqlite3.Stmt) { text = [2]string{st.ColumnText(0), st.ColumnText(1)} }
	found, err := d.get(query, read)
	if err == nil && !found {
		pub, priv, err := box.GenerateKey(rand.Reader)
		if err != nil {
			return public, private, err
		}
		if err := d.run("INSERT INTO inbox_keys (public, private) VALUES (?1, ?2)", nil, hex.EncodeToString(pub[:]), hex.EncodeToString(priv[:])); err != nil {
			return public, private, err
		}
		return *pub, *priv, nil
	}
	_, err1 := hex.Decode(public[:], []byte(text[0]))
	_, err2 := hex.Decode(private[:], []byte(text[1]))
	return public, private, errors.Join(err, err1, err2)
}

// Add seals facts into the inbox, on the disk: all or none. What a failed Add has written in part is cut off by the next one. Errors:
// [ErrDisk], [ErrInboxFull].
func (i *SealedInbox) Add(facts ...Fact) (err error) {
	var b []byte
	for _, f := range facts {
		if b, err = i.seal(b, f); err != nil {
			return err
		}
	}
	if len(b) == 0 {
		return nil
	}
	if i.end+int64(len(b)) > inboxLimit {
		return ErrInboxFull
	}
	file, err := os.OpenFile(i.path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return onDisk("sealed inbox", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := file.Truncate(i.end); err != nil {
		return onDisk("sealed inbox", err)
	}
	if _, err := file.WriteAt(b, i.end); err != nil {
		return onDisk("sealed inbox", err)
	}
	if err := file.Sync(); err != nil {
		return onDisk("sealed inbox", err)
	}
	i.end += int64(len(b))
	return nil
}

// seal appends the frame of a fact to b.
func (i *SealedInbox) seal(b []byte, f Fact) ([]byte, error) {
	plain, err := encodeFact(f)
	if err != nil {
		return nil, err
	}
	start := len(b)
	b, err = box.SealAnonymous(append(b, 0, 0, 0, 0), plain, &i.public, rand.Reader)
	clear(plain)
	if err != nil {
		return nil, err
	}
	if len(b)-start > frameLimit {
		return nil, ErrInboxFull
	}
	binary.BigEndian.PutUint32(b[start:], uint32(len(b)-start-4))
	return b, nil
}

// Drain takes the facts out of the sealed inbox into their conversations, but for what the result says was returned. What cannot be read is set aside in a file beside it; unread is
// how many pieces that is.
func (s *Store) Drain() (r Result, unread int, err error) {
	path := filepath.Join(s.dir, inboxFile)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return r, 0, nil
	}
	if err != nil {
		return r, 0, onDisk("sealed inbox", err)
	}
	var public, private [32]byte
	err = s.with("open the sealed inbox", func(d *conn) error {
		public, private, err = d.inboxKeys()
		return err
	})
	if err != nil {
		return r, 0, err
	}
	defer clear(private[:])
	var facts []Fact
	var returned []*Returned
	last := 0
	for _, f := range frames(b) {
		if f.start > last {
			unread++
		}
		last = f.end
		plain, ok := box.OpenAnonymous(nil, b[f.start+4:f.end], &public, &private)
		if !ok {
			unread++
			continue
		}
		fact, err := decodeFact(plain)
		clear(plain)
		if err != nil {
			unread++
			continue
		}
		if back, ok := fact.(*Returned); ok {
			returned = append(returned, back)
		} else {
			facts = append(facts, fact)
		}
	}
	if last < len(b) {
		unread++
	}
	if len(facts) > 0 {
		if r, err = s.Ingest(Batch{Origin: Live, Facts: facts}); err != nil {
			return r, unread, err
		}
	}
	r.Returned = returned
	if unread > 0 {
		err = os.Rename(path, path+".damaged-"+time.Now().UTC().Format("20060102T150405.000000000"))
	} else {
		err = os.Remove(path)
	}
	if err != nil {
		return r, unread, onDisk("sealed inbox", err)
	}
	return r, unread, nil
}

// frame is a fact in the file, with its length.
type frame struct{ start, end int }

// frames finds the whole frames of a file. A frame that was written in part, or is damaged, does not hide those behind it: they are
// found where frames fit to the end of the file.
func frames(b []byte) (list []frame) {
	next := func(at int) int { // the end of the frame at a place; 0 when there can be none
		if at+4 > len(b) {
			return 0
		}
		n := int64(binary.BigEndian.Uint32(b[at:]))
		if n < box.AnonymousOverhead || n > frameLimit || n > int64(len(b)-at-4) {
			return 0
		}
		return at + 4 + int(n)
	}
	fits := make([]bool, len(b)+1)
	fits[len(b)] = true
	following := make([]int, len(b)+1) // the nearest place, here or behind, from which frames fit
	following[len(b)] = len(b)
	for at := len(b) - 1; at >= 0; at-- {
		to := next(at)
		fits[at] = to != 0 && fits[to]
		following[at] = following[at+1]
		if fits[at] {
			following[at] = at
		}
	}
	for at := 0; at < len(b); {
		to := next(at)
		if whole := to != 0 && (fits[to] || following[at] == len(b)); whole {
			list = append(list, frame{at, to})
			at = to
			continue
		}
		at = following[at]
	}
	return list
}

package store

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/ncruces/go-sqlite3"
	"golang.org/x/crypto/nacl/box"
)

const (
	letterFile  = "letters"
	letterLimit = 16 << 20 // of the file; who is locked and gets more has an archive, or bad luck
)

// Letterbox takes messages while the store is closed: anybody who has it can put one in, and only the open store can read
// it. It is for messages that no archive keeps; the others come again by themselves.
//
// The file "letters" holds for each message its length (4 bytes, big-endian) and an anonymous sealed box (X25519,
// XSalsa20-Poly1305) of the message in JSON.
type Letterbox struct {
	path string
	key  [32]byte // public
}

// Letterbox gives the store's letterbox, to be kept when the store is closed.
func (s *Store) Letterbox() (l Letterbox, err error) {
	err = s.with("make the letterbox", func(d *session) error {
		public, _, err := d.letterKeys()
		l = Letterbox{filepath.Join(s.dir, letterFile), public}
		return err
	})
	return l, err
}

func (d *session) letterKeys() (public, private [32]byte, err error) {
	var text [2]string
	const query = "SELECT public, private FROM letterbox"
	read := func(st *sqlite3.Stmt) { text = [2]string{st.ColumnText(0), st.ColumnText(1)} }
	found, err := d.get(query, read)
	if err == nil && !found {
		pub, priv, err := box.GenerateKey(rand.Reader)
		if err != nil {
			return public, private, err
		}
		if err := d.run("INSERT INTO letterbox (public, private) VALUES (?1, ?2)", nil, hex.EncodeToString(pub[:]), hex.EncodeToString(priv[:])); err != nil {
			return public, private, err
		}
		return *pub, *priv, nil
	}
	_, err1 := hex.Decode(public[:], []byte(text[0]))
	_, err2 := hex.Decode(private[:], []byte(text[1]))
	return public, private, errors.Join(err, err1, err2)
}

// Put seals a message into the letterbox, on the disk. A zero Letterbox takes none.
func (l Letterbox) Put(in Incoming) (err error) {
	if l.path == "" {
		return errors.New("store: no letterbox")
	}
	plain, err := json.Marshal(in)
	if err != nil {
		return err
	}
	sealed, err := box.SealAnonymous(make([]byte, 4), plain, &l.key, rand.Reader)
	if err != nil {
		return err
	}
	clear(plain)
	binary.BigEndian.PutUint32(sealed, uint32(len(sealed)-4))
	f, err := os.OpenFile(l.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("store: letterbox: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if info, err := f.Stat(); err != nil || info.Size() > letterLimit {
		return errors.Join(err, errors.New("store: the letterbox is full"))
	}
	if _, err := f.Write(sealed); err != nil {
		return fmt.Errorf("store: letterbox: %w", err)
	}
	return f.Sync()
}

// Collect takes the messages out of the letterbox into their conversations. What is no letter is left out.
func (s *Store) Collect() (added []Added, err error) {
	path := filepath.Join(s.dir, letterFile)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("store: letterbox: %w", err)
	}
	var public, private [32]byte
	err = s.with("open the letterbox", func(d *session) error {
		public, private, err = d.letterKeys()
		return err
	})
	if err != nil {
		return nil, err
	}
	defer clear(private[:])
	for len(b) >= 4 {
		n := int64(binary.BigEndian.Uint32(b))
		if n > int64(len(b)-4) {
			break // written in part
		}
		plain, ok := box.OpenAnonymous(nil, b[4:4+n], &public, &private)
		b = b[4+n:]
		var in Incoming
		if !ok || json.Unmarshal(plain, &in) != nil {
			continue
		}
		a, err := s.AddLive(in)
		if err != nil {
			return added, err
		}
		added = append(added, a)
	}
	if err := os.Remove(path); err != nil {
		return added, fmt.Errorf("store: letterbox: %w", err)
	}
	return added, nil
}

package files

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"hash"
	"io"

	"discussions/messaging/xmpp"
)

// Content is a file on its way to the server: it is hashed and, if it is to be, encrypted while it is read. It belongs to one goroutine.
type Content struct {
	from io.Reader
	size int64 // of what is read

	hash   hash.Hash
	gcm    *gcmStream // nil: not encrypted
	sealed hash.Hash
	how    xmpp.EncryptedFile
	piece  []byte
	rest   []byte // of the piece, not yet read
	err    error  // what follows rest
}

// Plain gives a file of that size as it is.
func Plain(from io.Reader, size int64) *Content {
	return &Content{from: from, size: size, hash: sha256.New()}
}

// Seal gives a file of that size encrypted under a new key (AES-256-GCM, XEP-0448).
func Seal(from io.Reader, size int64) *Content {
	c := Plain(from, size+tag)
	c.sealed, c.piece = sha256.New(), make([]byte, gcmPiece)
	key, iv := make([]byte, 32), make([]byte, 12)
	_, _ = rand.Read(key) // never fails
	_, _ = rand.Read(iv)
	defer clear(key)
	c.how = xmpp.EncryptedFile{
		Cipher: xmpp.CipherGCM256, Key: base64.StdEncoding.EncodeToString(key), IV: base64.StdEncoding.EncodeToString(iv),
	}
	c.gcm, c.err = newGCMStream(key, iv)
	return c
}

// Size is how many bytes the server gets.
func (c *Content) Size() int64 { return c.size }

// Read implements [io.Reader].
func (c *Content) Read(b []byte) (n int, err error) {
	if c.gcm == nil {
		n, err = c.from.Read(b)
		c.hash.Write(b[:n])
		return n, err
	}
	for len(c.rest) == 0 && c.err == nil {
		c.next()
	}
	if len(c.rest) == 0 {
		return 0, c.err
	}
	n = copy(b, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}

// next encrypts the next piece, and the tag behind the last one.
func (c *Content) next() {
	n, err := io.ReadFull(c.from, c.piece)
	last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	if err != nil && !last {
		c.err = err
		return
	}
	c.rest = c.piece[:n]
	c.hash.Write(c.rest)
	c.gcm.encrypt(c.rest)
	if last {
		c.rest, c.err = append(c.rest, c.gcm.tag()...), io.EOF
	}
	c.sealed.Write(c.rest)
}

// Describe notes in what is said of the file its hash and, if it is encrypted, its key. The file has been read to its end.
func (c *Content) Describe(f *xmpp.SharedFile) {
	f.Hashes = []xmpp.Hash{hashOf(c.hash)}
	if c.gcm != nil {
		how := c.how
		how.Hashes = []xmpp.Hash{hashOf(c.sealed)}
		f.Encrypted = &how
	}
}

// Hash is the SHA-256 of a file.
func Hash(data []byte) xmpp.Hash {
	h := sha256.New()
	h.Write(data)
	return hashOf(h)
}

func hashOf(h hash.Hash) xmpp.Hash {
	return xmpp.Hash{Algorithm: "sha-256", Value: base64.StdEncoding.EncodeToString(h.Sum(nil))}
}

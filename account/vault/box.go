package vault

import (
	"bytes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"golang.org/x/crypto/chacha20poly1305"

	"discussions/internal/secret"
)

// A box seals a small file, the tokens, under a sub-key. Version 1; numbers are big-endian:
//
//	 0   7  magic "DISCBOX"
//	 7   1  version 1
//	 8  32  SHA-256 of the account's id
//	40   8  stamp, Unix seconds     (bytes 0 to 47 are the header: the additional data)
//	48  24  nonce
//	72   n  sealed content, 16 bytes longer than the plain one
const (
	boxMagic   = "DISCBOX"
	boxVersion = 1
	boxHeader  = 48
	boxNonce   = boxHeader + chacha20poly1305.NonceSizeX
	maxBox     = 1 << 20
)

// SealBox seals plain for the account. The stamp stays readable by all and is protected against change.
func SealBox(key secret.Key, id string, stamp time.Time, plain []byte) ([]byte, error) {
	aead, err := boxCipher(key)
	if err != nil {
		return nil, err
	}
	account := accountHash(id)
	b := make([]byte, 0, boxNonce+len(plain)+aead.Overhead())
	b = append(b, boxMagic...)
	b = append(b, boxVersion)
	b = append(b, account[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(stamp.Unix()))
	b = b[:boxNonce]
	_, _ = rand.Read(b[boxHeader:]) // never fails
	return aead.Seal(b, b[boxHeader:boxNonce], plain, b[:boxHeader]), nil
}

// OpenBox returns what SealBox sealed for that account. Every error wraps [ErrDamaged].
func OpenBox(key secret.Key, id string, data []byte) (plain []byte, stamp time.Time, err error) {
	stamp, err = BoxStamp(data)
	if err != nil {
		return nil, time.Time{}, err
	}
	account := accountHash(id)
	if !bytes.Equal(data[8:8+sha256.Size], account[:]) {
		return nil, time.Time{}, fmt.Errorf("another account's file: %w", ErrDamaged)
	}
	aead, err := boxCipher(key)
	if err != nil {
		return nil, time.Time{}, err
	}
	plain, err = aead.Open(nil, data[boxHeader:boxNonce], data[boxNonce:], data[:boxHeader])
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("an altered file: %w", ErrDamaged)
	}
	return plain, stamp, nil
}

// BoxStamp reads the stamp without the key: a hint, proven only by [OpenBox]. Errors wrap [ErrDamaged].
func BoxStamp(data []byte) (time.Time, error) {
	switch {
	case len(data) < boxNonce+chacha20poly1305.Overhead, len(data) > maxBox, !bytes.HasPrefix(data, []byte(boxMagic)):
		return time.Time{}, fmt.Errorf("not a sealed file: %w", ErrDamaged)
	case data[7] != boxVersion:
		return time.Time{}, fmt.Errorf("a sealed file of version %d: %w", data[7], ErrDamaged)
	}
	return time.Unix(int64(binary.BigEndian.Uint64(data[40:])), 0), nil
}

func boxCipher(key secret.Key) (cipher.AEAD, error) {
	k := key.Bytes()
	defer clear(k)
	if len(k) != secret.KeySize {
		return nil, fmt.Errorf("no key: %w", ErrDamaged)
	}
	return chacha20poly1305.NewX(k)
}

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

// A sealed file holds the tokens, encrypted under a sub-key of the data key. Version 1; numbers are big-endian:
//
//	 0   7  magic "DISCBOX"
//	 7   1  version 1
//	 8  32  SHA-256 of the account's id
//	40   8  stamp, Unix seconds     (bytes 0 to 47 are the header: the additional data)
//	48  24  nonce
//	72   n  sealed content, 16 bytes longer than the plain one
const (
	sealedMagic   = "DISCBOX"
	sealedVersion = 1
	sealedHeader  = 48
	sealedNonce   = sealedHeader + chacha20poly1305.NonceSizeX
	maxSealed     = 1 << 20
)

// SealFile seals plain for the account. The stamp stays readable by all and is protected against change.
func SealFile(key secret.Key, id string, stamp time.Time, plain []byte) ([]byte, error) {
	aead, err := sealedCipher(key)
	if err != nil {
		return nil, err
	}
	account := accountHash(id)
	b := make([]byte, 0, sealedNonce+len(plain)+aead.Overhead())
	b = append(b, sealedMagic...)
	b = append(b, sealedVersion)
	b = append(b, account[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(stamp.Unix()))
	b = b[:sealedNonce]
	_, _ = rand.Read(b[sealedHeader:]) // never fails
	return aead.Seal(b, b[sealedHeader:sealedNonce], plain, b[:sealedHeader]), nil
}

// OpenFile returns what [SealFile] sealed for that account. Every error wraps [ErrDamaged].
func OpenFile(key secret.Key, id string, data []byte) (plain []byte, stamp time.Time, err error) {
	stamp, err = FileStamp(data)
	if err != nil {
		return nil, time.Time{}, err
	}
	account := accountHash(id)
	if !bytes.Equal(data[8:8+sha256.Size], account[:]) {
		return nil, time.Time{}, fmt.Errorf("another account's file: %w", ErrDamaged)
	}
	aead, err := sealedCipher(key)
	if err != nil {
		return nil, time.Time{}, err
	}
	plain, err = aead.Open(nil, data[sealedHeader:sealedNonce], data[sealedNonce:], data[:sealedHeader])
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("an altered file: %w", ErrDamaged)
	}
	return plain, stamp, nil
}

// FileStamp reads the stamp without the key: a hint, proven only by [OpenFile]. Errors wrap [ErrDamaged].
func FileStamp(data []byte) (time.Time, error) {
	switch {
	case len(data) < sealedNonce+chacha20poly1305.Overhead, len(data) > maxSealed, !bytes.HasPrefix(data, []byte(sealedMagic)):
		return time.Time{}, fmt.Errorf("not a sealed file: %w", ErrDamaged)
	case data[7] != sealedVersion:
		return time.Time{}, fmt.Errorf("a sealed file of version %d: %w", data[7], ErrDamaged)
	}
	return time.Unix(int64(binary.BigEndian.Uint64(data[40:])), 0), nil
}

func sealedCipher(key secret.Key) (cipher.AEAD, error) {
	k := key.Bytes()
	defer clear(k)
	if len(k) != secret.KeySize {
		return nil, fmt.Errorf("no key: %w", ErrDamaged)
	}
	return chacha20poly1305.NewX(k)
}

package vault

import (
	"bytes"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"golang.org/x/crypto/chacha20poly1305"

	"discussions/account/internal/kdf"
	"discussions/internal/secret"
)

// The vault file, version 1; numbers are big-endian:
//
//	  0   7  magic "DISCVLT"
//	  7   1  version 1
//	  8   1  flags, 0 (bit 0 is kept for a hardware secret)
//	  9   1  Argon2id lanes
//	 10   4  Argon2id passes
//	 14   4  Argon2id memory in KiB
//	 18  16  salt
//	 34  32  SHA-256 of the account's id
//	 66   4  generation
//	 70  24  nonce                     (bytes 0 to 69 are the header: the additional data)
//	 94  48  sealed data key
//	142   8  SHA-256 of bytes 0 to 141, cut: tells a damaged file from a wrong code
const (
	// Format is the version of the files of vaults: it rises with that of each of them.
	Format = version + sealedVersion

	magic      = "DISCVLT"
	version    = 1
	headerSize = 70
	nonceEnd   = headerSize + chacha20poly1305.NonceSizeX
	sealedEnd  = nonceEnd + secret.KeySize + chacha20poly1305.Overhead
	sumSize    = 8
	fileSize   = sealedEnd + sumSize
	saltSize   = 16
)

const accountDomain = "discussions account id v1\x00"

type header struct {
	cost       kdf.Cost
	salt       [saltSize]byte
	account    [sha256.Size]byte
	generation uint32
}

func accountHash(id string) [sha256.Size]byte { return sha256.Sum256([]byte(accountDomain + id)) }

func newHeader(id string, generation uint32, cost kdf.Cost) header {
	h := header{cost: cost, account: accountHash(id), generation: generation}
	_, _ = rand.Read(h.salt[:]) // never fails
	return h
}

func (h header) encode() []byte {
	b := make([]byte, 0, fileSize)
	b = append(b, magic...)
	b = append(b, version, 0, h.cost.Threads)
	b = binary.BigEndian.AppendUint32(b, h.cost.Time)
	b = binary.BigEndian.AppendUint32(b, h.cost.Memory)
	b = append(b, h.salt[:]...)
	b = append(b, h.account[:]...)
	return binary.BigEndian.AppendUint32(b, h.generation)
}

// parse reads and bounds the header of a vault file. Every error wraps [ErrDamaged].
func parse(data []byte, bounds kdf.Bounds) (header, error) {
	switch {
	case len(data) != fileSize || !bytes.HasPrefix(data, []byte(magic)):
		return header{}, fmt.Errorf("not a vault: %w", ErrDamaged)
	case data[7] != version:
		return header{}, fmt.Errorf("a vault of version %d: %w", data[7], ErrDamaged)
	case !bytes.Equal(data[sealedEnd:], fileSum(data[:sealedEnd])):
		return header{}, fmt.Errorf("an altered vault: %w", ErrDamaged)
	case data[8] != 0:
		return header{}, fmt.Errorf("a vault with unknown flags: %w", ErrDamaged)
	}
	h := header{
		cost: kdf.Cost{
			Threads: data[9],
			Time:    binary.BigEndian.Uint32(data[10:]),
			Memory:  binary.BigEndian.Uint32(data[14:]),
		},
		generation: binary.BigEndian.Uint32(data[66:]),
	}
	copy(h.salt[:], data[18:])
	copy(h.account[:], data[34:])
	if err := bounds.Check(h.cost); err != nil {
		return header{}, fmt.Errorf("a vault: %w: %w", err, ErrDamaged)
	}
	return h, nil
}

func fileSum(b []byte) []byte {
	sum := sha256.Sum256(b)
	return sum[:sumSize]
}

func seal(h header, code secret.Text, device, key secret.Key) ([]byte, error) {
	head := h.encode()
	kek, err := wrappingKey(head, h, code, device)
	if err != nil {
		return nil, err
	}
	defer clear(kek)
	aead, err := chacha20poly1305.NewX(kek)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, chacha20poly1305.NonceSizeX)
	_, _ = rand.Read(nonce) // never fails
	plain := key.Bytes()
	defer clear(plain)
	if len(plain) != secret.KeySize {
		return nil, errors.New("seal: no data key")
	}
	data := append(head, nonce...)
	data = aead.Seal(data, nonce, plain, head[:headerSize])
	return append(data, fileSum(data)...), nil
}

// open returns the data key, errWrongCode when the seal does not open.
func open(data []byte, id string, code secret.Text, r record, bounds kdf.Bounds) (secret.Key, error) {
	h, err := parse(data, bounds)
	if err != nil {
		return secret.Key{}, err
	}
	if h.account != accountHash(id) || h.generation != r.generation {
		return secret.Key{}, ErrOutOfStep
	}
	head := data[:headerSize]
	kek, err := wrappingKey(head, h, code, r.device)
	if err != nil {
		return secret.Key{}, err
	}
	defer clear(kek)
	aead, err := chacha20poly1305.NewX(kek)
	if err != nil {
		return secret.Key{}, err
	}
	plain, err := aead.Open(nil, data[headerSize:nonceEnd], data[nonceEnd:sealedEnd], head)
	if err != nil {
		return secret.Key{}, errWrongCode
	}
	defer clear(plain)
	return secret.NewKey(plain), nil
}

// wrappingKey binds code, device secret and every byte of the header (RFC 5869).
func wrappingKey(head []byte, h header, code secret.Text, device secret.Key) ([]byte, error) {
	var pinKey []byte
	code.Use(func(digits []byte) { pinKey = kdf.Derive(digits, h.salt[:], h.cost) })
	dev := device.Bytes()
	material := append(pinKey[:len(pinKey):len(pinKey)], dev...)
	defer clear(pinKey)
	defer clear(dev)
	defer clear(material)
	info := sha256.Sum256(head)
	return hkdf.Key(sha256.New, material, nil, string(info[:]), chacha20poly1305.KeySize)
}

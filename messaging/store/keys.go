package store

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/crypto/chacha20poly1305"

	"discussions/internal/atomicfile"
	"discussions/internal/secret"
)

// keys are the sub-keys of the account's cache key.
type keys struct{ cache, outbox, proof []byte }

func derive(key secret.Key) (keys, error) {
	raw := key.Bytes()
	defer clear(raw)
	if len(raw) != secret.KeySize {
		return keys{}, errors.New("store: no key")
	}
	var errs [3]error
	sub := func(i int, info string) []byte {
		b, err := hkdf.Key(sha256.New, raw, nil, "discussions store "+info, secret.KeySize)
		errs[i] = err
		return b
	}
	k := keys{sub(0, "cache"), sub(1, "outbox"), sub(2, "proof")}
	return k, errors.Join(errs[:]...)
}

func (k keys) wipe() {
	clear(k.cache)
	clear(k.outbox)
	clear(k.proof)
}

const (
	proofFile  = "store.key"
	proofMagic = "DISCKEY1"
)

// prove checks the key against a sealed constant beside the databases. SQLite must never be asked: opened with a wrong
// key it takes a live write-ahead log for rubbish and deletes it.
func prove(dir string, k keys) error {
	path := filepath.Join(dir, proofFile)
	aead, err := chacha20poly1305.NewX(k.proof)
	if err != nil {
		return err
	}
	n := len(proofMagic) + aead.NonceSize()
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		b = append(make([]byte, 0, n+aead.Overhead()), proofMagic...)
		b = b[:n]
		_, _ = rand.Read(b[len(proofMagic):]) // never fails
		b = aead.Seal(b, b[len(proofMagic):n], nil, []byte(proofMagic))
		return onDisk("write the key's proof", atomicfile.Write(path, b))
	}
	if err != nil {
		return onDisk("read the key's proof", err)
	}
	if len(b) != n+aead.Overhead() || string(b[:len(proofMagic)]) != proofMagic {
		return fmt.Errorf("store: %s: %w", proofFile, ErrForeign)
	}
	if _, err := aead.Open(nil, b[len(proofMagic):n], b[n:], []byte(proofMagic)); err != nil {
		return ErrWrongKey
	}
	return nil
}

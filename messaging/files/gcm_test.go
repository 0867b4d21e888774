package files

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"io"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"discussions/messaging/xmpp"
)

// TestAFileIsEncryptedPieceByPieceAsInOne compares with crypto/cipher.
func TestAFileIsEncryptedPieceByPieceAsInOne(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		size := rapid.OneOf(rapid.IntRange(0, 40), rapid.IntRange(gcmPiece-17, gcmPiece+17), rapid.IntRange(3*gcmPiece-17, 3*gcmPiece+17)).Draw(r, "size")
		content := make([]byte, size)
		for i, seed := 0, rapid.Uint32().Draw(r, "seed"); i < size; i++ {
			seed = seed*1664525 + 1013904223
			content[i] = byte(seed >> 24)
		}
		var from io.Reader = bytes.NewReader(content)
		if rapid.Bool().Draw(r, "in small reads") {
			from = iotest.HalfReader(from)
		}
		c := Seal(from, int64(size))
		got, err := io.ReadAll(c)
		check(t, err)
		var told xmpp.SharedFile
		c.Describe(&told)
		key, _ := base64.StdEncoding.DecodeString(told.Encrypted.Key)
		nonce, _ := base64.StdEncoding.DecodeString(told.Encrypted.IV)
		block, err := aes.NewCipher(key)
		check(t, err)
		gcm, err := cipher.NewGCM(block)
		check(t, err)
		if want := gcm.Seal(nil, nonce, content, nil); !bytes.Equal(got, want) {
			r.Fatalf("%d bytes are encrypted otherwise", size)
		}
		if c.Size() != int64(len(got)) || told.Hashes[0] != Hash(content) || told.Encrypted.Hashes[0] != Hash(got) {
			r.Fatalf("told: %d bytes of %d, %v, %v", c.Size(), len(got), told.Hashes, told.Encrypted.Hashes)
		}
	})
}

func TestEachFileHasAKeyOfItsOwn(t *testing.T) {
	keys := map[string]bool{}
	for range 3 {
		var told xmpp.SharedFile
		c := Seal(bytes.NewReader(nil), 0)
		_, err := io.ReadAll(c)
		check(t, err)
		c.Describe(&told)
		keys[told.Encrypted.Key], keys[told.Encrypted.IV] = true, true
	}
	if len(keys) != 6 {
		t.Errorf("%d of 6 keys and nonces", len(keys))
	}
}

// BenchmarkSeal reads 10 MB.
func BenchmarkSeal(b *testing.B) {
	content := make([]byte, 10_000_000)
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		_, err := io.Copy(io.Discard, Seal(bytes.NewReader(content), int64(len(content))))
		check(b, err)
	}
}

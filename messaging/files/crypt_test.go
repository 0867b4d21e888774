package files

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"discussions/messaging/xmpp"
)

func access(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	check(t, err)
	return string(b)
}

// sealed is a file as it lies on the server, and what its message says of it.
func sealed(t testing.TB, content string, urls ...string) ([]byte, Source) {
	t.Helper()
	c := Seal(strings.NewReader(content), int64(len(content)))
	data, err := io.ReadAll(c)
	check(t, err)
	told := xmpp.SharedFile{Size: int64(len(content))}
	c.Describe(&told)
	told.Encrypted.Sources = urls
	s, err := SourceOf(access(t, []xmpp.SharedFile{told}))
	check(t, err)
	return data, s
}

// received is a file as it comes from the server, in small pieces.
func received(s Source, data []byte) (content string, err error) {
	var b bytes.Buffer
	in, err := s.Receive(&b)
	if err == nil {
		_, err = io.Copy(in, iotest.OneByteReader(bytes.NewReader(data)))
	}
	if err == nil {
		err = in.End()
	}
	return b.String(), err
}

func TestOnlyTheAnnouncedFileIsTaken(t *testing.T) {
	for name, change := range map[string]func(data *[]byte, s *Source){
		"":                       func(*[]byte, *Source) {},
		"changed":                func(d *[]byte, _ *Source) { (*d)[0] ^= 1 },
		"changed, hash with it":  func(d *[]byte, s *Source) { (*d)[0] ^= 1; s.cipher.Hashes = []xmpp.Hash{Hash(*d)} },
		"without its end":        func(d *[]byte, s *Source) { *d = (*d)[:8]; s.cipher.Hashes = nil },
		"another key":            func(_ *[]byte, s *Source) { s.cipher.Key = base64.StdEncoding.EncodeToString(make([]byte, 32)) },
		"a short key":            func(_ *[]byte, s *Source) { s.cipher.Key = base64.StdEncoding.EncodeToString(make([]byte, 16)) },
		"no key":                 func(_ *[]byte, s *Source) { s.cipher.Key = "*" },
		"a nonce without length": func(_ *[]byte, s *Source) { s.cipher.IV = "" },
		"another size":           func(_ *[]byte, s *Source) { s.Size = 3 },
		"another hash":           func(_ *[]byte, s *Source) { s.hashes = []xmpp.Hash{Hash([]byte("x"))} },
		"a hash that is none":    func(_ *[]byte, s *Source) { s.hashes = []xmpp.Hash{{Algorithm: "SHA-256", Value: "*"}} },
	} {
		data, s := sealed(t, "ordonnance", "https://x/")
		change(&data, &s)
		got, err := received(s, data)
		if name == "" {
			if err != nil || got != "ordonnance" {
				t.Errorf("%q, %v", got, err)
			}
		} else if !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// TestAFileThatAnotherProgramSealedIsTaken: as crypto/cipher seals it, with nonces of every length; GCM counts the blocks in 32 bits, which may
// begin anew in the middle of a file.
func TestAFileThatAnotherProgramSealedIsTaken(t *testing.T) {
	key := bytes.Repeat([]byte{7}, 32)
	block, err := aes.NewCipher(key)
	check(t, err)
	rapid.Check(t, func(r *rapid.T) {
		size := rapid.OneOf(rapid.IntRange(0, 40), rapid.IntRange(gcmPiece-17, gcmPiece+17), rapid.IntRange(2*gcmPiece-17, 2*gcmPiece+17)).Draw(r, "size")
		content := bytes.Repeat([]byte("une radio de 3 h. "), size/18+1)[:size]
		nonce := rapid.SliceOfN(rapid.Byte(), 12, 16).Draw(r, "nonce")
		if rapid.Bool().Draw(r, "begins anew") {
			nonce = nonceBefore(block, uint32(rapid.IntRange(1, 5000).Draw(r, "blocks")))
		}
		gcm, err := cipher.NewGCMWithNonceSize(block, len(nonce))
		check(t, err)
		data := gcm.Seal(nil, nonce, content, nil)
		told := xmpp.SharedFile{Size: int64(size), Encrypted: &xmpp.EncryptedFile{
			Cipher: xmpp.CipherGCM256, Sources: []string{"https://x/"}, Key: base64.StdEncoding.EncodeToString(key), IV: base64.StdEncoding.EncodeToString(nonce),
			Hashes: []xmpp.Hash{Hash(data)},
		}}
		if rapid.Bool().Draw(r, "with its hash") {
			told.Hashes = []xmpp.Hash{Hash(content)}
		}
		s, err := SourceOf(access(t, []xmpp.SharedFile{told}))
		check(t, err)
		if got, err := received(s, data); err != nil || got != string(content) {
			r.Fatalf("%d of %d bytes, %v", len(got), size, err)
		}
		data[rapid.IntRange(0, len(data)-1).Draw(r, "changed")] ^= 1
		s.cipher.Hashes, s.hashes = nil, nil
		if _, err := received(s, data); !errors.Is(err, ErrDamaged) {
			r.Fatalf("one bit is changed: %v", err)
		}
	})
}

// nonceBefore is a nonce of 16 bytes for which the blocks are counted anew after so many.
func nonceBefore(block cipher.Block, left uint32) []byte {
	b := make([]byte, 16)
	block.Encrypt(b, b)
	square, inverse := elementOf(b), element{hi: 1 << 63}
	for range 127 { // h to the power of 2¹²⁸ − 2
		square = square.times(square)
		inverse = inverse.times(square)
	}
	first := element{hi: 42, lo: uint64(-left)}
	first.times(inverse).plus(element{lo: 8 * 16}).times(inverse).put(b)
	return b
}

func TestWhereAFileIs(t *testing.T) {
	for name, c := range map[string]struct {
		access string
		want   []string
		hidden bool
	}{
		"a shared file":          {access(t, []xmpp.SharedFile{{Sources: []string{"https://a/", "https://b/"}}}), []string{"https://a/", "https://b/"}, false},
		"an encrypted one":       {access(t, []xmpp.SharedFile{{Sources: []string{"https://a/"}, Encrypted: &xmpp.EncryptedFile{Cipher: xmpp.CipherGCM256, Sources: []string{"https://b/"}}}}), []string{"https://b/"}, true},
		"of an unknown cipher":   {access(t, []xmpp.SharedFile{{Sources: []string{"https://a/"}, Encrypted: &xmpp.EncryptedFile{Cipher: "x", Sources: []string{"https://b/"}}}}), []string{"https://a/"}, false},
		"a link":                 {access(t, []xmpp.OutOfBand{{URL: "https://a/"}}), []string{"https://a/"}, false},
		"a file without sources": {access(t, []xmpp.SharedFile{{Name: "a"}}), nil, false},
		"nothing":                {"", nil, false},
		"rubbish":                {"{", nil, false},
	} {
		s, err := SourceOf(c.access)
		if diff := cmp.Diff(c.want, s.URLs); diff != "" || s.Encrypted() != c.hidden || (err == nil) != (c.want != nil) {
			t.Errorf("%s: %s, %v", name, diff, err)
		}
	}
}

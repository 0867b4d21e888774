package files

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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

func TestOnlyTheAnnouncedFileIsOpened(t *testing.T) {
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
		got, err := s.Open(data)
		if name == "" {
			if err != nil || string(got) != "ordonnance" {
				t.Errorf("%q, %v", got, err)
			}
		} else if !errors.Is(err, ErrDamaged) || got != nil && string(got) == "ordonnance" && name != "another hash" && name != "a hash that is none" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
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

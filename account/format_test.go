package account

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"discussions/account/internal/kdf"
	"discussions/account/vault"
	"discussions/auth"
	"discussions/internal/secret"
)

// The drawers in testdata were written by released versions, one folder a format. They are never written again: -write makes
// the one of a new format.
var write = flag.Bool("write", false, "write the drawer of the present format")

const goldenID = "0123456789abcdef"

func TestDrawersOfEveryReleasedVersionStillOpen(t *testing.T) {
	if *write {
		writeGolden(t, "v1")
	}
	folders, err := os.ReadDir("testdata/golden")
	if err != nil || len(folders) == 0 {
		t.Fatalf("no stored drawers: %v", err)
	}
	for _, folder := range folders {
		t.Run(folder.Name(), func(t *testing.T) {
			l := newLab(t)
			l.quit()
			stored := filepath.Join("testdata/golden", folder.Name())
			must(t, os.CopyFS(filepath.Join(l.dir, accountsName), os.DirFS(filepath.Join(stored, accountsName))))
			record, err := os.ReadFile(filepath.Join(stored, "record.txt"))
			must(t, err)
			must(t, l.keyring.memoryKeyring.Set(vault.Service, goldenID, strings.TrimSpace(string(record))))
			l.bounds = kdf.Default
			l.start()
			a := l.account(goldenID)
			wanted := Account{
				ID: goldenID, Name: claire.Name, Organisation: claire.Organisation, Job: claire.Job, JID: claire.JID, Mail: claire.Mail,
				State: Sealed, Unread: 3, TriesLeft: a.TriesLeft,
			}
			if diff := cmp.Diff(wanted, a); diff != "" {
				t.Error(diff)
			}
			must(t, l.unlock(goldenID, code))
			tokens := l.find(goldenID).running.tokenSource().Tokens()
			if tokens.Access.Reveal() != "access" || tokens.Refresh.Reveal() != "refresh" || tokens.Subject != claire.Subject {
				t.Error("other tokens")
			}
		})
	}
}

func writeGolden(t *testing.T, name string) {
	t.Helper()
	l := newLab(t)
	l.quit()
	l.bounds = kdf.Default
	l.start()
	dir := filepath.Join("testdata/golden", name)
	d := l.profile.drawer(goldenID, false)
	d.dir = filepath.Join(dir, accountsName, goldenID)
	d.vault.Dir = d.dir
	must(t, os.MkdirAll(d.dir, 0o755))
	key := secret.RandomKey()
	must(t, d.vault.Create(code, key))
	p := person{Name: claire.Name, Organisation: claire.Organisation, Job: claire.Job, JID: claire.JID, Mail: claire.Mail}
	s := site{Issuer: l.provider.issuer, ClientID: "client", JIDClaim: "jid", Domain: "chat.example.org", WebSocket: "wss://chat.example.org/ws"}
	must(t, d.writeTokens(vault.TokensKey(key), loginRecord{l.clock(), p, s, auth.Tokens{
		Access: secret.New("access"), Refresh: secret.New("refresh"), ID: secret.New("id"), Obtained: l.clock(), Expiry: l.clock().Add(5 * time.Minute),
		Issuer: s.Issuer, ClientID: s.ClientID, Subject: claire.Subject,
	}}))
	must(t, d.write(descriptionName, description{Person: hashPerson(s.Issuer, claire.Subject), person: p, Site: s, LastUsed: l.clock().Unix(), Unread: 3}.encode()))
	record, err := l.keyring.Get(vault.Service, goldenID)
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, "record.txt"), []byte(record+"\n"), 0o644))
}

func TestContentsSurviveTheirEncoding(t *testing.T) {
	p := person{Name: "Dr Claire Martin", Organisation: "CHU", JID: claire.JID}
	s := site{Issuer: "https://id.example.org", ClientID: "c", Domain: "chat.example.org"}
	tokens := auth.Tokens{Access: secret.New("a"), Refresh: secret.New("r"), Issuer: s.Issuer, ClientID: "c", Subject: "sub", Spent: true}
	plain, err := encodeContents(p, s, nil, tokens)
	must(t, err)
	got, gotT, err := parseContents(plain)
	if err != nil || got.person != p || got.Site != s || gotT.Refresh.Reveal() != "r" || !gotT.Spent || gotT.Subject != "sub" {
		t.Errorf("%+v %v", got, err)
	}
	s.Issuer = "https://evil.example.org" // tokens are sent to nobody but their issuer
	plain, err = encodeContents(p, s, nil, tokens)
	must(t, err)
	_, _, err = parseContents(plain)
	want(t, err, vault.ErrDamaged)
}

func FuzzAbout(f *testing.F) {
	f.Add(description{person: person{Name: "A", JID: "a@b"}, Unread: 2}.encode())
	f.Add([]byte(`{"version":1,"unread":-5}`))
	f.Add([]byte("{"))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := parseDescription(data)
		if err != nil {
			if !errors.Is(err, vault.ErrDamaged) {
				t.Error(err)
			}
			return
		}
		again, err := parseDescription(a.encode())
		if err != nil || again != a || a.Unread < 0 || a.Unsent < 0 {
			t.Errorf("%+v, then %+v, %v", a, again, err)
		}
	})
}

func FuzzContents(f *testing.F) {
	plain, err := encodeContents(person{Name: "A"}, site{Issuer: "i", ClientID: "c"}, &sealedNetwork{Proxy: "p"}, auth.Tokens{Refresh: secret.New("canary"), Issuer: "i", ClientID: "c"})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(plain)
	f.Add([]byte(`{"version":1,"tokens":"e30="}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, _, err := parseContents(data); err != nil {
			if !errors.Is(err, vault.ErrDamaged) {
				t.Error(err)
			}
			if strings.Contains(err.Error(), "canary") {
				t.Error("the error quotes")
			}
		}
	})
}

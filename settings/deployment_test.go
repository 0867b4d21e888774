package settings

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// authority is a certificate in PEM form.
func authority(t testing.TB) []byte {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// deploy writes a deployment file to a temporary folder, next to ca.pem.
func deploy(t testing.TB, text []byte) string {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, deploymentName)
	if err := errors.Join(os.WriteFile(path, text, 0o600), os.WriteFile(filepath.Join(dir, "ca.pem"), authority(t), 0o600)); err != nil {
		t.Fatal(err)
	}
	return path
}

func testdata(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestADeploymentFileIsRead(t *testing.T) {
	full := deploy(t, testdata(t, "full.toml"))
	small := deploy(t, testdata(t, "small.toml"))
	for _, c := range []struct {
		path string
		want Deployment
	}{
		{full, Deployment{
			Path:         full,
			Organisation: Organisation{Name: "SPICO Discussions", Domain: "chat.example.org", WebSocket: "wss://chat.example.org:8443/ws"},
			Login: Login{
				Issuer: "https://id.example.org/realms/sante", ClientID: "discussions-desktop", JIDClaim: "messagerie",
				Methods: []Method{
					{Name: "Pro Santé Connect", Hint: map[string]string{"kc_idp_hint": "psc", "acr_values": "eidas1"}},
					{Name: "Mail, mot de passe et code"},
				},
			},
			Network: Network{CAFile: filepath.Join(filepath.Dir(full), "ca.pem"), Proxy: "http://proxy.example.org:3128"},
			Updates: Updates{URL: "https://downloads.example.org/discussions/latest.json"},
			Policy: Policy{LogoutRemoves: true, LockAfter: 90 * time.Second, CodeLifetime: 7 * 24 * time.Hour, NotificationContent: ContentFull, SessionEnd: SessionEndLogout, EditWithin: time.Hour, NoExport: true,
				Files: Files{MaxMB: 20, Types: []string{"image/*", "application/pdf"}, Plain: true, CacheMB: 100, NoOpen: true, Hosts: []string{"files.example.org", "old.example.org:8443"}}},
		}},
		{small, Deployment{
			Path:         small,
			Organisation: Organisation{Name: "Maison de santé", Domain: "chat.example.org"},
			Login:        Login{Issuer: "https://id.example.org", ClientID: "discussions", JIDClaim: "jid"},
			Policy:       Policy{LockAfter: 5 * time.Minute, CodeLifetime: 720 * time.Hour, NotificationContent: ContentName, SessionEnd: SessionEndKeep, EditWithin: 24 * time.Hour, RemoveWithoutCode: 168 * time.Hour, Files: Files{MaxMB: 50, CacheMB: 500}},
		}},
	} {
		got, err := LoadDeployment(c.path)
		if err != nil {
			t.Error(err)
		}
		got.Protected = false // it is where root runs the test
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestTheSandboxOnThisComputerNeedsNoEncryption(t *testing.T) {
	text := string(testdata(t, "small.toml"))
	text = strings.Replace(text, "https://id.example.org", "http://127.0.0.1:8080", 1)
	text = strings.Replace(text, "[login]", "websocket = \"ws://localhost:5443/ws\"\n[login]", 1)
	if _, err := LoadDeployment(deploy(t, []byte(text))); err != nil {
		t.Error(err)
	}
}

func TestAFileFromAWindowsEditorIsRead(t *testing.T) {
	text := "\uFEFF" + strings.ReplaceAll(string(testdata(t, "full.toml")), "\n", "\r\n")
	if d, err := LoadDeployment(deploy(t, []byte(text))); err != nil || d.Organisation.Name != "SPICO Discussions" {
		t.Errorf("%+v, %v", d, err)
	}
}

// Each case changes one line of full.toml, by a part of it.
func TestEachMistakeHasItsSentence(t *testing.T) {
	lines := strings.Split(string(testdata(t, "full.toml")), "\n")
	for _, c := range []struct {
		name, old, new string
		problem        Problem
		key            string
		line           int // where it is not the changed one
	}{
		{name: "unknown key", old: `name = "SPICO`, new: `nom = "SPICO"`, problem: ProblemUnknownKey, key: "organisation.nom"},
		{name: "key in capitals", old: `name = "SPICO`, new: `Name = "SPICO"`, problem: ProblemUnknownKey, key: "organisation.Name"},
		{name: "unknown table", old: `[network]`, new: `[networks]`, problem: ProblemUnknownKey, key: "networks"},
		{name: "unknown key of a method", old: `name = "Mail`, new: `label = "x"`, problem: ProblemUnknownKey, key: "login.methods.label"},
		{name: "key given twice", old: `name = "SPICO`, new: "name = \"a\"\nname = \"b\"", problem: ProblemSyntax, line: 4},
		{name: "not TOML", old: `[policy]`, new: `[policy`, problem: ProblemSyntax},
		{name: "missing quotation mark", old: `issuer =`, new: `issuer = "https://id.example.org`, problem: ProblemSyntax},
		{name: "number for a text", old: `name = "SPICO`, new: `name = 3`, problem: ProblemWrongType, key: "organisation.name"},
		{name: "text for true or false", old: `logout_removes`, new: `logout_removes = "yes"`, problem: ProblemWrongType, key: "policy.logout_removes"},
		{name: "number for a duration", old: `lock_after`, new: `lock_after = 5`, problem: ProblemWrongType, key: "policy.lock_after"},
		{name: "text for a table of hints", old: `hint =`, new: `hint = "psc"`, problem: ProblemWrongType, key: "login.methods.hint"},
		{name: "number in the hints", old: `hint =`, new: `hint = { max_age = 3 }`, problem: ProblemWrongType, key: "login.methods.hint"},
		{name: "empty name", old: `name = "SPICO`, new: `name = " "`, problem: ProblemMissingKey, key: "organisation.name"},
		{name: "missing domain", old: `domain =`, new: ``, problem: ProblemMissingKey, key: "organisation.domain", line: 2},
		{name: "missing issuer", old: `issuer =`, new: ``, problem: ProblemMissingKey, key: "login.issuer", line: 7},
		{name: "missing client", old: `client_id =`, new: ``, problem: ProblemMissingKey, key: "login.client_id", line: 7},
		{name: "method without a name", old: `name = "Mail`, new: ``, problem: ProblemMissingKey, key: "login.methods.name", line: 16},
		{name: "line break in a name", old: `name = "Mail`, new: `name = "a\nb"`, problem: ProblemBadText, key: "login.methods.name"},
		{name: "address for a domain", old: `domain =`, new: `domain = "https://chat.example.org"`, problem: ProblemBadDomain, key: "organisation.domain"},
		{name: "websocket over http", old: `websocket =`, new: `websocket = "https://chat.example.org/ws"`, problem: ProblemBadAddress, key: "organisation.websocket"},
		{name: "websocket without a host", old: `websocket =`, new: `websocket = "wss:///ws"`, problem: ProblemBadAddress, key: "organisation.websocket"},
		{name: "websocket with a bad port", old: `websocket =`, new: `websocket = "wss://chat.example.org:99999/ws"`, problem: ProblemBadAddress, key: "organisation.websocket"},
		{name: "websocket in clear", old: `websocket =`, new: `websocket = "ws://chat.example.org/ws"`, problem: ProblemNotEncrypted, key: "organisation.websocket"},
		{name: "websocket in clear to almost this computer", old: `websocket =`, new: `websocket = "ws://127.0.0.1.example.org/ws"`, problem: ProblemNotEncrypted, key: "organisation.websocket"},
		{name: "issuer in clear", old: `issuer =`, new: `issuer = "http://id.example.org"`, problem: ProblemNotEncrypted, key: "login.issuer"},
		{name: "issuer with a query", old: `issuer =`, new: `issuer = "https://id.example.org/?realm=sante"`, problem: ProblemBadAddress, key: "login.issuer"},
		{name: "issuer with a password", old: `issuer =`, new: `issuer = "https://u:p@id.example.org"`, problem: ProblemBadAddress, key: "login.issuer"},
		{name: "hint that replaces the state", old: `hint =`, new: `hint = { state = "x" }`, problem: ProblemReserved, key: "login.methods.hint.state"},
		{name: "ca_file that is not there", old: `ca_file =`, new: `ca_file = "absent.pem"`, problem: ProblemBadCA, key: "network.ca_file"},
		{name: "ca_file without certificates", old: `ca_file =`, new: `ca_file = "discussions.toml"`, problem: ProblemBadCA, key: "network.ca_file"},
		{name: "ca_file that is a folder", old: `ca_file =`, new: `ca_file = "."`, problem: ProblemBadCA, key: "network.ca_file"},
		{name: "proxy without a scheme", old: `proxy =`, new: `proxy = "proxy.example.org:3128"`, problem: ProblemBadAddress, key: "network.proxy"},
		{name: "no room for files", old: `max_mb =`, new: `max_mb = 0`, problem: ProblemWrongType, key: "policy.files.max_mb"},
		{name: "files that fill the memory", old: `max_mb =`, new: `max_mb = 5000`, problem: ProblemWrongType, key: "policy.files.max_mb"},
		{name: "text for a number", old: `cache_mb =`, new: `cache_mb = "100"`, problem: ProblemWrongType, key: "policy.files.cache_mb"},
		{name: "extension for a type", old: `types =`, new: `types = ["pdf"]`, problem: ProblemWrongType, key: "policy.files.types"},
		{name: "one type", old: `types =`, new: `types = "image/*"`, problem: ProblemWrongType, key: "policy.files.types"},
		{name: "address for a host", old: `hosts =`, new: `hosts = ["https://files.example.org/"]`, problem: ProblemWrongType, key: "policy.files.hosts"},
		{name: "mark in a host", old: `hosts =`, new: `hosts = ['files"example']`, problem: ProblemWrongType, key: "policy.files.hosts"},
		{name: "lists that the keyring would not take", old: `types =`, new: `types = ["image/` + strings.Repeat("x", maxList) + `"]`, problem: ProblemLongList, key: "policy.files.types"},
		{name: "text for opening", old: `open =`, new: `open = "no"`, problem: ProblemWrongType, key: "policy.files.open"},
		{name: "bad duration", old: `lock_after =`, new: `lock_after = "5 minutes"`, problem: ProblemBadDuration, key: "policy.lock_after"},
		{name: "duration in days", old: `code_lifetime =`, new: `code_lifetime = "30d"`, problem: ProblemBadDuration, key: "policy.code_lifetime"},
		{name: "negative duration", old: `code_lifetime =`, new: `code_lifetime = "-1h"`, problem: ProblemBadDuration, key: "policy.code_lifetime"},
		{name: "unknown word", old: `notification_content =`, new: `notification_content = "all"`, problem: ProblemUnknownWord, key: "policy.notification_content"},
		{name: "updates in clear", old: `url =`, new: `url = "http://downloads.example.org/latest.json"`, problem: ProblemNotEncrypted, key: "updates.url"},
		{name: "updates with a mark", old: `url =`, new: `url = "https://downloads.example.org/latest.json?post=12"`, problem: ProblemBadAddress, key: "updates.url"},
		{name: "unknown end", old: `session_end =`, new: `session_end = "Logout"`, problem: ProblemUnknownWord, key: "policy.session_end"},
		{name: "true or false for an end", old: `session_end =`, new: `session_end = true`, problem: ProblemWrongType, key: "policy.session_end"},
	} {
		t.Run(c.name, func(t *testing.T) {
			changed := append([]string(nil), lines...)
			at := -1
			for i, line := range lines {
				if strings.HasPrefix(line, c.old) {
					at = i
					changed[i] = c.new
				}
			}
			if at < 0 {
				t.Fatalf("no line begins with %q", c.old)
			}
			if c.line == 0 {
				c.line = at + 1
			}
			path := deploy(t, []byte(strings.Join(changed, "\n")))
			_, err := LoadDeployment(path)
			var fe *FileError
			if !errors.As(err, &fe) {
				t.Fatalf("got %v, want a *FileError", err)
			}
			if fe.Problem != c.problem || fe.Key != c.key || fe.Line != c.line || fe.Path != path {
				t.Errorf("%s in %q, line %d of %s; want %s in %q, line %d\n%v", fe.Problem, fe.Key, fe.Line, fe.Path, c.problem, c.key, c.line, err)
			}
			sentence := err.Error()
			if strings.ContainsAny(sentence, "\n") || strings.Contains(sentence, `""`) || strings.Contains(sentence, "%!") || strings.Contains(sentence, "struct") || !strings.HasSuffix(sentence, ".") {
				t.Errorf("not a sentence for people: %s", sentence)
			}
			t.Log(sentence)
		})
	}
}

func TestTheFirstMistakeInTheFileIsReported(t *testing.T) {
	text := strings.NewReplacer(`"90s"`, `"x"`, `"https://id`, `"http://id`, `name = "Mail`, "name = \"\" # ").Replace(string(testdata(t, "full.toml")))
	_, err := LoadDeployment(deploy(t, []byte(text)))
	var fe *FileError
	if !errors.As(err, &fe) || fe.Key != "login.issuer" {
		t.Errorf("got %v, want the issuer's", err)
	}
}

func TestAFileThatIsNoDeploymentFileIsReported(t *testing.T) {
	dir := t.TempDir()
	long := filepath.Join(dir, "long")
	if err := os.WriteFile(long, bytes.Repeat([]byte("#\n"), maxDeployment), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]Problem{
		filepath.Join(dir, "absent"): ProblemAbsent,
		dir:                          ProblemUnreadable,
		long:                         ProblemTooLong,
	} {
		_, err := LoadDeployment(path)
		var fe *FileError
		if !errors.As(err, &fe) || fe.Problem != want || fe.Path != path {
			t.Errorf("%s: got %v, want %s", path, err, want)
		}
		t.Log(err)
	}
	if _, err := LoadDeployment(filepath.Join(dir, "absent")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v is not fs.ErrNotExist", err)
	}
}

func TestThePasswordOfAProxyIsNotRepeated(t *testing.T) {
	text := strings.Replace(string(testdata(t, "full.toml")), "http://proxy", "ftp://user:s3cret@proxy", 1)
	if _, err := LoadDeployment(deploy(t, []byte(text))); err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("got %v", err)
	}
}

func FuzzDeployment(f *testing.F) {
	f.Add(testdata(f, "full.toml"))
	f.Add(testdata(f, "small.toml"))
	f.Add([]byte("[[login.methods]]\n[[login.methods.hint]]\n[a.b]\nc.d = 1\n"))
	f.Add([]byte("login.methods = [{name = 'a'}]\n\"\" = 1\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, mistake := parseDeployment(data, "testdata", managed{})
		if mistake != nil {
			if lines := bytes.Count(data, []byte("\n")) + 1; mistake.Line < 0 || mistake.Line > lines {
				t.Errorf("line %d of %d", mistake.Line, lines)
			}
			if mistake.Error() == "" || mistake.Problem == "" {
				t.Errorf("%+v", mistake)
			}
			return
		}
		if d.Organisation.Domain == "" || d.Login.Issuer == "" || d.Policy.LockAfter < 0 || !d.Policy.NotificationContent.Known() || d.Policy.SessionEnd == "" {
			t.Errorf("accepted %+v", d)
		}
	})
}

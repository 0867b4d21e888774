package settings

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// inRegistry is full.toml as group policy writes it.
func inRegistry() map[string]map[string]any {
	return map[string]map[string]any{
		"organisation": {"name": "SPICO Discussions", "domain": "chat.example.org", "websocket": "wss://chat.example.org:8443/ws"},
		"login":        {"issuer": "https://id.example.org/realms/sante", "client_id": "discussions-desktop", "jid_claim": "messagerie"},
		`login\methods`: {
			"2": `{ name = "Mail, mot de passe et code" }`, "10": " ",
			"1": `{ name = "Pro Santé Connect", hint = { kc_idp_hint = "psc", acr_values = "eidas1" } }`,
		},
		"network": {"ca_file": "ca.pem", "proxy": "http://proxy.example.org:3128"},
		"policy": {
			"logout_removes": uint64(1), "lock_after": "90s", "code_lifetime": "168h", "notification_content": "full",
			"session_end": "logout", "edit_within": "1h", "remove_without_code": "0s", "export": uint64(0),
		},
		`policy\files`:       {"max_mb": uint64(20), "encrypt": uint64(0), "cache_mb": uint64(100), "open": uint64(0)},
		`policy\files\types`: {"1": "image/*", "2": "application/pdf"},
		`policy\files\hosts`: {"1": "files.example.org", "3": " ", "10": "old.example.org:8443"},
		"updates":            {"url": "https://downloads.example.org/discussions/latest.json"},
	}
}

const inPreferences = `{
	"PayloadUUID": "5B0F…", "PayloadVersion": 1,
	"organisation": {"name": "SPICO Discussions", "domain": "chat.example.org", "websocket": "wss://chat.example.org:8443/ws"},
	"login": {"issuer": "https://id.example.org/realms/sante", "client_id": "discussions-desktop", "jid_claim": "messagerie",
		"methods": [{"name": "Pro Santé Connect", "hint": {"kc_idp_hint": "psc", "acr_values": "eidas1"}}, {"name": "Mail, mot de passe et code"}]},
	"network": {"ca_file": "ca.pem", "proxy": "http://proxy.example.org:3128"},
	"policy": {"logout_removes": true, "lock_after": "90s", "code_lifetime": "168h", "notification_content": "full",
		"session_end": "logout", "edit_within": "1h", "remove_without_code": "0s", "export": false,
		"files": {"max_mb": 20, "types": ["image/*", "application/pdf"], "encrypt": false, "cache_mb": 100, "open": false, "hosts": ["files.example.org", "old.example.org:8443"]}},
	"updates": {"url": "https://downloads.example.org/discussions/latest.json"}
}`

// TestTheRegistryAndTheFileAgree: what is managed alone gives the same deployment as the file.
func TestTheRegistryAndTheFileAgree(t *testing.T) {
	full := deploy(t, testdata(t, "full.toml"))
	want, err := LoadDeployment(full)
	if err != nil {
		t.Fatal(err)
	}
	registry, err := fromRegistry(`HKLM\…`, inRegistry())
	if err != nil {
		t.Fatal(err)
	}
	preferences, err := fromPreferences("/Library/…", []byte(inPreferences))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []managed{registry, preferences} {
		got, mistake := parseDeployment(nil, filepath.Dir(full), m)
		if mistake != nil {
			t.Fatal(m.source, mistake)
		}
		got.Path, got.Protected = want.Path, want.Protected
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(m.source, diff)
		}
	}
}

func manage(t *testing.T, tables map[string]map[string]any) managed {
	t.Helper()
	m, err := fromRegistry(`HKLM\Software\Policies\Discussions`, tables)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestWhatIsManagedHoldsOverEveryFile(t *testing.T) {
	text := strings.Replace(string(testdata(t, "full.toml")), `ca_file = "ca.pem"`, "", 1)
	own := deploy(t, []byte(text))
	m := manage(t, map[string]map[string]any{
		"organisation":  {"domain": "chu.example.org"},
		`login\methods`: {"1": `{ name = "Carte" }`},
		"policy":        {"lock_after": "2m", "logout_removes": uint64(0), "session_end": ""},

		`policy\files`: {"max_mb": uint64(1), "open": uint64(1)}, `policy\files\types`: {"1": "text/plain"},
	})
	d, err := deployWith(own, m) // as with --config
	if err != nil {
		t.Fatal(err)
	}
	if d.Organisation.Domain != "chu.example.org" || d.Policy.LockAfter != 2*time.Minute || d.Policy.LogoutRemoves {
		t.Errorf("%+v", d)
	}
	if diff := cmp.Diff([]Method{{Name: "Carte"}}, d.Login.Methods); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(Files{MaxMB: 1, Types: []string{"text/plain"}, Plain: true, CacheMB: 100, Hosts: []string{"files.example.org", "old.example.org:8443"}}, d.Policy.Files); diff != "" {
		t.Error(diff)
	}
	if d.Organisation.Name != "SPICO Discussions" || d.Policy.SessionEnd != SessionEndLogout || d.Policy.CodeLifetime != 7*24*time.Hour {
		t.Errorf("what is not managed is not the file's: %+v", d)
	}
}

// TestAUserCannotReplaceWhatIsManaged: a whole managed deployment counts as a file of the administrators.
func TestAUserCannotReplaceWhatIsManaged(t *testing.T) {
	tables := inRegistry()
	delete(tables["network"], "ca_file")
	m := manage(t, tables)
	own := deploy(t, []byte(strings.NewReplacer(`"90s"`, `"0s"`, `"http://proxy`, `"http://elsewhere`).Replace(string(testdata(t, "full.toml")))))
	d, err := deployWith(own, m)
	if err != nil {
		t.Fatal(err)
	}
	if !d.Protected || d.Network.CAFile != "" || d.Network.Proxy != "http://proxy.example.org:3128" || d.Policy.LockAfter != 90*time.Second {
		t.Errorf("%+v", d)
	}
}

func TestWhatIsManagedNeedsNoFile(t *testing.T) {
	if len(DeploymentPlaces()) == 0 {
		t.Fatal("no place")
	}
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	t.Setenv("LocalAppData", t.TempDir())
	tables := inRegistry()
	delete(tables["network"], "ca_file")
	d, err := deployWith("", manage(t, tables))
	if err != nil || !d.Protected || d.Path != `HKLM\Software\Policies\Discussions` {
		t.Errorf("%+v, %v", d, err)
	}
	delete(tables["login"], "issuer")
	_, err = deployWith("", manage(t, tables))
	var mistake *FileError
	if !errors.As(err, &mistake) || mistake.Key != "login.issuer" || mistake.Path != `HKLM\Software\Policies\Discussions` {
		t.Errorf("%v, want the missing issuer", err)
	}
}

func TestEachMistakeOfAPolicyHasItsSentence(t *testing.T) {
	own := deploy(t, testdata(t, "full.toml"))
	for name, c := range map[string]struct {
		tables  map[string]map[string]any
		problem Problem
		key     string
	}{
		"unknown name":         {map[string]map[string]any{"policy": {"lock_afer": "2m"}}, ProblemUnknownKey, "policy.lock_afer"},
		"unknown key":          {map[string]map[string]any{"politique": {"a": "2m"}}, ProblemUnknownKey, "politique"},
		"bad duration":         {map[string]map[string]any{"policy": {"lock_after": "2 minutes"}}, ProblemBadDuration, "policy.lock_after"},
		"number for a text":    {map[string]map[string]any{"policy": {"lock_after": uint64(120)}}, ProblemWrongType, "policy.lock_after"},
		"text for a truth":     {map[string]map[string]any{"policy": {"logout_removes": "yes"}}, ProblemWrongType, "policy.logout_removes"},
		"large number":         {map[string]map[string]any{"policy": {"logout_removes": uint64(2)}}, ProblemWrongType, "policy.logout_removes"},
		"method without table": {map[string]map[string]any{`login\methods`: {"1": "Pro Santé Connect"}}, ProblemWrongType, "login.methods"},
		"method that goes on":  {map[string]map[string]any{`login\methods`: {"1": "{ name = \"a\" }\n[policy]"}}, ProblemWrongType, "login.methods"},
		"method without name":  {map[string]map[string]any{`login\methods`: {"1": `{ hint = { a = "b" } }`}}, ProblemMissingKey, "login.methods.name"},
		"hint of the login":    {map[string]map[string]any{`login\methods`: {"1": `{ name = "a", hint = { state = "b" } }`}}, ProblemReserved, "login.methods.hint.state"},
		"truth for a size":     {map[string]map[string]any{`policy\files`: {"max_mb": "true"}}, ProblemWrongType, "policy.files.max_mb"},
		"size out of bounds":   {map[string]map[string]any{`policy\files`: {"max_mb": uint64(0)}}, ProblemWrongType, "policy.files.max_mb"},
		"number for a type":    {map[string]map[string]any{`policy\files\types`: {"1": uint64(1)}}, ProblemWrongType, "policy.files.types"},
		"extension for a type": {map[string]map[string]any{`policy\files\types`: {"1": "pdf"}}, ProblemWrongType, "policy.files.types"},
		"list for no list":     {map[string]map[string]any{`policy\lock_after`: {"1": "2m"}}, ProblemWrongType, "policy.lock_after"},
		"absent certificates":  {map[string]map[string]any{"network": {"ca_file": "absent.pem"}}, ProblemBadCA, "network.ca_file"},
	} {
		m, err := fromRegistry(`HKLM\Software\Policies\Discussions`, c.tables)
		if err == nil {
			_, err = deployWith(own, m)
		}
		var mistake *FileError
		if !errors.As(err, &mistake) || mistake.Problem != c.problem || mistake.Key != c.key || mistake.Path != `HKLM\Software\Policies\Discussions` || mistake.Line != 0 {
			t.Errorf("%s: %+v", name, err)
		}
	}
}

func TestAMistakeOfTheFileIsStillTheFiles(t *testing.T) {
	own := deploy(t, []byte(strings.Replace(string(testdata(t, "full.toml")), `"90s"`, `"x"`, 1)))
	_, err := deployWith(own, manage(t, map[string]map[string]any{"policy": {"code_lifetime": "1h"}}))
	var mistake *FileError
	if !errors.As(err, &mistake) || mistake.Path != own || mistake.Line == 0 {
		t.Errorf("%v", err)
	}
	if _, err := deployWith(own, manage(t, map[string]map[string]any{"policy": {"lock_after": "1h"}})); err != nil {
		t.Errorf("the wrong value does not count: %v", err)
	}
}

func TestManagedCertificatesMustBeProtected(t *testing.T) {
	own := deploy(t, testdata(t, "full.toml"))
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, authority(t), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(ca, 0o666); err != nil {
		t.Fatal(err)
	}
	_, err := deployWith(own, manage(t, map[string]map[string]any{"network": {"ca_file": ca}}))
	var mistake *FileError
	if !errors.As(err, &mistake) || mistake.Problem != ProblemUnprotected {
		t.Errorf("%v", err)
	}
}

func TestEmptyManagedKeysCountAsNone(t *testing.T) {
	for _, tables := range []map[string]map[string]any{nil, {}, {"policy": {}}, {"policy": {"lock_after": ""}}, {`login\methods`: {"1": " "}}, {`policy\files\types`: {"1": ""}}} {
		if m := manage(t, tables); !m.empty() {
			t.Errorf("%v: %s", tables, m.text)
		}
	}
	if m, err := fromPreferences("", []byte(`{"PayloadUUID":"x"}`)); err != nil || !m.empty() {
		t.Errorf("%s, %v", m.text, err)
	}
	for _, wrong := range []string{"", "[]", `{"policy":"x"}`} {
		if _, err := fromPreferences("/Library/…", []byte(wrong)); err == nil {
			t.Errorf("%q is read", wrong)
		}
	}
}

func TestASizeOfAProfileIsAWholeNumber(t *testing.T) {
	for _, wrong := range []string{"0.5", `"20"`, "true", "[20]", "1e30"} {
		m, err := fromPreferences("/Library/…", []byte(`{"policy":{"files":{"max_mb":`+wrong+`}}}`))
		if err == nil {
			_, err = deployWith(deploy(t, testdata(t, "full.toml")), m)
		}
		var mistake *FileError
		if !errors.As(err, &mistake) || mistake.Key != "policy.files.max_mb" || mistake.Path != "/Library/…" {
			t.Errorf("%s: %v", wrong, err)
		}
	}
}

package diagnosis

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"discussions/account"
	"discussions/messaging"
	"discussions/settings"
)

func facts(t *testing.T) Facts {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	now := time.Date(2026, 3, 2, 3, 4, 5, 0, time.UTC)
	return Facts{
		Version: "1.2.3", Started: now.Add(-90 * time.Minute), Now: now,
		Deployment: settings.Deployment{
			Path:         filepath.Join(home, "discussions.toml"),
			Organisation: settings.Organisation{Name: "CHU", Domain: "chu.example.org", WebSocket: "wss://user:secret@xmpp.chu.example.org/ws?token=abc"},
			Login:        settings.Login{Issuer: "https://id.chu.example.org/realms/chu", ClientID: "discussions"},
		},
		User: settings.DefaultUser(),
		Accounts: []account.Diagnosis{
			{Account: account.Open, Unread: 3, Unsent: 1, Bytes: 4096, Messaging: &messaging.Diagnosis{
				Connection: messaging.Connection{State: messaging.Offline, Problem: messaging.Certificate, Next: now.Add(time.Minute)},
				Sessions:   2, Resumed: 5, Refused: map[string]int{"length": 2, "depth": 1}, Ignored: map[string]int{},
			}},
			{Account: account.Sealed, Login: true, Trouble: errors.New("the keyring is locked")},
		},
		Log: []string{`{"msg":"first frame"}`, `{"msg":"told the user","error":"open ` + strings.ReplaceAll(home, `\`, `\\`) + `/x"}`},
	}
}

func TestTheFileTellsWhatAHelpDeskAsks(t *testing.T) {
	f := facts(t)
	text := Text(f)
	for _, want := range []string{
		"1.2.3", "1h30m0s", "2026-03-02T03:04:05Z", "chu.example.org", "xmpp.chu.example.org", "id.chu.example.org",
		"ACCOUNT 1", "certificate", "2026-03-02T03:05:05Z", "1 depth, 2 length", "none", "ACCOUNT 2", "the keyring is locked",
		`{"msg":"first frame"}`, filepath.Join("~", "discussions.toml"),
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
	for _, secret := range []string{"user:secret", "token=abc", os.Getenv("HOME")} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is in the file", secret)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}

func TestTheFileIsInTheFirstFolderThatExists(t *testing.T) {
	f := facts(t)
	dir := t.TempDir()
	path, err := Save(f, filepath.Join(dir, "absent"), dir)
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(dir, "discussions-diagnostic-20260302-030405.txt"); path != want {
		t.Errorf("the file is %s, want %s", path, want)
	}
	memory := regexp.MustCompile(`(?m)^(memory|goroutines) .*`) // they change while the test runs
	if data, err := os.ReadFile(path); err != nil || memory.ReplaceAllString(string(data), "") != memory.ReplaceAllString(Text(f), "") {
		t.Errorf("%d bytes, %v", len(data), err)
	}
}

func TestWithoutAFolderNothingIsWritten(t *testing.T) {
	if path, err := Save(facts(t), filepath.Join(t.TempDir(), "absent")); !errors.Is(err, fs.ErrNotExist) || path != "" {
		t.Errorf("%q, %v", path, err)
	}
}

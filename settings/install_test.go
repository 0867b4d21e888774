package settings

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestADeploymentFileIsInstalledWithItsCertificates(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	t.Setenv("LocalAppData", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	from := deploy(t, testdata(t, "full.toml"))
	renamed := filepath.Join(filepath.Dir(from), "chu.toml")
	if err := os.Rename(from, renamed); err != nil {
		t.Fatal(err)
	}
	place, err := Install(renamed, ThisUser)
	if err != nil || place != filepath.Join(ownFolder(), deploymentName) {
		t.Fatal(place, err)
	}
	if err := os.RemoveAll(filepath.Dir(renamed)); err != nil {
		t.Fatal(err)
	}
	d, err := LoadDeployment(place)
	if err != nil || d.Network.CAFile != filepath.Join(ownFolder(), "ca.pem") {
		t.Errorf("%q, %v", d.Network.CAFile, err)
	}
}

// TestNothingButWhatWasCheckedIsInstalled: the copy of an administrator is for everybody to read.
func TestNothingButWhatWasCheckedIsInstalled(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	t.Setenv("LocalAppData", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	from := deploy(t, testdata(t, "full.toml"))
	ca := filepath.Join(filepath.Dir(from), "ca.pem")
	certificates, err := os.ReadFile(ca)
	if err != nil {
		t.Fatal(err)
	}
	const secret = "CANARI\n-----BEGIN PRIVATE KEY-----\nQ0FOQVJJ\n-----END PRIVATE KEY-----\n"
	if err := os.WriteFile(ca, append([]byte(secret), certificates...), 0o600); err != nil {
		t.Fatal(err)
	}
	place, err := Install(from, ThisUser)
	if err != nil {
		t.Fatal(err)
	}
	installed, err := os.ReadFile(filepath.Join(filepath.Dir(place), "ca.pem"))
	if err != nil || strings.Contains(string(installed), "CANARI") || strings.Contains(string(installed), "PRIVATE") {
		t.Errorf("%s, %v", installed, err)
	}
	if _, err := LoadDeployment(place); err != nil {
		t.Error(err)
	}
	shadow := filepath.Join(t.TempDir(), "shadow") // what a link may lead to once the file has been checked
	if err := os.WriteFile(shadow, []byte("root:CANARI:20000:0:99999:7:::\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, read := range map[string]func(string) ([]byte, error){"the file": readChecked, "its certificates": readCertificates} {
		if data, err := read(shadow); err == nil || len(data) > 0 {
			t.Errorf("%s: %q", name, data)
		}
	}
}

func TestAWrongDeploymentFileIsNotInstalled(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	t.Setenv("LocalAppData", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	good := deploy(t, testdata(t, "small.toml"))
	place, err := Install(good, ThisUser)
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(place)
	if err != nil {
		t.Fatal(err)
	}
	broken := deploy(t, []byte(strings.Replace(string(before), "client_id", "client", 1)))
	for _, wrong := range []string{broken, filepath.Join(t.TempDir(), "absent.toml"), t.TempDir()} {
		var mistake *FileError
		if _, err := Install(wrong, ThisUser); !errors.As(err, &mistake) || mistake.Path != wrong {
			t.Errorf("%s: %v", wrong, err)
		}
	}
	if after, err := os.ReadFile(place); err != nil || string(after) != string(before) {
		t.Errorf("the file that was there is now %q, %v", after, err)
	}
}

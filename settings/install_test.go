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

package settings

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestTheDeploymentFileIsFoundInItsPlaces(t *testing.T) {
	machine, own := t.TempDir(), t.TempDir()
	t.Setenv("ProgramData", machine)
	t.Setenv("LocalAppData", own)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		filepath.Join(filepath.Dir(exe), deploymentName),
		filepath.Join(machine, "Discussions", deploymentName),
		filepath.Join(own, "Discussions", deploymentName),
	}
	if got := DeploymentPlaces(); !slices.Equal(got, want) {
		t.Errorf("looks at %q, want %q", got, want)
	}
	if _, err := findDeployment(); !errors.Is(err, ErrNoDeployment) {
		t.Errorf("got %v, want ErrNoDeployment", err)
	}
	for _, place := range []string{want[2], want[1], want[0]} { // each goes before the last
		if err := os.MkdirAll(filepath.Dir(place), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(place, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Remove(place) })
		if place == want[1] && protect(place) != nil {
			continue // not made by an administrator
		}
		if got, err := findDeployment(); got != place || err != nil {
			t.Errorf("found %q, %v, want %q", got, err, place)
		}
	}
	t.Setenv("ProgramData", "")
	if got := DeploymentPlaces(); len(got) != 2 {
		t.Errorf("without %%ProgramData%% it looks at %q", got)
	}
}

func TestTheProfileDoesNotRoam(t *testing.T) {
	t.Setenv("LocalAppData", `C:\Users\claire\AppData\Local`)
	const want = `C:\Users\claire\AppData\Local\Discussions\Profile`
	if got, err := DefaultProfileDir(); got != want || err != nil {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
	t.Setenv("LocalAppData", "")
	if got, err := DefaultProfileDir(); err == nil {
		t.Errorf("nowhere is %q", got)
	}
}

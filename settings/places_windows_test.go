package settings

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"discussions/internal/needs"

	"golang.org/x/sys/windows"
)

func TestTheDeploymentFileIsFoundInItsPlaces(t *testing.T) {
	data, err := windows.KnownFolderPath(windows.FOLDERID_ProgramData, windows.KF_FLAG_DEFAULT)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(data, "Discussions")); err == nil {
		needs.Missing(t, "a machine without a deployment of its own")
	}
	own := t.TempDir()
	t.Setenv("ProgramData", t.TempDir()) // as every user can set it, to hide the administrators' file
	t.Setenv("LocalAppData", own)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		filepath.Join(filepath.Dir(exe), deploymentName),
		filepath.Join(data, "Discussions", deploymentName),
		filepath.Join(own, "Discussions", deploymentName),
	}
	if got := DeploymentPlaces(); !slices.Equal(got, want) {
		t.Errorf("looks at %q, want %q", got, want)
	}
	if _, err := findDeployment(); !errors.Is(err, ErrNoDeployment) {
		t.Errorf("got %v, want ErrNoDeployment", err)
	}
	for _, place := range []string{want[2], want[0]} { // each goes before the last
		if err := os.MkdirAll(filepath.Dir(place), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(place, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Remove(place) })
		if got, err := findDeployment(); got != place || err != nil {
			t.Errorf("found %q, %v, want %q", got, err, place)
		}
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

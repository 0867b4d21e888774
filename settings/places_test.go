//go:build !windows && !darwin

package settings

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"discussions/internal/needs"
)

func TestTheDeploymentFileIsFoundInItsPlaces(t *testing.T) {
	for _, dir := range []string{"/etc/discussions", "/etc/xdg/discussions"} {
		if _, err := os.Stat(dir); err == nil {
			needs.Missing(t, "a machine without a deployment of its own")
		}
	}
	system, own := t.TempDir(), t.TempDir()
	t.Setenv("XDG_CONFIG_DIRS", system+":relative")
	t.Setenv("XDG_CONFIG_HOME", own)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		filepath.Join(filepath.Dir(exe), deploymentName),
		"/etc/discussions/discussions.toml",
		"/etc/xdg/discussions/discussions.toml", // whatever the environment says
		filepath.Join(system, "discussions", deploymentName),
		filepath.Join(own, "discussions", deploymentName),
	}
	if got := DeploymentPlaces(); !slices.Equal(got, want) {
		t.Errorf("looks at %q, want %q", got, want)
	}
	_, err = findDeployment()
	if !errors.Is(err, ErrNoDeployment) {
		t.Errorf("got %v, want ErrNoDeployment", err)
	}
	for _, place := range want {
		if !strings.Contains(err.Error(), place) {
			t.Errorf("%v does not name %s", err, place)
		}
	}
	for _, place := range []string{want[4], want[3], want[0]} { // each goes before the last
		if err := os.MkdirAll(filepath.Dir(place), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(place, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Remove(place) })
		if place == want[3] && protect(place) != nil {
			continue // not made by an administrator
		}
		if got, err := findDeployment(); got != place || err != nil {
			t.Errorf("found %q, %v, want %q", got, err, place)
		}
	}
}

func TestTheProfileIsWhereTheSystemKeepsData(t *testing.T) {
	t.Setenv("HOME", "/home/claire")
	for data, want := range map[string]string{
		"":         "/home/claire/.local/share/discussions",
		"/data":    "/data/discussions",
		"relative": "/home/claire/.local/share/discussions",
	} {
		t.Setenv("XDG_DATA_HOME", data)
		if got, err := DefaultProfileDir(); got != want || err != nil {
			t.Errorf("XDG_DATA_HOME=%q: %q, %v, want %q", data, got, err, want)
		}
	}
}

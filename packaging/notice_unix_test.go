//go:build !windows

package packaging

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aead.dev/minisign"
	"github.com/google/go-cmp/cmp"

	"discussions/internal/needs"
	"discussions/internal/updates"
)

// TestTheProgramAcceptsTheNoticeOfARelease: what manifests.sh writes and minisign signs is what the program reads.
func TestTheProgramAcceptsTheNoticeOfARelease(t *testing.T) {
	needs.Programs(t, "minisign", "jq")
	folder := t.TempDir()
	public, private := filepath.Join(folder, "minisign.pub"), filepath.Join(folder, "minisign.key")
	if out, err := exec.Command("minisign", "-G", "-W", "-p", public, "-s", private).CombinedOutput(); err != nil {
		t.Fatal(string(out), err)
	}
	if err := os.WriteFile(filepath.Join(folder, "discussions-1.4.0.pkg"), []byte("made on a Mac"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("./manifests.sh", "1.4.0", folder)
	cmd.Env = append(os.Environ(), "MINISIGN_KEY="+private, "MINIMUM=1.2.0", "DOWNLOADS=https://www.example.org/1.4.0", "SOURCE_DATE_EPOCH=1764000000", "HOMEPAGE=https://www.example.org")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatal(string(out), err)
	}
	file := func(name string) []byte { return []byte(read(t, folder, name)) }
	lines := bytes.Split(bytes.TrimSpace(file("minisign.pub")), []byte("\n"))
	var key minisign.PublicKey
	if err := key.UnmarshalText(lines[len(lines)-1]); err != nil {
		t.Fatal(err)
	}
	got, err := updates.Open(key, file("latest.json"), file("latest.json.minisig"))
	if err != nil {
		t.Fatal(err)
	}
	want := updates.Notice{
		Product: updates.Product, Version: "1.4.0", Minimum: "1.2.0", Published: time.Unix(1764000000, 0).UTC(), Notes: "https://www.example.org/1.4.0/notes-1.4.0.md",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	sum := fmt.Sprintf("%x", sha256.Sum256([]byte("made on a Mac")))
	for _, text := range []string{`version "1.4.0"`, `sha256 "` + sum + `"`, `url "https://www.example.org/1.4.0/discussions-#{version}.pkg"`} {
		if cask := string(file("homebrew/Casks/discussions.rb")); !strings.Contains(cask, text) {
			t.Errorf("%s is not in the cask:\n%s", text, cask)
		}
	}
	if sums := string(file("SHA256SUMS")); !strings.Contains(sums, sum+"  discussions-1.4.0.pkg") || !strings.Contains(sums, "  latest.json.minisig") {
		t.Errorf("SHA256SUMS has %s", sums)
	}
	if !minisign.Verify(key, file("SHA256SUMS"), file("SHA256SUMS.minisig")) {
		t.Error("SHA256SUMS is not signed")
	}
}

//go:build !windows

package packaging

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"discussions/internal/needs"
)

// TestTheListsAreWhatIsPacked: the lists with which contents.sh compares the packages themselves.
func TestTheListsAreWhatIsPacked(t *testing.T) {
	var files []string
	line := regexp.MustCompile(`(?m)^  - \{src: .*dst: ([^,]+),.*mode: 0(\d+)\}\}$`)
	for _, m := range line.FindAllStringSubmatch(read(t, "linux", "nfpm.yaml"), -1) {
		rights := map[string]string{"755": "-rwxr-xr-x", "644": "-rw-r--r--"}[m[2]]
		files = append(files, fmt.Sprintf("%s root/root %s", rights, m[1]))
	}
	slices.SortFunc(files, func(a, b string) int { return strings.Compare(strings.Fields(a)[2], strings.Fields(b)[2]) })
	if diff := cmp.Diff(lines(read(t, "check", "linux.txt")), files); diff != "" {
		t.Errorf("check/linux.txt and linux/nfpm.yaml (-want +got):\n%s", diff)
	}

	archive := regexp.MustCompile(`(?m)^\tcp (.*) "\$WORK/\$folder/"$`).FindStringSubmatch(read(t, "release.sh"))
	if archive == nil {
		t.Fatal("release.sh fills no archive")
	}
	var names []string
	for _, source := range strings.Fields(archive[1]) {
		names = append(names, filepath.Base(strings.Trim(source, `"`)))
	}
	slices.Sort(names)
	if diff := cmp.Diff(lines(read(t, "check", "tar.txt")), names); diff != "" {
		t.Errorf("check/tar.txt and release.sh (-want +got):\n%s", diff)
	}
}

// TestNothingLooksMethodsUpByName: what imports these packages makes the linker keep every exported method of every type, a tenth of
// the program. What Fyne imports, third_party takes out.
func TestNothingLooksMethodsUpByName(t *testing.T) {
	for _, system := range []string{"linux", "windows"} {
		cmd := exec.Command("go", "list", "-deps", "-f", `{{$p := .ImportPath}}{{range .Imports}}{{$p}} {{.}}{{"\n"}}{{end}}`, "../cmd/discussions")
		cmd.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=1")
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines(string(out)) {
			from, to, _ := strings.Cut(line, " ")
			if (to == "text/template" || to == "html/template") && from != "fyne.io/fyne/v2/lang" && !strings.HasPrefix(from, "github.com/nicksnyder/go-i18n/") {
				t.Errorf("%s: %s imports %s", system, from, to)
			}
		}
	}
}

func lines(text string) []string { return strings.Split(strings.TrimSpace(text), "\n") }

// TestTheInstallersOfWindowsHoldWhatTheyShould makes both with a program that is none, twice.
func TestTheInstallersOfWindowsHoldWhatTheyShould(t *testing.T) {
	needs.Programs(t, "wixl", "msibuild", "msiinfo", "msiextract", "faketime", "uuidgen", "jq")
	script, err := filepath.Abs("windows/msi.sh")
	if err != nil {
		t.Fatal(err)
	}
	var made [2]map[string]string
	var out string
	for i := range made {
		work := t.TempDir()
		out = t.TempDir()
		for _, file := range []string{"discussions.exe", "discussions.ico"} {
			if err := os.WriteFile(filepath.Join(work, file), []byte(strings.Repeat(file, 5000)), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		made[i] = map[string]string{}
		for scope, name := range map[string]string{"perMachine": "discussions-1.2.3-x64.msi", "perUser": "discussions-1.2.3-x64-user.msi"} {
			cmd := exec.Command(script, scope, "1.2.3", filepath.Join(out, name))
			cmd.Dir = work
			cmd.Env = append(os.Environ(), "SOURCE_DATE_EPOCH=1764000000", "GOFLAGS=-buildvcs=false")
			if said, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", scope, err, said)
			}
			made[i][name] = read(t, out, name)
		}
	}
	for name, content := range made[0] {
		if content != made[1][name] {
			t.Errorf("%s is not the same when it is made again", name)
		}
	}
	if said, err := exec.Command("check/contents.sh", out, "msi").CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, said)
	}
	checkWinget(t, out)
	unpacked := t.TempDir()
	if said, err := exec.Command("msiextract", "-C", unpacked, filepath.Join(out, "discussions-1.2.3-x64.msi")).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	found, err := filepath.Glob(filepath.Join(unpacked, "*", "Discussions.exe"))
	if err != nil || len(found) != 1 || read(t, found[0]) != strings.Repeat("discussions.exe", 5000) {
		t.Errorf("the program is unpacked as %q, %v", found, err)
	}
}

//go:build !windows

package packaging

import (
	"bytes"
	"debug/macho"
	"encoding/binary"
	"encoding/xml"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"discussions/internal/i18n"
	"discussions/notify"
)

// standIn is a tool of a Mac that writes down what it is asked, with the folders of the run named. It makes the files that the
// real one would.
const standIn = `#!/bin/sh
{ printf '%s' "${0##*/}"; printf ' [%s]' "$@"; echo; } | sed -E "s|$OUT|OUT|g; s|$ROOT|ROOT|g; s|/[^] ]*/tmp\.[A-Za-z0-9]+|WORK|g; s|$TMPDIR/[^]/]+|WORK|g; s|built=[0-9]{4}-[0-9]{2}-[0-9]{2} |built=DAY |" >>"$RECORD"
case "${0##*/}" in
lipo) cat "$2" >"$5" ;;
productbuild|hdiutil) for last in "$@"; do :; done; cp -R "$TMPDIR"/*/stage "$OUT/seen" 2>/dev/null; : >"$last" ;;
build) while [ $# -gt 0 ]; do [ "$1" != -o ] || cp "$PROGRAM" "$2"; shift; done; echo "  for $GOOS $GOARCH, $CC, $CGO_CFLAGS, $MACOSX_DEPLOYMENT_TARGET" >>"$RECORD" ;;
codesign) [ "$FAIL" != codesign ] ;;
xcrun) [ "$FAIL" != notarytool ] || [ "$1" != notarytool ] ;;
esac
`

type mac struct {
	t                 *testing.T
	tools, out, tmp   string
	record, root, exe string
}

func newMac(t *testing.T) *mac {
	t.Helper()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	m := &mac{t: t, tools: t.TempDir(), out: t.TempDir(), tmp: t.TempDir(), root: root}
	m.record, m.exe = filepath.Join(m.tools, "record"), filepath.Join(m.tools, "program")
	for _, tool := range []string{"lipo", "productbuild", "hdiutil", "codesign", "xcrun", "build"} {
		if err := os.WriteFile(filepath.Join(m.tools, tool), []byte(standIn), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(m.exe, []byte("a program"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := exec.LookPath("shasum"); err != nil { // of Perl
		if err := os.WriteFile(filepath.Join(m.tools, "shasum"), []byte("#!/bin/sh\nshift 2\nexec sha256sum \"$@\"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

func (m *mac) build(environment []string, arguments ...string) (string, error) {
	m.t.Helper()
	cmd := exec.Command("macos/build.sh", append([]string{"1.2.3", m.out}, arguments...)...)
	cmd.Env = append(os.Environ(), "PATH="+m.tools+":"+os.Getenv("PATH"), "BUILD=build", "RECORD="+m.record, "ROOT="+m.root, "OUT="+m.out, "TMPDIR="+m.tmp, "PROGRAM="+m.exe)
	cmd.Env = append(cmd.Env, environment...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (m *mac) asked() string {
	m.t.Helper()
	data, err := os.ReadFile(m.record)
	if err != nil {
		m.t.Fatal(err)
	}
	return string(data)
}

func TestAMacIsAskedToSignAndNotarise(t *testing.T) {
	m := newMac(t)
	out, err := m.build([]string{"SIGN_APP=Developer ID Application: SPICO", "SIGN_INSTALLER=Developer ID Installer: SPICO", "NOTARY_PROFILE=spico", "UPDATE_KEY=RWQ"}, "universal", "x86-64")
	if err != nil {
		t.Fatal(out, err)
	}
	if diff := cmp.Diff(read(t, "testdata", "macos.txt"), m.asked()); diff != "" {
		if os.Getenv("UPDATE_GOLDEN") != "" {
			if err := os.WriteFile("testdata/macos.txt", []byte(m.asked()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		t.Error(diff)
	}
	for _, end := range []string{"", "-x86-64"} {
		for _, kind := range []string{".pkg", ".dmg"} {
			if _, err := os.Stat(filepath.Join(m.out, "discussions-1.2.3"+end+kind)); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestWithoutKeysNothingIsNotarised(t *testing.T) {
	m := newMac(t)
	if out, err := m.build(nil); err != nil {
		t.Fatal(out, err)
	}
	if asked := m.asked(); strings.Contains(asked, "xcrun") || !strings.Contains(asked, "[--sign] [-]") || !strings.Contains(asked, "lipo") {
		t.Error(asked)
	}
}

func TestAMacThatRefusesEndsTheBuild(t *testing.T) {
	for _, step := range []string{"codesign", "notarytool"} {
		m := newMac(t)
		if out, err := m.build([]string{"FAIL=" + step, "SIGN_APP=a", "SIGN_INSTALLER=b", "NOTARY_PROFILE=c"}); err == nil {
			t.Errorf("%s: %s", step, out)
		}
		if _, err := os.Stat(filepath.Join(m.out, "SHA256SUMS-macos")); err == nil {
			t.Errorf("%s: there are checksums of what was refused", step)
		}
	}
	m := newMac(t)
	if out, err := m.build(nil, "ppc"); err == nil || !strings.Contains(out, "unknown architecture: ppc") {
		t.Error(out, err)
	}
}

func TestTheBundleIsLaidOutAsMacOSWants(t *testing.T) {
	m := newMac(t)
	m.exe += "-arm64"
	program := exec.Command("go", "build", "-o", m.exe, "./testdata/program")
	program.Env = append(os.Environ(), "GOOS=darwin", "GOARCH=arm64", "CGO_ENABLED=0")
	if out, err := program.CombinedOutput(); err != nil {
		t.Fatal(string(out), err)
	}
	if out, err := m.build(nil, "arm64"); err != nil {
		t.Fatal(out, err)
	}
	app := filepath.Join(m.out, "seen", "Discussions.app", "Contents")
	var files []string
	err := filepath.WalkDir(app, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(app, path)
			files = append(files, rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"Info.plist", "MacOS/discussions", "PkgInfo", "Resources/LICENSE", "Resources/discussions.icns", "Resources/en.lproj/InfoPlist.strings", "Resources/fr.lproj/InfoPlist.strings"}
	if diff := cmp.Diff(want, files); diff != "" {
		t.Error(diff)
	}
	f, err := macho.Open(filepath.Join(app, "MacOS", "discussions"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if info, err := os.Stat(filepath.Join(app, "MacOS", "discussions")); err != nil || info.Mode().Perm() != 0o755 || f.Cpu != macho.CpuArm64 || f.Type != macho.TypeExec {
		t.Errorf("%v %v %v %v", info.Mode(), f.Cpu, f.Type, err)
	}
	info := properties(t, filepath.Join(app, "Info.plist"))
	var languages []string
	for _, c := range i18n.All() {
		languages = append(languages, string(c.Language))
	}
	slices.Sort(languages)
	offered := strings.Fields(info["CFBundleLocalizations"])
	slices.Sort(offered)
	if diff := cmp.Diff(languages, offered); diff != "" {
		t.Error(diff)
	}
	for key, want := range map[string]string{
		"CFBundleIdentifier": notify.AppID, "CFBundleExecutable": "discussions", "CFBundleIconFile": "discussions", "CFBundlePackageType": "APPL",
		"CFBundleShortVersionString": "1.2.3", "CFBundleVersion": "1.2.3", "LSMinimumSystemVersion": "12.0", "NSHighResolutionCapable": "true",
	} {
		if info[key] != want {
			t.Errorf("%s is %q, want %q", key, info[key], want)
		}
	}
}

// properties are the texts of a property list; those of an array are joined.
func properties(t *testing.T, path string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	all, key := map[string]string{}, ""
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch start.Name.Local {
		case "key", "string":
			var text string
			if err := d.DecodeElement(&text, &start); err != nil {
				t.Fatal(err)
			}
			if start.Name.Local == "key" {
				key = text
			} else {
				all[key] = strings.TrimSpace(all[key] + " " + text)
			}
		case "true", "false":
			all[key] = start.Name.Local
		}
	}
}

// TestTheIconHasEverySize: an icns file is "icns", its length, and for each picture a type, a length and mostly a PNG.
func TestTheIconHasEverySize(t *testing.T) {
	data := []byte(read(t, "macos", "discussions.icns"))
	if string(data[:4]) != "icns" || int(binary.BigEndian.Uint32(data[4:])) != len(data) {
		t.Fatalf("not an icon: %q of %d bytes", data[:4], len(data))
	}
	sizes := map[string]int{}
	for rest := data[8:]; len(rest) >= 8; {
		length := int(binary.BigEndian.Uint32(rest[4:]))
		if length < 8 || length > len(rest) {
			t.Fatalf("%q has %d bytes of %d", rest[:4], length, len(rest))
		}
		if picture, err := png.Decode(bytes.NewReader(rest[8:length])); err == nil {
			sizes[string(rest[:4])] = picture.Bounds().Dx()
		} else {
			sizes[string(rest[:4])] = 0 // an older form, of the small ones
		}
		rest = rest[length:]
	}
	for kind, want := range map[string]int{"is32": 0, "il32": 0, "ic11": 32, "ic12": 64, "ic07": 128, "ic13": 256, "ic08": 256, "ic14": 512, "ic09": 512} {
		if got, found := sizes[kind]; !found || got != want {
			t.Errorf("%s: %d, %v; there are %v", kind, got, found, sizes)
		}
	}
}

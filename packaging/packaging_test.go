// Package packaging tests what the packages say of the program: names, identifiers and options are written in several places there.
package packaging

import (
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"discussions/notify"
)

func read(t *testing.T, path ...string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestTheFilesAreNamedAfterTheProgramsIdentifier(t *testing.T) {
	for _, name := range []string{notify.AppID + ".desktop", notify.AppID + ".metainfo.xml"} {
		read(t, "linux", name)
	}
	for path, texts := range map[string][]string{
		"linux/" + notify.AppID + ".desktop":      {"Icon=" + notify.AppID + "\n", "Exec=/usr/bin/discussions\n"},
		"linux/" + notify.AppID + ".metainfo.xml": {"<id>" + notify.AppID + "</id>", notify.AppID + ".desktop</launchable>"},
		"linux/nfpm.yaml":                         {"/applications/" + notify.AppID + ".desktop", "/metainfo/" + notify.AppID + ".metainfo.xml", "/apps/" + notify.AppID + ".svg"},
		"windows/discussions.wxs": {`AppUserModelId\` + notify.AppID + `"`, `Key="Software\Classes\` + notify.Scheme + `"`,
			`Name="CustomActivator" Type="string" Value="` + notify.ActivatorClass + `"`, `CLSID\` + notify.ActivatorClass + `\LocalServer32"`},
		"windows/msi.sh": {"'System.AppUserModel.ID' '" + notify.AppID + "'", "'System.AppUserModel.ToastActivatorCLSID' '" + notify.ActivatorClass + "'"},
	} {
		for _, text := range texts {
			if !strings.Contains(read(t, path), text) {
				t.Errorf("%s lacks %q", path, text)
			}
		}
	}
}

func TestTheManualHasEveryOption(t *testing.T) {
	manual := strings.ReplaceAll(read(t, "linux", "discussions.1"), `\-`, "-")
	help := read(t, "..", "assets", "translations", "en.json")
	start := strings.Index(help, `"command.help"`)
	options := regexp.MustCompile(`--[a-z][a-z-]+`).FindAllString(help[start:start+strings.IndexByte(help[start:], '\n')], -1)
	if len(options) < 6 {
		t.Fatalf("only %q are in the help", options)
	}
	for _, option := range options {
		if !strings.Contains(manual, option) {
			t.Errorf("%s is missing", option)
		}
	}
}

func TestWhatIsPackedIsThere(t *testing.T) {
	for _, m := range regexp.MustCompile(`src: ([^,"]+),`).FindAllStringSubmatch(read(t, "linux", "nfpm.yaml"), -1) {
		read(t, "..", m[1])
	}
}

func TestTheXMLIsWellFormed(t *testing.T) {
	for _, path := range []string{"linux/" + notify.AppID + ".metainfo.xml", "windows/discussions.wxs"} {
		d := xml.NewDecoder(strings.NewReader(read(t, path)))
		for {
			if _, err := d.Token(); err != nil {
				if err.Error() != "EOF" {
					t.Errorf("%s: %v", path, err)
				}
				break
			}
		}
	}
}

func TestAWrongVersionIsRefused(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // it is a script of a Unix shell
	}
	for _, version := range []string{"", "1", "1.2", "v1.2.3", "1.2.3-rc1", "1.2.3; rm"} {
		out, err := exec.Command("./release.sh", version, t.TempDir()).CombinedOutput()
		if err == nil || !strings.Contains(string(out), "is no version") {
			t.Errorf("%q: %v\n%s", version, err, out)
		}
	}
}

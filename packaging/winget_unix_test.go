//go:build !windows

package packaging

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The keys of winget's manifests that ours use, of schema 1.6.0: those that it demands, others that it knows, and the form of values.
var (
	wingetDemands = map[string][]string{
		"version":       {"PackageIdentifier", "PackageVersion", "DefaultLocale", "ManifestType", "ManifestVersion"},
		"installer":     {"PackageIdentifier", "PackageVersion", "Installers", "ManifestType", "ManifestVersion"},
		"defaultLocale": {"PackageIdentifier", "PackageVersion", "PackageLocale", "Publisher", "PackageName", "License", "ShortDescription", "ManifestType", "ManifestVersion"},
		"locale":        {"PackageIdentifier", "PackageVersion", "PackageLocale", "ManifestType", "ManifestVersion"},
		"Installer":     {"Architecture", "InstallerUrl", "InstallerSha256"},
	}
	wingetKnows = map[string][]string{
		"installer":     {"Platform", "MinimumOSVersion", "InstallerType", "UpgradeBehavior"},
		"defaultLocale": {"PackageUrl", "ReleaseNotesUrl"},
		"locale":        {"Publisher", "PackageName", "PackageUrl", "License", "ShortDescription", "ReleaseNotesUrl"},
		"Installer":     {"Scope", "ProductCode", "AppsAndFeaturesEntries"},
	}
	wingetForms = map[string]string{
		"PackageIdentifier": `SPICO\.Discussions`, "PackageVersion": `1\.2\.3`, "ManifestVersion": `1\.6\.0`, "PackageLocale": `[a-z]{2}-[A-Z]{2}`, "DefaultLocale": `fr-FR`,
		"ShortDescription": `.{3,256}`, "Publisher": `.{2,256}`, "PackageUrl": `https://\S+`, "ReleaseNotesUrl": `https://\S+`, "InstallerUrl": `https://\S+\.msi`,
		"MinimumOSVersion": `\d+(\.\d+){3}`, "InstallerType": `msi`, "UpgradeBehavior": `install`, "Architecture": `x64`, "Scope": `user|machine`, "InstallerSha256": `[0-9A-F]{64}`,
		"ProductCode": `\{[0-9A-F-]{36}\}`,
	}
)

// checkWinget lets manifests.sh tell winget of the installers of version 1.2.3 in a folder.
func checkWinget(t *testing.T, folder string) {
	t.Helper()
	cmd := exec.Command("./manifests.sh", "1.2.3", folder)
	cmd.Env = append(os.Environ(), "DOWNLOADS=https://www.example.org/1.2.3", "HOMEPAGE=https://www.example.org", "SOURCE_DATE_EPOCH=1764000000")
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	scopes := map[string]string{}
	for name, kind := range map[string]string{"": "version", ".installer": "installer", ".locale.fr-FR": "defaultLocale", ".locale.en-US": "locale"} {
		manifest, installers := readManifest(t, read(t, folder, "winget", "1.2.3", "SPICO.Discussions"+name+".yaml"))
		if manifest["ManifestType"] != kind {
			t.Errorf("%s has the type %v", kind, manifest["ManifestType"])
		}
		checkWingetKeys(t, kind, manifest)
		for _, installer := range installers {
			checkWingetKeys(t, "Installer", installer)
			file := path.Base(installer["InstallerUrl"])
			if sum := fmt.Sprintf("%X", sha256.Sum256([]byte(read(t, folder, file)))); installer["InstallerSha256"] != sum {
				t.Errorf("%s has the sum %v", file, installer["InstallerSha256"])
			}
			scopes[installer["Scope"]] = file
		}
	}
	if diff := cmp.Diff(map[string]string{"machine": "discussions-1.2.3-x64.msi", "user": "discussions-1.2.3-x64-user.msi"}, scopes); diff != "" {
		t.Error(diff)
	}
}

var wingetLine = regexp.MustCompile(`^(- |  |  - |    )?([A-Za-z0-9]+):(?: (.+))?$`)

// readManifest reads the YAML that manifests.sh writes: keys, and installers with keys. What is deeper is left out.
func readManifest(t *testing.T, text string) (manifest map[string]string, installers []map[string]string) {
	t.Helper()
	manifest = map[string]string{}
	for _, line := range lines(text)[1:] { // a comment names the schema
		m := wingetLine.FindStringSubmatch(line)
		if m == nil {
			t.Fatalf("no line of a manifest: %q", line)
		}
		into := manifest
		switch m[1] {
		case "- ":
			installers = append(installers, map[string]string{})
			fallthrough
		case "  ":
			into = installers[len(installers)-1]
		case "  - ", "    ":
			continue
		}
		into[m[2]] = strings.Trim(m[3], "'")
	}
	return manifest, installers
}

func checkWingetKeys(t *testing.T, kind string, manifest map[string]string) {
	t.Helper()
	for _, key := range wingetDemands[kind] {
		if _, found := manifest[key]; !found {
			t.Errorf("%s lacks %s", kind, key)
		}
	}
	for key := range maps.Keys(manifest) {
		if !slices.Contains(wingetDemands[kind], key) && !slices.Contains(wingetKnows[kind], key) {
			t.Errorf("%s has %s", kind, key)
		}
		if form := wingetForms[key]; form != "" && !regexp.MustCompile("^(?:"+form+")$").MatchString(manifest[key]) {
			t.Errorf("%s: %s is %q", kind, key, manifest[key])
		}
	}
}

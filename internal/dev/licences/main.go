// Command licences writes assets/licences.json: the licences of all modules that the program is made of, on every system, of Go
// itself and of the fonts that Fyne brings. Its test fails when the file is not up to date. In the top folder of the project:
//
//	go run ./internal/dev/licences
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"discussions/assets"
)

const file = "assets/licences.json"

func main() {
	data, err := Collect()
	if err == nil {
		err = os.WriteFile(file, data, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "licences:", err)
		os.Exit(1)
	}
}

// module is what go list says of a module.
type module struct{ Path, Version, Dir string }

// licenceName matches the files of a module that hold its licence.
var licenceName = regexp.MustCompile(`(?i)^(licen[sc]e|copying|notice|unlicense)`)

// Collect makes the content of the file.
func Collect() ([]byte, error) {
	modules := map[string]module{}
	for _, system := range []string{"linux", "windows", "darwin"} {
		if err := list(system, modules); err != nil {
			return nil, fmt.Errorf("list the modules for %s: %w", system, err)
		}
	}
	var out assets.LicenceFile
	places := map[string]int{}
	add := func(name, version string, paths ...string) error {
		l := assets.Licence{Name: name, Version: version}
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			text := strings.TrimSpace(strings.ReplaceAll(string(data), "\r\n", "\n"))
			place, known := places[text]
			if !known {
				place = len(out.Texts)
				places[text] = place
				out.Texts = append(out.Texts, text)
			}
			l.Texts = append(l.Texts, place)
		}
		if len(l.Texts) == 0 {
			return fmt.Errorf("%s has no licence", name)
		}
		out.Licences = append(out.Licences, l)
		return nil
	}
	if err := add("Discussions", "", "LICENSE"); err != nil {
		return nil, err
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, err
	}
	if err := add("Go", "", filepath.Join(strings.TrimSpace(string(root)), "LICENSE")); err != nil {
		return nil, err
	}
	if err := add("Noto Color Emoji", "", "assets/emoji/OFL.txt"); err != nil {
		return nil, err
	}
	for _, path := range slices.Sorted(maps.Keys(modules)) {
		m := modules[path]
		found, err := licencesIn(m.Dir)
		if err != nil {
			return nil, err
		}
		if err := add(m.Path, m.Version, found...); err != nil {
			return nil, err
		}
		if m.Path == "fyne.io/fyne/v2" {
			fonts, err := licencesIn(filepath.Join(m.Dir, "theme", "font"))
			if err != nil {
				return nil, err
			}
			if err := add("Fyne: fonts", m.Version, fonts...); err != nil {
				return nil, err
			}
		}
	}
	data, err := json.MarshalIndent(out, "", " ")
	return append(data, '\n'), err
}

func licencesIn(dir string) (paths []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if e.Type().IsRegular() && licenceName.MatchString(e.Name()) && !strings.HasSuffix(e.Name(), ".go") {
			paths = append(paths, filepath.Join(dir, e.Name()))
		}
	}
	return paths, nil
}

// list adds the modules of the program for one operating system.
func list(system string, modules map[string]module) error {
	c := exec.Command("go", "list", "-e", "-deps", "-json=Module", "./cmd/discussions")
	c.Env = append(os.Environ(), "GOOS="+system, "GOARCH=amd64", "CGO_ENABLED=1", "GOFLAGS=") // with tags it may be fewer modules
	output, err := c.Output()
	if err != nil {
		return err
	}
	for decoder := json.NewDecoder(bytes.NewReader(output)); decoder.More(); {
		var p struct{ Module *module }
		if err := decoder.Decode(&p); err != nil {
			return err
		}
		if p.Module != nil && p.Module.Version != "" {
			modules[p.Module.Path] = *p.Module
		}
	}
	return nil
}

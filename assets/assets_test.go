package assets

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"image/png"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func texts(t *testing.T, language string) map[string]string {
	t.Helper()
	data, err := Translations.ReadFile("translations/" + language + ".json")
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	if err := json.Unmarshal(data, &texts); err != nil {
		t.Fatalf("%s: %v", language, err)
	}
	return texts
}

// keys finds a key that stands twice: the later one would win in silence.
func keys(t *testing.T, language string) []string {
	t.Helper()
	data, err := Translations.ReadFile("translations/" + language + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, m := range regexp.MustCompile(`(?m)^\s*"([^"]+)"\s*:`).FindAllSubmatch(data, -1) {
		found = append(found, string(m[1]))
	}
	slices.Sort(found)
	return found
}

func TestBothLanguagesHaveTheSameKeysOnce(t *testing.T) {
	fr, en := keys(t, "fr"), keys(t, "en")
	if d := cmp.Diff(fr, en); d != "" {
		t.Errorf("French (-) and English (+) differ:\n%s", d)
	}
	if once := slices.Compact(slices.Clone(fr)); len(once) != len(fr) {
		t.Errorf("%d keys stand twice", len(fr)-len(once))
	}
}

func TestBothLanguagesHaveTheSamePlaces(t *testing.T) {
	place := regexp.MustCompile(`{{[^}]*}}`)
	fr, en := texts(t, "fr"), texts(t, "en")
	for key, text := range fr {
		f, e := place.FindAllString(text, -1), place.FindAllString(en[key], -1)
		slices.Sort(f)
		slices.Sort(e)
		if !slices.Equal(f, e) {
			t.Errorf("%s: %v in French, %v in English", key, f, e)
		}
	}
}

func TestTextsAreTypeset(t *testing.T) {
	for language, wrong := range map[string]string{
		"fr": `'|[^\x{202f}»][?!;]$|[^\x{202f}][;] | [?!;:»]|« |\.\.\.|[a-zà-ü]:[^/]`,
		"en": `'|\.\.\.| [?!;:]`,
	} {
		pattern := regexp.MustCompile(wrong)
		for key, text := range texts(t, language) {
			if strings.HasPrefix(key, "command.") { // the terminal's
				continue
			}
			if text == "" {
				t.Errorf("%s %s is empty", language, key)
			}
			if m := pattern.FindString(text); m != "" {
				t.Errorf("%s %s: %q in %q", language, key, m, text)
			}
		}
	}
}

var jargon = regexp.MustCompile(`(?i)\b(jid|xmpp|jeton|token|stanza|websocket|oauth|openid|sql)\b`)

func TestTextsSpeakNoJargon(t *testing.T) {
	for _, language := range []string{"fr", "en"} {
		for key, text := range texts(t, language) {
			if m := jargon.FindString(text); m != "" && !strings.HasPrefix(key, "command.") {
				t.Errorf("%s %s: %q", language, key, m)
			}
		}
	}
}

// TestEveryKeyThatCodeNamesHasAText reads the source of the whole program.
func TestEveryKeyThatCodeNamesHasAText(t *testing.T) {
	fr := texts(t, "fr")
	call := regexp.MustCompile(`\b(?:look\.)?([TN])\("([^"]+)"\s*([,)+]?)`)
	seen := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if !bytes.Contains(data, []byte("ui/look")) && !strings.Contains(filepath.ToSlash(path), "ui/look/") {
			return nil
		}
		for _, m := range call.FindAllStringSubmatch(string(data), -1) {
			form, key, next := m[1], m[2], m[3]
			wanted := []string{key}
			switch {
			case next == "+": // the beginning of a key
				if !slices.ContainsFunc(keys(t, "fr"), func(k string) bool { return strings.HasPrefix(k, key) }) {
					t.Errorf("%s: no text begins with %q", path, key)
				}
				continue
			case form == "N":
				wanted = []string{key + ".one", key + ".other"}
			}
			for _, k := range wanted {
				seen++
				if _, ok := fr[k]; !ok {
					t.Errorf("%s: %q has no text", path, k)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 50 {
		t.Errorf("only %d keys were found in the source: is the pattern still right?", seen)
	}
}

// TestEveryTextIsNamedInTheCode finds texts that nothing shows any more.
func TestEveryTextIsNamedInTheCode(t *testing.T) {
	literal := regexp.MustCompile(`"([a-zA-Z]+(?:\.[a-zA-Z0-9%.-]*)?)"`)
	named := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		data, err := os.ReadFile(path)
		for _, m := range literal.FindAllStringSubmatch(string(data), -1) {
			named[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var begun []string // keys that are put together: "weak." + …, "when.day%d"
	for l := range named {
		if before, _, ok := strings.Cut(l, "%"); ok {
			begun = append(begun, before)
		} else if strings.HasSuffix(l, ".") {
			begun = append(begun, l)
		}
	}
	ending := regexp.MustCompile(`\.(one|other|what|means|do)$`)
	for key := range texts(t, "fr") {
		if named[key] || named[ending.ReplaceAllString(key, "")] ||
			slices.ContainsFunc(begun, func(b string) bool { return strings.HasPrefix(key, b) }) {
			continue
		}
		t.Errorf("%s is a text that nothing names", key)
	}
}

func TestTheAppIconIsAPicture(t *testing.T) {
	icon, err := png.Decode(bytes.NewReader(AppIcon))
	if err != nil {
		t.Fatal(err)
	}
	if b := icon.Bounds(); b.Dx() != 512 || b.Dy() != 512 {
		t.Errorf("it is %v", b)
	}
}

func TestIconsAreStrokesInTheCurrentColour(t *testing.T) {
	files, err := fs.Glob(Icons, "icons/*.svg")
	if err != nil || len(files) == 0 {
		t.Fatal("no icons", err)
	}
	for _, file := range files {
		data, err := Icons.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(data, []byte(`stroke="currentColor"`)) {
			t.Errorf("%s has no stroke in currentColor", file)
		}
		for d := xml.NewDecoder(bytes.NewReader(data)); ; {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Errorf("%s: %v", file, err)
				break
			}
		}
	}
}

package i18n_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"discussions/internal/i18n"
	"discussions/internal/i18n/i18ntest"
)

// problems compares the texts of every language with those of the original.
func problems(languages []*i18n.Catalogue) []string {
	var found []string
	original := languages[0]
	for _, c := range languages {
		report := func(format string, args ...any) {
			found = append(found, string(c.Language)+": "+fmt.Sprintf(format, args...))
		}
		reached := reachedCategories(c)
		groups, wanted := textGroups(c), textGroups(original)
		for key, forms := range groups {
			reference, ok := wanted[key]
			if !ok {
				report("%s is unknown to %s", key, original.Language)
				continue
			}
			if names, want := placeholders(c, forms), placeholders(original, reference); !slices.Equal(names, want) {
				report("%s has the placeholders %v, want %v", key, names, want)
			}
			if forms[0] == key {
				continue // it does not count
			}
			for category := range reached {
				if !slices.Contains(forms, key+"."+category) {
					report("%s.%s is missing: the language needs it", key, category)
				}
			}
			for _, form := range forms {
				category := strings.TrimPrefix(form, key+".")
				if _, ok := reached[category]; !ok && category != "other" {
					report("%s is a plural form that the language does not have", form)
				}
				names := c.Placeholders(form)
				if reached[category] > 1 && !slices.Contains(names, "Count") {
					report("%s stands for several counts and does not say which", form)
				}
				if rest := without(placeholders(c, forms), "Count"); !slices.Equal(without(names, "Count"), rest) {
					report("%s has the placeholders %v, other forms have %v", form, names, rest)
				}
			}
		}
		for key := range wanted {
			if _, ok := groups[key]; !ok {
				report("%s is missing", key)
			}
		}
		for _, key := range c.Keys() {
			if c.T(key) == "" {
				report("%s is empty", key)
			}
		}
		for text := range original.Toolkit {
			if c.Toolkit[text] == "" {
				report("toolkit: %q is missing", text)
			}
		}
	}
	slices.Sort(found)
	return found
}

// reachedCategories tells how many of many whole numbers fall into each plural category.
func reachedCategories(c *i18n.Catalogue) map[string]int {
	reached := map[string]int{}
	for n := range 1200 {
		reached[c.Category(n)]++
	}
	for _, n := range []int{10_000, 100_000, 1_000_000, 1_000_001} {
		reached[c.Category(n)]++
	}
	return reached
}

// textGroups gathers the plural forms of each text: key → its keys. A key that
// does not count is alone.
func textGroups(c *i18n.Catalogue) map[string][]string {
	form := regexp.MustCompile(`^(.*)\.(zero|one|two|few|many|other)$`)
	groups := map[string][]string{}
	keys := c.Keys()
	for _, key := range keys {
		if m := form.FindStringSubmatch(key); m != nil && slices.Contains(keys, m[1]+".other") {
			groups[m[1]] = append(groups[m[1]], key)
		} else {
			groups[key] = []string{key}
		}
	}
	return groups
}

func placeholders(c *i18n.Catalogue, forms []string) []string {
	var names []string
	for _, form := range forms {
		names = append(names, c.Placeholders(form)...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func without(names []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(s string) bool { return s == name })
}

func TestEveryLanguageHasEveryText(t *testing.T) {
	for _, p := range problems(i18n.All()) {
		t.Error(p)
	}
}

// TestTheCheckFindsMistakes spoils English in one place after the other.
func TestTheCheckFindsMistakes(t *testing.T) {
	data, err := fs.ReadFile(i18ntest.Files(t, nil), "en.json")
	if err != nil {
		t.Fatal(err)
	}
	english := string(data)
	for _, c := range []struct{ name, old, new, want string }{
		{"a text is missing", `"settings.title"`, `"settings.titel"`, "en: settings.title is missing"},
		{"a text is unknown", `"settings.title"`, `"settings.titel"`, "en: settings.titel is unknown to fr"},
		{"a placeholder is misspelt", `"list.failed": "Not sent: {{.Text}}"`, `"list.failed": "Not sent: {{.Txt}}"`, "en: list.failed has the placeholders [Txt], want [Text]"},
		{"a placeholder is missing", `"list.failed": "Not sent: {{.Text}}"`, `"list.failed": "Not sent"`, "en: list.failed has the placeholders [], want [Text]"},
		{"a plural form is missing", `"conversation.members.one": "{{.Count}} member",`, ``, "en: conversation.members.one is missing: the language needs it"},
		{"a plural form of another language", `"conversation.members.one"`, `"conversation.members.few": "{{.Count}}", "conversation.members.one"`, "en: conversation.members.few is a plural form that the language does not have"},
		{"the count is not said", `"conversation.members.other": "{{.Count}} members"`, `"conversation.members.other": "members"`, "en: conversation.members.other stands for several counts and does not say which"},
		{"a text is empty", `"app.name": "Discussions"`, `"app.name": ""`, "en: app.name is empty"},
		{"a text of the toolkit is missing", `"Paste": "Paste",`, ``, `en: toolkit: "Paste" is missing`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if strings.Count(english, c.old) != 1 {
				t.Fatalf("%s is not there once", c.old)
			}
			spoilt := strings.Replace(english, c.old, c.new, 1)
			found := problems(i18ntest.Load(t, map[string][]byte{"en.json": []byte(spoilt)}).All())
			if !slices.Contains(found, c.want) {
				t.Errorf("found %q, want %q", found, c.want)
			}
		})
	}
}

func TestTextsAreTypeset(t *testing.T) {
	for code, wrong := range map[i18n.Language]string{
		"fr": `'|[^\x{202f}»][?!;]$|[^\x{202f}][;] | [?!;:»]|« |\.\.\.|[a-zà-ü]:[^/]`,
		"en": `'|\.\.\.| [?!;:]`,
	} {
		pattern := regexp.MustCompile(wrong)
		language := i18n.In(string(code))
		for _, key := range language.Keys() {
			if strings.HasPrefix(key, "command.") { // the terminal's
				continue
			}
			if m := pattern.FindString(language.T(key)); m != "" {
				t.Errorf("%s %s: %q in %q", code, key, m, language.T(key))
			}
		}
	}
}

var jargon = regexp.MustCompile(`(?i)\b(jid|xmpp|jeton|token|stanza|websocket|oauth|openid|sql)\b`)

func TestTextsSpeakNoJargon(t *testing.T) {
	for _, language := range i18n.All() {
		for _, key := range language.Keys() {
			if m := jargon.FindString(language.T(key)); m != "" && !strings.HasPrefix(key, "command.") {
				t.Errorf("%s %s: %q", language.Language, key, m)
			}
		}
	}
}

// eachSource reads the Go files of the whole program.
func eachSource(t *testing.T, tests bool, do func(path string, source []byte)) {
	t.Helper()
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") && !tests {
			return err
		}
		data, err := os.ReadFile(path)
		if err == nil {
			do(path, data)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestEveryKeyThatCodeNamesHasAText(t *testing.T) {
	keys := i18n.In(string(i18n.Original)).Keys()
	call := regexp.MustCompile(`\b(?:i18n|words)\.([TN])\("([^"]+)"\s*([,)+]?)`)
	seen := 0
	eachSource(t, false, func(path string, source []byte) {
		for _, m := range call.FindAllStringSubmatch(string(source), -1) {
			form, key, next := m[1], m[2], m[3]
			switch {
			case next == "+": // the beginning of a key
				if !slices.ContainsFunc(keys, func(k string) bool { return strings.HasPrefix(k, key) }) {
					t.Errorf("%s: no text begins with %q", path, key)
				}
				continue
			case form == "N":
				key += ".other"
			}
			seen++
			if !slices.Contains(keys, key) {
				t.Errorf("%s: %q has no text", path, key)
			}
		}
	})
	if seen < 150 {
		t.Errorf("only %d keys were found in the source: is the pattern still right?", seen)
	}
}

// TestEveryTextIsNamedInTheCode finds texts that nothing shows any more.
func TestEveryTextIsNamedInTheCode(t *testing.T) {
	literal := regexp.MustCompile(`"([a-zA-Z]+(?:\.[a-zA-Z0-9%.-]*)?)"`)
	named := map[string]bool{}
	eachSource(t, true, func(_ string, source []byte) {
		for _, m := range literal.FindAllSubmatch(source, -1) {
			named[string(m[1])] = true
		}
	})
	var begun []string // keys that are put together: "weak." + …
	for l := range named {
		if before, _, ok := strings.Cut(l, "%"); ok {
			begun = append(begun, before)
		} else if strings.HasSuffix(l, ".") {
			begun = append(begun, l)
		}
	}
	ending := regexp.MustCompile(`\.(one|other|what|means|do)$`)
	for _, key := range i18n.In(string(i18n.Original)).Keys() {
		if named[key] || named[ending.ReplaceAllString(key, "")] ||
			slices.ContainsFunc(begun, func(b string) bool { return strings.HasPrefix(key, b) }) {
			continue
		}
		t.Errorf("%s is a text that nothing names", key)
	}
}

// Package i18ntest chooses the language in tests, and adds one that the program
// does not speak.
package i18ntest

import (
	_ "embed"
	"io/fs"
	"testing"
	"testing/fstest"

	"discussions/assets"
	"discussions/internal/i18n"
)

// Speak makes l the current language until the test ends.
func Speak(t testing.TB, l i18n.Language) {
	t.Helper()
	before := i18n.Current().Language
	if err := i18n.Speak(l); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := i18n.Speak(before); err != nil {
			t.Error(err)
		}
	})
}

//go:embed pl.json
var polish []byte

// AddPolish adds a language to those of the program until the test ends. It is
// one more file among theirs, and has only some of the texts.
func AddPolish(t testing.TB) {
	t.Helper()
	t.Cleanup(i18n.Replace(Load(t, map[string][]byte{"pl.json": polish})))
}

// Load loads the languages of the program with some files added or replaced.
func Load(t testing.TB, files map[string][]byte) *i18n.Languages {
	t.Helper()
	languages, err := i18n.Load(Files(t, files))
	if err != nil {
		t.Fatal(err)
	}
	return languages
}

// Files is the folder of the program's languages with some files added or
// replaced.
func Files(t testing.TB, files map[string][]byte) fs.FS {
	t.Helper()
	all := fstest.MapFS{}
	own, err := fs.Glob(assets.Translations, "translations/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range own {
		data, err := assets.Translations.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all[name[len("translations/"):]] = &fstest.MapFile{Data: data}
	}
	for name, data := range files {
		all[name] = &fstest.MapFile{Data: data}
	}
	return all
}

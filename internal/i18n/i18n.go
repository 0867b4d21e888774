// Package i18n holds the program's texts in every language it speaks, with the
// plural rules, dates and names of that language.
//
// A language is one file of assets/translations, named after its code: fr.json.
// Adding the file adds the language everywhere: in the settings, on the command
// line and on the login pages. [Load] describes the file. French is the
// original: it is spoken where no other language fits.
//
// The program speaks one language at a time, so the current one belongs to the
// process: [Speak] changes it, [T], [N] and [Date] use it. All functions are
// safe on any goroutine.
package i18n

import (
	"fmt"
	"io/fs"
	"sync"
	"sync/atomic"
	"time"

	"discussions/assets"

	"github.com/jeandeaual/go-locale"
)

// Language is the code of a language (BCP 47), as in the name of its file: "fr".
type Language string

// Original is the language in which texts are written first.
const Original Language = "fr"

// spoken is the current language among the known ones.
type spoken struct {
	languages *Languages
	current   *Catalogue
}

var now atomic.Pointer[spoken]

// embedded loads the languages of the program. It panics on a mistake in one
// of the files, which every test would show.
var embedded = sync.OnceValue(func() *spoken {
	files, err := fs.Sub(assets.Translations, "translations")
	if err != nil {
		panic(err)
	}
	languages, err := Load(files)
	if err != nil {
		panic(err)
	}
	return &spoken{languages, languages.original}
})

func state() *spoken {
	if s := now.Load(); s != nil {
		return s
	}
	return embedded()
}

// All lists the languages the program speaks: the original, then the others by
// code.
func All() []*Catalogue { return state().languages.All() }

// Known reports whether the program speaks l.
func Known(l Language) bool {
	_, ok := state().languages.Get(l)
	return ok
}

// Resolve turns a choice into a language: a known code is that language,
// anything else means the first of the system's languages that is known.
func Resolve(choice string) Language {
	if l := Language(choice); Known(l) {
		return l
	}
	locales, err := locale.GetLocales()
	if err != nil { // a system without a locale, or with an invalid one
		return Original
	}
	return In(locales...).Language
}

// Speak makes l the current language. What is on the screen keeps its language
// until it is drawn again.
func Speak(l Language) error {
	s := state()
	c, ok := s.languages.Get(l)
	if !ok {
		return fmt.Errorf("speak %q: no such language", l)
	}
	now.Store(&spoken{s.languages, c})
	return nil
}

// Current is the current language.
func Current() *Catalogue { return state().current }

// In is the language that fits best to codes or locales ("en", "en-GB"), given
// in order of preference; the original if none fits.
func In(locales ...string) *Catalogue { return state().languages.Match(locales...) }

// T is [Catalogue.T] in the current language.
func T(key string, values ...any) string { return Current().T(key, values...) }

// N is [Catalogue.N] in the current language.
func N(key string, count int, values ...any) string { return Current().N(key, count, values...) }

// Date is [Catalogue.Date] in the current language.
func Date(style DateStyle, t time.Time) string { return Current().Date(style, t) }

// ReadDate is [Catalogue.ReadDate] in the current language.
func ReadDate(typed string, now time.Time) (day time.Time, ok bool) {
	return Current().ReadDate(typed, now)
}

// Replace makes the program speak other languages, beginning with their
// original, until restore is called. It is for tests; see package i18ntest.
func Replace(languages *Languages) (restore func()) {
	before := now.Swap(&spoken{languages, languages.original})
	return func() { now.Store(before) }
}

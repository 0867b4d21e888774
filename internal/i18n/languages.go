package i18n

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
	"golang.org/x/text/language"
)

// Languages are the languages that can be spoken.
type Languages struct {
	all      []*Catalogue // the original first
	original *Catalogue
	matcher  language.Matcher
}

// Load reads every *.json of a folder. One of them must be the [Original].
//
// Each file is an object of key → text, where {{.Name}} stands for a value of
// that name. A text that counts has a key for each plural category of its
// language (CLDR): "conversation.members.one", "conversation.members.other"; ".other" must be
// there. One further key, "language", holds what belongs to the language
// itself: see [Locale].
//
// A mistake in a file is an error that names the file and the key. Keys that
// are missing in one language are found by the tests of this package.
func Load(files fs.FS) (*Languages, error) {
	names, err := fs.Glob(files, "*.json")
	if err != nil {
		return nil, fmt.Errorf("list the languages: %w", err)
	}
	read := make([]*Catalogue, len(names))
	var reading errgroup.Group // each start of the program waits for it
	for i, name := range names {
		reading.Go(func() error {
			data, err := fs.ReadFile(files, name)
			if err != nil {
				return fmt.Errorf("read a language: %w", err)
			}
			read[i], err = parse(Language(strings.TrimSuffix(path.Base(name), ".json")), data)
			if err != nil {
				return fmt.Errorf("language file %s: %w", name, err)
			}
			return nil
		})
	}
	if err := reading.Wait(); err != nil {
		return nil, err
	}
	l := &Languages{}
	for _, c := range read {
		if c.Language == Original {
			l.original = c
			l.all = slices.Insert(l.all, 0, c)
		} else {
			l.all = append(l.all, c)
		}
	}
	if l.original == nil {
		return nil, fmt.Errorf("the original language, %s.json, is missing", Original)
	}
	tags := make([]language.Tag, len(l.all))
	for i, c := range l.all {
		tags[i] = c.tag
	}
	l.matcher = language.NewMatcher(tags)
	return l, nil
}

// All lists the languages: the original, then the others by code.
func (l *Languages) All() []*Catalogue { return slices.Clone(l.all) }

// Get finds a language by its code.
func (l *Languages) Get(code Language) (*Catalogue, bool) {
	for _, c := range l.all {
		if c.Language == code {
			return c, true
		}
	}
	return nil, false
}

// Match is the language that fits the user's locales best, given in order of
// preference (BCP 47); the original where none does.
func (l *Languages) Match(locales ...string) *Catalogue {
	var tags []language.Tag
	for _, s := range locales {
		if tag, err := language.Parse(s); err == nil { // "C" is no language
			tags = append(tags, tag)
		}
	}
	_, i, confidence := l.matcher.Match(tags...)
	if confidence == language.No {
		return l.original
	}
	return l.all[i]
}

// Package i18n is the program's texts in the user's language ([T], [N]).
package i18n

import (
	"fmt"
	"strings"

	"discussions/assets"

	"fyne.io/fyne/v2/lang"
)

// Language is one that the program speaks: its two-letter code.
type Language string

// The languages of assets/translations. French is the original.
const (
	French  Language = "fr"
	English Language = "en"
)

// ResolveLanguage turns a choice into a language: "fr" and "en" are
// themselves; anything else follows the system, and means French unless the
// system is an English one.
func ResolveLanguage(choice string) Language {
	switch l := Language(choice); l {
	case French, English:
		return l
	}
	// A system without any locale (C, POSIX) is given as plain "en".
	if strings.HasPrefix(lang.SystemLocale().String(), "en-") {
		return English
	}
	return French
}

// Speak makes [T] and [N] answer in l from now on. What is on screen keeps its
// language until it is drawn anew. Call it on Fyne's goroutine.
func Speak(l Language) error {
	data, err := assets.Translations.ReadFile("translations/" + string(l) + ".json")
	if err != nil {
		return fmt.Errorf("read the texts: %w", err)
	}
	// Fyne has no public way to choose a language but the system's, so ours is
	// registered under its name (facts: fyne, "Widgets").
	if err := lang.AddTranslationsForLocale(data, lang.SystemLocale()); err != nil {
		return fmt.Errorf("read the texts in %q: %w", l, err)
	}
	return nil
}

// CurrentLanguage is the language that [T] answers in.
func CurrentLanguage() Language { return Language(T("language.code")) }

// T is the text of key in the user's language. data is nothing, or one map or
// struct whose values fill the text's {{.Name}} places; or names and values in
// turn: T("list.said", "Name", name, "Text", text).
func T(key string, data ...any) string {
	return lang.X(key, key, fields(data)...)
}

// N is the text of key for that count: of key + ".one" or key + ".other". The
// count fills {{.Count}}.
//
// The form is chosen here and not by Fyne, which would follow the plural
// rules of the system's language instead of ours.
func N(key string, count int, data ...any) string {
	one := count == 1 || count == 0 && CurrentLanguage() == French
	values := map[string]any{"Count": count}
	if more := fields(data); len(more) == 1 {
		if m, ok := more[0].(map[string]any); ok {
			for k, v := range m {
				values[k] = v
			}
		}
	}
	if one {
		return lang.X(key+".one", key, values)
	}
	return lang.X(key+".other", key, values)
}

// fields turns names and values in turn into the one map that Fyne wants.
func fields(data []any) []any {
	if len(data) < 2 {
		return data
	}
	m := make(map[string]any, len(data)/2)
	for i := 0; i+1 < len(data); i += 2 {
		m[fmt.Sprint(data[i])] = data[i+1]
	}
	return []any{m}
}

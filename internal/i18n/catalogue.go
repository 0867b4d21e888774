package i18n

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// A Catalogue is one language with all its texts. It never changes.
type Catalogue struct {
	Language Language
	Locale

	tag   language.Tag
	texts map[string]text
	dates map[DateStyle]pattern
}

// Locale is what belongs to a language itself: the key "language" of its file.
type Locale struct {
	Name string `json:"name"` // what the language calls itself: "Français"

	Dates         map[DateStyle]string `json:"dates"`         // the pattern of each style; see [DateStyle]
	Months        []string             `json:"months"`        // "janvier" …, in the form that stands beside a day
	ShortMonths   []string             `json:"shortMonths"`   // "janv." …
	Weekdays      []string             `json:"weekdays"`      // from Sunday
	ShortWeekdays []string             `json:"shortWeekdays"` // from Sunday
	DayPeriods    []string             `json:"dayPeriods"`    // "AM", "PM"
	FirstOfMonth  string               `json:"firstOfMonth"`  // the 1 before the name of a month: "1er"

	Toolkit map[string]string `json:"toolkit"` // Fyne's own English texts → this language: "Copy": "Copier"
}

// parse reads the file of a language.
func parse(code Language, data []byte) (*Catalogue, error) {
	tag, err := language.Parse(string(code))
	if err != nil {
		return nil, fmt.Errorf("the file's name is no language code: %w", err)
	}
	c := &Catalogue{Language: code, tag: tag, texts: map[string]text{}}
	var locale json.RawMessage
	// Token by token: a map would take a key that stands twice, and each start of the program waits for this.
	d := json.NewDecoder(bytes.NewReader(data))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, errors.Join(errors.New("a JSON object is expected"), err)
	}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		key, _ := t.(string) // the decoder accepts nothing else here
		if _, ok := c.texts[key]; ok || key == "language" && locale != nil {
			return nil, fmt.Errorf("%s: the key stands twice", key)
		}
		if key == "language" {
			err = d.Decode(&locale)
		} else {
			var s string
			if err = d.Decode(&s); err == nil {
				c.texts[key], err = parseText(s)
			}
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
	}
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	if err := c.parseLocale(locale); err != nil {
		return nil, fmt.Errorf("language: %w", err)
	}
	return c, nil
}

func (c *Catalogue) parseLocale(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&c.Locale); err != nil {
		return err
	}
	if c.Name == "" {
		return errors.New("name is empty")
	}
	for _, list := range []struct {
		key   string
		words []string
		want  int
	}{
		{"months", c.Months, 12}, {"shortMonths", c.ShortMonths, 12}, {"weekdays", c.Weekdays, 7},
		{"shortWeekdays", c.ShortWeekdays, 7}, {"dayPeriods", c.DayPeriods, 2}, {"firstOfMonth", []string{c.FirstOfMonth}, 1},
	} {
		if len(list.words) != list.want {
			return fmt.Errorf("%s: %d words are expected, there are %d", list.key, list.want, len(list.words))
		}
		if i := slices.Index(list.words, ""); i >= 0 {
			return fmt.Errorf("%s: word %d is empty", list.key, i+1)
		}
	}
	c.dates = make(map[DateStyle]pattern, len(c.Dates))
	for style, format := range c.Dates {
		p, err := parsePattern(format)
		if err != nil {
			return fmt.Errorf("dates: %s: %w", style, err)
		}
		c.dates[style] = p
	}
	for _, style := range dateStyles {
		if len(c.dates[style]) == 0 {
			return fmt.Errorf("dates: %s is missing or empty", style)
		}
	}
	if len(c.dates) != len(dateStyles) {
		return fmt.Errorf("dates: only %v are known", dateStyles)
	}
	return nil
}

// T is the text of key. values are names and values in turn, which replace the
// text's {{.Name}}: T("list.said", "Name", name, "Text", text). A key without
// a text is returned as it is.
func (c *Catalogue) T(key string, values ...any) string {
	t, ok := c.texts[key]
	if !ok {
		return key
	}
	return t.fill(values)
}

// N is the text of key for a count: that of key + ".one", key + ".other" and so
// on, by the plural rules of the language. The count replaces {{.Count}}.
func (c *Catalogue) N(key string, count int, values ...any) string {
	t, ok := c.texts[key+"."+c.category(count)]
	if !ok {
		t, ok = c.texts[key+".other"]
	}
	if !ok {
		return key
	}
	return t.fill(append([]any{"Count", count}, values...))
}

// category is the plural category of a count (CLDR, "Language Plural Rules").
func (c *Catalogue) category(count int) string {
	if count < 0 {
		count = -count
	}
	return categories[plural.Cardinal.MatchPlural(c.tag, count, 0, 0, 0, 0)]
}

var categories = map[plural.Form]string{
	plural.Zero: "zero", plural.One: "one", plural.Two: "two",
	plural.Few: "few", plural.Many: "many", plural.Other: "other",
}

// Date writes a date or a time in the given style. The time zone is that of t.
func (c *Catalogue) Date(style DateStyle, t time.Time) string {
	return c.dates[style].format(&c.Locale, t)
}

package i18n

import (
	"fmt"
	"regexp"
	"strings"
)

// A text is cut at its placeholders. text/template is not used: a translation
// may only name values.
type text []piece

// A piece is literal text, or the name of a value.
type piece struct{ literal, name string }

var placeholder = regexp.MustCompile(`\{\{\.([A-Za-z]+)\}\}`)

func parseText(s string) (text, error) {
	var t text
	literal := func(s string) error {
		if strings.Contains(s, "{{") || strings.Contains(s, "}}") {
			return fmt.Errorf("%q: a placeholder is written {{.Name}}", s)
		}
		if s != "" {
			t = append(t, piece{literal: s})
		}
		return nil
	}
	if !strings.Contains(s, "{{") { // most
		return t, literal(s)
	}
	from := 0
	for _, m := range placeholder.FindAllStringSubmatchIndex(s, -1) {
		if err := literal(s[from:m[0]]); err != nil {
			return nil, err
		}
		t = append(t, piece{name: s[m[2]:m[3]]})
		from = m[1]
	}
	return t, literal(s[from:])
}

// fill puts the values in their places. A placeholder without a value stays.
func (t text) fill(values []any) string {
	if len(t) == 1 && t[0].name == "" {
		return t[0].literal
	}
	var b strings.Builder
	for _, p := range t {
		if p.name == "" {
			b.WriteString(p.literal)
		} else if v, ok := lookup(values, p.name); ok {
			fmt.Fprint(&b, v)
		} else {
			b.WriteString("{{." + p.name + "}}")
		}
	}
	return b.String()
}

// lookup finds a name in a list of names and values in turn.
func lookup(values []any, name string) (any, bool) {
	for i := 0; i+1 < len(values); i += 2 {
		if values[i] == name {
			return values[i+1], true
		}
	}
	return nil, false
}

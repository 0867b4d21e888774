package i18n

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A DateStyle is a way to write a date or a time. Each language gives its
// pattern in the letters of CLDR (UTS #35, "Date Field Symbols"):
//
//	y yy          year, its last two digits
//	M MM MMM MMMM month: 3, 03, short name, name
//	d dd          day: 3, 03
//	EEE EEEE      weekday: short name, name
//	H HH h hh     hour of 24, of 12
//	m mm          minute
//	a             AM or PM
//	'…'           letters as they are; '' is an apostrophe
//
// All else stands for itself.
type DateStyle string

const (
	TimeOfDay    DateStyle = "timeOfDay"    // 9:15
	ShortWeekday DateStyle = "shortWeekday" // lun.
	ShortDay     DateStyle = "shortDay"     // 12 mars
	ShortDate    DateStyle = "shortDate"    // 12/03/2024
	LongDay      DateStyle = "longDay"      // lundi 23 novembre
	LongDate     DateStyle = "longDate"     // lundi 23 novembre 2020
	Month        DateStyle = "month"        // novembre 2020
)

var dateStyles = []DateStyle{TimeOfDay, ShortWeekday, ShortDay, ShortDate, LongDay, LongDate, Month}

// A pattern is cut into runs of one letter ("MMMM") and literal text.
type pattern []run

type run struct {
	field   string // "MMMM"; "" for literal text
	literal string
}

const fields = " y yy M MM MMM MMMM d dd EEE EEEE H HH h hh m mm a "

func parsePattern(s string) (pattern, error) {
	var p pattern
	literal := func(s string) {
		if n := len(p); n > 0 && p[n-1].field == "" {
			p[n-1].literal += s
		} else {
			p = append(p, run{literal: s})
		}
	}
	for s != "" {
		switch c := s[0]; {
		case strings.HasPrefix(s, "''"):
			literal("'")
			s = s[2:]
		case c == '\'':
			quoted, rest, ok := strings.Cut(s[1:], "'")
			if !ok {
				return nil, fmt.Errorf("%q: the apostrophe is not closed", s)
			}
			literal(quoted)
			s = rest
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z':
			field := s[:len(s)-len(strings.TrimLeft(s, string(c)))]
			if !strings.Contains(fields, " "+field+" ") {
				return nil, fmt.Errorf("%q is no date field; quote letters that stand for themselves", field)
			}
			p = append(p, run{field: field})
			s = s[len(field):]
		default:
			literal(s[:1]) // bytes of one letter come together again
			s = s[1:]
		}
	}
	return p, nil
}

func (p pattern) format(l *Locale, t time.Time) string {
	var b strings.Builder
	for _, r := range p {
		switch r.field {
		case "":
			b.WriteString(r.literal)
		case "y":
			b.WriteString(strconv.Itoa(t.Year()))
		case "MMM":
			b.WriteString(l.ShortMonths[t.Month()-1])
		case "MMMM":
			b.WriteString(l.Months[t.Month()-1])
		case "EEE":
			b.WriteString(l.ShortWeekdays[t.Weekday()])
		case "EEEE":
			b.WriteString(l.Weekdays[t.Weekday()])
		case "a":
			b.WriteString(l.DayPeriods[t.Hour()/12])
		case "d":
			if t.Day() == 1 && p.namesMonth() {
				b.WriteString(l.FirstOfMonth)
			} else {
				b.WriteString(strconv.Itoa(t.Day()))
			}
		default:
			fmt.Fprintf(&b, "%0*d", len(r.field), number(r.field[0], t))
		}
	}
	return b.String()
}

// number is the value of a field that is written in digits.
func number(letter byte, t time.Time) int {
	switch letter {
	case 'y':
		return t.Year() % 100
	case 'M':
		return int(t.Month())
	case 'd':
		return t.Day()
	case 'H':
		return t.Hour()
	case 'h':
		return (t.Hour()+11)%12 + 1
	}
	return t.Minute()
}

func (p pattern) namesMonth() bool {
	for _, r := range p {
		if r.field == "MMM" || r.field == "MMMM" {
			return true
		}
	}
	return false
}

// ReadDate reads a date that a person typed: day, month and year in the order of the language's short date, or the year first, with anything
// between them; without a year it is the last such day up to today. It is the beginning of that day, in the time zone of now.
func (c *Catalogue) ReadDate(typed string, now time.Time) (day time.Time, ok bool) {
	words := strings.FieldsFunc(typed, func(r rune) bool { return strings.ContainsRune(" /.-\u00a0\u202f", r) })
	order := "yMd"
	if len(words) > 0 && len(words[0]) < 4 {
		order = ""
		for _, r := range c.dates[ShortDate] {
			if r.field != "" && (r.field[0] != 'y' || len(words) > 2) {
				order += r.field[:1]
			}
		}
	}
	if len(words) != len(order) {
		return day, false
	}
	parts := map[byte]int{'y': now.Year()}
	for i, word := range words {
		n, err := strconv.Atoi(word)
		if err != nil || n < 0 {
			return day, false
		}
		if parts[order[i]] = n; order[i] == 'y' && len(word) <= 2 {
			parts['y'] = 2000 + n
		}
	}
	day = time.Date(parts['y'], time.Month(parts['M']), parts['d'], 0, 0, 0, 0, now.Location())
	if len(words) == 2 && day.After(now) {
		day = time.Date(parts['y']-1, time.Month(parts['M']), parts['d'], 0, 0, 0, 0, now.Location())
	}
	return day, day.Day() == parts['d'] && int(day.Month()) == parts['M'] && day.Year() >= 1900 && day.Year() <= 9999
}

package wording

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"discussions/internal/fold"
	"discussions/internal/i18n"
)

// Until stands behind a status that ends, as others read it.
func Until(end time.Time) string { return i18n.T(untilText, "Time", Time(end)) }

const untilText = "status.untilText"

// States are the known states that somebody may choose for their status, in the reader's language. The presence has its own.
func States() (list []string) {
	for _, key := range states {
		if strings.HasPrefix(key, "status.") {
			list = append(list, i18n.T(key))
		}
	}
	return list
}

// states are the texts of a status that have the same words in every language.
var states = []string{
	"presence.available", "presence.away", "presence.busy",
	"status.visit", "status.theatre", "status.onCall", "status.consultation", "status.meeting", "status.break",
}

// Status is what somebody says of themselves, on one line: in the reader's language where it is a known state, or ends at a time, as a program
// in another language writes them; else in its own words.
func Status(text string) string {
	words, end := WithoutUntil(Line(text))
	return Join(" ", state(words), end)
}

// WithoutUntil parts a status from its end, if it has one, in whatever language: the end is given in the reader's.
func WithoutUntil(text string) (words, end string) {
	for _, c := range i18n.All() {
		before, after, _ := strings.Cut(c.T(untilText, "Time", "\n"), "\n")
		rest, found := strings.CutSuffix(text, after)
		at := strings.LastIndex(rest, before)
		if !found || at < 0 || at > 0 && rest[at-1] != ' ' {
			continue
		}
		if time, ok := timeOfDay(rest[at+len(before):]); ok {
			return strings.TrimSpace(rest[:at]), i18n.T(untilText, "Time", time)
		}
	}
	return text, ""
}

var hourMinute = regexp.MustCompile(`^([01]?[0-9]|2[0-3]):([0-5][0-9])$`)

// timeOfDay reads a time of day, and gives it in the reader's language.
func timeOfDay(text string) (string, bool) {
	m := hourMinute.FindStringSubmatch(text)
	if m == nil {
		return "", false
	}
	hour, _ := strconv.Atoi(m[1]) // digits
	minute, _ := strconv.Atoi(m[2])
	return i18n.Date(i18n.TimeOfDay, time.Date(2000, 1, 1, hour, minute, 0, 0, time.UTC)), true
}

// state gives the words of a known state in the reader's language, and others as they are.
func state(words string) string {
	if words == "" {
		return ""
	}
	folded := fold.Text(words)
	for _, key := range states {
		for _, c := range i18n.All() {
			if fold.Text(c.T(key)) == folded {
				if i18n.Current() == c {
					return words
				}
				return i18n.T(key)
			}
		}
	}
	return words
}

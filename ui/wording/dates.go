package wording

import (
	"fmt"
	"time"

	"discussions/internal/i18n"
)

// Time is a time of day in local time: 9:05.
func Time(t time.Time) string { return i18n.Date(i18n.TimeOfDay, t.Local()) }

// Day names a day as seen from now: "aujourd’hui", "hier", "lundi 23 novembre", "lundi 23 novembre 2020".
func Day(day, now time.Time) string {
	day, now = day.Local(), now.Local()
	switch {
	case SameDay(day, now):
		return i18n.T("date.today")
	case SameDay(day, now.AddDate(0, 0, -1)):
		return i18n.T("date.yesterday")
	case day.Year() == now.Year():
		return i18n.Date(i18n.LongDay, day)
	}
	return i18n.Date(i18n.LongDate, day)
}

// When is a past time in few letters, as a list shows it: "9:15", "hier", "lun.", "12 mars", "12/03/2024".
func When(t, now time.Time) string {
	t, now = t.Local(), now.Local()
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	switch {
	case !t.Before(midnight):
		return Time(t)
	case !t.Before(midnight.AddDate(0, 0, -1)):
		return i18n.T("date.yesterday")
	case !t.Before(midnight.AddDate(0, 0, -6)):
		return i18n.Date(i18n.ShortWeekday, t)
	case t.Year() == now.Year():
		return i18n.Date(i18n.ShortDay, t)
	}
	return i18n.Date(i18n.ShortDate, t)
}

// SameDay reports whether two times are on one local day.
func SameDay(a, b time.Time) bool {
	ay, am, ad := a.Local().Date()
	by, bm, bd := b.Local().Date()
	return ay == by && am == bm && ad == bd
}

// Countdown is a time to wait, in minutes and seconds: 0:25, 4:59, from an hour on with the hours: 3:59:59. A part of a second
// counts as one.
func Countdown(d time.Duration) string {
	seconds := int((d + time.Second - 1) / time.Second)
	if seconds >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	}
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}

// Span is about how long a time is, in the largest unit that fits: "25 heures", "2 jours".
func Span(d time.Duration) string {
	d = d.Abs()
	switch {
	case d >= 36*time.Hour:
		return i18n.N("span.days", int((d+12*time.Hour)/(24*time.Hour)))
	case d >= 90*time.Minute:
		return i18n.N("span.hours", int((d+30*time.Minute)/time.Hour))
	}
	return i18n.N("span.minutes", int((d+30*time.Second)/time.Minute))
}

package wording

import (
	"testing"
	"time"

	"discussions/account"
	"discussions/internal/i18n"
	"discussions/internal/i18n/i18ntest"
)

func TestDayNames(t *testing.T) {
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 23, 30, 0, 0, time.Local) }
	now := time.Date(2026, time.December, 2, 0, 10, 0, 0, time.Local)
	for _, c := range []struct {
		language i18n.Language
		day      time.Time
		want     string
	}{
		{"fr", day(2026, 12, 2), "aujourd’hui"},
		{"fr", day(2026, 12, 1), "hier"},
		{"fr", day(2026, 11, 23), "lundi 23 novembre"},
		{"fr", day(2026, 5, 1), "vendredi 1er mai"},
		{"fr", day(2025, 8, 31), "dimanche 31 août 2025"},
		{"en", day(2026, 12, 1), "yesterday"},
		{"en", day(2026, 11, 23), "Monday 23 November"},
		{"en", day(2025, 5, 1), "Thursday 1 May 2025"},
	} {
		i18ntest.Speak(t, c.language)
		if got := Day(c.day, now); got != c.want {
			t.Errorf("%s in %s: %q, want %q", c.day, c.language, got, c.want)
		}
	}
	if got := Time(time.Date(2026, 1, 1, 9, 5, 0, 0, time.Local)); got != "9:05" {
		t.Errorf("clock: %q", got)
	}
}

func TestWhenIsShort(t *testing.T) {
	i18ntest.Speak(t, "fr")
	now := time.Date(2026, time.November, 23, 10, 50, 0, 0, time.Local) // a Monday
	for want, at := range map[string]time.Time{
		"9:05":       time.Date(2026, time.November, 23, 9, 5, 0, 0, time.Local),
		"hier":       time.Date(2026, time.November, 22, 23, 59, 0, 0, time.Local),
		"mar.":       time.Date(2026, time.November, 17, 8, 0, 0, 0, time.Local),
		"16 nov.":    time.Date(2026, time.November, 16, 8, 0, 0, 0, time.Local),
		"1er mars":   time.Date(2026, time.March, 1, 8, 0, 0, 0, time.Local),
		"12/03/2024": time.Date(2024, time.March, 12, 8, 0, 0, 0, time.Local),
	} {
		if got := When(at, now); got != want {
			t.Errorf("%v: %q, want %q", at, got, want)
		}
	}
}

func TestCountdownAndSpan(t *testing.T) {
	i18ntest.Speak(t, "fr")
	for d, want := range map[time.Duration]string{25 * time.Second: "0:25", 24500 * time.Millisecond: "0:25", 299 * time.Second: "4:59", 5 * time.Minute: "5:00"} {
		if got := Countdown(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
	for d, want := range map[time.Duration]string{time.Minute: "1 minute", -50 * time.Minute: "50 minutes", 25 * time.Hour: "25 heures", 47 * time.Hour: "2 jours"} {
		if got := Span(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

func TestWrongCodesAreCounted(t *testing.T) {
	now := time.Date(2026, time.November, 24, 10, 50, 0, 0, time.Local)
	since := time.Date(2026, time.November, 23, 18, 2, 0, 0, time.Local)
	for _, c := range []struct {
		language i18n.Language
		misses   account.Misses
		want     string
	}{
		{"fr", account.Misses{}, ""},
		{"fr", account.Misses{Count: 3, Since: since}, "3 codes incorrects depuis hier à 18:02"},
		{"fr", account.Misses{Count: 1, Since: since}, "1 code incorrect hier à 18:02"},
		{"fr", account.Misses{Count: 2}, "2 codes incorrects"},
		{"en", account.Misses{Count: 3, Since: since}, "3 wrong codes since yesterday at 18:02"},
	} {
		i18ntest.Speak(t, c.language)
		if got := Misses(c.misses, now); got != c.want {
			t.Errorf("%+v in %s: %q, want %q", c.misses, c.language, got, c.want)
		}
	}
}

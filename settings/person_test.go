package settings

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestWhenItIsQuiet(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 10, day, hour, minute, 0, 0, paris) }
	night := Quiet{Daily: true, From: 20 * 60, To: 7 * 60}
	lunch := Quiet{Daily: true, From: 12 * 60, To: 13*60 + 30}
	byHand := func(q Quiet, until time.Time) Quiet { q.Until = until; return q }
	for name, c := range map[string]struct {
		quiet Quiet
		now   time.Time
		want  bool
		until time.Time
	}{
		"never":                               {Quiet{}, at(5, 3, 0), false, time.Time{}},
		"for an hour":                         {byHand(Quiet{}, at(5, 4, 0)), at(5, 3, 0), true, at(5, 4, 0)},
		"the hour is over":                    {byHand(Quiet{}, at(5, 4, 0)), at(5, 4, 0), false, time.Time{}},
		"in the evening":                      {night, at(5, 20, 0), true, at(6, 7, 0)},
		"at three in the morning":             {night, at(5, 3, 0), true, at(5, 7, 0)},
		"in the morning":                      {night, at(5, 7, 0), false, at(5, 20, 0)},
		"at noon":                             {lunch, at(5, 12, 15), true, at(5, 13, 30)},
		"after lunch":                         {lunch, at(5, 14, 0), false, at(6, 12, 0)},
		"from and to are the same":            {Quiet{Daily: true, From: 60, To: 60}, at(5, 1, 0), false, time.Time{}},
		"by hand longer than by the hours":    {byHand(lunch, at(5, 15, 0)), at(5, 12, 15), true, at(5, 15, 0)},
		"by hand until in the quiet hours":    {byHand(night, at(5, 21, 0)), at(5, 19, 0), true, at(5, 21, 0)},
		"the clock is set back in that night": {night, at(24, 21, 0), true, at(25, 7, 0)},
	} {
		quiet, until := c.quiet.Now(c.now)
		if quiet != c.want || !until.Equal(c.until) {
			t.Errorf("%s: %v until %v, want %v until %v", name, quiet, until, c.want, c.until)
		}
	}
	if got := NextMorning(at(5, 22, 0)); !got.Equal(at(6, 7, 0)) {
		t.Errorf("in the evening: %v", got)
	}
	if got := NextMorning(at(5, 3, 0)); !got.Equal(at(5, 7, 0)) {
		t.Errorf("at night: %v", got)
	}
}

func TestInvalidChoicesOfAPersonBecomeTheirDefaults(t *testing.T) {
	want := DefaultPerson()
	got := Person{Notifications: true, Content: "everything", Sound: true, Language: "la", Quiet: Quiet{Daily: true, From: -5, To: 1440}}.Normalized()
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

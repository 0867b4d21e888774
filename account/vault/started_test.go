package vault

import (
	"testing"
	"time"
)

func TestTheLeastTimeThatHasPassed(t *testing.T) {
	for name, c := range map[string]struct {
		earlier, now Started
		want         time.Duration
	}{
		"the same start":                         {Started{7, time.Hour}, Started{7, 3 * time.Hour}, 2 * time.Hour},
		"a virtual computer that was put back":   {Started{7, 3 * time.Hour}, Started{7, time.Hour}, 0},
		"another start":                          {Started{7, time.Hour}, Started{8, 3 * time.Hour}, 3 * time.Hour},
		"another start, shorter ago":             {Started{7, 3 * time.Hour}, Started{8, time.Hour}, time.Hour},
		"starts without names":                   {Started{0, time.Hour}, Started{0, 3 * time.Hour}, 2 * time.Hour},
		"starts without names, another for sure": {Started{0, 3 * time.Hour}, Started{0, time.Hour}, time.Hour},
		"nothing known before":                   {Started{}, Started{7, time.Hour}, 0},
		"nothing known now":                      {Started{7, time.Hour}, Started{}, 0},
	} {
		if got := c.now.since(c.earlier); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// A clock that runs, is corrected a little, or is set forward takes nothing from the life of a code.
func TestACorrectClockLosesNothing(t *testing.T) {
	began := time.Unix(1_800_000_000, 0)
	for name, step := range map[string]time.Duration{"right": 0, "slow": -5 * time.Second, "set forward": 3 * time.Hour} {
		s := standing{login: began}
		for hour := range 24 {
			ran := time.Duration(hour) * time.Hour
			s.observe(began.Add(ran+time.Duration(hour)*step), Started{1, ran + time.Second})
		}
		if s.lost != 0 {
			t.Errorf("%s: %v", name, s.lost)
		}
	}
}

func TestTheSystemTellsItsStart(t *testing.T) {
	a, b := SystemStarted(), SystemStarted()
	if a.Ago <= 0 || a.Which != b.Which || b.since(a) < 0 || b.since(a) > time.Hour {
		t.Errorf("%v, %v", a, b)
	}
}

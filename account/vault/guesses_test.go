package vault

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"discussions/internal/secret"
)

// guess tries a wrong code, and waits first if it must.
func (f *fixture) guess(t testing.TB) *WrongCodeError {
	t.Helper()
	v := f.again()
	s, err := v.Status()
	if err != nil {
		t.Fatal(err)
	}
	if !s.Wait.IsZero() {
		f.clock.now = s.Wait
	}
	_, err = v.Unlock(wrong)
	var e *WrongCodeError
	if !errors.As(err, &e) {
		t.Fatalf("%v", err)
	}
	return e
}

func TestGuessesBetweenRightCodesMakeTheDelaysLonger(t *testing.T) {
	f := newFixture(t, "a")
	var delays []time.Duration
	for range 5 {
		for range 2 { // two wrong codes alone cause no delay
			e := f.guess(t)
			delays = append(delays, max(e.Wait.Sub(f.clock.now), 0))
		}
		s, err := f.again().Status()
		if err != nil {
			t.Fatal(err)
		}
		if f.clock.now = f.clock.now.Add(time.Hour); s.Wait.After(f.clock.now) {
			f.clock.now = s.Wait
		}
		f.mustOpen(t, f.again(), code)
	}
	want := []time.Duration{
		0, 0, 30 * time.Second, 5 * time.Minute, 15 * time.Minute, time.Hour, 4 * time.Hour, 12 * time.Hour, 24 * time.Hour, 24 * time.Hour,
	}
	if diff := cmp.Diff(want, delays); diff != "" {
		t.Error(diff)
	}
}

func TestAGuessIsForgottenAfterADay(t *testing.T) {
	f := newFixture(t, "a")
	for range 2 {
		for range 2 {
			f.guess(t)
		}
		f.clock.now = f.clock.now.Add(time.Hour)
		f.mustOpen(t, f.again(), code)
	}
	for day, want := range []int{4, 3, 2, 1, 0, 0} {
		if s, err := f.again().Status(); err != nil || s.Guesses != want {
			t.Errorf("day %d: %d guesses, %v", day, s.Guesses, err)
		}
		f.clock.now = f.clock.now.Add(24 * time.Hour)
	}
	now := f.clock.now
	f.guess(t)
	f.clock.now = now.Add(-240 * time.Hour)
	if s, err := f.again().Status(); err != nil || s.Guesses != 1 {
		t.Errorf("a clock set back: %+v, %v", s, err)
	}
}

func TestASlipOfTheOwnerIsNoGuess(t *testing.T) {
	for _, c := range []struct {
		name    string
		wrong   int
		after   time.Duration
		misses  int
		guesses int
	}{
		{"right at once", 0, 0, 0, 0},
		{"mistyped", 1, 5 * time.Second, 0, 0},
		{"mistyped twice", 2, 25 * time.Second, 0, 0},
		{"three times", 3, 31 * time.Second, 3, 3},
		{"somebody before", 1, time.Minute, 1, 1},
		{"two by somebody before", 2, 9 * time.Hour, 2, 2},
		{"with a clock set back", 1, -time.Minute, 1, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFixture(t, "a")
			began := f.clock.now
			for range c.wrong {
				f.guess(t)
			}
			f.clock.now = f.clock.now.Add(c.after)
			v := f.again()
			f.mustOpen(t, v, code)
			want := Misses{}
			if c.misses > 0 {
				want = Misses{Count: c.misses, Since: began}
			}
			if diff := cmp.Diff(want, v.TakeMissed()); diff != "" {
				t.Error(diff)
			}
			if again := v.TakeMissed(); again.Count != 0 {
				t.Error("told twice")
			}
			s, err := f.again().Status()
			if diff := cmp.Diff(Status{Left: MaxTries, Guesses: c.guesses, Misses: want}, s); err != nil || diff != "" {
				t.Error(err, diff)
			}
		})
	}
}

func TestTheOwnerIsToldOnceAndTheRecordRemembers(t *testing.T) {
	f := newFixture(t, "a")
	began := f.clock.now
	f.guess(t)
	f.clock.now = began.Add(time.Hour)
	f.mustOpen(t, f.again(), code)
	f.clock.now = f.clock.now.Add(time.Hour)
	v := f.again()
	f.mustOpen(t, v, code)
	if m := v.TakeMissed(); m.Count != 0 {
		t.Errorf("told again: %+v", m)
	}
	if err := v.Change(code, code2); err != nil {
		t.Fatal(err)
	}
	if s, err := f.again().Status(); err != nil || s.Misses != (Misses{1, began}) || s.Guesses != 0 {
		t.Errorf("after a change of code: %+v, %v", s, err)
	}
}

func TestAFullLoginOfTheOwnerSkipsTheDelay(t *testing.T) {
	f := newFixture(t, "a")
	if err := f.Confirm("claire", time.Time{}, Rules{}, false); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		f.guess(t)
	}
	for _, somebody := range []string{"", "paul"} {
		if _, err := f.again().UnlockAfterLogin(code, somebody); !errors.Is(err, ErrWait) {
			t.Errorf("after a login of %q: %v", somebody, err)
		}
	}
	if key, err := f.again().UnlockAfterLogin(code, "claire"); err != nil || !key.Equal(f.key) {
		t.Fatal(err)
	}
	if s, err := f.again().Status(); err != nil || s.Left != MaxTries || s.Guesses != 4 || !s.Wait.IsZero() {
		t.Errorf("%+v, %v", s, err)
	}
	for range 4 { // wrong codes also count after a login
		if _, err := f.again().UnlockAfterLogin(wrong, "claire"); !errors.Is(err, ErrWrongCode) {
			t.Error(err)
		}
	}
	if _, err := f.again().UnlockAfterLogin(wrong, "claire"); !errors.Is(err, ErrErased) {
		t.Error(err)
	}
}

func TestNobodysLoginSkipsTheDelayOfAVaultThatIsNotBound(t *testing.T) {
	f := newFixture(t, "a")
	for range 3 {
		f.guess(t)
	}
	for _, somebody := range []string{"", "claire"} {
		if _, err := f.again().UnlockAfterLogin(code, somebody); !errors.Is(err, ErrWait) {
			t.Errorf("%q: %v", somebody, err)
		}
	}
}

// door is what a colleague tries codes at: the present vault, or the rule of earlier versions.
type door interface {
	waits(now time.Time) bool
	try(now time.Time) bool // a wrong code; false: none is accepted, or it would erase
	open(now time.Time)     // by the owner, after a full login if there is a delay
}

// formerDoor counted wrong codes in a row only.
type formerDoor struct {
	tries int
	until time.Time
}

func (d *formerDoor) waits(now time.Time) bool { return now.Before(d.until) }
func (d *formerDoor) open(time.Time)           { *d = formerDoor{} }

func (d *formerDoor) try(now time.Time) bool {
	if d.tries == MaxTries-1 || d.waits(now) {
		return false
	}
	d.tries++
	d.until = now.Add([]time.Duration{0, 0, 0, 30 * time.Second, 5 * time.Minute}[d.tries])
	return true
}

// presentDoor is a real vault.
type presentDoor struct {
	t testing.TB
	f *fixture
}

func (d presentDoor) status(now time.Time) Status {
	d.f.clock.now = now
	s, err := d.f.Status()
	if err != nil {
		d.t.Fatal(err)
	}
	return s
}

func (d presentDoor) waits(now time.Time) bool { return !d.status(now).Wait.IsZero() }

func (d presentDoor) try(now time.Time) bool {
	if d.status(now).Left == 1 || d.waits(now) {
		return false
	}
	if _, err := d.f.Unlock(wrong); !errors.Is(err, ErrWrongCode) {
		d.t.Fatal(err)
	}
	return true
}

func (d presentDoor) open(now time.Time) {
	d.f.clock.now = now
	if _, err := d.f.UnlockAfterLogin(code, "claire"); err != nil {
		d.t.Fatal(err)
	}
}

// tried is how many codes a patient colleague tries in that many days, if he never risks the erasure, at a workstation that the
// owner opens every half an hour from eight to six. If she finds that she must wait she logs in, or comes back later.
func tried(d door, days int, logsIn bool) (codes, logins int) {
	start := time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)
	for at := start; at.Before(start.AddDate(0, 0, days)); at = at.Add(5 * time.Minute) {
		if at.Hour() >= 8 && at.Hour() < 18 && at.Minute()%30 == 0 {
			waits := d.waits(at)
			if !waits || logsIn {
				d.open(at)
			}
			if waits && logsIn {
				logins++
			}
			continue
		}
		for d.try(at) {
			codes++
		}
	}
	return codes, logins
}

// birthdayCodes are the codes that somebody makes of a date of birth and that the program accepts.
func birthdayCodes(born time.Time) (codes []string) {
	for _, form := range []string{"0201", "0102", "0206", "0602", "0106", "0601", "2006"} {
		c := born.Format(form)
		if CheckCode(secret.New(c)) == nil {
			codes = append(codes, c)
		}
	}
	return codes
}

// The table of docs/security.md.
func TestHowManyCodesAColleagueCanTry(t *testing.T) {
	dates := 0
	for d := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC); d.Year() == 2024; d = d.AddDate(0, 0, 1) {
		if CheckCode(secret.New(d.Format("0201"))) == nil {
			dates++
		}
	}
	forms := len(birthdayCodes(time.Date(1984, 6, 27, 0, 0, 0, 0, time.UTC)))
	t.Logf("codes that are a day and a month: %d; of one known birthday: %d", dates, forms)
	share := func(n, of int) string { return fmt.Sprintf("%.1f %%", 100*float64(min(n, of))/float64(of)) }
	for _, period := range []struct {
		name              string
		days              int
		was, most, patent int
	}{{"day", 1, 80, 10, 25}, {"week", 7, 560, 17, 150}, {"month", 30, 2400, 41, 620}} {
		now := func(logsIn bool) (codes, logins int) {
			f := newFixture(t, "a")
			if err := f.Confirm("claire", time.Time{}, Rules{}, false); err != nil {
				t.Fatal(err)
			}
			return tried(presentDoor{t, f}, period.days, logsIn)
		}
		before, _ := tried(&formerDoor{}, period.days, false)
		after, _ := now(false)
		patent, logins := now(true)
		t.Logf("a %-5s before %4d: %s of all codes, %s of all birthdays; now %2d: %s, %s; %d, if the owner logs in %d times", period.name,
			before, share(before, 9640), share(before, dates), after, share(after, 9640), share(after, dates), patent, logins)
		if before != period.was || after > period.most || patent > period.patent || patent > after+logins {
			t.Errorf("a %s: %d before, %d now, %d with %d logins", period.name, before, after, patent, logins)
		}
	}
}

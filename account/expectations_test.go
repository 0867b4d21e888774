package account

import (
	"errors"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"
)

// expected is the model's view of one person's drawer.
type expected struct {
	state State
	codes []string  // one of these opens it; after a crash there may be several
	tries int       // wrong codes that count
	until time.Time // no code is accepted before

	guesses int       // wrong codes that still count after a right one
	decayed time.Time // since when
	first   time.Time // wrong code since the last right one

	doubt bool // after a crash, or by the provider, its tokens may be worthless or its files old
}

// waits says whether no code is accepted at the moment.
func (e *expected) waits(now time.Time) bool { return e.until.After(now) }

// decay takes back a guess for each day.
func (e *expected) decay(now time.Time) {
	for ; e.guesses > 0 && now.Sub(e.decayed) >= 24*time.Hour; e.guesses-- {
		e.decayed = e.decayed.Add(24 * time.Hour)
	}
	if e.guesses == 0 {
		e.decayed = now
	}
}

// wrong counts the try of a wrong code and sets the delay that the documentation gives.
func (e *expected) wrong(now time.Time) (erased bool) {
	e.decay(now)
	if e.tries == 0 {
		e.first = now
	}
	e.tries, e.guesses = e.tries+1, e.guesses+1
	e.until = time.Time{}
	switch n := max(e.tries, e.guesses); n {
	case 1, 2:
	case 3:
		e.until = now.Add(30 * time.Second)
	case 4:
		e.until = now.Add(5 * time.Minute)
	case 5:
		e.until = now.Add(15 * time.Minute)
	case 6, 7:
		e.until = now.Add([]time.Duration{time.Hour, 4 * time.Hour}[n-6])
	default:
		e.until = now.Add(time.Duration(min(n-7, 2)) * 12 * time.Hour)
	}
	return e.tries == 5
}

func (e *expected) right(code string, now time.Time) {
	if e.tries <= 2 && now.Sub(e.first) <= 30*time.Second { // the person mistyped
		e.guesses -= e.tries
	}
	e.codes, e.tries, e.until = []string{code}, 0, time.Time{}
}

// stake is how a crash may change the number of counted tries: by one more, or to zero.
type stake struct{ try, reset bool }

// attempt does something to a drawer that may be cut short by a crash, and says whether it was. The last try erases at the next start.
func (m *model) attempt(id string, at stake, do func() error) (crashed bool, err error) {
	if rapid.IntRange(0, 9).Draw(m.t, "crash") == 0 {
		m.power.cut(rapid.IntRange(0, 12).Draw(m.t, "step"), rapid.Bool().Draw(m.t, "after"))
	}
	err = do()
	if !m.power.off() {
		m.power.cut(-1, false)
		return false, err
	}
	m.reboot()
	e := m.drawers[id]
	if e == nil {
		return true, err
	}
	e.doubt = true
	counted := *e
	erased := counted.wrong(m.clock())
	if !slices.Contains(m.ids(), id) {
		if at.try && erased {
			m.forget(id)
		}
		return true, err // the caller, or check, decides whether it may be gone
	}
	switch left := m.account(id).TriesLeft; {
	case left == 5-e.tries:
	case at.try && left == 5-counted.tries:
		e.tries, e.until, e.first, e.decayed = counted.tries, counted.until, counted.first, counted.decayed
	case at.reset && left == 5:
		e.tries, e.until = 0, time.Time{}
	}
	if s, err := m.find(id).vault.Status(); err == nil {
		if s.Guesses > counted.guesses {
			m.t.Fatalf("%d guesses, expected %d at most", s.Guesses, counted.guesses)
		}
		e.decay(m.clock())
		e.guesses = s.Guesses
	}
	return true, err
}

// guesses is the drawer's own count. After a crash the model cannot tell which of several codes is the present one.
func (m *model) guesses(id string) int {
	s, err := m.find(id).vault.Status()
	must(m.t, err)
	return s.Guesses
}

// guess is the stake of an action that tries a code.
func (m *model) guess(e *expected) stake {
	can := !e.waits(m.clock())
	return stake{try: can, reset: can}
}

// predict compares an answer to a code with the one that it must have, and notes what follows. Proved says that it was given after a
// full login.
func (m *model) predict(id, c string, err error, proved bool) (opened bool) {
	e, now := m.drawers[id], m.clock()
	var wrong *WrongCodeError
	var wait *WaitError
	switch {
	case e.waits(now) && (!proved || e.doubt && errors.Is(err, ErrWait)):
		if !errors.As(err, &wait) || !wait.Until.Equal(e.until) {
			m.t.Fatalf("%v, expected to wait until %v", err, e.until)
		}
		return false
	case err == nil:
		if !slices.Contains(e.codes, c) {
			m.t.Fatalf("opened by %s, not by one of %v", c, e.codes)
		}
		e.right(c, now)
		return true
	case slices.Contains(e.codes, c) && len(e.codes) == 1:
		m.t.Fatalf("%s is refused: %v", c, err)
	}
	e.codes = slices.DeleteFunc(e.codes, func(other string) bool { return other == c })
	switch erased := e.wrong(now); {
	case erased:
		want(m.t, err, ErrErased)
		m.forget(id)
	case !errors.As(err, &wrong) || wrong.Left != 5-e.tries || !wrong.Wait.Equal(e.until):
		m.t.Fatalf("%v, expected %d tries and a delay until %v", err, 5-e.tries, e.until)
	}
	return false
}

// check must pass after every action.
func (m *model) check(*rapid.T) {
	listed := m.ids()
	if len(listed) != len(m.drawers) {
		m.t.Fatalf("listed: %v, expected: %v", listed, m.drawers)
	}
	if folders := m.folders(); len(folders) != len(listed) {
		m.t.Fatalf("folders: %v, listed: %v", folders, listed)
	}
	if records := m.keyring.count(); records != len(listed) {
		m.t.Fatalf("%d records in the keyring, listed: %v", records, listed)
	}
	for _, a := range m.Accounts() {
		e := m.drawers[a.ID]
		if e == nil {
			m.t.Fatalf("unexpected: %+v", a)
		}
		if a.State != e.state {
			m.t.Fatalf("%v, expected %v", a.State, e.state)
		}
		until := e.until
		if !e.waits(m.clock()) {
			until = time.Time{}
		}
		if !a.NeedsLogin && (a.TriesLeft != 5-e.tries || !a.Wait.Equal(until)) {
			m.t.Fatalf("%d tries, wait until %v; expected %d, %v", a.TriesLeft, a.Wait, 5-e.tries, until)
		}
		for _, name := range m.files(a.ID) {
			switch {
			case name == descriptionName, name == tokensName, name == "vault", strings.HasPrefix(name, cachePrefix):
			case name == "vault.next" && e.doubt:
			default:
				m.t.Fatalf("a file %s", name)
			}
		}
	}
	m.checkStates(m.t)
	m.checkKeys()
	if m.provider.reused > 0 {
		m.t.Fatal("a rotated refresh token was used again")
	}
}

// checkKeys checks that only the present sessions have keys in memory, and none that has ended.
func (m *model) checkKeys() {
	now, clients := map[*running]bool{}, map[client]bool{}
	for _, d := range m.list() {
		if d.running != nil {
			now[d.running], clients[d.running.client] = true, true
			m.sessions[d.running] = true
		}
	}
	for n := range m.sessions {
		if !now[n] && (!n.data.IsZero() || !n.tokens.IsZero()) {
			m.t.Fatal("a session that is over has a key")
		}
	}
	for _, c := range m.all {
		if !clients[c] && (c.connected() || c.hasKey()) {
			m.t.Fatal("a client of before is connected, or has its key")
		}
	}
}

// The model keeps codes as strings, so that a failure is readable.
var goodCodes = []string{"4715", "6082", "9163"}

const wrongCode = "8302"

package account

import (
	"context"
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"discussions/account/vault"
	"discussions/auth"
	"discussions/internal/secret"
)

// expected is what the model knows of one person's drawer.
type expected struct {
	state State
	codes []string  // one of these opens it; several after a crash
	tries int       // wrong codes that count
	until time.Time // no code is accepted before

	guesses int       // wrong codes that a right one does not take back
	decayed time.Time // since when
	first   time.Time // wrong code since the last right one

	doubt bool // a crash or the provider may have made its tokens worthless, or left files of before
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

// wrong is what a wrong code leads to: its try counts, and the delays are those of the documentation.
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

// model runs the program against a few rules that fit on a page.
type model struct {
	*lab
	t        *rapid.T
	people   []auth.Identity
	drawers  map[string]*expected // by id
	owners   map[string]string    // subject → id
	sessions map[*running]bool    // that ever were
}

// The model knows the codes as strings, so that a failure can be read.
var goodCodes = []string{"4715", "6082", "9163"}

const wrongCode = "8302"

// stake is what a crash may do to the tries that were counted: one more, or all forgotten.
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
		return true, err // whether it may be gone is for the caller, or check
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

// guesses is what the drawer itself counts. Only it knows, after a crash, which of several codes was the present one.
func (m *model) guesses(id string) int {
	s, err := m.find(id).vault.Status()
	must(m.t, err)
	return s.Guesses
}

// guess is at stake where a code is tried.
func (m *model) guess(e *expected) stake {
	can := !e.waits(m.clock())
	return stake{try: can, reset: can}
}

// afterLogin is at stake where a code is tried after a full login, which no delay holds up.
var afterLogin = stake{try: true, reset: true}

// reboot starts the program again, however it ended.
func (m *model) reboot() {
	m.restart()
	<-m.keyringAsked
	for _, e := range m.drawers {
		e.state = Sealed
	}
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

// loginNeeded says whether the answer is that only a login helps, which must be known beforehand or have a reason.
func (m *model) loginNeeded(id string, known bool, err error) bool {
	if !errors.Is(err, ErrLoginNeeded) {
		if known {
			m.t.Fatalf("%v, though a login is needed", err)
		}
		return false
	}
	if !known && !m.drawers[id].doubt {
		m.t.Fatal("a login is needed for no reason")
	}
	if !m.account(id).NeedsLogin {
		m.t.Fatal("a login is needed, and the list does not say so")
	}
	return true
}

func (m *model) pick() (string, *expected) {
	if len(m.drawers) == 0 {
		m.t.Skip("no drawers")
	}
	subject := rapid.SampledFrom(slices.Sorted(maps.Keys(m.owners))).Draw(m.t, "whose")
	id := m.owners[subject]
	return id, m.drawers[id]
}

func (m *model) add(*rapid.T) {
	who := rapid.SampledFrom(m.people).Draw(m.t, "who")
	c := rapid.SampledFrom(goodCodes).Draw(m.t, "code")
	id := m.owners[who.Subject]
	e := m.drawers[id]
	var made string
	at := stake{}
	if e != nil {
		at = stake{try: e.state != Open, reset: true}
	}
	crashed, err := m.attempt(id, at, func() (err error) {
		p, err := m.tryLogIn(who, id)
		if err == nil {
			made, err = p.SetCode(context.Background(), secret.New(c))
		}
		return err
	})
	if crashed {
		if e := m.drawers[id]; e != nil && !slices.Contains(e.codes, c) {
			e.codes = append(e.codes, c)
		}
		for _, now := range m.ids() {
			if m.drawers[now] == nil {
				m.drawers[now], m.owners[who.Subject] = &expected{state: Sealed, codes: []string{c}, doubt: true}, now
			}
		}
		return
	}
	must(m.t, err)
	kept := e != nil && (e.state == Open || slices.Contains(e.codes, c))
	last := e != nil && !kept && e.tries == 4
	switch {
	case e == nil:
	case (made != id) != last && len(e.codes) == 1 && !e.doubt:
		m.t.Fatalf("a new drawer: %v, the last try: %v", made != id, last)
	case kept && !m.client(made).kept && e.state != Open && !e.doubt:
		m.t.Fatal("the messages are lost")
	}
	if made != id {
		delete(m.drawers, id)
	}
	next := &expected{state: Open, codes: []string{c}, doubt: e != nil && e.doubt}
	if kept && e.state != Open && !(len(e.codes) > 1 && m.guesses(made) == 0) { // by the present code: the seal is the same
		e.right(c, m.clock())
		next.guesses, next.decayed = e.guesses, e.decayed
	}
	m.drawers[made], m.owners[who.Subject] = next, made
}

func (m *model) ids() (ids []string) {
	for _, a := range m.Accounts() {
		ids = append(ids, a.ID)
	}
	return ids
}

func (m *model) forget(id string) {
	delete(m.drawers, id)
	maps.DeleteFunc(m.owners, func(_, owned string) bool { return owned == id })
}

func (m *model) unlock(*rapid.T) {
	id, e := m.pick()
	c := rapid.SampledFrom(append(goodCodes, wrongCode)).Draw(m.t, "code")
	known := m.account(id).NeedsLogin
	crashed, err := m.attempt(id, m.guess(e), func() error { return m.Unlock(context.Background(), id, secret.New(c)) })
	switch {
	case crashed:
	case e.state == Open:
		want(m.t, err, ErrState)
	case m.loginNeeded(id, known, err):
		if !known { // the code was right, what it opened was not
			e.right(c, m.clock())
		}
	case m.predict(id, c, err, false):
		if e.state == Sealed && !m.client(id).kept && !e.doubt {
			m.t.Fatal("the messages are lost")
		}
		e.state = Open
	}
}

// hiccup has the keyring fail once while the right code is tried: it costs nothing, whatever was written before.
func (m *model) hiccup(*rapid.T) {
	id, e := m.pick()
	if e.state == Open || len(e.codes) > 1 || e.waits(m.clock()) || m.account(id).NeedsLogin || e.doubt {
		m.t.Skip("nothing to predict")
	}
	m.keyring.hiccup(rapid.IntRange(0, 2).Draw(m.t, "call"))
	err := m.Unlock(context.Background(), id, secret.New(e.codes[0]))
	m.keyring.hiccup(-1)
	if err != nil {
		want(m.t, err, ErrKeyringSlow)
		return
	}
	if rapid.Bool().Draw(m.t, "at once") {
		must(m.t, m.Lock(id))
		must(m.t, m.Unlock(context.Background(), id, secret.New(e.codes[0])))
	}
	must(m.t, m.find(id).vault.Settle()) // as a session does now and then
	e.state = Open
	e.right(e.codes[0], m.clock())
}

func (m *model) lock(*rapid.T) {
	id, e := m.pick()
	if crashed, err := m.attempt(id, stake{}, func() error { return m.Lock(id) }); !crashed {
		must(m.t, err)
		if e.state == Open {
			e.state = Locked
		}
	}
}

func (m *model) logOut(*rapid.T) {
	id, e := m.pick()
	if crashed, err := m.attempt(id, stake{}, func() error { return m.LogOut(id) }); !crashed {
		must(m.t, err)
		e.state = Sealed
	}
}

func (m *model) logOutAll(*rapid.T) {
	must(m.t, m.LogOutAll())
	for _, e := range m.drawers {
		e.state = Sealed
	}
}

func (m *model) remove(*rapid.T) {
	id, _ := m.pick()
	crashed, err := m.attempt(id, stake{}, func() error {
		_, err := m.Remove(context.Background(), id)
		return err
	})
	if crashed && slices.Contains(m.ids(), id) {
		return // its very first step had no effect
	}
	if !crashed {
		must(m.t, err)
	}
	m.forget(id)
	if _, err := m.keyring.Get(vault.Service, id); !errors.Is(err, ErrNoRecord) {
		m.t.Fatal("the device secret is still there")
	}
	if left := m.files(id); len(left) > 0 {
		m.t.Fatalf("left: %v", left)
	}
}

func (m *model) changeCode(*rapid.T) {
	id, e := m.pick()
	old, c := rapid.SampledFrom(goodCodes).Draw(m.t, "old"), rapid.SampledFrom(goodCodes).Draw(m.t, "new")
	known := e.state != Open && m.account(id).NeedsLogin
	crashed, err := m.attempt(id, m.guess(e), func() error { return m.ChangeCode(context.Background(), id, secret.New(old), secret.New(c)) })
	switch {
	case crashed:
		if e := m.drawers[id]; e != nil && slices.Contains(e.codes, old) && !slices.Contains(e.codes, c) {
			e.codes = append(e.codes, c)
		}
	case m.loginNeeded(id, known, err):
	case m.predict(id, old, err, false):
		e.codes, e.guesses = []string{c}, 0
	}
}

// resume logs in again and opens the drawer by its present code.
func (m *model) resume(*rapid.T) {
	id, e := m.pick()
	i := slices.IndexFunc(m.people, func(p auth.Identity) bool { return m.owners[p.Subject] == id })
	c := rapid.SampledFrom(goodCodes).Draw(m.t, "code")
	state := e.state
	at := stake{}
	if state != Open {
		at = afterLogin
	}
	crashed, err := m.attempt(id, at, func() error {
		p, err := m.tryLogIn(m.people[i], id)
		if err == nil {
			_, err = p.Resume(context.Background(), secret.New(c))
		}
		return err
	})
	switch {
	case crashed:
	case state == Open: // not asked for its code
		must(m.t, err)
	case e.doubt && errors.Is(err, ErrLoginNeeded): // no code opens it
		if !m.account(id).NeedsLogin {
			m.t.Fatal("a login is needed, and the list does not say so")
		}
	case m.predict(id, c, err, true):
		e.state = Open
		if m.account(id).NeedsLogin {
			m.t.Fatal("a login was not enough")
		}
	}
}

// refresh lets the access tokens end and asks for new ones.
func (m *model) refresh(*rapid.T) {
	id, e := m.pick()
	if e.state != Open && e.state != Locked {
		m.t.Skip("not connected")
	}
	if rapid.IntRange(0, 5).Draw(m.t, "dead") == 0 {
		m.provider.kill()
		for _, e := range m.drawers {
			e.doubt = true
		}
	}
	m.pass(10 * time.Minute)
	_, _ = m.attempt(id, stake{}, func() error {
		_, err := m.client(id).c.Token(context.Background())
		return err
	})
}

func (m *model) wait(*rapid.T) {
	m.pass(time.Duration(rapid.SampledFrom([]int{1, 29, 31, 299, 301, 3600, 86401}).Draw(m.t, "seconds")) * time.Second)
}

func (m *model) openLocked(*rapid.T) { m.reboot() }

// check holds after every action.
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

// checkKeys looks for keys in what ran before: only the sessions of now may have any.
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

func TestTheStateMachineUnderRandomActionsAndCrashes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "")
		must(rt, err)
		l := newLabIn(rt, dir)
		defer l.quit()
		m := &model{
			lab: l, t: rt, people: []auth.Identity{claire, paul, {Subject: "sub-sophie", JID: "sophie@chat.example.org", Name: "Sophie"}},
			drawers: map[string]*expected{}, owners: map[string]string{}, sessions: map[*running]bool{},
		}
		rt.Repeat(map[string]func(*rapid.T){
			"add": m.add, "unlock": m.unlock, "lock": m.lock, "log out": m.logOut, "log out all": m.logOutAll, "hiccup": m.hiccup, "remove": m.remove, "change code": m.changeCode,
			"resume": m.resume, "refresh": m.refresh, "wait": m.wait, "restart": m.openLocked, "": m.check,
		})
	})
}

package account

import (
	"context"
	"errors"
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"discussions/account/vault"
	"discussions/auth"
	"discussions/internal/secret"
)

// model runs the program against a few rules that fit on a page.
type model struct {
	*lab
	t        *rapid.T
	people   []auth.Identity
	drawers  map[string]*expected // by id
	owners   map[string]string    // subject → id
	sessions map[*running]bool    // that ever were
}

// afterLogin is the stake of a code that is tried after a full login, for which there is no delay.
var afterLogin = stake{try: true, reset: true}

// reboot starts the program again, however it ended.
func (m *model) reboot() {
	m.restart()
	<-m.keyringAsked
	for _, e := range m.drawers {
		e.state = Sealed
	}
}

// loginNeeded reports whether the answer is that a full login is needed. The model must expect that, or have a reason
// for it.
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
		if !known { // the code was right, but what it opened was damaged
			e.right(c, m.clock())
		}
	case m.predict(id, c, err, false):
		if e.state == Sealed && !m.client(id).kept && !e.doubt {
			m.t.Fatal("the messages are lost")
		}
		e.state = Open
	}
}

// hiccup makes the keyring fail once while the right code is tried. That costs no try, whatever was written before.
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
	must(m.t, m.find(id).vault.Settle()) // as a session does from time to time
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

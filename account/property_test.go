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
)

// expected is what the model knows of one person's drawer.
type expected struct {
	state State
	codes []string // one of these opens it; several after a crash
}

// model runs the program against a few rules that fit on a page.
type model struct {
	*lab
	t       *rapid.T
	people  []auth.Identity
	drawers map[string]*expected // by id
	owners  map[string]string    // subject → id
}

var goodCodes = []string{code, code2, "9163"}

// attempt does something that may be cut short by a crash, and says whether it was.
func (m *model) attempt(do func() error) (crashed bool, err error) {
	if rapid.IntRange(0, 9).Draw(m.t, "crash") == 0 {
		m.power.cut(rapid.IntRange(0, 12).Draw(m.t, "step"), rapid.Bool().Draw(m.t, "after"))
	}
	err = do()
	if m.power.off() {
		m.reboot()
		return true, err
	}
	m.power.cut(-1, false)
	return false, err
}

// reboot starts the program again, however it ended. The start may erase a drawer whose last try a crash cut short.
func (m *model) reboot() {
	m.restart()
	<-m.looked
	m.erasedMeanwhile()
	for _, e := range m.drawers {
		e.state = Sealed
	}
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
	var made string
	crashed, err := m.attempt(func() (err error) {
		p, err := m.tryLogIn(who, id)
		if err == nil {
			made, err = p.SetCode(context.Background(), c)
		}
		return err
	})
	switch {
	case crashed:
		if e := m.drawers[id]; e != nil && !slices.Contains(e.codes, c) {
			e.codes = append(e.codes, c)
		}
		m.erasedMeanwhile()
		for _, now := range m.ids() {
			if m.drawers[now] == nil {
				m.drawers[now], m.owners[who.Subject] = &expected{state: Sealed, codes: []string{c}}, now
			}
		}
	case err != nil:
		m.t.Fatalf("add: %v", err)
	default:
		if id != "" && id != made {
			delete(m.drawers, id)
		}
		m.drawers[made], m.owners[who.Subject] = &expected{state: Open, codes: []string{c}}, made
	}
}

func (m *model) ids() (ids []string) {
	for _, a := range m.Accounts() {
		ids = append(ids, a.ID)
	}
	return ids
}

// erasedMeanwhile forgets drawers that a crash kept from being listed or that the tries of a crash have spent.
func (m *model) erasedMeanwhile() {
	there := m.ids()
	for id := range m.drawers {
		if !slices.Contains(there, id) {
			m.forget(id)
		}
	}
}

func (m *model) forget(id string) {
	delete(m.drawers, id)
	maps.DeleteFunc(m.owners, func(_, owned string) bool { return owned == id })
}

func (m *model) unlock(*rapid.T) {
	id, e := m.pick()
	c := rapid.SampledFrom(append(goodCodes, wrong)).Draw(m.t, "code")
	state := e.state
	crashed, err := m.attempt(func() error { return m.Unlock(context.Background(), id, c) })
	if crashed {
		m.erasedMeanwhile()
		return
	}
	var wait *WaitError
	switch {
	case state == Open:
		want(m.t, err, ErrState)
	case err == nil:
		if !slices.Contains(e.codes, c) {
			m.t.Fatalf("opened by %s, not by one of %v", c, e.codes)
		}
		e.state, e.codes = Open, []string{c}
	case errors.Is(err, ErrWrongCode):
		if len(e.codes) == 1 && e.codes[0] == c {
			m.t.Fatalf("%s is refused", c)
		}
	case errors.Is(err, ErrErased):
		m.forget(id)
	case errors.As(err, &wait):
		m.pass(wait.Until.Sub(m.clock()))
	case errors.Is(err, ErrLoginNeeded):
		if !m.account(id).NeedsLogin {
			m.t.Fatal("a login is needed, and the list does not say so")
		}
	default:
		m.t.Fatalf("unlock: %v", err)
	}
}

func (m *model) lock(*rapid.T) {
	id, e := m.pick()
	if crashed, err := m.attempt(func() error { return m.Lock(id) }); !crashed {
		must(m.t, err)
		if e.state == Open {
			e.state = Locked
		}
	}
}

func (m *model) logOut(*rapid.T) {
	id, e := m.pick()
	if crashed, err := m.attempt(func() error { return m.LogOut(id) }); !crashed {
		must(m.t, err)
		e.state = Sealed
	}
}

func (m *model) remove(*rapid.T) {
	id, _ := m.pick()
	crashed, err := m.attempt(func() error {
		_, err := m.Remove(context.Background(), id)
		return err
	})
	if crashed {
		m.erasedMeanwhile()
		return
	}
	must(m.t, err)
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
	crashed, err := m.attempt(func() error { return m.ChangeCode(context.Background(), id, old, c) })
	switch {
	case crashed:
		if slices.Contains(e.codes, old) && !slices.Contains(e.codes, c) {
			e.codes = append(e.codes, c)
		}
		m.erasedMeanwhile()
	case err == nil:
		e.codes = []string{c}
	case errors.Is(err, ErrErased):
		m.forget(id)
	case errors.Is(err, ErrWrongCode), errors.Is(err, ErrWait), errors.Is(err, ErrLoginNeeded):
	default:
		m.t.Fatalf("change: %v", err)
	}
}

// resume logs in again and opens the drawer by its present code.
func (m *model) resume(*rapid.T) {
	id, e := m.pick()
	i := slices.IndexFunc(m.people, func(p auth.Identity) bool { return m.owners[p.Subject] == id })
	c := rapid.SampledFrom(goodCodes).Draw(m.t, "code")
	state := e.state
	crashed, err := m.attempt(func() error {
		p, err := m.tryLogIn(m.people[i], id)
		if err == nil {
			_, err = p.Resume(context.Background(), c)
		}
		return err
	})
	switch {
	case crashed:
		m.erasedMeanwhile()
	case err == nil:
		e.state = Open
		if state != Open { // an open one is not asked for its code
			if !slices.Contains(e.codes, c) {
				m.t.Fatalf("resumed by %s, not by one of %v", c, e.codes)
			}
			e.codes = []string{c}
		}
		if m.account(id).NeedsLogin {
			m.t.Fatal("a login was not enough")
		}
	case errors.Is(err, ErrErased):
		m.forget(id)
	case errors.Is(err, ErrWrongCode), errors.Is(err, ErrWait), errors.Is(err, ErrLoginNeeded):
	default:
		m.t.Fatalf("resume: %v", err)
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
	}
	m.pass(10 * time.Minute)
	_, _ = m.attempt(func() error {
		_, err := m.client(id).c.Token(context.Background())
		return err
	})
}

func (m *model) wait(*rapid.T) { m.pass(6 * time.Minute) }

func (m *model) reopen(*rapid.T) { m.reboot() }

// check holds after every action.
func (m *model) check(*rapid.T) {
	listed := m.ids()
	if len(listed) != len(m.drawers) {
		m.t.Fatalf("listed: %v, expected: %v", listed, m.drawers)
	}
	for _, a := range m.Accounts() {
		e := m.drawers[a.ID]
		if e == nil {
			m.t.Fatalf("unexpected: %+v", a)
		}
		if a.State != e.state {
			m.t.Fatalf("%v, expected %v", a.State, e.state)
		}
	}
	m.checkStates(m.t)
	if m.provider.reused > 0 {
		m.t.Fatal("a rotated refresh token was used again")
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
			drawers: map[string]*expected{}, owners: map[string]string{},
		}
		rt.Repeat(map[string]func(*rapid.T){
			"add": m.add, "unlock": m.unlock, "lock": m.lock, "log out": m.logOut, "remove": m.remove, "change code": m.changeCode,
			"resume": m.resume, "refresh": m.refresh, "wait": m.wait, "restart": m.reopen, "": m.check,
		})
	})
}

// Package accounttest has the contract that [account.Manager] and its fake in the tests of the interface keep: see [TestManager].
package accounttest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"discussions/account"
	"discussions/account/vault"
	"discussions/internal/secret"
)

// The codes of the contract.
const (
	Code  = "4715" // of both accounts
	other = "6082"
	wrong = "8302"
)

// Manager is the part of [account.Manager] that the contract is about.
type Manager interface {
	Accounts() []account.Account
	Subscribe(func(account.Event)) (cancel func())
	Unlock(ctx context.Context, id string, code secret.Text) error
	Lock(id string) error
	LogOut(id string) error
	LogOutAll() error
	Remove(ctx context.Context, id string) (account.Removal, error)
	ChangeCode(ctx context.Context, id string, old, new secret.Text) error
}

var _ Manager = (*account.Manager)(nil)

// World is a workstation with a manager under test.
type World struct {
	Manager
	IDs  [2]string           // two accounts, both open
	Pass func(time.Duration) // lets time pass
}

// patience is how long an event may take.
const patience = 10 * time.Second

// TestManager holds a manager to what the interface relies on. Each test begins with a world of its own.
func TestManager(t *testing.T, begin func(t *testing.T) World) {
	for name, test := range map[string]func(*contract){
		"a locked account is opened by its code":                (*contract).lock,
		"a sealed account is opened by its code":                (*contract).logOut,
		"all are logged out":                                    (*contract).logOutAll,
		"a wrong code costs a try, the right one gives it back": (*contract).tries,
		"the last wrong code erases the account":                (*contract).erase,
		"a removed account is gone":                             (*contract).remove,
		"a code is changed by whoever knows it":                 (*contract).changeCode,
		"what is not possible changes nothing":                  (*contract).impossible,
	} {
		t.Run(name, func(t *testing.T) {
			c := &contract{T: t, World: begin(t), events: make(chan account.Event, 1000)}
			defer c.Subscribe(func(e account.Event) { c.events <- e })()
			test(c)
		})
	}
}

// contract is one test on one manager.
type contract struct {
	*testing.T
	World
	events chan account.Event
}

func (c *contract) lock() {
	id := c.IDs[0]
	c.must(c.Lock(id))
	c.await(account.Changed{ID: id})
	c.states(account.Locked, account.Open)
	c.must(c.Lock(id)) // again
	c.must(c.unlock(id, Code))
	c.await(account.Changed{ID: id})
	c.states(account.Open, account.Open)
}

func (c *contract) logOut() {
	id := c.IDs[0]
	c.must(c.LogOut(id))
	c.await(account.Changed{ID: id})
	c.states(account.Sealed, account.Open)
	c.must(c.LogOut(id)) // again
	c.must(c.Lock(id))   // a sealed account is not only locked
	c.states(account.Sealed, account.Open)
	c.must(c.unlock(id, Code))
	c.states(account.Open, account.Open)
}

func (c *contract) logOutAll() {
	c.must(c.LogOutAll())
	c.states(account.Sealed, account.Sealed)
	untold := map[string]bool{c.IDs[0]: true, c.IDs[1]: true} // in either order
	for len(untold) > 0 {
		if e, ok := c.next().(account.Changed); ok {
			delete(untold, e.ID)
		}
	}
}

func (c *contract) tries() {
	id := c.IDs[0]
	c.must(c.Lock(id))
	for left := vault.MaxTries - 1; left > 0; left-- {
		c.wrongCode(id, left)
		c.same("tries of the other", c.account(c.IDs[1]).TriesLeft, vault.MaxTries)
	}
	c.states(account.Locked, account.Open)
	c.Pass(24 * time.Hour)
	c.must(c.unlock(id, Code))
	c.same("tries after the right code", c.account(id).TriesLeft, vault.MaxTries)
}

func (c *contract) erase() {
	id := c.IDs[0]
	name := c.account(id).Name
	c.must(c.Lock(id))
	for left := vault.MaxTries - 1; left > 0; left-- {
		c.wrongCode(id, left)
	}
	c.Pass(24 * time.Hour)
	if err := c.unlock(id, wrong); !errors.Is(err, account.ErrErased) {
		c.Fatalf("the last wrong code: %v", err)
	}
	c.await(account.ListChanged{})
	c.await(account.Erased{ID: id, Name: name})
	c.same("accounts", c.ids(), []string{c.IDs[1]})
	c.is("its code", c.unlock(id, Code), account.ErrNoAccount)
}

func (c *contract) remove() {
	if _, err := c.Remove(context.Background(), c.IDs[0]); err != nil {
		c.Fatal(err)
	}
	c.await(account.ListChanged{})
	c.same("accounts", c.ids(), []string{c.IDs[1]})
	_, err := c.Remove(context.Background(), c.IDs[0])
	c.is("again", err, account.ErrNoAccount)
}

func (c *contract) changeCode() {
	id := c.IDs[0]
	var refused *account.WrongCodeError
	if err := c.change(id, wrong, other); !errors.As(err, &refused) || refused.Left != vault.MaxTries-1 {
		c.Errorf("by a wrong code: %v", err)
	}
	c.Pass(24 * time.Hour)
	c.must(c.change(id, Code, other))
	c.states(account.Open, account.Open)
	c.same("tries", c.account(id).TriesLeft, vault.MaxTries)
	c.must(c.Lock(id))
	c.is("the old code", c.unlock(id, Code), account.ErrWrongCode)
	c.Pass(24 * time.Hour)
	c.must(c.unlock(id, other))
}

func (c *contract) impossible() {
	_, removed := c.Remove(context.Background(), "nobody")
	for what, err := range map[string]error{
		"lock": c.Lock("nobody"), "log out": c.LogOut("nobody"), "unlock": c.unlock("nobody", Code),
		"change the code": c.change("nobody", Code, other), "remove": removed,
	} {
		c.is(what+" nobody", err, account.ErrNoAccount)
	}
	c.is("unlock an open account", c.unlock(c.IDs[0], Code), account.ErrState)
	c.states(account.Open, account.Open)
}

// wrongCode types a wrong code, after which that many tries are left.
func (c *contract) wrongCode(id string, left int) {
	c.Helper()
	c.Pass(24 * time.Hour)
	var refused *account.WrongCodeError
	if err := c.unlock(id, wrong); !errors.As(err, &refused) || refused.Left != left {
		c.Fatalf("a wrong code: %v, want %d tries left", err, left)
	}
	c.same("tries left", c.account(id).TriesLeft, left)
}

func (c *contract) unlock(id, code string) error {
	return c.Unlock(context.Background(), id, secret.New(code))
}

func (c *contract) change(id, old, code string) error {
	return c.ChangeCode(context.Background(), id, secret.New(old), secret.New(code))
}

func (c *contract) account(id string) account.Account {
	c.Helper()
	for _, a := range c.Accounts() {
		if a.ID == id {
			return a
		}
	}
	c.Fatalf("no account %s", id)
	return account.Account{}
}

func (c *contract) ids() (ids []string) {
	for _, a := range c.Accounts() {
		ids = append(ids, a.ID)
	}
	return ids
}

// states compares the states of the two accounts.
func (c *contract) states(want ...account.State) {
	c.Helper()
	for i, state := range want {
		c.same("state", c.account(c.IDs[i]).State, state)
	}
}

// await reads events up to that one.
func (c *contract) await(want account.Event) {
	c.Helper()
	for !cmp.Equal(c.next(), want) {
	}
}

// next is the next event.
func (c *contract) next() account.Event {
	c.Helper()
	select {
	case e := <-c.events:
		return e
	case <-time.After(patience):
		c.Fatal("nothing more was told")
		return nil
	}
}

func (c *contract) must(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

func (c *contract) is(what string, err, want error) {
	c.Helper()
	if !errors.Is(err, want) {
		c.Errorf("%s: %v, want %v", what, err, want)
	}
}

func (c *contract) same(what string, got, want any) {
	c.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		c.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

//go:build linux

// The servers of the sandbox run there only.

package account

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"discussions/internal/sandboxtest"
	"discussions/messaging"
)

// TestTheSamePersonInTwoOrganisations: a person has an account in each, even with the same address. Both drawers are open at once,
// and each uses only its own servers, whatever the present deployment file says.
func TestTheSamePersonInTwoOrganisations(t *testing.T) {
	w := newWorkstation(t)
	first, second := w.sandbox, sandboxtest.Start(t, "--engine", "prosody")
	w.ca = bundle(t, first.CAFile, second.CAFile)
	paul, amelie := w.person("Paul Durand"), w.person("Amélie Laurent")

	w.restart()
	one := w.add(paul, "mail")
	w.sandbox, w.browser = second, second.NewBrowser()
	w.restart() // with the second's deployment file
	other := w.add(paul, "psc")
	if one == other {
		t.Fatal("one drawer for two organisations")
	}
	must(t, w.Unlock(context.Background(), one, code))
	first.WaitOnline(t, paul.JID)

	for _, c := range []struct {
		sandbox *sandboxtest.Sandbox
		id      string
		text    string
	}{{first, one, "de la première"}, {second, other, "de la seconde"}} {
		c.sandbox.Say(t, amelie.JID, paul.JID, c.text)
		got := w.await(func(e Event) bool { _, ok := e.(Received); return ok }).(Received)
		if got.ID != c.id || got.Message.Content != (messaging.Text{Body: c.text}) {
			t.Errorf("%s: received %+v", c.text, got)
		}
	}
	for _, a := range w.Accounts() {
		if a.State != Open {
			t.Errorf("%s is %v", a.ID, a.State)
		}
	}

	must(t, w.LogOut(other))
	second.WaitOffline(t, paul.JID)
	if a, _ := w.account(one); a.State != Open {
		t.Error("logging out of one organisation closed the other's drawer")
	}
	for _, id := range []string{one, other} {
		_, err := w.Remove(context.Background(), id)
		must(t, err)
	}
}

// bundle is one file of certificates out of several.
func bundle(t *testing.T, files ...string) string {
	t.Helper()
	var all []byte
	for _, file := range files {
		data, err := os.ReadFile(file)
		must(t, err)
		all = append(append(all, data...), '\n')
	}
	path := filepath.Join(t.TempDir(), "ca.pem")
	must(t, os.WriteFile(path, all, 0o600))
	return path
}

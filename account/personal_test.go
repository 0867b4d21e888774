package account

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"discussions/settings"

	"github.com/google/go-cmp/cmp"
)

func TestAPersonsSettingsStayWithTheAccount(t *testing.T) {
	l := newLab(t)
	mine, other := l.add(claire), l.add(paul)
	if d := cmp.Diff(settings.DefaultPerson(), l.Settings(mine)); d != "" {
		t.Errorf("at first: %s", d)
	}
	change := func(p *settings.Person) { p.Content, p.Sound, p.Language = settings.ContentFull, false, "en" }
	must(t, l.ChangeSettings(mine, change))
	want := settings.DefaultPerson()
	change(&want)
	must(t, l.Lock(mine))
	if d := cmp.Diff(want, l.Settings(mine)); d != "" {
		t.Errorf("while locked: %s", d)
	}
	l.restart()
	if d := cmp.Diff(want, l.Settings(mine)); d != "" {
		t.Errorf("after the next start, sealed: %s", d)
	}
	if d := cmp.Diff(settings.DefaultPerson(), l.Settings(other)); d != "" {
		t.Errorf("the colleague's: %s", d)
	}
	must(t, l.ChangeSettings(mine, func(p *settings.Person) { p.Content = "everything" }))
	if got := l.Settings(mine).Content; got != settings.ContentName {
		t.Errorf("a value that does not exist: %q", got)
	}
	if err := l.ChangeSettings("nobody", change); err != ErrNoAccount {
		t.Errorf("of nobody: %v", err)
	}
}

// TestWhatAllAccountsSharedGoesToEach: until the second version of the settings.
func TestWhatAllAccountsSharedGoesToEach(t *testing.T) {
	l := newLab(t)
	old, chosen := l.add(claire), l.add(paul)
	must(t, l.ChangeSettings(chosen, func(p *settings.Person) { p.Sound = false }))
	l.quit()
	damaged := filepath.Join(l.dir, accountsName, "00112233445566aa")
	must(t, os.MkdirAll(damaged, 0o700))
	must(t, os.WriteFile(filepath.Join(damaged, descriptionName), []byte("{"), 0o600))
	former := settings.DefaultPerson()
	former.Notifications, former.Content = false, settings.ContentFull
	l.former = &former
	l.start()
	l.former = nil
	l.restart()
	if d := cmp.Diff(former, l.Settings(old)); d != "" {
		t.Error(d)
	}
	if p := l.Settings(chosen); p.Sound || !p.Notifications {
		t.Errorf("what was chosen for the account was replaced: %+v", p)
	}
	if data, err := os.ReadFile(filepath.Join(damaged, descriptionName)); err != nil || !bytes.Equal(data, []byte("{")) {
		t.Errorf("a file that cannot be read was replaced: %q, %v", data, err)
	}
	amelie := paul
	amelie.Subject, amelie.JID = "sub-amelie", "amelie@chat.example.org"
	newcomer := l.add(amelie)
	if d := cmp.Diff(settings.DefaultPerson(), l.Settings(newcomer)); d != "" {
		t.Errorf("a new colleague has others' habits: %s", d)
	}
}

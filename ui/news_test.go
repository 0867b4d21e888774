package ui

import (
	"os"
	"path/filepath"
	"testing"

	"discussions/settings"
)

// damagedSettings are those of a user whose settings file is damaged.
func damagedSettings(t *testing.T) *settings.UserFile {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "settings.toml"), []byte("version = ?"), 0o600); err != nil {
		t.Fatal(err)
	}
	user, err := settings.OpenUser(dir)
	if err != nil {
		t.Fatal(err)
	}
	return user
}

func TestADamagedSettingsFileIsToldUntilItIsRead(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, func(o *Options, _ *fakeManager) { o.User = damagedSettings(t) }, claire)
		r.expectText("Vos paramètres ont été remis à leur état d’origine")
		r.expectText(r.ui.options.User.KeptAside())
		r.ui.nav.ShowList("claire") // a click on a notification, for example
		r.settle()
		r.expectText("Vos paramètres ont été remis à leur état d’origine")
		r.press("J’ai compris")
		r.ui.nav.ShowAccounts()
		r.settle()
		if r.canvas().Overlays().Top() != nil {
			t.Error("it is told twice")
		}
	})
}

func TestADamagedSettingsFileIsToldOverTheFirstLogin(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, func(o *Options, m *fakeManager) { o.User, m.login = damagedSettings(t), newClaireLogin(m) })
		r.expectScreen("browser")
		r.manager.login.outcome <- nil // the user was in the browser
		r.expectScreen("choose-code")
		r.expectText("Vos paramètres ont été remis à leur état d’origine")
	})
}

func TestADamagedOutboxIsToldItsOwnerOnce(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, paul, nadia)
		r.manager.clients["paul"].Aside = "/profile/paul/outbox.damaged.db"
		open := func() {
			r.ui.nav.ShowCode("paul")
			r.settle()
			r.typeText("4071")
			r.expectScreen("list")
		}
		open()
		r.expectText("Des messages non envoyés ont pu être perdus")
		whole, err := filepath.Abs("/profile/paul/outbox.damaged.db") // on Windows with its drive
		if err != nil {
			t.Fatal(err)
		}
		r.expectText(whole)
		r.ui.nav.ShowList("nadia")
		r.settle()
		if r.canvas().Overlays().Top() != nil {
			t.Error("it is told to somebody else")
		}
		r.ui.nav.Lock("paul")
		open()
		r.expectText("Des messages non envoyés ont pu être perdus") // nobody said that they had read it
		r.press("J’ai compris")
		r.ui.nav.Lock("paul")
		open()
		if r.canvas().Overlays().Top() != nil {
			t.Error("it is told twice")
		}
	})
}

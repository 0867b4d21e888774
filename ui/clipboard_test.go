package ui

import (
	"fmt"
	"strings"
	"testing"

	"discussions/account"
	"discussions/ui/screen"

	"fyne.io/fyne/v2"
)

// copies puts a text into the clipboard as the conversation's window of an account does.
func (r *rig) copies(id, text string) {
	r.t.Helper()
	r.ui.chats.show(id, "sophie", "Sophie Bernard")
	r.settle()
	r.ui.app.Clipboard().SetContent(text)
	r.ui.chats.open[chatKey{id, "sophie"}].view.(*fakeView).copied(text)
}

func TestTheClipboardIsEmptiedWhenTheAccountGoes(t *testing.T) {
	second := amelie
	second.State = account.Open
	for name, c := range map[string]struct {
		leave func(r *rig)
		kept  bool
	}{
		"locked":     {leave: func(r *rig) { r.ui.nav.Lock("claire") }},
		"logged out": {leave: func(r *rig) { r.ui.nav.logOut("claire") }},
		"all closed": {leave: func(r *rig) { r.ui.nav.LogOutAll() }},
		"removed":    {leave: func(r *rig) { r.ui.nav.remove("claire") }},
		"erased":     {leave: func(r *rig) { r.manager.tell(account.Erased{ID: "claire", Name: claire.Name}) }},
		"locked from elsewhere": {leave: func(r *rig) {
			r.manager.set("claire", func(a *account.Account) { a.State = account.Locked })
		}},
		"end of the program": {leave: func(r *rig) { r.ui.Close()() }},
		"window closed":      {kept: true, leave: func(r *rig) { r.ui.chats.open[chatKey{"claire", "sophie"}].win.Close() }},
		"another account":    {kept: true, leave: func(r *rig) { r.ui.nav.Lock("amelie") }},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				r := newRig(t, nil, claire, second)
				r.copies("claire", "Pas de fièvre")
				c.leave(r)
				r.settle()
				if got := r.ui.app.Clipboard().Content(); (got == "Pas de fièvre") != c.kept || got != "" != c.kept {
					t.Errorf("the clipboard holds %q", got)
				}
			})
		})
	}
}

// TestWhatIsCopiedOutOfAFieldGoesWithTheAccount copies what was searched for, which names a patient.
func TestWhatIsCopiedOutOfAFieldGoesWithTheAccount(t *testing.T) {
	for name, shortcut := range map[string]func(fyne.Clipboard) fyne.Shortcut{
		"copied": func(c fyne.Clipboard) fyne.Shortcut { return &fyne.ShortcutCopy{Clipboard: c} },
		"cut":    func(c fyne.Clipboard) fyne.Shortcut { return &fyne.ShortcutCut{Clipboard: c} },
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				r := newRig(t, nil, claire)
				r.press(claire.Name)
				r.ui.window.shown.(screen.Finder).Find()
				r.typeText("Mme Bonnet")
				field := r.canvas().Focused().(fyne.Shortcutable)
				field.TypedShortcut(&fyne.ShortcutSelectAll{})
				field.TypedShortcut(shortcut(r.ui.app.Clipboard()))
				if got := r.ui.app.Clipboard().Content(); got != "Mme Bonnet" {
					t.Fatalf("the clipboard holds %q", got)
				}
				r.ui.nav.Lock("claire")
				r.settle()
				if got := r.ui.app.Clipboard().Content(); got != "" {
					t.Errorf("after the lock the clipboard holds %q", got)
				}
			})
		})
	}
}

func TestWhatAnotherProgramPutIntoTheClipboardStays(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.copies("claire", "Pas de fièvre")
		r.ui.app.Clipboard().SetContent("Liste des courses")
		r.ui.nav.Lock("claire")
		r.settle()
		if got := r.ui.app.Clipboard().Content(); got != "Liste des courses" {
			t.Errorf("the clipboard holds %q", got)
		}
		// What was ours once is not ours for ever.
		r.ui.app.Clipboard().SetContent("Pas de fièvre")
		r.ui.nav.logOut("claire")
		r.settle()
		if got := r.ui.app.Clipboard().Content(); got != "Pas de fièvre" {
			t.Errorf("the clipboard holds %q", got)
		}
	})
}

func TestTheLinkOfALoginLeavesTheClipboardWithTheLogin(t *testing.T) {
	for name, leave := range map[string]func(r *rig){
		"done":               func(r *rig) { r.manager.login.outcome <- nil },
		"cancelled":          func(r *rig) { r.pressKey(fyne.KeyEscape) },
		"end of the program": func(r *rig) { r.ui.Close()() },
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				r := newRig(t, func(_ *Options, m *fakeManager) { m.login = newClaireLogin(m) })
				r.press("Copier le lien")
				if got := r.ui.app.Clipboard().Content(); got != "https://id.example.org/login" {
					t.Fatalf("the clipboard holds %q", got)
				}
				leave(r)
				r.settle()
				if got := r.ui.app.Clipboard().Content(); got != "" {
					t.Errorf("the clipboard holds %q", got)
				}
			})
		})
	}
}

func TestWhatWasCopiedIsNotKept(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.copies("claire", "canary")
		first := string(r.ui.clipboard.hash)
		if said := fmt.Sprintf("%+q %+v", r.ui.clipboard.hash, r.ui.clipboard.salt); strings.Contains(said, "canary") {
			t.Error(said)
		}
		r.copies("claire", "canary")
		if string(r.ui.clipboard.hash) == first {
			t.Error("the same text has the same hash again: the salt is no salt")
		}
	})
}

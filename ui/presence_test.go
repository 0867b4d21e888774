package ui

import (
	"context"
	"strings"
	"sync"
	"testing"

	"discussions/account"
	pasteboard "discussions/internal/clipboard"
	"discussions/internal/tray"
	"discussions/settings"

	"fyne.io/fyne/v2"
	"github.com/google/go-cmp/cmp"
)

// fakeTray is a notification area.
type fakeTray struct {
	mu     sync.Mutex
	hosted bool
	state  tray.State
	shown  int
}

func (f *fakeTray) Show(s tray.State) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.state = s
	f.shown++
}

func (f *fakeTray) Hosted() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.hosted
}

func (f *fakeTray) setHosted(there bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hosted = there
}

// labels are the lines of the menu; those of a submenu stand behind the one above.
func (f *fakeTray) labels() (labels []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var walk func(string, []tray.Item)
	walk = func(above string, items []tray.Item) {
		for _, i := range items {
			if i.Label != "" {
				labels = append(labels, above+i.Label)
			}
			walk(above+i.Label+" > ", i.Items)
		}
	}
	walk("", f.state.Menu)
	return labels
}

// click clicks on a line.
func (r *rig) clickTray(labels ...string) {
	r.t.Helper()
	f := r.tray
	f.mu.Lock()
	items, do := f.state.Menu, func() {}
	for _, label := range labels {
		found := false
		for _, i := range items {
			if i.Label == label {
				items, do, found = i.Items, i.Do, true
				break
			}
		}
		if !found {
			r.t.Fatalf("the icon's menu has no %q", label)
		}
	}
	f.mu.Unlock()
	do()
	r.settle()
}

// fakeWindows records what was asked of the desktop's windows.
type fakeWindows struct {
	minimised map[fyne.Window]bool
	at        map[fyne.Window]Rect
	onTop     map[fyne.Window]bool
	screens   []Rect
}

func (f *fakeWindows) Position(w fyne.Window) (x, y int, ok bool) {
	p, ok := f.at[w]
	return p.X, p.Y, ok
}
func (f *fakeWindows) Place(w fyne.Window, at Rect)    { f.at[w] = at }
func (f *fakeWindows) SetOnTop(w fyne.Window, on bool) { f.onTop[w] = on }
func (f *fakeWindows) Screens() []Rect                 { return f.screens }
func (f *fakeWindows) ReadText(context.Context, int) (string, error) {
	return "", pasteboard.ErrUnavailable
}
func (f *fakeWindows) ReadContent(context.Context, int) (pasteboard.Content, error) {
	return pasteboard.Content{}, pasteboard.ErrUnavailable
}

func (f *fakeWindows) Minimise(w fyne.Window) { f.minimised[w] = true }
func (f *fakeWindows) Restore(w fyne.Window)  { delete(f.minimised, w) }

// closeMain is what the window's button does.
func (r *rig) closeMain() {
	r.t.Helper()
	r.ui.presence.close()
	r.settle()
}

// whereMain is where the main window is.
func (r *rig) whereMain() string {
	switch {
	case r.windows.minimised[r.ui.window.win]:
		return "minimised"
	case r.ui.presence.away == hidden:
		return "hidden"
	}
	return "in view"
}

func (r *rig) expectMain(where string) {
	r.t.Helper()
	r.settle()
	if got := r.whereMain(); got != where {
		r.t.Errorf("the main window is %s, want %s", got, where)
	}
}

// withTray gives the desktop a notification area.
func withTray(o *Options, _ *fakeManager) { o.Tray.(*fakeTray).hosted = true }

func TestClosingHidesAndEverythingBringsItBack(t *testing.T) {
	for name, back := range map[string]func(*rig){
		"a second start":           func(r *rig) { r.ui.SecondStart("", false) },
		"a click on the icon":      func(r *rig) { r.ui.Raise() },
		"the icon's menu":          func(r *rig) { r.clickTray("Ouvrir Discussions") },
		"an account in that menu":  func(r *rig) { r.clickTray(claire.Name, "Ouvrir") },
		"a click for a locked one": func(r *rig) { r.ui.Clicked("paul ") },
		"a click in the task bar":  func(r *rig) { r.tray.setHosted(false); r.ui.TrayHostChanged(); r.settle(); r.ui.Raise() },
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				r := newRig(t, withTray, claire, paul)
				r.closeMain()
				r.expectMain("hidden")
				back(r)
				r.expectMain("in view")
			})
		})
	}
}

func TestAHiddenProgramNotifies(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, withTray, claire)
		r.closeMain()
		r.manager.tell(received("bonjour"))
		r.settle()
		if len(r.notified()) != 1 {
			t.Errorf("notified: %v", r.notified())
		}
		r.ui.Clicked("claire sophie")
		r.settle()
		if d := cmp.Diff([]string{"Discussions", "Sophie Bernard – Dr Claire Martin"}, r.windowTitles()); d != "" {
			t.Error(d)
		}
		r.expectMain("hidden") // the conversation is what was asked for
	})
}

func TestWithoutATrayClosingMinimisesAndSaysSoOnce(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.closeMain()
		r.expectText("Discussions reste ouvert")
		r.expectMain("in view")
		r.press("Annuler")
		r.closeMain()
		r.closeMain() // a second click on the close button is an answer
		r.expectMain("minimised")
		r.ui.Raise()
		r.press("Réduire la fenêtre")
		r.expectMain("minimised")
		r.ui.Raise()
		r.closeMain()
		r.expectMain("minimised") // the user has been told
		if ended := r.ended; ended > 0 {
			t.Error("closing ended the program")
		}
		if !r.ui.options.User.Get().ToldMinimised {
			t.Error("the next start says it again")
		}
	})
}

func TestTheWindowFollowsATrayThatComesAndGoes(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, withTray, claire)
		r.closeMain()
		r.expectMain("hidden")
		r.tray.setHosted(false)
		r.ui.TrayHostChanged()
		r.expectMain("minimised") // hidden it could not come back
		r.tray.setHosted(true)
		r.ui.TrayHostChanged()
		delete(r.windows.minimised, r.ui.window.win) // the desktop's window is gone from the task bar
		r.expectMain("hidden")
		r.ui.Raise()
		r.tray.setHosted(false)
		r.ui.TrayHostChanged()
		r.expectMain("in view") // a window in front stays
	})
}

func TestAStartWithTheComputerIsHidden(t *testing.T) {
	for _, c := range []struct {
		name     string
		tray     bool
		accounts []account.Account
		want     string
	}{
		{"with a tray", true, []account.Account{paul}, "hidden"},
		{"without", false, []account.Account{paul}, "minimised"},
		{"without an account no browser opens", true, nil, "hidden"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				r := newRig(t, func(o *Options, _ *fakeManager) { o.Hidden = true; o.Tray.(*fakeTray).hosted = c.tray }, c.accounts...)
				r.expectMain(c.want)
				r.expectScreen("accounts")
				if len(r.manager.logins) > 0 {
					t.Error("a login was begun")
				}
				r.ui.SecondStart("", true) // by the desktop's own memory of the last session
				r.expectMain(c.want)
				r.ui.SecondStart("", false)
				r.expectMain("in view")
			})
		})
	}
}

func TestTheTrayShowsWhatIsUnreadAndNoNameWhileLocked(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		paul := paul
		paul.State = account.Sealed
		r := newRig(t, withTray, claire, nadia, paul)
		r.manager.set("claire", func(a *account.Account) { a.Unread = 2 })
		r.manager.set("nadia", func(a *account.Account) { a.Unread = 1 })
		r.manager.set("paul", func(a *account.Account) { a.Unread = 40 }) // sealed: the number of its last connection
		r.settle()
		if got := plainSpaces(r.tray.state.Tooltip); got != "Discussions – 3 messages non lus" || r.tray.state.Unread != 3 {
			t.Errorf("tooltip %q, unread %d", got, r.tray.state.Unread)
		}
		want := []string{
			"Ouvrir Discussions",
			"Dr Claire Martin", "Dr Claire Martin > Ouvrir", "Dr Claire Martin > Verrouiller",
			"Dr Claire Martin > Ne pas déranger", "Dr Claire Martin > Ne pas déranger > Pendant 1 heure",
			"Dr Claire Martin > Ne pas déranger > Jusqu’à demain matin", "Dr Claire Martin > Déconnexion",
			"Nadia Benali", "Nadia Benali > Ouvrir", "Nadia Benali > Verrouiller",
			"Nadia Benali > Ne pas déranger", "Nadia Benali > Ne pas déranger > Pendant 1 heure",
			"Nadia Benali > Ne pas déranger > Jusqu’à demain matin", "Nadia Benali > Déconnexion",
			"1 compte verrouillé", "Tout verrouiller", "Quitter",
		}
		if d := cmp.Diff(want, r.tray.labels()); d != "" {
			t.Error(d)
		}
		r.clickTray("Nadia Benali", "Verrouiller")
		r.clickTray("Dr Claire Martin", "Verrouiller")
		all := strings.Join(append(r.tray.labels(), r.tray.state.Tooltip), "\n")
		for _, name := range []string{"Claire", "Nadia", "Paul"} {
			if strings.Contains(all, name) {
				t.Errorf("a locked icon names %s:\n%s", name, all)
			}
		}
		if d := cmp.Diff([]string{"Ouvrir Discussions", "3 comptes verrouillés", "Quitter"}, r.tray.labels()); d != "" {
			t.Error(d)
		}
		if got := plainSpaces(r.tray.state.Tooltip); got != "Discussions – 3 messages non lus – verrouillé" {
			t.Errorf("tooltip %q", got)
		}
		r.clickTray("3 comptes verrouillés")
		r.expectScreen("accounts")
	})
}

func TestTheTraysMenuActs(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, withTray, claire, nadia)
		r.clickTray("Nadia Benali", "Ouvrir")
		r.expectScreen("list")
		r.clickTray("Nadia Benali", "Déconnexion")
		if d := cmp.Diff([]string{"nadia"}, r.manager.loggedOut); d != "" {
			t.Error(d)
		}
		r.clickTray("Quitter")
		if r.ended != 1 {
			t.Errorf("ended %d times", r.ended)
		}
	})
}

// TestTheTrayIsToldOnlyWhatChanged: an icon that is drawn anew at each event of a flood would cost more than the messages.
func TestTheTrayIsToldOnlyWhatChanged(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, withTray, claire)
		before := r.tray.shown
		for range 50 {
			r.manager.set("claire", func(a *account.Account) {})
		}
		r.settle()
		if n := r.tray.shown - before; n > 0 {
			t.Errorf("it was shown %d times", n)
		}
	})
}

func TestTheTrayFollowsTheLanguage(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, withTray, claire)
		if _, err := r.ui.options.User.Update(func(u *settings.User) { u.Language = "en" }); err != nil {
			t.Fatal(err)
		}
		r.ui.languageChanged()
		if got := r.tray.labels()[0]; got != "Open Discussions" {
			t.Errorf("the first line is %q", got)
		}
	})
}

// The servers hold back unimportant stanzas while no window can be seen (XEP-0352).
func TestTheAccountsAreToldWhetherAWindowCanBeSeen(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, withTray, claire)
		said := func(want ...bool) {
			t.Helper()
			r.settle()
			if diff := cmp.Diff(want, r.manager.visible); diff != "" {
				t.Error(diff)
			}
		}
		said()
		r.closeMain()
		said(false)
		r.ui.nav.OpenConversation(claire.ID, "sophie", "Sophie Bernard")
		said(false, true)
		r.ui.Raise()
		r.ui.chats.closeAccount(claire.ID, false)
		said(false, true)
		r.closeMain()
		said(false, true, false)
		r.ui.Raise()
		said(false, true, false, true)
	})
}

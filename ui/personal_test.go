package ui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"discussions/account"
	"discussions/messaging"
	"discussions/settings"
	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"github.com/google/go-cmp/cmp"
)

func TestNothingIsNotifiedWhileItIsQuiet(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, withTray, claire, nadia)
		notified := func(id string) bool {
			e := received("bonjour")
			e.ID = id
			r.manager.tell(e)
			r.settle()
			defer r.ui.notifications.forget(id)
			return len(r.notified()) > 0
		}
		r.clickTray(claire.Name, "Ne pas déranger", "Pendant 1 heure")
		if notified("claire") {
			t.Error("notified at once")
		}
		if !notified("nadia") {
			t.Error("the colleague is not notified")
		}
		if all := strings.Join(r.tray.labels(), "\n"); !strings.Contains(all, "Ne pas déranger (jusqu’à ") {
			t.Errorf("the icon does not say so:\n%s", all)
		}
		r.ui.nav.Lock("claire")
		r.settle()
		r.manager.tell(account.Received{ID: "claire", Locked: true})
		r.settle()
		if len(r.notified()) > 0 {
			t.Error("notified while locked")
		}
		time.Sleep(time.Hour + 2*time.Second)
		r.manager.set("claire", func(a *account.Account) { a.State = account.Open })
		r.ui.notifications.opened("claire", func() {})
		r.settle()
		if !notified("claire") {
			t.Error("not notified after the hour")
		}
		if all := strings.Join(r.tray.labels(), "\n"); strings.Contains(all, "jusqu’à 1") {
			t.Errorf("the icon still says so:\n%s", all)
		}
		r.manager.choose(func(p *settings.Person) {
			minute := time.Now().Hour()*60 + time.Now().Minute()
			p.Quiet.Daily, p.Quiet.From, p.Quiet.To = true, (minute+1439)%1440, (minute+30)%1440
		})
		if notified("claire") {
			t.Error("notified in the quiet hours")
		}
	})
}

func TestTheSoundIsAChoice(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.manager.choose(func(p *settings.Person) { p.Sound = false })
		r.manager.tell(received("bonjour"))
		r.settle()
		if n := r.notified()["claire sophie"]; !n.Silent {
			t.Errorf("%+v", n)
		}
	})
}

func TestAnAnswerIsOfferedWithTheTextOnly(t *testing.T) {
	for _, c := range []struct {
		content settings.Content
		want    string
	}{{"none", ""}, {"name", ""}, {"full", "Répondre"}} {
		inBubble(t, func(t *testing.T) {
			r := newRig(t, chose(c.content), claire)
			r.manager.tell(received("Tu viens ?"))
			r.settle()
			if got := r.notified()["claire sophie"].Reply; got != c.want {
				t.Errorf("%s: %q, want %q", c.content, got, c.want)
			}
		})
	}
}

func TestAnAnswerIsSentAndTheConversationRead(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		withFullContent(r)
		r.flood(1, "sophie")
		time.Sleep(time.Second)
		r.ui.Replied("claire sophie", "J’arrive.")
		r.settle()
		time.Sleep(time.Second)
		r.settle()
		if len(r.notified()) > 0 {
			t.Error("the notification is still there")
		}
		c, err := r.manager.clients["claire"].Conversation("sophie")
		if err != nil || c.Last == nil || c.Last.Content != (messaging.Text{Body: "J’arrive."}) || !c.Last.Own || c.Unread > 0 {
			t.Errorf("%+v, %v", c.Last, err)
		}
		if d := cmp.Diff([]string{"Discussions"}, r.windowTitles()); d != "" {
			t.Errorf("a window was opened: %s", d)
		}
	})
}

// TestAnAnswerToALockedAccountWaitsInTheBox: it was typed just before the lock. It is neither lost, nor shown before the account
// is open.
func TestAnAnswerToALockedAccountWaitsInTheBox(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		withFullContent(r)
		client := r.manager.clients["claire"]
		if err := client.SetDraft("sophie", "Bonjour"); err != nil {
			t.Fatal(err)
		}
		r.ui.nav.Lock("claire")
		r.settle()
		r.ui.Replied("claire sophie", "canari")
		r.expectScreen("code")
		if all := strings.Join(append(r.texts(), r.windowTitles()...), "\n"); strings.Contains(all, "canari") {
			t.Errorf("shown before the code:\n%s", all)
		}
		r.typeText("4071")
		r.expectScreen("list")
		if got := client.Draft("sophie"); got != "Bonjour\ncanari" {
			t.Errorf("in the box: %q", got)
		}
		if d := cmp.Diff([]string{"Discussions", "Sophie Bernard – Dr Claire Martin"}, r.windowTitles()); d != "" {
			t.Error(d)
		}
	})
}

// TestAnAnswerToWhatIsNotShownIsNotSent: a run that crashed left the notification, or another program pretends that there is one.
func TestAnAnswerToWhatIsNotShownIsNotSent(t *testing.T) {
	for _, open := range []bool{false, true} {
		inBubble(t, func(t *testing.T) {
			r := newRig(t, nil, claire)
			client := r.manager.clients["claire"]
			if err := client.SetDraft("sophie", "Bonjour"); err != nil {
				t.Fatal(err)
			}
			if open {
				r.ui.OpenConversation("claire", "sophie")
				r.settle()
			}
			r.ui.Replied("claire sophie", "canari")
			r.settle()
			if got := client.Draft("sophie"); got != "Bonjour\ncanari" {
				t.Errorf("in the box: %q", got)
			}
			if views := map[bool]int{false: 1, true: 2}[open]; len(r.views) != views || r.chat("sophie") == nil {
				t.Errorf("%d windows were made, want %d: only a new one has the text in its box", len(r.views), views)
			}
			if c, err := client.Conversation("sophie"); err != nil || c.Last == nil || c.Last.Content == (messaging.Text{Body: "canari"}) {
				t.Errorf("it was sent: %+v, %v", c.Last, err)
			}
		})
	}
}

func TestAnAnswerIsForgottenWhenItsAccountIsLoggedOut(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.ui.nav.Lock("claire")
		r.settle()
		r.ui.Replied("claire sophie", "canari")
		r.ui.nav.logOut("claire")
		r.settle()
		if len(r.ui.notifications.unsent) > 0 {
			t.Error("it is still in memory")
		}
	})
}

// TestEachPersonHasTheirLanguage: it changes with whose account is shown.
func TestEachPersonHasTheirLanguage(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, func(o *Options, m *fakeManager) {
			o.Language = ""
			if _, err := o.User.Update(func(u *settings.User) { u.Language = "fr" }); err != nil {
				t.Fatal(err)
			}
			m.choose(func(p *settings.Person) { p.Language = "en" })
		}, claire, nadia)
		r.press(claire.Name)
		r.press("New conversation")
		r.pressKey(fyne.KeyEscape)
		r.ui.nav.ShowAccount("nadia")
		r.settle()
		r.press("Nouvelle conversation")
		r.pressKey(fyne.KeyEscape)
		r.ui.nav.ShowAccounts()
		r.settle()
		r.expectText("Associer un nouveau compte")
		r.press(claire.Name)
		r.press("Settings")
		r.picker("Language").OnChanged("fr")
		r.settle()
		r.expectText("Apparence")
		if p := r.manager.Settings("nadia"); p.Language != "" {
			t.Errorf("the colleague's: %q", p.Language)
		}
	})
}

func TestWhatTheOrganisationFixedIsShownAsSuch(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, func(o *Options, _ *fakeManager) {
			p := &o.Deployment.Policy
			p.NotificationContent, p.LockAfter, p.CodeLifetime, p.LogoutRemoves = "none", time.Minute, 30*24*time.Hour, true
		}, claire)
		r.ui.nav.ShowSettings("claire")
		r.settle()
		fixed := 0
		for _, text := range r.texts() {
			if text == "Fixé par votre organisation" {
				fixed++
			}
		}
		if fixed != 4 {
			t.Errorf("%d rows say so:\n%s", fixed, strings.Join(r.texts(), "\n"))
		}
		r.expectText("1 minute")
		r.expectText("après 30 jours")
	})
}

// TestTheKeyboardIsWhereItWasOnTheWayBack: what leads to another screen has the focus again when the user comes back.
func TestTheKeyboardIsWhereItWasOnTheWayBack(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		for _, way := range [][]string{
			{"Paramètres", "Licences", "github.com/godbus/dbus/v5"},
			{"Paramètres", "Changer mon code"},
			{"Nouvelle conversation", "Nouveau groupe"},
		} {
			r := newRig(t, nil, claire)
			r.ui.nav.ShowList("claire")
			r.settle()
			for _, label := range way {
				for tries := 0; label != r.focused(); tries++ {
					if tries > 300 {
						t.Fatalf("%q cannot be reached from %q", label, r.focused())
					}
					r.pressKey(fyne.KeyTab)
				}
				r.pressKey(fyne.KeyReturn)
			}
			for _, label := range slices.Backward(way) {
				r.pressKey(fyne.KeyEscape)
				if got := r.focused(); got != label {
					t.Errorf("back where %q led away, the focus is on %q", label, got)
				}
			}
		}
	})
}

func TestTheLicencesCanBeRead(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, func(o *Options, _ *fakeManager) { o.Folder = "/home/claire/Discussions" }, claire)
		r.ui.nav.ShowSettings("claire")
		r.settle()
		r.expectText("/home/claire/Discussions")
		r.press("Licences")
		r.expectScreen("licences")
		r.press("github.com/godbus/dbus/v5")
		r.expectScreen("licence")
		r.expectText("Redistributions of source code must retain the above copyright notice")
		r.pressKey(fyne.KeyEscape)
		r.expectScreen("licences")
		r.pressKey(fyne.KeyEscape)
		r.expectScreen("settings")
	})
}

// TestTheSettingsScrollToWhatHasTheFocus: the page is longer than the window, and Tab goes to all of it.
func TestTheSettingsScrollToWhatHasTheFocus(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.ui.nav.ShowSettings("claire")
		r.settle()
		driver := fyne.CurrentApp().Driver()
		for range 30 {
			r.pressKey(fyne.KeyTab)
			r.settle()
			o, ok := r.canvas().Focused().(fyne.CanvasObject)
			if !ok {
				continue
			}
			if y := driver.AbsolutePositionForObject(o).Y; y < 0 || y+o.Size().Height > r.canvas().Size().Height {
				t.Errorf("%v has the focus at %v, out of view", o.(fyne.Accessible).AccessibilityLabel(), y)
			}
		}
		r.picker("Thème").OnChanged("dark")
		r.settle()
		r.picker("Taille du texte").OnChanged("1.15")
		r.expectScreen("settings")
	})
}

// TestAChoiceInTheSettingsKeepsTheFocus: the page is drawn anew by some of them.
func TestAChoiceInTheSettingsKeepsTheFocus(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.ui.nav.ShowSettings("claire")
		r.settle()
		for _, label := range []string{"Ne pas déranger", "Ne pas déranger chaque jour", "De", "Langue", "Text size", "Language of the accounts screen"} {
			for label != r.focused() {
				r.pressKey(fyne.KeyTab)
			}
			r.pressKey(fyne.KeySpace)
			if _, ok := r.canvas().Focused().(*look.Switch); !ok {
				r.pressKey(fyne.KeyDown) // another choice
				r.pressKey(fyne.KeyDown)
				r.pressKey(fyne.KeyReturn)
			}
			if label == "Langue" {
				label = "Language"
			}
			if got := r.focused(); got != label {
				t.Fatalf("after a choice for %q the focus is on %q", label, got)
			}
		}
	})
}

// focused is the label of what has the focus; "": nothing has it.
func (r *rig) focused() string {
	o, ok := r.canvas().Focused().(fyne.Accessible)
	if !ok {
		return ""
	}
	return o.AccessibilityLabel()
}

package ui

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"discussions/account"
	"discussions/internal/i18n"
	"discussions/internal/i18n/i18ntest"

	"fyne.io/fyne/v2"
	"github.com/google/go-cmp/cmp"
)

// inBubble runs a test in synctest's bubble.
func inBubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, f)
}

func newClaireLogin(m *fakeManager) *fakeLogin {
	opened := claire
	m.clients["claire"] = newClient()
	return &fakeLogin{manager: m, outcome: make(chan error, 1), pending: &fakePending{
		person: account.Person{Name: claire.Name, Organisation: claire.Organisation}, manager: m, opens: opened,
	}}
}

func TestSettingsAreKept(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.ui.nav.ShowSettings("claire")
		r.settle()
		r.press("Afficher les notifications")
		if got := r.picker("Contenu affiché"); len(got.Choices) != 2 {
			t.Error("the organisation's limit of what notifications show is not kept")
		}
		r.picker("Thème").OnChanged("dark")
		r.settle()
		if u, p := r.ui.options.User.Get(), r.manager.Settings("claire"); p.Notifications || u.Theme != "dark" {
			t.Errorf("kept: %+v, %+v", u, p)
		}
		r.picker("Langue").OnChanged("en")
		r.settle()
		r.expectText("Settings")
		r.pressKey(fyne.KeyEscape)
		r.expectScreen("list")
	})
}

func TestTheSettingsOfferEveryLanguage(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		i18ntest.AddPolish(t)
		r.ui.nav.ShowSettings("claire")
		r.settle()
		var names []string
		for _, c := range r.picker("Langue").Choices {
			names = append(names, c.Text)
		}
		want := []string{"Celle de ce poste"}
		for _, c := range i18n.All() {
			want = append(want, c.Name)
		}
		if d := cmp.Diff(want, names); d != "" || !slices.Contains(names, "Polski") {
			t.Error(d)
		}
		r.picker("Langue").OnChanged("pl")
		r.settle()
		r.expectText("Ustawienia")
	})
}

func TestLogsNameScreensAndNobody(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire, paul)
		r.press(claire.Name)
		r.ui.chats.show("claire", "sophie", "Sophie Bernard")
		r.settle()
		r.press("Paramètres")
		r.press("Déconnexion")
		log := strings.Join(r.screens.lines, "")
		for _, name := range []string{"Claire", "Sophie", "Paul", "CHU"} {
			if strings.Contains(log, name) {
				t.Errorf("the log names %s:\n%s", name, log)
			}
		}
		for _, screen := range []string{"accounts", "list", "conversation", "settings"} {
			if !strings.Contains(log, "msg=screen name="+screen) {
				t.Errorf("the log does not tell of the screen %q:\n%s", screen, log)
			}
		}
	})
}

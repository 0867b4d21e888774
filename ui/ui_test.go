package ui

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"discussions/account"
	"discussions/internal/i18n/i18ntest"
	"discussions/settings"
	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"github.com/google/go-cmp/cmp"
)

// bubble runs a test in synctest's bubble.
func bubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, f)
}

func claireLogsIn(m *fakeManager) *fakeLogin {
	opened := claire
	m.clients["claire"] = &fakeClient{conversations: conversationsAt(time.Now())}
	return &fakeLogin{manager: m, outcome: make(chan error, 1), pending: &fakePending{
		Pending: account.Pending{Name: claire.Name, Organisation: claire.Organisation}, manager: m, opens: opened,
	}}
}

func TestSettingsAreKept(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.ui.showSettings("claire")
		r.settle()
		r.presses("Notifications")
		s := r.ui.window.shown.(*settingsScreen)
		if got := s.contentPicker(r.ui.o.User.Get()).(*look.Picker); len(got.Choices) != 2 {
			t.Error("the organisation's limit of what notifications show is not kept")
		}
		s.change(func(u *settings.User) { u.Theme = "dark" })
		r.settle()
		if u := r.ui.o.User.Get(); u.Notifications || u.Theme != "dark" {
			t.Errorf("kept: %+v", u)
		}
		s.languagePicker(r.ui.o.User.Get()).(*look.Picker).OnChanged("en")
		r.settle()
		r.says("Settings")
		r.key(fyne.KeyEscape)
		r.shows("list")
	})
}

func TestTheSettingsOfferEveryLanguage(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		i18ntest.AddPolish(t)
		r.ui.showSettings("claire")
		r.settle()
		picker := func() *look.Picker {
			return r.ui.window.shown.(*settingsScreen).languagePicker(r.ui.o.User.Get()).(*look.Picker)
		}
		var names []string
		for _, c := range picker().Choices {
			names = append(names, c.Text)
		}
		if d := cmp.Diff([]string{"Système", "Français", "English", "Polski"}, names); d != "" {
			t.Error(d)
		}
		picker().OnChanged("pl")
		r.settle()
		r.says("Ustawienia")
	})
}

func TestLogsNameScreensAndNobody(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire, paul)
		r.presses(claire.Name)
		r.ui.openConversation("claire", "sophie", "Sophie Bernard")
		r.settle()
		r.presses("Paramètres")
		r.presses("Déconnexion")
		log := strings.Join(r.screens.lines, "")
		for _, name := range []string{"Claire", "Sophie", "Paul", "CHU"} {
			if strings.Contains(log, name) {
				t.Errorf("the log names %s:\n%s", name, log)
			}
		}
		for _, screen := range []string{"drawers", "list", "conversation", "settings"} {
			if !strings.Contains(log, "msg=screen name="+screen) {
				t.Errorf("the log does not tell of the screen %q:\n%s", screen, log)
			}
		}
	})
}

func TestEverythingIsReachedByTab(t *testing.T) {
	for name, show := range map[string]func(*rig){
		"drawers":  func(*rig) {},
		"list":     func(r *rig) { r.ui.showList("claire") },
		"settings": func(r *rig) { r.ui.showSettings("claire") },
		"code":     func(r *rig) { r.ui.showCode("paul") },
		"new":      func(r *rig) { r.ui.showNew("claire") },
		"methods":  func(r *rig) { r.ui.addAccount() },
		"confirm":  func(r *rig) { r.ui.askRemove("claire") },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				r := newRig(t, nil, claire, paul)
				show(r)
				r.settle()
				all := map[fyne.Focusable]bool{}
				for _, root := range r.roots() {
					find(root, func(o fyne.CanvasObject) bool {
						d, _ := o.(fyne.Disableable)
						if f, ok := o.(fyne.Focusable); ok && (d == nil || !d.Disabled()) {
							all[f] = false
						}
						return false
					})
				}
				for range 2 * len(all) {
					r.key(fyne.KeyTab)
					all[r.canvas().Focused()] = true
				}
				for f, reached := range all {
					if !reached {
						t.Errorf("%T %v is not reached", f, f)
					}
				}
			})
		})
	}
}

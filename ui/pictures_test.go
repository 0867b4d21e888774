package ui

import (
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"discussions/account"
	"discussions/messaging"
	"discussions/messaging/messagingtest"
	"discussions/settings"
	"discussions/ui/look/looktest"
	"discussions/ui/screen"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// TestEveryScreenIsDrawn draws each screen in both themes and languages: into
// the folder that DISCUSSIONS_PICTURES names, if any, for people to look at.
// Tab reaches all that is in it.
func TestEveryScreenIsDrawn(t *testing.T) {
	screens := map[string]func(*rig){
		"accounts": func(r *rig) {},
		"accounts-menu": func(r *rig) {
			r.press(map[string]string{"fr": "Plus d’actions pour ", "en": "More actions for "}[r.ui.options.Language] + claire.Name)
		},
		"browser": func(r *rig) {
			r.manager.login = &fakeLogin{outcome: make(chan error)}
			r.ui.nav.LogIn(screen.AnyMethod, "")
		},
		"methods": func(r *rig) { r.ui.nav.AddAccount() },
		"code":    func(r *rig) { r.ui.nav.ShowCode("paul"); r.settle(); r.typeText("40") },
		"code-wrong": func(r *rig) {
			r.manager.set("paul", func(a *account.Account) { a.Wait = time.Now().Add(25 * time.Second); a.TriesLeft = 2 })
			r.ui.nav.ShowCode("paul")
		},
		"choose": func(r *rig) {
			r.ui.nav.ChooseCode(&fakePending{person: account.Person{Name: "Dr Claire Martin", Organisation: "CHU de Montpellier"}})
			r.settle()
			r.typeText("1234")
		},
		"list": func(r *rig) {
			r.ui.nav.ShowList("claire")
			r.settle()
			r.ui.window.shown.(screen.Keyed).TypedKey(fyne.KeyDown)
			r.ui.window.shown.(screen.Keyed).TypedKey(fyne.KeyDown)
		},
		"list-chosen": func(r *rig) { // muted, favourite, archived and marked as unread, with the menu of one
			c := r.manager.clients["claire"]
			all, _ := c.Conversations()
			_, _ = c.Mute(all[1].ID, messaging.Forever(), true), c.SetFavourite(all[3].ID, true)
			_, _ = c.MarkUnread(all[4].ID), c.SetArchived(all[5].ID, true)
			_ = c.Mute(all[0].ID, messaging.Forever(), true)
			r.ui.nav.ShowList("claire")
			r.settle()
			r.pressKey(fyne.KeyDown)
			r.pressKey(fyne.KeyDown)
			r.pressKey(fyne.KeyF10)
		},
		"card": func(r *rig) {
			c := r.manager.clients["claire"]
			c.Edit("sophie", func(v *messagingtest.Conversation) {
				v.Presence, v.Status = messaging.Busy, "En visite jusqu’à 15:00"
				v.Card = messaging.Card{Org: "CHU de Montpellier", Unit: "Cardiologie", Place: "Montpellier", Mail: "sophie.bernard@chu.example", Phone: "+33 4 67 00 00 00"}
			})
			r.ui.nav.ShowPerson("claire", "sophie")
		},
		"card-outside": func(r *rig) {
			c := r.manager.clients["claire"]
			c.Put(messagingtest.Conversation{
				Conversation: messaging.Conversation{ID: "ines.caron@ght-cevennes.fr", Name: "Inès Caron (ght-cevennes.fr)", Detail: "Cardiologue"},
				Card:         messaging.Card{Org: "GHT Cévennes", Place: "Alès", Outside: "ght-cevennes.fr"},
			})
			r.ui.nav.ShowPerson("claire", "ines.caron@ght-cevennes.fr")
		},
		"card-blocked": func(r *rig) {
			r.manager.clients["claire"].Edit("nadia", func(v *messagingtest.Conversation) { v.Blocked = true })
			r.ui.nav.ShowPerson("claire", "nadia")
		},
		"list-outside": func(r *rig) { // names with what tells them from others
			c := r.manager.clients["claire"]
			for i, name := range []string{"Marie-Bernadette de la Ro… (hopital-intercommunal.example)", "Inès Caron (ght-cevennes.fr)", "Sophie Bernard (sophie.bernard.2)"} {
				id := messaging.ConversationID(strings.Repeat("x", i+1) + "@x.example")
				c.Put(messagingtest.Conversation{Conversation: messaging.Conversation{ID: id, Name: name, Detail: "Cardiologue"}})
				c.Receive(id, messaging.Message{Author: name, Content: messaging.Text{Body: "Bonjour, je remplace Sophie Bernard à partir de lundi."}})
			}
			r.ui.nav.ShowList("claire")
		},
		"status": func(r *rig) {
			_ = r.manager.clients["claire"].SetStatus(messaging.Status{Presence: messaging.Busy, Text: "En visite jusqu’à 15:00", Until: time.Now().Add(15 * time.Hour)})
			r.ui.nav.ShowStatus("claire")
		},
		"directory": func(r *rig) {
			r.manager.clients["claire"].Directory = []messaging.Card{
				{ID: "ines@x", Name: "Inès Caron", Job: "Cardiologue", Org: "GHT Cévennes", Place: "Alès"}, {ID: "hugo@x", Name: "Hugo Petit", Job: "Infirmier", Unit: "Cardiologie"},
			}
			r.ui.nav.ShowList("claire")
			r.settle()
			r.press(map[string]string{"fr": "Nouvelle conversation", "en": "New conversation"}[r.ui.options.Language])
			r.typeText("cardio")
			r.press(map[string]string{"fr": "Chercher « cardio » dans l’annuaire", "en": "Search “cardio” in the directory"}[r.ui.options.Language])
		},
		"request": func(r *rig) {
			c := r.manager.clients["claire"]
			c.Ask(messaging.ContactRequest{From: "ines.caron@ght-cevennes.fr", Name: "Inès Caron", Text: "Bonjour, je remplace Sophie Bernard en cardiologie à partir de lundi."})
			c.Ask(messaging.ContactRequest{From: "hugo@ght-cevennes.fr", Name: "Hugo"})
			r.ui.nav.ShowList("claire")
		},
		"search": searching,
		"offline": func(r *rig) {
			r.manager.clients["claire"].SetConnection(messaging.Connection{Problem: messaging.Unreachable, Next: time.Now().Add(12 * time.Second)})
			r.ui.nav.ShowList("claire")
		},
		"catching-up": func(r *rig) {
			r.manager.clients["claire"].SetConnection(messaging.Connection{State: messaging.Online, Behind: true})
			r.ui.nav.ShowList("claire")
		},
		"disk-full": func(r *rig) {
			r.manager.clients["claire"].SetConnection(messaging.Connection{State: messaging.Online, DiskFull: true})
			r.ui.nav.ShowList("claire")
		},
		"ephemeral": func(r *rig) {
			r.manager.set("claire", func(a *account.Account) { a.Ephemeral = true })
			r.ui.nav.ShowList("claire")
		},
		"empty": func(r *rig) { r.manager.clients["claire"].Forget(); r.ui.nav.ShowList("claire") },
		"new": func(r *rig) {
			r.ui.nav.ShowList("claire")
			r.settle()
			r.press(map[string]string{"fr": "Nouvelle conversation", "en": "New conversation"}[r.ui.options.Language])
		},
		"new-group": func(r *rig) { fillNewGroup(r, "Staff du lundi") },
		"mentioned": func(r *rig) {
			c := r.manager.clients["claire"]
			c.Edit("astreinte", func(v *messagingtest.Conversation) { v.Mentioned = true })
			r.ui.nav.ShowList("claire")
		},
		"settings": func(r *rig) { r.ui.nav.ShowSettings("claire") },
		"settings-middle": func(r *rig) {
			r.manager.choose(func(p *settings.Person) { p.Quiet.Daily, p.Quiet.Until = true, time.Now().Add(time.Hour) })
			r.ui.nav.ShowSettings("claire")
			r.scroll(330)
		},
		"settings-end": func(r *rig) {
			r.ui.options.Built = time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)
			r.ui.options.Folder = "/home/cmartin/.local/share/discussions"
			r.ui.nav.ShowSettings("claire")
			r.scroll(10_000)
		},
		"settings-newer": func(r *rig) {
			r.ui.options.Updates = newerVersion
			r.ui.nav.ShowSettings("claire")
			r.scroll(10_000)
		},
		"too-old": func(r *rig) { r.ui.options.Updates = newerVersion; r.ui.nav.ShowList("claire") },
		"licences": func(r *rig) {
			r.ui.nav.ShowSettings("claire")
			r.settle()
			r.press(map[string]string{"fr": "Licences", "en": "Licences"}[r.ui.options.Language])
		},
		"menu": func(r *rig) {
			r.ui.nav.ShowList("claire")
			r.settle()
			r.press(map[string]string{"fr": "Changer de compte", "en": "Change account"}[r.ui.options.Language])
		},
		"remove": func(r *rig) {
			r.manager.unsent["claire"] = 2
			r.ui.nav.ShowSettings("claire")
			r.ui.nav.AskRemove("claire")
		},
		"settings-damaged": func(r *rig) {
			r.ui.news.tellSettingsSetAside("/home/cmartin/.local/share/discussions/settings.damaged.toml")
		},
		"outbox-damaged": func(r *rig) {
			r.ui.nav.ShowList("claire")
			r.ui.news.tellOutboxSetAside("claire", "/home/cmartin/.local/share/discussions/accounts/6f1c9a/outbox.damaged.db")
		},
		"pick": func(r *rig) {
			r.ui.nav.ShowSettings("claire")
			r.settle()
			r.press(map[string]string{"fr": "Verrouillage automatique", "en": "Automatic lock"}[r.ui.options.Language])
		},
		"login": func(r *rig) { r.ui.nav.ShowLoginNeeded("amelie") },
		"failure": func(r *rig) {
			r.ui.nav.ShowTrouble(&settings.FileError{Path: "/etc/discussions/discussions.toml", Line: 7, Key: "login.issuer", Problem: settings.ProblemMissingKey, Want: `"https://id.example.org"`}, nil, func() {}, func() {})
		},
		"export": func(r *rig) {
			r.press(claire.Name)
			r.pressKey(fyne.KeyDown)
			r.pressKey(desktop.KeyMenu)
			r.press(map[string]string{"fr": "Exporter…", "en": "Export…"}[r.ui.options.Language])
		},
		"exporting": func(r *rig) {
			(&exporting{u: r.ui, account: "claire", progress: &exportProgress{}}).tellProgress(1250)
		},
	}
	for name, show := range screens {
		for _, theme := range []string{"light", "dark"} {
			for _, language := range []string{"fr", "en"} {
				if light := len(name)%2 == 0; os.Getenv("DISCUSSIONS_PICTURES") == "" && ((theme == "light") != light || (language == "fr") != light) {
					continue // nobody looks: each screen once, one half of them light and French, the other dark and English
				}
				t.Run(name+"-"+theme+"-"+language, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						r := newRig(t, func(o *Options, _ *fakeManager) {
							o.Language = language
							if _, err := o.User.Update(func(u *settings.User) { u.Theme = theme }); err != nil {
								t.Fatal(err)
							}
						}, claire, paul, amelie)
						show(r)
						r.settle()
						r.savePicture(name + "-" + theme + "-" + language)
						for _, o := range looktest.NotReached(r.canvas()) {
							t.Errorf("Tab does not reach %T %v", o, o)
						}
					})
				})
			}
		}
	}
}

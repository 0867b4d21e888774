//go:build linux

package tour

import (
	"bytes"
	"flag"
	"io"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jezek/xgb"

	"discussions/internal/needs"
	"discussions/internal/sandboxtest"
)

var out = flag.String("out", "", "the folder for a picture of each step")

func TestMain(m *testing.M) {
	xgb.Logger = log.New(io.Discard, "", 0) // it notices that a screen needs no authority
	flag.Parse()
	run := m.Run
	if flag.Lookup("test.bench").Value.String() == "" { // benchmarks have organisations of their own
		run = func() int { return sandboxtest.Main(m, "--history", "300") }
	}
	code := run()
	if buildFolder != "" {
		_ = os.RemoveAll(buildFolder)
	}
	os.Exit(code)
}

// The codes that the robot chooses for the two accounts.
const claireCode, paulCode = "4071", "8326"

// A walk is the robot, the program in front of it, and the organisation around it.
type walk struct {
	*screen
	t        testing.TB
	org      *sandboxtest.Sandbox
	chromium browser
	notes    notifications
	profile  string

	p    *program
	main string // its main window
}

// newWalk is a walk in the organisation that the short walks share.
func newWalk(t testing.TB) *walk {
	t.Helper()
	return newWalkAt(t, sandboxtest.Shared(t), *out)
}

// newWalkIn is a walk with a sandbox of one's own, whose pictures go to a folder; "": to none that stays.
func newWalkIn(t testing.TB, pictures string, flags ...string) *walk {
	t.Helper()
	needs.Session(t)
	return newWalkAt(t, sandboxtest.Start(t, flags...), pictures)
}

// newWalkAt is newWalkIn with a sandbox that is there.
func newWalkAt(t testing.TB, org *sandboxtest.Sandbox, pictures string) *walk {
	t.Helper()
	needs.Session(t)
	if pictures == "" {
		pictures = t.TempDir()
	}
	return &walk{
		screen: newScreen(t, pictures), t: t, org: org, chromium: browser{t: t, org: org, out: pictures}, notes: newNotifications(t),
		profile: filepath.Join(t.TempDir(), "profile"),
	}
}

// open starts the program, which shows the screen of that name at first.
func (w *walk) open(first string, flags ...string) {
	w.t.Helper()
	w.p = start(w.t, w.org.Config, w.profile, flags...)
	w.p.screen(first)
	w.p.await("first frame") // keys that come earlier find nothing to move to
	w.main = w.window("Discussions")
	w.place(w.main, 40, 60)
	w.focus(w.main)
}

// TestTour is the walk of a user through the whole program: each step must happen for the next to begin.
func TestTour(t *testing.T) {
	w := newWalkIn(t, *out, "--history", "300")
	thomas := w.photographer()
	w.firstStart()
	w.threeConversations()
	w.notificationOpens()
	w.networkGoes()
	w.actOnMessages()
	w.followLinks()
	w.readByWhom()
	w.findMessages()
	w.findOnTheServer()
	w.chooseForAConversation()
	w.saysOfOneself()
	w.aGroup()
	w.invited()
	w.looksIntoTheDirectory()
	w.filesAndPictures()
	w.pastes()
	w.manyPictures(thomas)
	w.secondAccount()
	w.logOut()
	w.nextStart("Down", "Down", "Return") // the account used last is the first
	w.settings()
	w.secondStart()
	w.remove()
	w.removeSealed()
}

// logIn starts the program for the first time, with Claire's account.
func (w *walk) logIn(config string) {
	w.t.Helper()
	w.p = start(w.t, config, w.profile, "--lang", "fr")
	w.p.screen("browser")
	w.main = w.window("Discussions")
	w.org.Login(w.t, w.p.address(), w.org.Claire(), "mail")
	w.chooseCode(w.p, w.main, claireCode)
	w.p.screen("list")
	w.p.listed()
}

// firstStart: the browser opens by itself; the code is chosen twice, and an obvious one refused.
func (w *walk) firstStart() {
	claire := w.org.Claire()
	w.open("browser", "--lang", "fr")
	w.picture(w.main, "01-browser")
	w.chromium.withMail(w.p.address(), claire, "02-mail")

	w.p.screen("choose-code")
	w.focus(w.main)
	w.picture(w.main, "03-choose-code")
	w.code("1234")
	w.p.await("code not taken")
	w.picture(w.main, "04-obvious-code")
	w.code(claireCode)
	w.p.screen("repeat-code")
	w.code(claireCode)
	w.p.screen("list")
	w.org.WaitOnline(w.t, claire.JID)
	w.p.await("connected")
	w.p.listed()
	w.picture(w.main, "05-list")
}

// threeConversations, each in a window of its own, side by side, found by the keyboard.
func (w *walk) threeConversations() {
	sophie := w.org.Sophie()
	places := [][2]int{{470, 40}, {1034, 40}, {470, 530}}
	for i, name := range []string{sophie.Name, w.org.Julien().Name, w.org.Groups[0].Name} {
		w.find(name)
		window := w.window(name)
		w.resize(window, 552, 450)
		w.place(window, places[i][0], places[i][1])
	}
	withSophie := w.window(sophie.Name)
	w.focus(withSophie)
	w.write("Bonjour Sophie, es-tu de garde ce soir ?")
	w.keys("Return")
	w.org.WaitReceived(w.t, sophie.JID, "Bonjour Sophie, es-tu de garde ce soir ?")
	w.p.await("message drawn") // she answers by herself
	w.picture(withSophie, "06-conversation")
	w.picture("", "07-side-by-side")
}

// find opens a conversation by the keyboard alone.
func (w *walk) find(name string) {
	w.focus(w.main)
	w.keys("ctrl+k")
	w.write(name)
	w.keys("Return")
	w.p.screen("conversation")
}

// notificationOpens: a message whose conversation is not in front is notified; a click opens it.
func (w *walk) notificationOpens() {
	w.org.Say(w.t, w.org.Person("Moussa Keïta").JID, w.org.Claire().JID, "Mme B. est rentrée, tout va bien.")
	w.notes.shown(1)
	w.picture("", "08-notification")
	w.notes.click()
	w.p.screen("conversation")
	w.window("Moussa")
	w.notes.shown(0)
}

// networkGoes: the window says so, and what is written leaves when it comes back.
func (w *walk) networkGoes() {
	withMoussa := w.window("Moussa")
	w.org.Network(w.t, "cut", 0)
	w.p.await("disconnected")
	w.place(withMoussa, 520, 120)
	w.focus(withMoussa)
	w.write("Merci, je passe demain.")
	w.keys("Return")
	w.picture(withMoussa, "09-offline")
	w.org.Network(w.t, "up", 0)
	w.org.WaitReceived(w.t, w.org.Person("Moussa Keïta").JID, "Merci, je passe demain.")
}

// actOnMessages: a message is corrected, answered, reacted to and withdrawn, all by the keyboard.
func (w *walk) actOnMessages() {
	moussa, claire := w.org.Person("Moussa Keïta").JID, w.org.Claire().JID
	withMoussa := w.window("Moussa")
	n := len(w.org.Received(w.t, moussa))
	got := func(is func(sandboxtest.Received) bool) { w.t.Helper(); w.org.WaitUntil(w.t, moussa, n, is) }

	w.keys("Up", "ctrl+a") // the last message, in the box again
	w.write("Merci, je passe jeudi.")
	w.picture(withMoussa, "09-correcting")
	mark := w.p.mark()
	w.keys("Return")
	got(func(r sandboxtest.Received) bool { return r.Replaces != "" && r.Body == "Merci, je passe jeudi." })
	w.p.next(mark, "correction drawn")                                           // before it, the menu is shorter by a line
	w.keys("alt+Up", "Return", "Down", "Down", "Down", "Down", "Down", "Return") // the newest one, Versions précédentes
	w.p.next(mark, "versions drawn", "versions", 1)
	w.picture(withMoussa, "09-versions")
	w.keys("Return") // Compris

	mark = w.p.mark()
	w.org.Say(w.t, moussa, claire, "À quelle heure ?")
	w.p.next(mark, "message drawn")
	w.keys("alt+Up", "Return", "Return") // the newest one, its menu, Répondre
	w.write("15 h")
	w.picture(withMoussa, "09-answering")
	w.keys("Return")
	got(func(r sandboxtest.Received) bool { return r.Answers != "" && strings.HasSuffix(r.Body, "\n15 h") })

	w.keys("alt+Up", "alt+Up", "Return", "Down", "Return") // the one before, Réagir
	w.write("pouce")
	w.picture(withMoussa, "09-reacting")
	w.keys("Return")
	got(func(r sandboxtest.Received) bool { return len(r.Reactions) == 1 && r.Reactions[0] == "👍" })

	w.keys("alt+Up", "Return", "Down", "Down", "Down", "Down", "Down", "Down", "Return") // the newest one, Retirer
	w.picture(withMoussa, "09-withdrawing")
	w.keys("shift+Tab", "Return")
	got(func(r sandboxtest.Received) bool { return r.Retracts != "" })
	w.picture(withMoussa, "09-withdrawn")
}

// secondAccount: "Associer un nouveau compte", this time by the card.
func (w *walk) secondAccount() {
	paul := w.org.Paul()
	w.focus(w.main)
	w.click(w.main, 120, 30)
	w.p.screen("menu")
	w.picture(w.main, "10-accounts")
	w.keys("Tab", "Return") // Associer un nouveau compte
	w.p.screen("methods")
	w.picture(w.main, "11-methods")
	w.keys("Tab", "Return") // Pro Santé Connect
	w.p.screen("browser")
	w.chromium.withCard(w.p.address(), paul, "12-card")
	w.chooseCode(w.p, w.main, paulCode)
	w.p.screen("list")
	w.org.WaitOnline(w.t, paul.JID)
	w.picture(w.main, "13-second-list")
}

// logOut: the account is not accessible any more, and the other one stays.
func (w *walk) logOut() {
	w.openSettings()
	w.picture(w.main, "14-settings")
	w.click(w.main, 210, -36) // Déconnexion
	w.p.screen("accounts")
	w.org.WaitOffline(w.t, w.org.Paul().JID)
	w.picture(w.main, "15-accounts")
	w.keys("Down", "Right")
	w.p.screen("menu")
	w.picture(w.main, "15-account-menu")
	w.keys("Escape")
	if !slices.Contains(w.org.Online(w.t), w.org.Claire().JID) {
		w.t.Error("logging one account out took the other one offline")
	}
}

func (w *walk) openSettings() {
	w.t.Helper()
	w.click(w.main, -34, 30)
	w.p.screen("settings")
}

// nextStart: after the end of the program the code opens the account that the keys choose, without a browser.
func (w *walk) nextStart(choose ...string) {
	claire := w.org.Claire()
	w.p.stop()
	w.org.WaitOffline(w.t, claire.JID)
	w.nothingInClear()
	w.open("accounts", "--lang", "fr")
	w.keys(choose...)
	w.p.screen("code")
	w.code("0001")
	w.p.await("code not taken")
	w.picture(w.main, "16-wrong-code")
	w.code(claireCode)
	w.p.screen("list")
	w.org.WaitOnline(w.t, claire.JID)
	w.picture(w.main, "17-list-again")
	if len(w.p.opened) > 0 {
		w.t.Error("a browser was opened although the code was right")
	}
}

// nothingInClear of what was written, in any file of the profile; and in the log, at its most talkative, no person either.
func (w *walk) nothingInClear() {
	w.t.Helper()
	written := []string{"es-tu de garde", "Mme B. est rentr", "je passe demain", "photos.example", "merci jeu"}
	files := 0
	err := filepath.WalkDir(w.profile, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		files++
		data, err := os.ReadFile(path)
		for _, text := range written {
			if bytes.Contains(data, []byte(text)) {
				w.t.Errorf("%s holds %q in clear", path, text)
			}
		}
		return err
	})
	if err != nil || files < 6 {
		w.t.Errorf("%d files of the profile were searched: %v", files, err)
	}
	log := w.p.text()
	codes := []string{`"` + claireCode + `"`, `"` + paulCode + `"`} // quoted, as times hold any digits
	for _, text := range slices.Concat(written, codes, []string{"Claire", "claire.martin", "Sophie", "sophie.bernard"}) {
		if strings.Contains(log, text) {
			w.t.Errorf("the log holds %q", text)
		}
	}
}

// settings: no notification when they are off; opened at the start of the computer.
func (w *walk) settings() {
	moussa, claire := w.org.Person("Moussa Keïta"), w.org.Claire()
	w.openSettings()
	w.keys("Tab", "Tab", "space")                                  // Afficher les notifications
	w.keys(append(slices.Repeat([]string{"Tab"}, 11), "space")...) // Ouvrir au démarrage de l’ordinateur
	w.picture(w.main, "18-settings")
	w.p.await("open at login", "on", true)
	entries, err := filepath.Glob(filepath.Join(os.Getenv("XDG_CONFIG_HOME"), "autostart", "*.desktop"))
	if err != nil || len(entries) != 1 {
		w.t.Errorf("%d programs are opened at login, not one (%v)", len(entries), err)
	}
	w.picture(w.main, "18-settings-changed")
	w.org.Say(w.t, moussa.JID, claire.JID, "À demain.")
	w.p.await("message not notified")
	w.notes.shown(0)
	w.keys("space")
	w.p.await("open at login", "on", false)
	w.keys("Escape")
	w.p.screen("list")
}

// secondStart on the same profile: it brings the first to the front, says so, and ends.
func (w *walk) secondStart() {
	second := start(w.t, w.org.Config, w.profile, "--lang", "fr")
	<-second.ended
	if code := second.command.ProcessState.ExitCode(); code != 0 {
		w.t.Errorf("a second start ended with %d", code)
	}
	w.p.await("second start")
	w.picture(w.main, "19-second-start")
}

// remove: "Supprimer cet utilisateur" asks once, then nothing of the account is left on this computer.
func (w *walk) remove() {
	w.openSettings()
	w.keys("shift+Tab", "shift+Tab", "Return") // Supprimer cet utilisateur, at the end of the page above Déconnexion
	w.p.screen("confirm")
	w.picture(w.main, "20-remove")
	w.keys("shift+Tab", "Return")
	w.p.screen("accounts")
	w.org.WaitOffline(w.t, w.org.Claire().JID)
	w.chromium.open(w.p.address()) // the browser's session with the provider ends, too
	w.picture(w.main, "21-removed")
	left, err := os.ReadDir(filepath.Join(w.profile, "accounts"))
	if err != nil || len(left) != 1 {
		w.t.Errorf("%d accounts are left on the disk, not one (%v)", len(left), err)
	}
}

// removeSealed: the account of somebody who is not there stays for a week when it is removed without its code, and the list says so.
func (w *walk) removeSealed() {
	w.keys("Down", "Right")
	w.p.screen("menu")
	w.keys("Return")
	w.p.screen("confirm")
	w.keys("shift+Tab", "Return")
	w.p.screen("confirm")
	w.keys("Return") // the accounts were below
	w.picture(w.main, "22-removal-delayed")
	left, err := os.ReadDir(filepath.Join(w.profile, "accounts"))
	if err != nil || len(left) != 1 {
		w.t.Errorf("%d accounts are left on the disk, not one (%v)", len(left), err)
	}
}

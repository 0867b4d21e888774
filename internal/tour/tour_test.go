//go:build linux

package tour

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"discussions/internal/sandboxtest"
)

var out = flag.String("out", "", "the folder for a picture of each step")

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := build(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// The codes that the robot chooses for the two accounts.
const claireCode, paulCode = "4071", "8326"

// TestTour is the walk of a user through the whole program: each step must happen for the next to begin.
func TestTour(t *testing.T) {
	pictures := *out
	if pictures == "" {
		pictures = t.TempDir()
	}
	org := sandboxtest.Start(t, "--history", "300")
	s := newScreen(t, pictures)
	chromium := newBrowser(t, org, pictures)
	notifications := newNotifications(t)
	claire, paul, sophie, julien := org.Claire(), org.Paul(), org.Sophie(), org.Julien()
	profile := filepath.Join(t.TempDir(), "profile")

	// First start: the browser opens by itself.
	p := start(t, org.Config, profile, "--lang", "fr")
	p.screen("browser")
	main := s.window("Discussions")
	s.place(main, 40, 60)
	s.picture(main, "01-browser")
	chromium.withMail(p.address(), claire, "02-mail")

	// The code, twice; an obvious one is refused.
	p.screen("choose-code")
	s.focus(main)
	s.picture(main, "03-choose-code")
	s.code("1234")
	p.await("code not taken")
	s.picture(main, "04-obvious-code")
	s.code(claireCode)
	p.screen("repeat-code")
	s.code(claireCode)
	p.screen("list")
	org.WaitOnline(t, claire.JID)
	p.await("connected")
	p.await("list drawn")
	s.picture(main, "05-list")

	// Three conversations, each in a window of its own, side by side, found by the keyboard.
	place := 480
	for _, name := range []string{sophie.Name, julien.Name, org.Groups[0].Name} {
		s.focus(main)
		s.keys("ctrl+k")
		s.write(name)
		s.keys("Return")
		p.screen("conversation")
		window := s.window(name)
		s.place(window, place, 40)
		place += 280
	}
	withSophie := s.window(sophie.Name)
	s.focus(withSophie)
	s.write("Bonjour Sophie, es-tu de garde ce soir ?")
	s.keys("Return")
	org.WaitReceived(t, sophie.JID, "Bonjour Sophie, es-tu de garde ce soir ?")
	p.await("message drawn") // she answers by herself
	s.picture(withSophie, "06-conversation")
	s.picture("", "07-side-by-side")

	// A message whose conversation is not in front is notified; a click opens it.
	org.Say(t, org.Person("Moussa Keïta").JID, claire.JID, "Mme B. est rentrée, tout va bien.")
	notifications.shown(1)
	s.picture("", "08-notification")
	notifications.click()
	p.screen("conversation")
	withMoussa := s.window("Moussa")

	// The network goes: the window says so, and what was written leaves when it comes back.
	org.Network(t, "cut", 0)
	p.await("disconnected")
	s.place(withMoussa, 520, 120)
	s.focus(withMoussa)
	s.write("Merci, je passe demain.")
	s.keys("Return")
	s.picture(withMoussa, "09-offline")
	org.Network(t, "up", 0)
	org.WaitReceived(t, org.Person("Moussa Keïta").JID, "Merci, je passe demain.")

	// A second account, by the card.
	s.focus(main)
	s.click(main, 120, 30)
	p.screen("menu")
	s.picture(main, "10-accounts")
	s.keys("Tab", "Return") // Associer un nouveau compte
	p.screen("methods")
	s.picture(main, "10-methods")
	s.keys("Tab", "Return") // Pro Santé Connect is the first
	p.screen("browser")
	chromium.withCard(p.address(), paul, "11-card")
	p.screen("choose-code")
	s.focus(main)
	s.code(paulCode)
	p.screen("repeat-code")
	s.code(paulCode)
	p.screen("list")
	org.WaitOnline(t, paul.JID)
	s.picture(main, "12-second-list")

	// Settings, and logging out: the account is not accessible any more.
	s.click(main, -34, 30)
	p.screen("settings")
	s.picture(main, "13-settings")
	s.keys("ctrl+q")
	p.logOut(s, main)
	org.WaitOffline(t, paul.JID)
	s.picture(main, "14-drawers")
	if !slices.Contains(org.Online(t), claire.JID) {
		t.Error("logging one account out took the other one offline")
	}

	// The end of the program, and the next start: the code opens without a browser.
	p.stop()
	org.WaitOffline(t, claire.JID)
	p = start(t, org.Config, profile, "--lang", "fr")
	p.screen("drawers")
	main = s.window("Discussions")
	s.place(main, 40, 60)
	s.focus(main)
	s.keys("Tab", "Return")
	p.screen("code")
	s.code("0001")
	p.await("code not taken")
	s.picture(main, "15-wrong-code")
	s.code(claireCode)
	p.screen("list")
	s.picture(main, "16-list-again")
}

// logOut presses « Déconnexion » in the settings.
func (p *program) logOut(s *screen, main string) {
	p.t.Helper()
	s.click(main, 210, -78)
	p.screen("drawers")
}

// notifications is the desktop's own notification server, dunst.
type notifications struct{ t testing.TB }

func newNotifications(t testing.TB) notifications {
	t.Helper()
	dunst := exec.Command("dunst", "-conf", "/dev/null")
	if err := dunst.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = dunst.Process.Kill()
		_ = dunst.Wait()
	})
	return notifications{t}
}

// shown waits until that many notifications are on the screen.
func (n notifications) shown(count int) {
	n.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		output, _ := exec.Command("dunstctl", "count", "displayed").Output()
		if strings.TrimSpace(string(output)) == strconv.Itoa(count) {
			return
		}
		if time.Now().After(deadline) {
			n.t.Fatalf("%s notifications are shown, not %d", output, count)
		}
	}
}

// click is the default action of the newest notification.
func (n notifications) click() {
	n.t.Helper()
	if output, err := exec.Command("dunstctl", "action").CombinedOutput(); err != nil {
		n.t.Fatalf("click the notification: %v\n%s", err, output)
	}
}

//go:build linux

package tour

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"discussions/internal/bus/bustest"
	"discussions/internal/sandboxtest"

	"github.com/godbus/dbus/v5"
)

// noticeServer is a notification server that can be answered in, as KDE's; dunst cannot.
type noticeServer struct {
	t    testing.TB
	conn *dbus.Conn

	mu    sync.Mutex
	last  uint32
	shown map[uint32]notice
}

// notice is a notification as the server was given it.
type notice struct {
	number      uint32
	replaces    bool
	title, body string
	actions     []string
	sounds      bool // it asks for a sound, and does not forbid it
}

const (
	noticeName = "org.freedesktop.Notifications"
	noticePath = "/org/freedesktop/Notifications"
)

func newNoticeServer(t testing.TB) *noticeServer {
	t.Helper()
	s := &noticeServer{t: t, conn: bustest.Connect(t, os.Getenv("DBUS_SESSION_BUS_ADDRESS")), shown: map[uint32]notice{}}
	bustest.Serve(t, s.conn, noticeName, noticePath, noticeName, map[string]any{
		"GetCapabilities": func() ([]string, *dbus.Error) {
			return []string{"body", "actions", "inline-reply", "sound"}, nil
		},
		"Notify": func(_ string, replaces uint32, _, title, body string, actions []string, hints map[string]dbus.Variant, _ int32) (uint32, *dbus.Error) {
			s.mu.Lock()
			defer s.mu.Unlock()
			sound, _ := hints["sound-name"].Value().(string)
			suppressed, _ := hints["suppress-sound"].Value().(bool)
			n := notice{replaces, replaces != 0, title, body, actions, sound != "" && !suppressed}
			if !n.replaces {
				s.last++
				n.number = s.last
			}
			s.shown[n.number] = n
			return n.number, nil
		},
		"CloseNotification": func(number uint32) *dbus.Error {
			s.mu.Lock()
			defer s.mu.Unlock()
			delete(s.shown, number)
			return nil
		},
	})
	return s
}

// until waits until what is shown, in order, is as wanted.
func (s *noticeServer) until(what string, ok func(shown []notice) bool) {
	s.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		now := s.now()
		if ok(now) {
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("waited in vain for: %s; shown: %v", what, now)
		}
	}
}

func (s *noticeServer) now() (shown []notice) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for number := range s.last + 1 {
		if n, ok := s.shown[number]; ok {
			shown = append(shown, n)
		}
	}
	return shown
}

// answers types an answer into a notification.
func (s *noticeServer) answers(n notice, text string) {
	s.t.Helper()
	if err := s.conn.Emit(noticePath, noticeName+".NotificationReplied", n.number, text); err != nil {
		s.t.Fatal(err)
	}
}

// TestNotificationsThatCanBeAnswered are replaced, sound as their person wants, are answered, withdrawn at a lock and by the start after a crash. The code is typed on a
// French keyboard: on its digits' row without Shift, and on the number pad without NumLock.
func TestNotificationsThatCanBeAnswered(t *testing.T) {
	org := sandboxtest.Start(t) // the server keeps the session of a program that was killed, which others would meet
	w := &walk{screen: newScreen(t, *out), t: t, org: org, profile: filepath.Join(t.TempDir(), "profile")}
	s := newNoticeServer(t)
	claire, sophie, moussa := org.Claire(), org.Sophie(), org.Person("Moussa Keïta")
	w.run("setxkbmap", "fr")
	t.Cleanup(func() { w.run("setxkbmap", "us") })
	w.p = start(t, org.Config, w.profile, "--lang", "fr")
	w.p.screen("browser")
	w.main = w.window("Discussions")
	org.Login(t, w.p.address(), claire, "psc")
	w.p.screen("choose-code")
	w.focus(w.main)
	w.keys("13", "19", "16", "10") // à é è & by their places: 4071
	w.p.screen("repeat-code")
	w.keys("83", "90", "79", "87") // ← Inser ↖ Fin
	w.p.screen("list")
	w.run("setxkbmap", "us")
	w.p.listed()

	w.openSettings()
	w.keys("Tab", "Tab", "Tab", "Return", "Down", "Return") // Contenu affiché: Nom et message
	w.keys("Escape")
	w.p.screen("list")
	org.Say(t, sophie.JID, claire.JID, "Tu viens ?")
	s.until("the text", func(shown []notice) bool { return len(shown) == 1 && shown[0].body == "Tu viens ?" })
	org.Say(t, sophie.JID, claire.JID, "À 15 h")
	s.until("the newer text in its place", func(shown []notice) bool { return len(shown) == 1 && shown[0].replaces && shown[0].body == "À 15 h" })
	org.Say(t, moussa.JID, claire.JID, "Un lit se libère.")
	s.until("one for each conversation", func(shown []notice) bool { return len(shown) == 2 && shown[1].sounds })
	w.openSettings()
	w.keys("Tab", "Tab", "Tab", "Tab", "space", "Escape") // Son
	w.p.screen("list")
	org.Say(t, moussa.JID, claire.JID, "Un autre aussi.")
	s.until("no sound any more", func(shown []notice) bool {
		return len(shown) == 2 && shown[1].body == "Un autre aussi." && !shown[1].sounds
	})
	s.answers(s.now()[0], "Oui, à 15 h")
	org.WaitReceived(t, sophie.JID, "Oui, à 15 h")
	s.until("that of the other conversation only", func(shown []notice) bool { return len(shown) == 1 && shown[0].body == "Un autre aussi." })

	w.focus(w.main)
	w.keys("ctrl+l")
	w.p.screen("code")
	s.until("none after the lock", func(shown []notice) bool { return len(shown) == 0 })
	org.Say(t, moussa.JID, claire.JID, "Il est pris.")
	s.until("one without the text", func(shown []notice) bool {
		return len(shown) == 1 && !strings.Contains(shown[0].title+shown[0].body, "Moussa") && !strings.Contains(shown[0].body, "pris") &&
			!slices.Contains(shown[0].actions, "inline-reply")
	})
	w.until("the program to remember what is shown", func() bool {
		text, err := os.ReadFile(filepath.Join(w.profile, "notifications.json"))
		return err == nil && strings.Contains(string(text), fmt.Sprintf("[%d]", s.now()[0].number))
	})
	if err := w.p.command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-w.p.ended
	w.p = start(t, org.Config, w.profile, "--lang", "fr")
	s.until("what the crash left to be withdrawn", func(shown []notice) bool { return len(shown) == 0 })
}

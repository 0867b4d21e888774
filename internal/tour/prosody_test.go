//go:build linux

package tour

import (
	"path/filepath"
	"testing"
)

// TestTheTourOnProsody is the walk of a working day with the other message server: log in, read, write and be answered, a group, a
// notification, a network that goes and comes back, a lock, a restart.
func TestTheTourOnProsody(t *testing.T) {
	pictures := ""
	if *out != "" {
		pictures = filepath.Join(*out, "prosody")
	}
	w := newWalkIn(t, pictures, "--engine", "prosody", "--history", "60")
	w.firstStart()
	w.threeConversations()
	w.notificationOpens()
	w.networkGoes()
	w.groupBothWays()
	w.lockAndBack()
	w.nextStart("Tab", "Return")
}

// groupBothWays writes in the group whose window is open, and reads an answer there.
func (w *walk) groupBothWays() {
	g, nadia := w.org.Groups[0], w.org.Person("Nadia Benali")
	window := w.window(g.Name)
	w.focus(window)
	w.write("Bonsoir l'astreinte")
	w.keys("Return")
	w.org.WaitReceived(w.t, nadia.JID, "Bonsoir l'astreinte")
	mark := w.p.mark()
	w.org.Say(w.t, nadia.JID, g.JID, "Bonsoir Claire, tout est calme.")
	w.p.next(mark, "message drawn")
	w.picture(window, "09-group")
}

// lockAndBack: locked, the account still counts what comes; the code brings the windows back, and what came.
func (w *walk) lockAndBack() {
	sophie, moussa := w.org.Sophie(), w.org.Person("Moussa Ke\u00efta")
	w.focus(w.main)
	w.keys("ctrl+l")
	w.p.screen("code")
	w.gone(sophie.Name)
	w.org.Say(w.t, moussa.JID, w.org.Claire().JID, "Pendant le verrou.")
	w.notes.shown(1)
	w.code(claireCode)
	w.p.screen("list")
	w.window(sophie.Name)
	w.find("Moussa")
	w.p.await("history shown")
	w.picture(w.window("Moussa"), "10-after-the-lock")
}

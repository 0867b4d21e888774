//go:build linux

package tour

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"discussions/internal/bus/bustest"
	"discussions/internal/needs"
	"discussions/internal/sandboxtest"
)

// closes presses what closes a window.
func (w *walk) closes(window string) {
	w.t.Helper()
	w.focus(window)
	w.keys("alt+F4")
}

// iconic waits until a window is in the task bar only.
func (w *walk) iconic(window string) {
	w.t.Helper()
	for deadline := time.Now().Add(patience); !strings.Contains(w.run("xprop", "-id", window, "WM_STATE"), "Iconic"); time.Sleep(30 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatalf("the window is not minimised: %s", w.run("xprop", "-id", window, "WM_STATE"))
		}
	}
}

// TestTheProgramStaysWhenItsWindowIsClosed: what comes is notified all the same, and every way brings the window back; until Quit.
func TestTheProgramStaysWhenItsWindowIsClosed(t *testing.T) {
	needs.Session(t)
	needs.Programs(t, "xprop")
	panel := bustest.StartTrayHost(t, bustest.Connect(t, os.Getenv("DBUS_SESSION_BUS_ADDRESS")), true)
	org := sandboxtest.Start(t, "--history", "20")
	w := &walk{screen: newScreen(t, *out), t: t, org: org, notes: newNotifications(t), profile: filepath.Join(t.TempDir(), "profile")}
	w.p = start(t, org.Config, w.profile, "--lang", "fr")
	w.p.screen("browser")
	w.main = w.window("Discussions")
	org.Login(t, w.p.address(), org.Claire(), "mail")
	w.p.screen("choose-code")
	w.focus(w.main)
	w.code(claireCode)
	w.p.screen("repeat-code")
	w.code(claireCode)
	w.p.screen("list")
	w.p.listed()
	claire, moussa := org.Claire(), org.Person("Moussa Keïta")
	panel.Until("the open account in its menu", func() bool { return slices.Contains(panel.Labels(), claire.Name) })
	unread := func(count string) func() bool {
		return func() bool { return strings.Contains(panel.Tooltip(), count) }
	}

	w.closes(w.main)
	w.p.await("main window hidden")
	w.gone("Discussions")
	org.Say(t, moussa.JID, claire.JID, "Un lit se libère.")
	w.notes.shown(1)
	panel.Until("the number of unread messages", unread("non lu"))
	red := func() bool {
		picture := panel.Pictures()[1]
		_, r, g, b := picture.At(int(picture.Width)*9/10, int(picture.Height)*6/10)
		return r > 150 && g < 80 && b < 80
	}
	panel.Until("a red disc", red)
	w.notes.click()
	w.p.screen("conversation")
	w.closes(w.window("Moussa"))
	panel.Until("no red disc", func() bool { return !red() })
	w.gone("Discussions") // the click was about the conversation

	panel.Activate()
	w.window("Discussions")
	w.closes(w.main)
	w.p.await("main window hidden")
	panel.SetThere(false) // the panel ends: nothing could bring the window back
	w.p.await("main window minimised")
	w.iconic(w.main)
	panel.SetThere(true)
	w.p.await("main window hidden")
	second := start(t, org.Config, w.profile)
	<-second.ended
	w.window("Discussions")

	panel.Click(claire.Name, "Verrouiller")
	w.p.screen("code")
	panel.Until("no name", func() bool {
		return !strings.Contains(strings.Join(append(panel.Labels(), panel.Tooltip()), " "), "Claire")
	})
	panel.Click("Quitter")
	<-w.p.ended
	if code := w.p.command.ProcessState.ExitCode(); code != 0 {
		t.Errorf("it ended with %d", code)
	}

	w.p = start(t, org.Config, w.profile, "--lang", "fr", "--hidden") // as the computer starts it
	w.p.await("main window hidden")
	if found := w.windows("Discussions"); len(found) > 0 {
		t.Errorf("%d windows are in view", len(found))
	}
	panel.Until("the icon of the new start", func() bool { return slices.Contains(panel.Labels(), "Ouvrir Discussions") })
	panel.Click("Ouvrir Discussions")
	w.main = w.window("Discussions")
	w.focus(w.main)
	w.keys("Tab", "Return")
	w.p.screen("code")

	panel.Leave() // a desktop without a notification area
	w.closes(w.main)
	w.p.screen("confirm")
	w.picture(w.main, "30-minimised")
	w.keys("shift+Tab", "Return")
	w.p.await("main window minimised")
	w.iconic(w.main)
}

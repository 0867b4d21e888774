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

// windowsComeBack with their place, their size and above the others; Ctrl+Tab goes through them; and they are of one program.
func (w *walk) windowsComeBack() {
	w.t.Helper()
	var names []string
	for _, p := range []string{w.org.Sophie().Name, w.org.Julien().Name} {
		w.find(p)
		names = append(names, p)
	}
	first, second := w.window(names[0]), w.window(names[1])
	w.resize(first, 500, 420)
	w.place(first, 300, 200)
	w.focus(first)
	w.click(first, -28, 34)
	w.p.screen("window-menu")
	w.picture(first, "31-window-menu")
	w.keys("Up", "Up", "Return") // the last line but one, Toujours visible
	w.until("the window to be above", func() bool { return strings.Contains(w.run("xprop", "-id", first, "_NET_WM_STATE"), "ABOVE") })
	was := w.run("xdotool", "getwindowgeometry", first)
	if class := w.run("xprop", "-id", first, "WM_CLASS"); !strings.Contains(class, `"Discussions"`) {
		w.t.Errorf("in the dock it is a program of its own: %s", class)
	}
	w.focus(first)
	w.keys("ctrl+Tab")
	w.until("Ctrl+Tab", func() bool { return w.run("xdotool", "getactivewindow") == second })
	w.keys("ctrl+Tab")
	w.until("Ctrl+Tab again", func() bool { return w.run("xdotool", "getactivewindow") == first })

	w.keys("ctrl+w")
	w.gone(names[0])
	w.find(names[0])
	first = w.window(names[0])
	var now string
	w.until("the same place and size", func() bool {
		now = w.run("xdotool", "getwindowgeometry", first)
		_, here, _ := strings.Cut(now, "\n")
		_, there, _ := strings.Cut(was, "\n")
		return here == there
	})
	w.until("the window to be above again", func() bool { return strings.Contains(w.run("xprop", "-id", first, "_NET_WM_STATE"), "ABOVE") })

	w.place(w.main, 1100, 60) // not below the window that is above all
	w.focus(w.main)
	w.click(w.main, 120, 30)
	w.p.screen("menu")
	w.picture(w.main, "32-menu")
	w.keys("Tab", "Tab", "Tab", "Tab", "Return") // Côte à côte
	w.p.await("side by side", "windows", 2)
	w.until("windows beside each other", func() bool {
		a, _ := w.size(first)
		b, _ := w.size(second)
		return a > 700 && b > 700 && a < 810 && b < 810
	})
	w.picture("", "33-side-by-side")
}

// until waits for what the desktop does.
func (w *walk) until(what string, reached func() bool) {
	w.t.Helper()
	for deadline := time.Now().Add(patience); !reached(); time.Sleep(30 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatalf("waited in vain for: %s", what)
		}
	}
}

// TestTheProgramStaysWhenItsWindowIsClosed: new messages are still notified, and every way brings the window back, until the
// program is quit.
func TestTheProgramStaysWhenItsWindowIsClosed(t *testing.T) {
	needs.Session(t)
	needs.Programs(t, "xprop")
	panel := bustest.StartTrayHost(t, bustest.Connect(t, os.Getenv("DBUS_SESSION_BUS_ADDRESS")), true)
	org := sandboxtest.Shared(t)
	w := &walk{screen: newScreen(t, *out), t: t, org: org, notes: newNotifications(t), profile: filepath.Join(t.TempDir(), "profile")}
	w.logIn(org.Config)
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

	w.windowsComeBack()
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

//go:build linux

package tour

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"discussions/internal/clipboard/clipboardtest"
	"discussions/internal/needs"
	"discussions/internal/picture/picturetest"
	"discussions/internal/sandboxtest"
)

// TestWayland starts the program as a client of a Wayland compositor, which shows all of its windows in one window of the screen: the
// keyboard goes through it. The program must start, log in, open a window, be typed in, draw what comes, rest and end. The whole tour
// there: -wayland.
func TestWayland(t *testing.T) {
	needs.Programs(t, "weston")
	w := newWalk(t)
	socket := "discussions-tour"
	weston := exec.Command("weston", "--backend=x11-backend.so", "--use-pixman", "--no-config", "--idle-time=0", "--width=1500", "--height=900", "--socket="+socket)
	weston.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := weston.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = weston.Process.Kill()
		_ = weston.Wait()
	})
	until(t, "socket of Wayland", func() bool {
		_, err := os.Stat(filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), socket))
		return err == nil
	})
	var compositor string // its window has no title
	until(t, "window of the compositor", func() bool {
		output, _ := exec.Command("xdotool", "search", "--onlyvisible", "--class", "weston").Output()
		compositor = strings.TrimSpace(string(output))
		return compositor != ""
	})
	w.focus(compositor)
	t.Setenv("WAYLAND_DISPLAY", socket)
	t.Setenv("FYNE_PLATFORM", "wayland") // it would rather be a client of X11, which is there too

	claire, sophie := w.org.Claire(), w.org.Sophie()
	w.p = start(t, w.org.Config, w.profile, "--lang", "fr")
	w.p.screen("browser")
	if len(w.windows("Discussions")) > 0 {
		t.Fatal("the program is a client of X11")
	}
	w.org.Login(t, w.p.address(), claire, "psc")
	w.p.screen("choose-code")
	w.code(claireCode)
	w.p.screen("repeat-code")
	w.code(claireCode)
	w.p.screen("list")
	w.p.listed()
	w.keys("ctrl+k")
	w.write("Sophie")
	w.keys("Return")
	w.p.await("history shown")
	w.p.await("conversation drawn")
	w.write("Bonjour Sophie")
	w.p.await("typing drawn")
	w.keys("Return")
	w.org.WaitReceived(t, sophie.JID, "Bonjour Sophie")
	w.p.await("message drawn") // hers
	w.picture(compositor, "90-wayland")
	until(t, "rest: it takes more than 20 % of a core", func() bool {
		share, _ := w.p.idle(t, 5*time.Second)
		return share <= 20
	})
	mark := w.p.mark()
	w.org.Say(t, sophie.JID, claire.JID, "Tu es là ?")
	w.p.next(mark, "message drawn")
	w.pastesOnWayland(compositor)
}

// pastesOnWayland pastes what another client of Wayland has: a text, what it never gives, which holds up the entry alone, ten megabytes, a
// picture; what the program itself has; and a file.
func (w *walk) pastesOnWayland(compositor string) {
	const text, patient = "text/plain;charset=utf-8", "Moussa Keïta"
	claire, sophie := w.org.Claire(), w.org.Sophie()
	own := func(o clipboardtest.Owner) { clipboardtest.OwnOnWayland(w.t, &o) }
	own(clipboardtest.Owner{Offers: map[string][]byte{text: []byte(patient)}})
	w.keys("ctrl+v", "Return")
	w.org.WaitReceived(w.t, sophie.JID, patient)

	own(clipboardtest.Owner{Offers: map[string][]byte{text: []byte(patient)}, Piece: 5, Hangs: true})
	mark := w.p.mark()
	w.keys("ctrl+v")
	w.org.Say(w.t, sophie.JID, claire.JID, "Et toi ?")
	_, drawn := w.p.next(mark, "message drawn")
	_, given := w.p.next(mark, "clipboard not read")
	if given < drawn {
		w.t.Error("nothing was drawn until the paste was given up")
	}

	own(clipboardtest.Owner{Offers: map[string][]byte{text: bytes.Repeat([]byte("x"), 10<<20)}})
	mark = w.p.mark()
	w.keys("ctrl+v", "ctrl+g") // the second waits behind the paste
	w.p.next(mark, "files drawn")
	w.keys("Escape")
	w.picture(compositor, "90-wayland-long-paste")

	own(clipboardtest.Owner{Offers: map[string][]byte{"image/jpeg": picturetest.JPEG(picturetest.Wound(1200, 900))}})
	w.keys("ctrl+v")
	w.p.await("file attached")
	w.write("Avant le pansement")
	w.picture(compositor, "90-wayland-picture")

	w.keys("ctrl+a", "ctrl+c", "End", "ctrl+v", "Return") // from the program itself
	w.org.WaitUntil(w.t, sophie.JID, 0, func(r sandboxtest.Received) bool {
		return strings.Contains(r.Body, "Avant le pansementAvant le pansement")
	})

	path := filepath.Join(w.t.TempDir(), "ordonnance.pdf")
	if err := os.WriteFile(path, []byte("%PDF-1.4"), 0o600); err != nil {
		w.t.Fatal(err)
	}
	own(clipboardtest.Owner{Offers: map[string][]byte{"text/uri-list": []byte("file://" + path + "\r\n"), text: []byte(path)}}) // as file managers do
	w.keys("ctrl+v")
	w.p.await("file attached")
	w.picture(compositor, "90-wayland-file")
	w.keys("Return")
	w.org.WaitUntil(w.t, sophie.JID, 0, func(r sandboxtest.Received) bool { return strings.Contains(r.Body, "ordonnance.pdf") })
}

// until waits for something that no event announces.
func until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !ok(); time.Sleep(30 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("no %s", what)
		}
	}
}

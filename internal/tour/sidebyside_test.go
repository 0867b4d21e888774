//go:build linux

package tour

import (
	"fmt"
	"image"
	"testing"
)

// TestSideBySide tiles six conversations from the menu, moves one, and tiles them again: each must be drawn where it stands.
func TestSideBySide(t *testing.T) {
	w := newWalk(t)
	w.logIn(w.org.Config)
	w.place(w.main, 40, 60)
	var windows []string
	for _, name := range []string{w.org.Sophie().Name, w.org.Julien().Name, "Moussa", w.org.Groups[0].Name, w.org.Groups[1].Name, "nuit"} {
		w.find(name)
		windows = append(windows, w.window(name))
		w.desktop.raised(windows[len(windows)-1]) // else the next keys may go there
	}
	w.tiled("24-side-by-side", windows)
	w.resize(windows[1], 700, 700)
	w.place(windows[1], 300, 200)
	w.tiled("24-side-by-side-again", windows)
}

// tiled tiles the conversations, and looks at each.
func (w *walk) tiled(picture string, windows []string) {
	w.t.Helper()
	w.focus(w.main)
	w.click(w.main, 120, 30)
	w.p.screen("menu")
	w.keys("Down", "Down", "Down", "Down", "Return") // the account, associate, remove, accounts
	w.p.await("side by side", "windows", len(windows))
	w.keys("ctrl+Tab") // away from the main window, which covers others
	w.desktop.raised(windows[0])
	for i, window := range windows {
		until(w.t, fmt.Sprintf("conversation %d", i), func() bool {
			head, foot := w.geometry(window), w.geometry(window)
			head.Max.Y, foot.Min.Y = head.Min.Y+60, foot.Max.Y-60
			return w.drawn(head) && w.drawn(foot)
		})
	}
	w.picture("", picture)
}

// drawn reports whether there is something in a part of the screen, such as words.
func (s *screen) drawn(part image.Rectangle) bool {
	s.t.Helper()
	view := s.lookAt(part)
	colours := map[[3]byte]bool{}
	for i := 0; i < len(view.pixels); i += 4 {
		colours[[3]byte(view.pixels[i:])] = true
	}
	return len(colours) > 20
}

//go:build linux

package tour

import (
	"encoding/json"
	"flag"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"discussions/internal/clipboard/clipboardtest"
	"discussions/internal/needs"
)

var wayland = flag.Bool("wayland", false, "the program is a client of Wayland")

// A swayDesktop is that of the compositor sway, which fills the X display with one window: keys and clicks go through it, and it shows the
// program's windows where they are asked for, as a desktop of X11 does.
type swayDesktop struct {
	*screen
	known map[string]*swayWindow // by the number that each had when it was found
}

// A swayWindow is a window that was found. After it was hidden it has another number, and is found again by its title.
type swayWindow struct {
	number int // now, or before it was hidden
	title  string
}

// layout is a keyboard that has the letters of the tour's texts, for the X display and for sway: what xdotool adds to the first is not on
// the second.
const layout, variant = "us", "altgr-intl"

const swayConfig = `
xwayland disable
default_border none
default_floating_border none
focus_follows_mouse no
mouse_warping none
for_window [title=".*"] floating enable
input * xkb_layout ` + layout + `
input * xkb_variant ` + variant + `
`

// newSwayDesktop starts sway for the test, and names it to the programs that the test starts.
func newSwayDesktop(s *screen) *swayDesktop {
	s.t.Helper()
	needs.Programs(s.t, "sway", "swaymsg", "setxkbmap", "unshare")
	folder := s.t.TempDir()
	config := filepath.Join(folder, "config")
	if err := os.WriteFile(config, []byte(swayConfig), 0o600); err != nil {
		s.t.Fatal(err)
	}
	command := []string{"sway", "--config", config}
	if os.Geteuid() == 0 { // it refuses to be the superuser, and is none among users of its own
		command = append([]string{"unshare", "--user", "--map-user=1000", "--map-group=1000"}, command...)
	}
	sway := exec.Command(command[0], command[1:]...)
	control := filepath.Join(folder, "control")
	sway.Env = append(os.Environ(), "XDG_RUNTIME_DIR="+folder, "SWAYSOCK="+control, "WLR_BACKENDS=x11", "WLR_RENDERER=pixman")
	sway.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var log strings.Builder
	sway.Stderr = &log
	if err := sway.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		_ = sway.Process.Kill()
		_ = sway.Wait()
		if s.t.Failed() {
			s.t.Logf("sway says:\n%s", log.String())
		}
	})
	s.t.Setenv("SWAYSOCK", control)
	s.t.Setenv("WAYLAND_DISPLAY", filepath.Join(folder, "wayland-1"))
	s.run("setxkbmap", layout, variant)
	s.t.Cleanup(func() { s.run("setxkbmap", layout) })

	x := xDesktop{s}
	var window string
	until(s.t, "window of sway", func() bool {
		window = x.only()
		return window != ""
	})
	x.fill(window)
	x.focus(window)
	d := &swayDesktop{s, map[string]*swayWindow{}}
	until(s.t, "desktop of the screen's size", func() bool { return d.tree().Rect.rectangle() == x.geometry(window) })
	return d
}

// A swayNode is the desktop, or a window in it.
type swayNode struct {
	ID       int
	Name     string // its title
	Rect     swayRect
	PID      int // of a window; 0: it is none
	Focused  bool
	Visible  bool
	Nodes    []swayNode
	Floating []swayNode `json:"floating_nodes"`
}

type swayRect struct{ X, Y, Width, Height int }

func (r swayRect) rectangle() image.Rectangle { return image.Rect(r.X, r.Y, r.X+r.Width, r.Y+r.Height) }

// tree is what is on the desktop now.
func (s *swayDesktop) tree() (root swayNode) {
	s.t.Helper()
	if err := json.Unmarshal([]byte(s.run("swaymsg", "--raw", "--type", "get_tree")), &root); err != nil {
		s.t.Fatal(err)
	}
	return root
}

// all are the windows in view.
func (s *swayDesktop) all() (windows []swayNode) {
	s.t.Helper()
	var add func(nodes []swayNode)
	add = func(nodes []swayNode) {
		for _, n := range nodes {
			if n.PID != 0 && n.Visible {
				windows = append(windows, n)
			}
			add(n.Nodes)
			add(n.Floating)
		}
	}
	root := s.tree()
	add(root.Nodes)
	return windows
}

// named reports whether a title contains a text.
func (n swayNode) named(text string) bool {
	return strings.Contains(strings.ToLower(n.Name), strings.ToLower(text))
}

func (s *swayDesktop) titled(title string) (windows []string) {
	s.t.Helper()
	for _, w := range s.all() {
		if w.named(title) {
			window := strconv.Itoa(w.ID)
			s.known[window] = &swayWindow{w.ID, title}
			windows = append(windows, window)
		}
	}
	return windows
}

// find waits for a window that was found before.
func (s *swayDesktop) find(window string) (found swayNode) {
	s.t.Helper()
	known, ok := s.known[window]
	if !ok {
		s.t.Fatalf("no window: %q", window)
	}
	until(s.t, "window "+known.title, func() bool {
		all := s.all()
		i := slices.IndexFunc(all, func(w swayNode) bool { return w.ID == known.number })
		if i < 0 {
			i = slices.IndexFunc(all, func(w swayNode) bool { return w.named(known.title) })
		}
		if i < 0 {
			return false
		}
		found, known.number = all[i], all[i].ID
		return true
	})
	return found
}

// tell tells sway to do something with a window.
func (s *swayDesktop) tell(window, command string) {
	s.t.Helper()
	s.run("swaymsg", fmt.Sprintf("[con_id=%d] %s", s.find(window).ID, command))
}

func (s *swayDesktop) geometry(window string) image.Rectangle {
	s.t.Helper()
	return s.find(window).Rect.rectangle()
}

func (s *swayDesktop) focus(window string) {
	s.t.Helper()
	s.tell(window, "focus")
	until(s.t, "keyboard for the window "+window, func() bool { return s.find(window).Focused })
}

// raised: no program raises its windows there, and sway gives the keyboard to a new one before it is seen.
func (s *swayDesktop) raised(string) {}

func (s *swayDesktop) place(window string, x, y int) {
	s.t.Helper()
	s.tell(window, fmt.Sprintf("move absolute position %d px %d px", x, y))
}

func (s *swayDesktop) resize(window string, width, height int) {
	s.t.Helper()
	at := s.geometry(window).Min // sway would keep its middle where it is
	s.tell(window, fmt.Sprintf("resize set %d px %d px, move absolute position %d px %d px", width, height, at.X, at.Y))
}

func (s *swayDesktop) own(o *clipboardtest.Owner) {
	s.t.Helper()
	clipboardtest.OwnOnWayland(s.t, o)
}

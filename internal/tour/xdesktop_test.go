//go:build linux

package tour

import (
	"encoding/binary"
	"image"
	"os/exec"
	"strconv"
	"strings"

	"github.com/jezek/xgb/xproto"

	"discussions/internal/clipboard/clipboardtest"
)

// An xDesktop is that of X11: windows are those of the X display, by their numbers there.
type xDesktop struct{ *screen }

// titled is empty where a window closes meanwhile: xdotool fails then.
func (s xDesktop) titled(title string) []string {
	output, _ := exec.Command("xdotool", "search", "--onlyvisible", "--name", title).Output()
	return strings.Fields(string(output))
}

func (s xDesktop) geometry(window string) image.Rectangle {
	s.t.Helper()
	id, err := strconv.ParseUint(window, 0, 32)
	if err != nil {
		s.t.Fatalf("no window: %q", window)
	}
	size, err := xproto.GetGeometry(s.x, xproto.Drawable(id)).Reply()
	if err != nil {
		s.t.Fatalf("the size of the window %s: %v", window, err)
	}
	at, err := xproto.TranslateCoordinates(s.x, xproto.Window(id), s.root.Root, 0, 0).Reply()
	if err != nil {
		s.t.Fatalf("the place of the window %s: %v", window, err)
	}
	return image.Rect(0, 0, int(size.Width), int(size.Height)).Add(image.Pt(int(at.DstX), int(at.DstY)))
}

func (s xDesktop) focus(window string) {
	s.t.Helper()
	s.run("xdotool", "windowactivate", "--sync", window)
}

// raised: before it is, focus does not wait where the window that it wants has not lost the keyboard yet, and the next key or click goes to the
// one that the program raises.
func (s xDesktop) raised(window string) {
	s.t.Helper()
	until(s.t, "keyboard for the window "+window, func() bool {
		output, _ := exec.Command("xdotool", "getactivewindow").Output() // fails while none has it
		return strings.TrimSpace(string(output)) == window
	})
}

func (s xDesktop) place(window string, x, y int) {
	s.t.Helper()
	s.run("xdotool", "windowmove", window, strconv.Itoa(x), strconv.Itoa(y))
}

func (s xDesktop) resize(window string, width, height int) {
	s.t.Helper()
	s.run("xdotool", "windowsize", "--sync", window, strconv.Itoa(width), strconv.Itoa(height))
}

// fill makes a window as large as the screen, without a frame.
func (s xDesktop) fill(window string) {
	s.t.Helper()
	id, err := strconv.ParseUint(window, 0, 32)
	if err != nil {
		s.t.Fatalf("no window: %q", window)
	}
	const add = 1
	message := xproto.ClientMessageEvent{Format: 32, Window: xproto.Window(id), Type: s.atom("_NET_WM_STATE"),
		Data: xproto.ClientMessageDataUnionData32New([]uint32{add, uint32(s.atom("_NET_WM_STATE_FULLSCREEN")), 0, 0, 0})}
	err = xproto.SendEventChecked(s.x, false, s.root.Root, xproto.EventMaskSubstructureRedirect|xproto.EventMaskSubstructureNotify, string(message.Bytes())).Check()
	if err != nil {
		s.t.Fatal(err)
	}
}

// only is the window that the window manager has, if it has one.
func (s xDesktop) only() string {
	s.t.Helper()
	list, err := xproto.GetProperty(s.x, false, s.root.Root, s.atom("_NET_CLIENT_LIST"), xproto.AtomWindow, 0, 2).Reply()
	if err != nil {
		s.t.Fatal(err)
	}
	if list.ValueLen != 1 {
		return ""
	}
	return strconv.FormatUint(uint64(binary.LittleEndian.Uint32(list.Value)), 10) // xgb speaks so
}

func (s xDesktop) atom(name string) xproto.Atom {
	s.t.Helper()
	reply, err := xproto.InternAtom(s.x, false, uint16(len(name)), name).Reply()
	if err != nil {
		s.t.Fatal(err)
	}
	return reply.Atom
}

func (s xDesktop) own(o *clipboardtest.Owner) {
	s.t.Helper()
	clipboardtest.Own(s.t, o)
}

//go:build linux

package tour

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/png"
	"math"
	"math/bits"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"discussions/internal/clipboard/clipboardtest"
	"discussions/internal/needs"
)

// A screen is the X display that the robot and the program share. With -wayland it shows a desktop of Wayland, whose client the program is.
type screen struct {
	t   testing.TB
	out string // the folder of the pictures; "": none are kept

	x       *xgb.Conn
	root    *xproto.ScreenInfo
	desktop desktop
}

// A desktop is what shows the program's windows: [xDesktop] or [swayDesktop].
type desktop interface {
	titled(title string) (windows []string) // in view, their title contains the text
	geometry(window string) image.Rectangle // of its content, on the X display
	focus(window string)                    // waits until it has the keyboard
	raised(window string)                   // waits until a window has it that the program has just shown or raised
	place(window string, x, y int)
	resize(window string, width, height int)

	// own has the clipboard, as another program does, until the test ends or another one has it.
	own(*clipboardtest.Owner)
}

// newScreen is the screen of the session.
func newScreen(t testing.TB, out string) *screen {
	t.Helper()
	needs.Session(t)
	needs.Programs(t, "xdotool", "xclip")
	if out != "" {
		if err := os.MkdirAll(out, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	x, err := xgb.NewConn()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(x.Close)
	s := &screen{t: t, out: out, x: x, root: xproto.Setup(x).DefaultScreen(x)}
	if s.desktop = (xDesktop{s}); *wayland {
		s.desktop = newSwayDesktop(s)
	}
	return s
}

// run is a command of the X tools; it returns what was printed.
func (s *screen) run(name string, arguments ...string) string {
	s.t.Helper()
	output, err := exec.Command(name, arguments...).CombinedOutput()
	if err != nil {
		s.t.Fatalf("%s %v: %v\n%s", name, arguments, err, output)
	}
	return strings.TrimSpace(string(output))
}

// window waits for a visible window whose title contains the text, and returns its number, which the desktop gives.
func (s *screen) window(title string) string {
	s.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(30 * time.Millisecond) {
		if ids := s.windows(title); len(ids) > 0 {
			return ids[len(ids)-1]
		}
	}
	s.t.Fatalf("no window with the title %q", title)
	return ""
}

// windows are the visible windows whose title contains the text.
func (s *screen) windows(title string) []string {
	s.t.Helper()
	return s.desktop.titled(title)
}

// gone waits until no visible window has a title that contains the text.
func (s *screen) gone(title string) {
	s.t.Helper()
	for deadline := time.Now().Add(patience); len(s.windows(title)) > 0; time.Sleep(30 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("the window %q is still there", title)
		}
	}
}

// focus brings a window to the front, so that keys go to it.
func (s *screen) focus(window string) {
	s.t.Helper()
	s.desktop.focus(window)
}

// keys presses keys one after the other, by their X names.
func (s *screen) keys(names ...string) {
	s.t.Helper()
	s.run("xdotool", append([]string{"key", "--delay", "30"}, names...)...)
}

// write types a text.
func (s *screen) write(text string) {
	s.t.Helper()
	s.run("xdotool", "type", "--delay", "25", text)
}

// code types the digits of a code by key events.
func (s *screen) code(digits string) {
	s.t.Helper()
	s.keys(strings.Split(digits, "")...)
}

// chooseCode gives a new account its code.
func (s *screen) chooseCode(p *program, window, digits string) {
	s.t.Helper()
	p.screen("choose-code")
	s.focus(window)
	s.code(digits)
	p.screen("repeat-code")
	s.code(digits)
}

// click presses the left button at a place of a window; a negative coordinate counts from the right or the bottom.
func (s *screen) click(window string, x, y int) {
	s.t.Helper()
	at := s.geometry(window)
	if x < 0 {
		x += at.Dx()
	}
	if y < 0 {
		y += at.Dy()
	}
	s.run("xdotool", "mousemove", strconv.Itoa(at.Min.X+x), strconv.Itoa(at.Min.Y+y), "click", "1")
}

func (s *screen) size(window string) (width, height int) {
	s.t.Helper()
	at := s.geometry(window)
	return at.Dx(), at.Dy()
}

// place moves a window.
func (s *screen) place(window string, x, y int) {
	s.t.Helper()
	s.desktop.place(window, x, y)
}

// resize gives a window another size.
func (s *screen) resize(window string, width, height int) {
	s.t.Helper()
	s.desktop.resize(window, width, height)
}

// picture keeps a picture of one window, or of the whole screen where the window is empty, once it stands still.
func (s *screen) picture(window, name string) {
	s.t.Helper()
	if s.out == "" {
		return
	}
	now := s.look(window)
	// A caret blinks for ever: after a second it may be as it is.
	for deadline := time.Now().Add(time.Second); ; {
		time.Sleep(100 * time.Millisecond)
		before := now
		now = s.look(window)
		if bytes.Equal(now.pixels, before.pixels) || time.Now().After(deadline) {
			break
		}
	}
	var file bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&file, now.image()); err != nil {
		s.t.Fatalf("picture %s: %v", name, err)
	}
	if err := os.WriteFile(filepath.Join(s.out, name+".png"), file.Bytes(), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

// A view is what is on a part of the screen.
type view struct {
	width, height int
	pixels        []byte // four bytes each: blue, green, red, and one without meaning
}

// geometry is where the screen shows a window.
func (s *screen) geometry(window string) image.Rectangle {
	s.t.Helper()
	return s.desktop.geometry(window)
}

// look sees a window, or the whole screen where the window is empty, as far as it is on the screen, with what lies above it.
func (s *screen) look(window string) view {
	s.t.Helper()
	part := image.Rect(0, 0, int(s.root.WidthInPixels), int(s.root.HeightInPixels))
	if window != "" {
		part = part.Intersect(s.geometry(window))
	}
	return s.lookAt(part)
}

// lookAt sees a part of the screen.
func (s *screen) lookAt(part image.Rectangle) view {
	s.t.Helper()
	v := view{width: part.Dx(), height: part.Dy()}
	reply, err := xproto.GetImage(s.x, xproto.ImageFormatZPixmap, xproto.Drawable(s.root.Root), int16(part.Min.X), int16(part.Min.Y),
		uint16(v.width), uint16(v.height), math.MaxUint32).Reply()
	if err != nil {
		s.t.Fatalf("look at %v: %v", part, err)
	}
	if reply.Depth != 24 || len(reply.Data) != 4*v.width*v.height {
		s.t.Fatalf("look at %v: %d bytes of %d bits a pixel", part, len(reply.Data), reply.Depth)
	}
	v.pixels = reply.Data
	return v
}

// image is the view as a picture. All that it touches is its own, and the race detector would take half a second for a screen.
//
//go:norace
func (v view) image() image.Image {
	picture := image.NewNRGBA(image.Rect(0, 0, v.width, v.height))
	for i := 0; i < len(v.pixels); i += 4 {
		const opaque = 0xff << 24
		pixel := binary.LittleEndian.Uint32(v.pixels[i:])
		binary.LittleEndian.PutUint32(picture.Pix[i:], bits.ReverseBytes32(pixel)>>8|opaque)
	}
	return picture
}

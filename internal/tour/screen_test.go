//go:build linux

package tour

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"discussions/internal/needs"
)

// A screen is the X display that the robot and the program share.
type screen struct {
	t   testing.TB
	out string // the folder of the pictures; "": none are kept
}

// newScreen is the screen of the session.
func newScreen(t testing.TB, out string) *screen {
	t.Helper()
	needs.Session(t)
	needs.Programs(t, "xdotool", "import", "xclip")
	if out != "" {
		if err := os.MkdirAll(out, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return &screen{t: t, out: out}
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

// window waits for a visible window whose title contains the text, and returns its number.
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

// windows are the visible windows whose title contains the text. xdotool fails when one closes while it looks: that is none.
func (s *screen) windows(title string) []string {
	output, _ := exec.Command("xdotool", "search", "--onlyvisible", "--name", title).Output()
	return strings.Fields(string(output))
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
	s.run("xdotool", "windowactivate", "--sync", window)
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
	width, height := s.size(window)
	if x < 0 {
		x += width
	}
	if y < 0 {
		y += height
	}
	s.run("xdotool", "mousemove", "--window", window, strconv.Itoa(x), strconv.Itoa(y), "click", "1")
}

func (s *screen) size(window string) (width, height int) {
	s.t.Helper()
	for _, field := range strings.Fields(s.run("xdotool", "getwindowgeometry", "--shell", window)) {
		name, value, _ := strings.Cut(field, "=")
		n, _ := strconv.Atoi(value)
		switch name {
		case "WIDTH":
			width = n
		case "HEIGHT":
			height = n
		}
	}
	return width, height
}

// place moves a window.
func (s *screen) place(window string, x, y int) {
	s.t.Helper()
	s.run("xdotool", "windowmove", window, strconv.Itoa(x), strconv.Itoa(y))
}

// resize gives a window another size.
func (s *screen) resize(window string, width, height int) {
	s.t.Helper()
	s.run("xdotool", "windowsize", "--sync", window, strconv.Itoa(width), strconv.Itoa(height))
}

// picture keeps a picture of one window, or of the whole screen where the window is empty, once it stands still.
func (s *screen) picture(window, name string) {
	s.t.Helper()
	if s.out == "" {
		return
	}
	if window == "" {
		window = "root"
	}
	var now, before []byte
	// A caret blinks for ever: after a second it may be as it is.
	for deadline := time.Now().Add(time.Second); ; {
		var err error
		if now, err = exec.Command("import", "-silent", "-window", window, "-depth", "8", "ppm:-").Output(); err != nil {
			s.t.Fatalf("picture %s: %v", name, err)
		}
		if bytes.Equal(now, before) || time.Now().After(deadline) {
			break
		}
		before = now
		time.Sleep(60 * time.Millisecond)
	}
	var file bytes.Buffer
	if err := writePNG(&file, now); err != nil {
		s.t.Fatalf("picture %s: %v", name, err)
	}
	if err := os.WriteFile(filepath.Join(s.out, name+".png"), file.Bytes(), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

// writePNG turns a portable pixmap of 8 bits a colour into a PNG.
func writePNG(to io.Writer, pixmap []byte) error {
	var width, height, most int
	_, err := fmt.Sscanf(string(pixmap[:min(len(pixmap), 64)]), "P6\n%d %d\n%d", &width, &height, &most)
	pixels := len(pixmap) - 3*width*height
	if err != nil || most != 255 || pixels < 0 {
		return fmt.Errorf("no pixmap of 8 bits: %d × %d, up to %d (%v)", width, height, most, err)
	}
	picture := image.NewNRGBA(image.Rect(0, 0, width, height))
	for i, colours := 0, pixmap[pixels:]; i < width*height; i++ {
		copy(picture.Pix[4*i:], colours[3*i:3*i+3])
		picture.Pix[4*i+3] = 255
	}
	return (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(to, picture)
}

package conversation

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"discussions/internal/clipboard"
	"discussions/internal/picture"
	"discussions/internal/picture/picturetest"
	"discussions/messaging"
	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"github.com/google/go-cmp/cmp"
)

// pastes presses Ctrl+V with that text, and that other content, in the clipboard.
func (s *stage) pastes(text string, c clipboard.Content, err error) {
	s.t.Helper()
	s.View.o.Paste = func(context.Context, int) (clipboard.Content, error) { return c, err }
	s.composer.input.onPaste = s.View.paste
	s.composer.input.TypedShortcut(&fyne.ShortcutPaste{Clipboard: look.Pasted(text)})
	s.finish()
}

func TestWhatIsPasted(t *testing.T) {
	wound := picturetest.JPEG(picturetest.Wound(300, 200))
	path := filepath.FromSlash(write(t, "radio.pdf", []byte("%PDF-1.7")).Path())
	for name, c := range map[string]struct {
		text    string
		content clipboard.Content
		err     error
		files   []string // then in the tray
		input   string
		trouble string
	}{
		"a text":                   {text: "bonjour", content: clipboard.Content{Picture: wound}, input: "bonjour"},
		"a picture":                {content: clipboard.Content{Picture: wound}, files: []string{"Image collée.jpg"}},
		"files":                    {text: path, content: clipboard.Content{Files: []string{path}}, files: []string{"radio.pdf"}},
		"a path that is a text":    {text: "/etc/hosts\n/home", err: clipboard.ErrEmpty, input: "/etc/hosts\n/home"},
		"nothing":                  {err: clipboard.ErrEmpty},
		"a picture that is none":   {content: clipboard.Content{Picture: []byte("GIF89a")}, trouble: "ne peut pas être lu"},
		"no bytes":                 {content: clipboard.Content{Picture: []byte{}}, trouble: "ne peut pas être lu"},
		"a file that is gone":      {text: "file:///gone", content: clipboard.Content{Files: []string{"/gone"}}, trouble: "«\u00a0gone\u00a0» ne peut pas être lu"},
		"a picture that is larger": {err: clipboard.ErrTooLarge, trouble: "L’image du presse-papiers dépasse 67\u00a0Mo"},
		"one that nobody gives":    {err: context.DeadlineExceeded, trouble: "Le presse-papiers n’a pas pu être lu"},
		"no clipboard":             {err: errors.New("x"), trouble: "Le presse-papiers n’a pas pu être lu"},
	} {
		s := newStage(t, person(3), 560, 640).open()
		s.pastes(c.text, c.content, c.err)
		var files []string
		for _, a := range s.composer.tray.list {
			files = append(files, a.sent().name)
		}
		if diff := cmp.Diff(c.files, files); diff != "" || s.composer.input.Text != c.input {
			t.Errorf("%s: %q is written, tray: %s", name, s.composer.input.Text, diff)
		}
		if !strings.Contains(s.status.trouble, c.trouble) || c.trouble == "" && s.status.trouble != "" {
			t.Errorf("%s: %q", name, s.status.trouble)
		}
	}
}

func TestAPasteDoesNotDelayTyping(t *testing.T) {
	s := newStage(t, person(3), 560, 640).open()
	given := make(chan struct{})
	s.View.o.Paste = func(ctx context.Context, _ int) (clipboard.Content, error) {
		select {
		case <-given:
		case <-ctx.Done():
		}
		return clipboard.Content{Picture: picturetest.JPEG(picturetest.Wound(300, 200))}, ctx.Err()
	}
	s.composer.input.onPaste = s.View.paste
	s.composer.input.TypedShortcut(&fyne.ShortcutPaste{Clipboard: look.Pasted("")})
	s.typed('a')
	if s.composer.input.Text != "a" || len(s.composer.tray.list) != 0 {
		t.Errorf("%q", s.composer.input.Text)
	}
	close(given)
	s.finish()
	if len(s.composer.tray.list) != 1 {
		t.Error("the picture is not there")
	}
}

// sentFile is the file of the last message, and its content.
func (s *stage) sentFile() (messaging.File, []byte) {
	s.t.Helper()
	list := s.client.messages()
	m := list[len(list)-1]
	r, err := s.client.OpenFile(m)
	if err != nil {
		s.t.Fatal(err)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		s.t.Fatal(err)
	}
	return m.Content.(messaging.File), data
}

func TestAPictureGoesAsItIsWhereTheUserChoosesTheOriginal(t *testing.T) {
	s := newStage(t, person(3), 560, 640).open()
	uri := write(t, "IMG_1.jpeg", picturetest.JPEG(picturetest.Wound(2600, 1300)))
	whole, err := os.ReadFile(uri.Path())
	if err != nil {
		t.Fatal(err)
	}
	s.Attach([]fyne.URI{uri, write(t, "notes.txt", []byte("x"))})
	s.finish()
	tray := s.composer.tray
	photo := tray.list[0]
	if got := photo.sent(); got.width != picture.SentSide || tray.list[1].choice != nil || photo.choice == nil {
		t.Fatalf("%+v", got)
	}
	before, low := photo.sent().size, tray.height()
	s.window.Canvas().Focus(photo.choice)
	photo.choice.Tapped(nil)
	if got := photo.sent(); got.size != int64(len(whole)) || got.size == before || got.width != 2600 || got.name != "IMG_1.jpeg" {
		t.Errorf("%+v is said of the original", got)
	}
	if !tray.traces.Visible() || tray.height() <= low {
		t.Error("nothing is said of what an original tells")
	}
	if s.window.Canvas().Focused() != fyne.Focusable(photo.choice) {
		t.Error("the focus was lost")
	}
	tray.remove(tray.list[1])
	s.composer.enter()
	s.finish()
	if f, data := s.sentFile(); f.Width != 2600 || f.Size != int64(len(whole)) || string(data) != string(whole) {
		t.Errorf("%+v was sent, of %d bytes", f, len(data))
	}
}

func TestAnOriginalThatMayNotBeSentIsNotOffered(t *testing.T) {
	big := picturetest.JPEG(picturetest.Wound(2600, 1300))
	for name, policy := range map[string]messaging.FilePolicy{
		"too large":           {MaxSize: int64(len(big)) - 1},
		"of a forbidden type": {Types: []string{"image/png"}},
	} {
		s := newStage(t, person(3), 560, 640).open()
		s.View.o.Files = policy
		s.Attach([]fyne.URI{write(t, "a.jpeg", big)})
		s.finish()
		for _, a := range s.composer.tray.list {
			if a.choice != nil {
				t.Errorf("%s: it is offered", name)
			}
		}
	}
}

// pictureFile is a file that other programs have made.
func pictureFile(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("../../internal/picture/testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// strippedOf is a picture or a film without metadata.
func strippedOf(t *testing.T, data []byte) []byte {
	t.Helper()
	var freed bytes.Buffer
	if err := picture.Strip(&freed, bytes.NewReader(data)); err != nil || bytes.Equal(freed.Bytes(), data) {
		t.Fatalf("it is not freed: %v", err)
	}
	return freed.Bytes()
}

// TestAFilmGoesAsItIsIfTheUserWants: and what that may tell is said.
func TestAFilmGoesAsItIsIfTheUserWants(t *testing.T) {
	film := pictureFile(t, "film.mov")
	s := newStage(t, person(3), 560, 640).open()
	s.Attach([]fyne.URI{write(t, "film.mov", film)})
	s.finish()
	tray := s.composer.tray
	if len(tray.list) != 1 || tray.list[0].choice == nil || tray.traces.Visible() {
		t.Fatalf("%d files, said: %v", len(tray.list), tray.traces.Visible())
	}
	test.Tap(tray.list[0].choice)
	if !tray.traces.Visible() {
		t.Error("nothing is said")
	}
	s.composer.enter()
	s.finish()
	if _, data := s.sentFile(); !bytes.Equal(data, film) {
		t.Error("another film was sent")
	}
}

// TestAPictureThatCannotBeReadGoesWithoutPlaceOrItIsSaid: one of a hundred megapixels, and one of a kind that this program does not know.
func TestAPictureThatCannotBeReadGoesWithoutPlaceOrItIsSaid(t *testing.T) {
	huge := picturetest.JPEG(picturetest.Wound(64, 64))
	frame := bytes.Index(huge, []byte{0xFF, 0xC0, 0x00, 0x11})
	copy(huge[frame+5:], []byte{0x27, 0x10, 0x27, 0x10}) // it says that it has 10,000 × 10,000 pixels
	telephone, film := pictureFile(t, "telephone.heic"), pictureFile(t, "film.mov")
	noted := append([]byte{0xFF, 0xD8, 0xFF, 0xE1, 0x00, 0x11}, "Exif\x00\x00GPS 43.61"...)
	for name, c := range map[string]struct {
		data []byte
		sent []byte
		said bool
	}{
		"trop.jpg": {append(noted, huge[2:]...), huge, false},
		"tel.heic": {telephone, strippedOf(t, telephone), false},
		"film.mov": {film, strippedOf(t, film), false},
		"rush.mov": {[]byte("\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  GPS 43.61"), nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, person(3), 560, 640).open()
			s.Attach([]fyne.URI{write(t, name, c.data)})
			s.finish()
			tray := s.composer.tray
			if len(tray.list) != 1 || tray.traces.Visible() != c.said {
				t.Fatalf("%d files, said: %v", len(tray.list), tray.traces.Visible())
			}
			if c.sent == nil {
				c.sent = c.data
			}
			if got := tray.list[0].sent(); got.size != int64(len(c.sent)) {
				t.Errorf("%+v, want %d bytes", got, len(c.sent))
			}
			if c.said && !strings.Contains(tray.traces.Text, name) {
				t.Errorf("%q does not name the file", tray.traces.Text)
			}
			s.composer.enter()
			s.finish()
			if _, data := s.sentFile(); !bytes.Equal(data, c.sent) {
				t.Errorf("%d bytes were sent, of %d", len(data), len(c.sent))
			}
		})
	}
}

// TestWhatFollowsAPasteWaitsForIt: Enter sends what was pasted, though the program that holds the clipboard is slow to give it.
func TestWhatFollowsAPasteWaitsForIt(t *testing.T) {
	for name, c := range map[string]struct {
		text    string
		err     error
		sent    string
		left    string
		trouble string
	}{
		"given":     {text: "le dossier", sent: "Voici le dossier\n!"},
		"too much":  {text: strings.Repeat("x", messaging.MaxBody), err: clipboard.ErrTooLarge, left: "Voici \n!", trouble: "n’a pas été collé"},
		"not given": {err: context.DeadlineExceeded, left: "Voici \n!", trouble: "Le presse-papiers n’a pas pu être lu"},
		"nothing":   {err: clipboard.ErrEmpty, sent: "Voici \n!"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, person(3), 560, 640).open()
			var give func(text string, err error)
			s.o.Board.Read = func(_ int, then func(string, error)) { give = then }
			s.composer.input.board = s.board()
			input, shift := s.composer.input, &fyne.KeyEvent{Name: desktop.KeyShiftLeft}
			test.Type(input, "Voici ")
			input.TypedShortcut(&fyne.ShortcutPaste{Clipboard: fyne.CurrentApp().Clipboard()})
			input.KeyDown(shift)
			input.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
			input.KeyUp(shift)
			test.Type(input, "!")
			test.Tap(s.composer.button)
			s.finish()
			if input.Text != "Voici " {
				t.Fatalf("before the paste the box holds %q", input.Text)
			}
			give(c.text, c.err)
			if !strings.Contains(s.status.trouble, c.trouble) {
				t.Errorf("told: %q", s.status.trouble)
			}
			s.finish()
			if input.Text != c.left {
				t.Errorf("%q is left, want %q", input.Text, c.left)
			}
			if list := s.client.messages(); c.sent != "" && list[len(list)-1].Content != messaging.Content(messaging.Text{Body: c.sent}) || c.sent == "" && len(list) != 3 {
				t.Errorf("sent: %v, want %q", list[len(list)-1].Content, c.sent)
			}
		})
	}
}

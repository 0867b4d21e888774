package conversation

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"discussions/internal/picture"
	"discussions/internal/picture/picturetest"
	"discussions/messaging"
	"discussions/messaging/messagingtest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/test"
	"github.com/google/go-cmp/cmp"
)

var photo = messaging.File{Name: "plaie.jpg", MediaType: "image/jpeg", Size: 4000, Width: 1600, Height: 1200, Access: "x"}

// received is a message with a file.
func received(f messaging.File) messaging.Message {
	m := at(0, "Sophie Bernard", sophie, 9, 12, "")
	m.Content = f
	return m
}

// showing shows a conversation with one file, of that content on the server, or here.
func showing(t *testing.T, f messaging.File, content []byte, state messaging.FileState) (*stage, *entry) {
	t.Helper()
	m := received(f)
	c := onCall()
	c.edit(func(v *messagingtest.Conversation) {
		v.Unread, v.FirstUnread, v.Messages = 0, messaging.Cursor{}, []messaging.Message{m}
	})
	if content != nil || state.Stage != messaging.FileAbsent {
		c.PutFile(m, content, state)
	}
	s := newStage(t, c, 560, 640).open()
	s.finish()
	return s, s.thread.entries[0]
}

func here() messaging.FileState { return messaging.FileState{Stage: messaging.FileHere} }

// tapLink taps a word that does something.
func (s *stage) tapLink(words string) {
	s.t.Helper()
	for _, shown := range s.messageViews() {
		for i := range shown.links.used {
			if l := shown.links.all[i]; l.Label == words {
				test.Tap(l)
				s.finish()
				return
			}
		}
	}
	s.t.Fatalf("no link %q in:\n%s", words, s.words())
}

func TestAPictureHasItsSizeBeforeItIsThere(t *testing.T) {
	s, e := showing(t, photo, nil, messaging.FileState{})
	heightOf := func() float32 { return rows{s.View}.Height(s.thread.rowIndex(row{kind: messageRow, e: e}), 560) }
	before := heightOf()
	if calls := s.client.Calls(); !slices.Contains(calls, "fetch a false") {
		t.Errorf("it was not asked for when it was drawn: %q", calls)
	}
	for _, state := range []messaging.FileState{
		{Stage: messaging.FileMoving, Done: 1, Total: 4}, {Stage: messaging.FileFailed, Failure: messaging.FileUnavailable}, {Stage: messaging.FileForeign}, here(),
	} {
		s.client.PutFile(e.Message, picturetest.JPEG(picturetest.Wound(1600, 1200)), state)
		s.finish()
		if after := heightOf(); after != before {
			t.Errorf("%v: %v high, before %v", state, after, before)
		}
	}
	if f := s.files.byID[e.ID]; f.picture == nil || f.picture.Bounds().Dx() != decodedSide {
		t.Errorf("not shown: %+v", f)
	}
}

func TestWhatIsSaidOfAFile(t *testing.T) {
	pdf := messaging.File{Name: "a.pdf", MediaType: "application/pdf", Size: 4000, Access: "x"}
	for name, c := range map[string]struct {
		file  messaging.File
		state messaging.FileState
		words string
	}{
		"a file on the server":        {pdf, messaging.FileState{}, "Télécharger"},
		"one that comes":              {pdf, messaging.FileState{Stage: messaging.FileMoving, Done: 1, Total: 4}, "Téléchargement… 25\u00a0%"},
		"one that is not as said":     {pdf, messaging.FileState{Stage: messaging.FileFailed, Failure: messaging.FileDamaged}, "Contenu inattendu"},
		"one of another server":       {pdf, messaging.FileState{Stage: messaging.FileForeign}, "serveur non autorisé"},
		"one that is here":            {pdf, here(), "Enregistrer sous…"},
		"a picture on the server":     {photo, messaging.FileState{}, "Afficher la photo"},
		"a picture of another server": {photo, messaging.FileState{Stage: messaging.FileForeign}, "serveur non autorisé"},
		"a picture that is gone":      {photo, messaging.FileState{Stage: messaging.FileFailed, Failure: messaging.FileGone}, "n’est plus disponible"},
	} {
		s, _ := showing(t, c.file, nil, c.state)
		if !strings.Contains(s.words(), c.words) {
			t.Errorf("%s: %q is missing in:\n%s", name, c.words, s.words())
		}
	}
}

func TestAFileIsFetchedAndOpenedByAClick(t *testing.T) {
	s, e := showing(t, messaging.File{Name: "../ordonnance\u202e.pdf", MediaType: "application/pdf", Access: "x"}, nil, messaging.FileState{})
	s.client.PutFile(e.Message, []byte("contenu"), messaging.FileState{})
	s.finish()
	s.tapLink("Télécharger")
	s.runUntil(func() bool { return s.files.byID[e.ID].state == here() })
	if calls := s.client.Calls(); !slices.Contains(calls, "fetch a true") {
		t.Errorf("%q", calls)
	}
	s.tapLink("Ouvrir")
	s.runUntil(func() bool { return len(s.opened) == 1 })
	if s.opened[0] != "ordonnance.pdf" {
		t.Errorf("%q", s.opened)
	}
}

func TestEveryFileOfAMessageIsShown(t *testing.T) {
	pdf := func(name string) messaging.File {
		return messaging.File{Name: name, MediaType: "application/pdf", Size: 4000, Access: name}
	}
	second := photo
	second.Access, second.Description = "y", ""
	s, e := showing(t, photo.With([]messaging.File{pdf("bilan.pdf"), second, pdf("radio.pdf")}), nil, messaging.FileState{})
	if len(e.files) != 4 || !strings.Contains(s.words(), "bilan.pdf") || !strings.Contains(s.words(), "radio.pdf") {
		t.Fatalf("%d files in:\n%s", len(e.files), s.words())
	}
	for i, content := range [][]byte{picturetest.JPEG(picturetest.Wound(1600, 1200)), nil, picturetest.JPEG(picturetest.Wound(1600, 1200)), []byte("radio")} {
		if content != nil {
			s.client.PutFile(e.files[i], content, here())
		}
	}
	s.finish()
	s.tapLink("Ouvrir")
	s.runUntil(func() bool { return len(s.opened) == 1 })
	if s.opened[0] != "radio.pdf" {
		t.Errorf("%q", s.opened)
	}
	s.tapLink("Télécharger")
	s.runUntil(func() bool { return slices.Contains(s.client.Calls(), "fetch "+string(e.files[1].ID)+" true") })

	var names []string
	for _, a := range s.actionsOf(e, rows{s.View}.layout(row{kind: messageRow, e: e}, 560)) {
		names = append(names, a.name)
	}
	for _, want := range []string{"Ouvrir – radio.pdf", "Enregistrer sous… – plaie.jpg"} {
		if !slices.Contains(names, want) {
			t.Errorf("%q is not among %q", want, names)
		}
	}
	s.openViewer(e.files[0])
	w := s.window.Canvas().Focused().(*viewer)
	for _, step := range []struct {
		by   int
		want int
	}{{1, 2}, {1, 2}, {-1, 0}, {-1, 0}} {
		w.step(step.by)
		s.finish()
		if w.m.ID != e.files[step.want].ID {
			t.Errorf("a step by %d leads to %q", step.by, w.m.ID)
		}
	}
	w.close()
}

func TestAWarningPrecedesWhatASystemRuns(t *testing.T) {
	s, _ := showing(t, messaging.File{Name: "facture.pdf.exe", MediaType: "application/pdf", Access: "x"}, []byte("MZ"), here())
	s.tapLink("Ouvrir")
	if len(s.opened) > 0 {
		t.Fatal("it is opened without a question")
	}
	if s.window.Canvas().Overlays().Top() == nil {
		t.Fatal("nothing is asked")
	}
}

func TestThePolicyKeepsFilesInTheProgram(t *testing.T) {
	s, e := showing(t, photo, picturetest.JPEG(picturetest.Wound(1600, 1200)), here())
	s.o.SaveFiles = false
	list := newShared(e, e.files[0], s.files.byID[e.ID]).actions(s.View)
	if len(list) != 1 || list[0].name != "Agrandir la photo" {
		t.Errorf("%+v", list)
	}
	// Whatever leads there: a button that was drawn before, a tile of the gallery, the viewer.
	asked := make(chan string, 9)
	s.o.OpenFile = func(string, func(io.Writer) error) error { asked <- "opened"; return nil }
	s.openFile(e.Message)
	s.saveFile(e.Message)
	s.work.Close() // waits for what they have begun
	if len(asked) > 0 || s.window.Canvas().Overlays().Top() != nil {
		t.Error("a file leaves the program")
	}
}

func TestAPictureThatCannotBeDecodedIsAFile(t *testing.T) {
	bomb := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32([]byte("IHDR"), 30000), 30000)
	bomb = append(bomb, 8, 2, 0, 0, 0)
	bomb = binary.BigEndian.AppendUint32(append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), bomb...), crc32.ChecksumIEEE(bomb))
	for name, content := range map[string][]byte{"a bomb": bomb, "a page": []byte("<html>"), "half a picture": picturetest.JPEG(picturetest.Wound(160, 120))[:300]} {
		s, e := showing(t, photo, content, here())
		if f := s.files.byID[e.ID]; !f.broken || !strings.Contains(s.words(), "Enregistrer sous…") {
			t.Errorf("%s: %+v\n%s", name, f, s.words())
		}
	}
	large := photo
	large.Preview = base64.StdEncoding.EncodeToString(picturetest.JPEG(picturetest.Wound(300, 300)))
	s, e := showing(t, large, nil, messaging.FileState{Stage: messaging.FileForeign})
	if s.files.byID[e.ID].preview != nil {
		t.Error("a preview that is none is decoded")
	}
}

func TestAPictureUnderThePointerIsSeen(t *testing.T) {
	s, _ := showing(t, photo, picturetest.JPEG(picturetest.Wound(1600, 1200)), here())
	before := s.window.Canvas().Capture()
	pressed := s.messageViews()[0].presses.all[0]
	pressed.MouseIn(nil)
	if after := s.window.Canvas().Capture(); !slices.Equal(before.(*image.NRGBA).Pix, after.(*image.NRGBA).Pix) {
		t.Error("it is covered")
	}
}

func TestAPictureThatTheBudgetLetGoIsFetchedAgain(t *testing.T) {
	s, e := showing(t, photo, picturetest.JPEG(picturetest.Wound(160, 120)), here())
	f := s.files.byID[e.ID]
	f.picture = nil // many others were in view meanwhile
	s.client.ForgetFile(e.Message)
	s.redraw(e)
	s.finish()
	if calls := s.client.Calls(); !slices.Contains(calls, "fetch a false") || f.state.Stage == messaging.FileHere || f.broken {
		t.Errorf("%q, %+v", calls, f)
	}
}

func TestOnlyTheLastPicturesAreKeptDecoded(t *testing.T) {
	var list []messaging.Message
	for i := range keptPictures + 5 {
		m := at(i, "Sophie Bernard", sophie, 9, i, "")
		m.ID, m.Content = messaging.MessageID(fmt.Sprint("p", i)), photo
		list = append(list, m)
	}
	c := newClient(messaging.Conversation{ID: group, Group: true, Name: "Réseau"}, list...)
	for _, m := range c.messages() {
		c.PutFile(m, picturetest.JPEG(picturetest.Wound(160, 120)), here())
	}
	s := newStage(t, c, 560, 640).open()
	for range 2 {
		for at := range s.thread.rows {
			s.timeline.ToRow(at, 0)
			s.finish()
			for first, last := s.timeline.InView(); first <= last; first++ {
				if r := s.thread.rows[first]; r.kind == messageRow && s.files.byID[r.e.ID].picture == nil {
					t.Fatalf("row %d is in view without its picture", first)
				}
			}
		}
	}
	decoded := 0
	for _, f := range s.files.byID {
		if f.picture != nil {
			decoded++
		}
	}
	if decoded > keptPictures || decoded < 3 {
		t.Errorf("%d pictures are kept", decoded)
	}
}

// write writes a file to attach.
func write(t *testing.T, name string, data []byte) fyne.URI {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return storage.NewFileURI(path)
}

func TestFilesAreSentInOrderTheFirstWithTheText(t *testing.T) {
	s := newStage(t, person(3), 560, 640).open()
	s.Attach([]fyne.URI{write(t, "IMG_1.png.jpeg", picturetest.JPEG(picturetest.Wound(2100, 105))), write(t, "notes.txt", []byte("deux lignes"))})
	s.finish()
	s.composer.input.SetText("ce matin")
	s.composer.enter()
	s.finish()
	list := s.client.messages()[3:]
	var got []messaging.File
	for _, m := range list {
		f := m.Content.(messaging.File)
		f.Size = 0
		got = append(got, f)
	}
	want := []messaging.File{
		{Name: "IMG_1.png.jpg", MediaType: "image/jpeg", Width: 2048, Height: 102, Description: "ce matin", Local: "1"},
		{Name: "notes.txt", MediaType: "text/plain", Local: "1"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	r, err := s.client.OpenFile(list[0])
	if err != nil {
		t.Fatal(err)
	}
	if sent, _, err := image.Decode(r); err != nil || sent.Bounds().Dx() != picture.SentSide {
		t.Errorf("%v", err)
	}
	if s.composer.input.Text != "" || len(s.composer.tray.list) != 0 || !s.composer.button.Disabled() {
		t.Error("something is left in the input")
	}
}

func TestFilesGoWithoutAText(t *testing.T) {
	s := newStage(t, person(3), 560, 640).open()
	s.Attach([]fyne.URI{write(t, "notes.txt", []byte("x"))})
	s.finish()
	if s.composer.button.Disabled() {
		t.Error("the button is disabled")
	}
	s.composer.enter()
	s.composer.enter() // twice: the second sends nothing
	s.finish()
	if n := len(s.client.messages()); n != 4 {
		t.Errorf("%d messages", n)
	}
}

func TestAFileIsTakenOutOfTheTray(t *testing.T) {
	s := newStage(t, person(3), 560, 640).open()
	before := s.composer.MinSize().Height
	s.Attach([]fyne.URI{write(t, "notes.txt", []byte("x"))})
	s.finish()
	if s.composer.MinSize().Height <= before {
		t.Error("the tray takes no room")
	}
	s.composer.tray.remove(s.composer.tray.list[0])
	if s.composer.MinSize().Height != before || !s.composer.button.Disabled() {
		t.Error("the tray is still there")
	}
}

func TestWhatCannotBeSentIsRefusedWithTheReason(t *testing.T) {
	s := newStage(t, person(3), 560, 640).open()
	s.o.Files = messaging.FilePolicy{MaxSize: 2_000_000, Types: []string{"image/*", "text/plain"}}
	for name, c := range map[string]struct {
		uri  fyne.URI
		want string
	}{
		"too large":       {write(t, "a.txt", bytes.Repeat([]byte("x"), 2_000_001)), "dépasse 2,0\u00a0Mo"},
		"not allowed":     {write(t, "a.pdf", []byte("%PDF-1.7")), "n’autorise pas l’envoi de fichiers comme «\u00a0a.pdf\u00a0»"},
		"a false picture": {write(t, "a.jpg", []byte("MZ\x90\x00\x03")), "n’autorise pas"},
		"empty":           {write(t, "a.txt", nil), "est vide"},
		"a folder":        {storage.NewFileURI(t.TempDir()), "ne peut pas être lu"},
		"gone":            {storage.NewFileURI(filepath.Join(t.TempDir(), "a.txt")), "ne peut pas être lu"},
	} {
		s.Attach([]fyne.URI{c.uri})
		s.finish()
		if got := s.status.trouble; !strings.Contains(got, c.want) || len(s.composer.tray.list) != 0 {
			t.Errorf("%s: %q", name, got)
		}
	}
	gone := write(t, "a.txt", []byte("x"))
	s.Attach([]fyne.URI{gone})
	s.finish()
	if err := os.Remove(gone.Path()); err != nil {
		t.Fatal(err)
	}
	s.composer.input.SetText("texte")
	s.composer.enter()
	s.finish()
	if !strings.Contains(s.status.trouble, "ne peut pas être lu") || len(s.composer.tray.list) != 1 || s.composer.input.Text != "texte" || len(s.client.messages()) != 3 {
		t.Errorf("a file that is gone when it is to be sent: %q, %q", s.status.trouble, s.composer.input.Text)
	}
}

// TestWhatFailedOfflineIsLookedAtAgain: the account says so when there is a connection again.
func TestWhatFailedOfflineIsLookedAtAgain(t *testing.T) {
	s, e := showing(t, photo, nil, messaging.FileState{Stage: messaging.FileFailed, Failure: messaging.FileUnavailable})
	s.client.PutFile(e.Message, picturetest.JPEG(picturetest.Wound(160, 120)), messaging.FileState{})
	s.runUntil(func() bool {
		f := s.files.byID[e.ID]
		return f.state == here() && f.picture != nil
	})
}

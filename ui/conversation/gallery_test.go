package conversation

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"discussions/internal/picture/picturetest"
	"discussions/messaging"
	"discussions/messaging/messagingtest"

	"fyne.io/fyne/v2"
)

// albums is a conversation with n messages with files, every fifth a document, a day between two of them; the pictures are here.
func albums(n int) *fakeClient {
	list := make([]messaging.Message, 0, 2*n)
	for i := range n {
		m := said("")
		m.Time = noon.AddDate(0, 0, i-n)
		m.Content = messaging.File{Name: fmt.Sprintf("plaie%d.jpg", i), MediaType: "image/jpeg", Size: 4000, Width: 160, Height: 120, Access: fmt.Sprint(i)}
		if i%5 == 4 {
			m.Content = messaging.File{Name: fmt.Sprintf("bilan%d.pdf", i), MediaType: "application/pdf", Size: 4000, Access: fmt.Sprint(i)}
		}
		list = append(list, m, said("texte"))
		list[len(list)-1].Time = m.Time
	}
	return newClient(messaging.Conversation{ID: sophie, Name: "Sophie Bernard"}, list...)
}

// here puts the pictures of a conversation on this computer.
func (c *fakeClient) here(width, height int) *fakeClient {
	data := picturetest.JPEG(picturetest.Wound(width, height))
	for _, m := range c.messages() {
		for _, part := range m.Parts() {
			if isPicture(part) {
				c.PutFile(part, data, here())
			}
		}
	}
	return c
}

// browse opens the gallery.
func browse(t *testing.T, c *fakeClient) (*stage, *gallery) {
	t.Helper()
	s := newStage(t, c, 560, 640).open()
	s.finish()
	s.ShowFiles()
	s.settle()
	return s, s.gallery
}

// settle waits for the gallery too.
func (s *stage) settle() {
	s.t.Helper()
	for before := -1; before != s.turns; {
		s.finish()
		before = s.turns + 1
		done := false
		s.gallery.files.work.Do(func() { s.todo <- func() { done = true } })
		s.runUntil(func() bool { return done && len(s.todo) == 0 })
	}
}

// shownMonths are the headings of the gallery.
func (g *gallery) shownMonths() (list []string) {
	for _, row := range g.rows {
		if row.kind == monthRow {
			list = append(list, g.parts[row.from].Time.Local().Format("2006-01"))
		}
	}
	return list
}

func TestTheGalleryHasPicturesAndFilesByMonth(t *testing.T) {
	s, g := browse(t, albums(40).here(160, 120))
	if got := g.shownMonths(); !slices.Equal(got, []string{"2026-11", "2026-10"}) {
		t.Errorf("months: %q", got)
	}
	var kinds []galleryKind
	for _, row := range g.rows {
		if len(kinds) == 0 || kinds[len(kinds)-1] != row.kind {
			kinds = append(kinds, row.kind)
		}
	}
	if want := []galleryKind{monthRow, tileRow, fileRow, monthRow, tileRow, fileRow, olderRow}; !slices.Equal(kinds, want) {
		t.Errorf("rows: %v", kinds)
	}
	if first, _ := g.list.InView(); first != 0 {
		t.Errorf("it does not begin with the newest: %d", first)
	}
	if f := g.files.byID[g.parts[0].ID]; f == nil || f.picture == nil || f.picture.Bounds().Dx() > decodedTile {
		t.Errorf("a tile in view has no picture: %+v", f)
	}
	for _, row := range g.rows {
		if row.kind == tileRow && row.count > 4 {
			t.Errorf("%d tiles in 560 pixels", row.count)
		}
	}
	few, first := browse(t, albums(2).here(160, 120))
	if top, in := first.list.Top(0); !in || top != 0 || first.rows[len(first.rows)-1].kind != emptyRow {
		t.Errorf("few files do not stand at the top: %v", top)
	}
	if few.window.Canvas().Focused() != fyne.Focusable(first.list) {
		t.Error("it does not have the focus")
	}
	s.window.Resize(fyne.NewSize(300, 640))
	for _, row := range g.rows {
		if row.kind == tileRow && row.count > 2 {
			t.Errorf("%d tiles in 300 pixels", row.count)
		}
	}
}

func TestTheGalleryReadsOnWhileItIsScrolled(t *testing.T) {
	const files = 2000
	s, g := browse(t, albums(files))
	if len(g.parts) != galleryPage {
		t.Fatalf("%d files were read at first", len(g.parts))
	}
	for range 1000 {
		if !g.more {
			break
		}
		g.list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
		s.settle()
	}
	seen := map[messaging.MessageID]bool{}
	for i, m := range g.parts {
		if seen[m.ID] || i > 0 && m.Time.After(g.parts[i-1].Time) && sameMonth(m.Time, g.parts[i-1].Time) && isPicture(m) == isPicture(g.parts[i-1]) {
			t.Fatalf("out of order, or twice: %v", m.ID)
		}
		seen[m.ID] = true
	}
	if len(seen) != files {
		t.Errorf("%d files", len(seen))
	}
}

func TestWhatIsInViewStaysWhenTheGalleryChanges(t *testing.T) {
	s, g := browse(t, albums(60).here(160, 120))
	for range 5 {
		g.list.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -100)})
	}
	s.settle()
	first, _ := g.list.InView()
	before := g.parts[g.rows[first].from].ID
	top, _ := g.list.Top(first)
	for range 3 {
		m := said("")
		m.Content = messaging.File{Name: "nouveau.pdf", MediaType: "application/pdf", Access: "new"}
		s.client.Receive(sophie, m)
	}
	s.settle()
	now, _ := g.list.InView()
	after, _ := g.list.Top(now)
	if got := g.parts[g.rows[now].from].ID; got != before || after != top {
		t.Errorf("%q at %v was in view, now %q at %v", before, top, got, after)
	}
	if len(g.parts) != 63 {
		t.Errorf("%d files", len(g.parts))
	}
}

func TestTheGalleryOpensFetchesAndLeads(t *testing.T) {
	s, g := browse(t, albums(30).here(160, 120))
	var document, photo messaging.Message
	for _, m := range g.parts {
		if isPicture(m) && photo.ID == "" {
			photo = m
		} else if !isPicture(m) && document.ID == "" {
			document = m
		}
	}
	g.sharedFile(document) // as when it comes into view
	s.settle()
	g.press(g.sharedFile(document))
	s.runUntil(func() bool {
		s.settle()
		return slices.Contains(s.client.Calls(), "fetch "+string(document.ID)+" true")
	})
	s.client.PutFile(document, []byte("%PDF"), here())
	s.runUntil(func() bool { return g.sharedFile(document).f.state == here() })
	g.press(g.sharedFile(document))
	s.runUntil(func() bool { return len(s.opened) == 1 })

	var w *viewer
	for _, known := range []bool{false, true} { // where the picture is
		delete(g.files.byID, photo.ID)
		if g.sharedFile(photo); known {
			s.settle()
		}
		g.press(g.sharedFile(photo))
		s.settle()
		var ok bool
		if w, ok = s.window.Canvas().Focused().(*viewer); !ok {
			t.Fatalf("no viewer; it was known where the picture is: %v", known)
		}
		if !known {
			w.close()
		}
	}
	w.step(-1)
	s.settle()
	if w.m.ID == photo.ID || !w.m.Time.Before(photo.Time) {
		t.Errorf("the picture before %v is %v", photo.Time, w.m.Time)
	}
	w.step(1)
	s.settle()
	if w.m.ID != photo.ID {
		t.Error("not back")
	}
	w.close()
	s.goToMessage(document)
	s.finish()
	if s.browsing() || s.highlighted == nil || s.highlighted.ID != document.ID {
		t.Error("it did not lead to the message")
	}
}

func TestTheGalleryByKeyboard(t *testing.T) {
	s, _ := browse(t, albums(30).here(160, 120))
	s.window.Canvas().FocusNext()
	found := false
	for range 20 {
		if tile, ok := s.window.Canvas().Focused().(*tile); ok {
			tile.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
			found = true
			break
		}
		s.window.Canvas().FocusNext()
	}
	if _, ok := s.window.Canvas().Focused().(*viewer); !ok || !found {
		t.Fatal("no tile is reached by Tab and opened by Enter")
	}
	s.window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	s.window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if s.browsing() {
		t.Error("Escape does not leave it")
	}
	if s.window.Canvas().Focused() != fyne.Focusable(s.composer.input) {
		t.Error("the focus is not in the input")
	}
}

func TestWhatTheGallerySaysWhereThereIsNothing(t *testing.T) {
	s, g := browse(t, person(3))
	if !strings.Contains(g.note.Text, "Ni photo ni fichier") {
		t.Errorf("%q", g.note.Text)
	}
	s.client.edit(func(v *messagingtest.Conversation) { v.Withheld = 1 })
	s.client.SetConnection(messaging.Connection{State: messaging.Offline})
	s.settle()
	g.fetch()
	s.settle()
	if !strings.Contains(g.note.Text, "hors ligne") {
		t.Errorf("%q", g.note.Text)
	}
}

// TestATileSaysWhatThereIsRoomFor: its label says all of it.
func TestATileSaysWhatThereIsRoomFor(t *testing.T) {
	c := albums(1)
	_, g := browse(t, c)
	m := c.messages()[0]
	for _, step := range []struct {
		state      messaging.FileState
		says, full string
	}{
		{messaging.FileState{}, "Afficher", "Afficher la photo"},
		{messaging.FileState{Stage: messaging.FileMoving, Done: 42, Total: 100}, "42\u00a0%", "Téléchargement… 42\u00a0%"},
		{messaging.FileState{Stage: messaging.FileFailed, Failure: messaging.FileUnavailable}, "Réessayer", "Le serveur de fichiers n’a pas répondu."},
		{messaging.FileState{Stage: messaging.FileForeign}, "Bloquée", "Sur un serveur non autorisé"},
	} {
		s := g.sharedFile(m)
		s.f.state, s.f.looked = step.state, true
		tile := newTile(g)
		tile.show(m)
		if tile.words.Text != step.says || !strings.Contains(tile.Label, step.full) {
			t.Errorf("%+v: %q, and in full %q", step.state, tile.words.Text, tile.Label)
		}
	}
}

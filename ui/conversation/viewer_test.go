package conversation

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"discussions/internal/i18n"
	"discussions/internal/picture/picturetest"
	"discussions/messaging"
	"discussions/messaging/messagingtest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// view opens the viewer with a picture.
func (s *stage) view(m messaging.Message) *viewer {
	s.t.Helper()
	s.openViewer(m)
	s.finish()
	w, ok := s.window.Canvas().Focused().(*viewer)
	if !ok {
		s.t.Fatal("no viewer")
	}
	return w
}

// at is where the viewer is, by the number in the file's name.
func (w *viewer) at() string {
	f, _ := w.m.Content.(messaging.File)
	return strings.TrimSuffix(strings.TrimPrefix(f.Name, "plaie"), ".jpg")
}

func TestTheViewerEnlargesTurnsAndCloses(t *testing.T) {
	s := newStage(t, albums(2).here(40, 20), 560, 640).open()
	s.finish()
	w := s.view(s.thread.entries[0].files[0])
	if w.whole == nil || w.whole.Bounds().Dx() != 40 {
		t.Fatal("it is not shown as sharp as it is")
	}
	w.turn()
	if b := w.whole.Bounds(); b.Dx() != 20 || b.Dy() != 40 {
		t.Errorf("turned: %v", b)
	}
	w.TypedRune('+')
	if w.zoom != zoomStep {
		t.Errorf("zoom %v", w.zoom)
	}
	w.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	s.finish()
	if w.zoom != 1 {
		t.Errorf("the next one at zoom %v", w.zoom)
	}
	w.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if s.window.Canvas().Overlays().Top() != nil || s.viewer != nil {
		t.Error("it is still open")
	}
}

// TestTheViewerLeadsThroughAllPicturesOfTheConversation: also those that were never drawn, and those of before and after what is loaded.
func TestTheViewerLeadsThroughAllPicturesOfTheConversation(t *testing.T) {
	const files = 300 // every fifth is no picture
	s := newStage(t, albums(files).here(32, 24), 560, 640).open()
	s.finish()
	w := s.view(s.thread.entries[len(s.thread.entries)-4].files[0])
	if w.at() != "298" {
		t.Fatalf("it begins at %s", w.at())
	}
	var want, got []string
	for i := 297; i >= 0; i-- {
		if i%5 != 4 {
			want = append(want, fmt.Sprint(i))
		}
	}
	for range want {
		w.TypedKey(&fyne.KeyEvent{Name: fyne.KeyLeft})
		s.finish()
		got = append(got, w.at())
	}
	if !slices.Equal(got, want) || w.whole == nil {
		t.Fatalf("back through %v", got)
	}
	w.step(-1) // the first of all
	s.runUntil(func() bool { return w.steps == 0 && !w.album.loading })
	if w.at() != "0" {
		t.Errorf("before the first one: %s", w.at())
	}
	m := said("")
	m.Content = messaging.File{Name: "plaie300.jpg", MediaType: "image/jpeg", Size: 4000, Width: 16, Height: 12, Access: "300"}
	s.client.Receive(sophie, m)
	w.step(1000)
	s.finish()
	if w.at() != "300" || w.steps != 0 {
		t.Errorf("the newest, which came meanwhile: %s", w.at())
	}
}

func TestTheViewerLeadsThroughTheFilesOfAMessage(t *testing.T) {
	c := albums(1)
	m := said("")
	picture := messaging.File{Name: "plaie1.jpg", MediaType: "image/jpeg", Size: 4000, Width: 32, Height: 24, Access: "one"}
	second, document := picture, picture
	second.Access, document.MediaType = "two", "application/pdf"
	m.Content = picture.With([]messaging.File{document, second})
	c.Receive(sophie, m)
	s := newStage(t, c.here(32, 24), 560, 640).open()
	s.finish()
	parts := s.thread.entries[len(s.thread.entries)-1].files
	w := s.view(parts[2])
	w.step(-1)
	s.finish()
	first := w.m.ID
	w.step(-1)
	s.finish()
	if first != parts[0].ID || w.m.ID != s.thread.entries[0].ID {
		t.Errorf("before the last: %q, and before that %q", first, w.m.ID)
	}
}

// TestTheViewerFetchesWhatIsNotHere: unasked what would be fetched in view as well, on a click the rest.
func TestTheViewerFetchesWhatIsNotHere(t *testing.T) {
	c := albums(3)
	s := newStage(t, c, 560, 640).open()
	s.finish()
	list := c.messages()
	w := s.view(list[0])
	if !slices.Contains(c.Calls(), "fetch "+string(list[0].ID)+" false") {
		t.Error("it is not fetched unasked")
	}
	link, ok := w.note.Objects[len(w.note.Objects)-1].(fyne.Tappable)
	if !ok {
		t.Fatal("nothing is offered")
	}
	test.Tap(link)
	s.runUntil(func() bool { return slices.Contains(c.Calls(), "fetch "+string(list[0].ID)+" true") })
	s.runUntil(func() bool { return strings.Contains(wordsIn(w.note), "plus") }) // "n'est plus disponible"
	c.PutFile(list[0], picturetest.JPEG(picturetest.Wound(32, 24)), here())
	s.runUntil(func() bool { return w.whole != nil })
	if len(w.note.Objects) > 0 {
		t.Errorf("still said: %q", wordsIn(w.note))
	}
	c.PutFile(list[2], []byte("no picture"), here())
	w.step(1)
	s.finish()
	if !strings.Contains(wordsIn(w.note), "ne peut pas être affichée") {
		t.Errorf("one that cannot be decoded: %q", wordsIn(w.note))
	}
}

func TestTheViewerLooksForOlderPicturesOnTheServer(t *testing.T) {
	c := albums(30).here(32, 24)
	c.edit(func(v *messagingtest.Conversation) { v.Withheld = 20 })
	s := newStage(t, c, 560, 640).open()
	s.finish()
	w := s.view(c.messages()[20])
	c.SetConnection(messaging.Connection{State: messaging.Offline})
	w.step(-1)
	s.runUntil(func() bool { return strings.Contains(wordsIn(w.note), "hors ligne") })
	if w.at() != "10" || w.steps != 0 {
		t.Errorf("offline: at %s", w.at())
	}
	c.SetConnection(messaging.Connection{State: messaging.Online})
	w.step(-1)
	s.runUntil(func() bool { return w.steps == 0 })
	if w.at() != "10" || wordsIn(w.note) != "" {
		t.Errorf("the server has given none: at %s, %q", w.at(), wordsIn(w.note))
	}
	c.edit(func(v *messagingtest.Conversation) { v.Withheld = 0 })
	w.step(-2)
	s.runUntil(func() bool { return w.steps == 0 })
	if w.at() != "7" || wordsIn(w.note) != "" { // 9 is no picture
		t.Errorf("online: at %s, %q", w.at(), wordsIn(w.note))
	}
}

// withdraw withdraws a message with a picture.
func (c *fakeClient) withdraw(m messaging.Message) {
	m.Content = messaging.Retracted{}
	c.edit(func(v *messagingtest.Conversation) {
		for i := range v.Messages {
			if v.Messages[i].ID == m.ID {
				v.Messages[i] = m
			}
		}
	})
	c.Tell(messaging.MessageChanged{Message: m})
}

// TestAWithdrawnPictureIsNotShownAnyLonger: neither in the viewer that shows it, nor when it is stepped to.
func TestAWithdrawnPictureIsNotShownAnyLonger(t *testing.T) {
	c := albums(10).here(32, 24)
	s := newStage(t, c, 560, 640).open()
	s.finish()
	list := c.messages()
	w := s.view(list[2])
	w.step(1)
	s.finish()
	w.step(-1)
	s.finish()
	c.withdraw(list[4])
	s.finish()
	w.step(1)
	s.finish()
	if w.at() != "3" {
		t.Errorf("after 1 without 2: %s", w.at())
	}
	c.withdraw(w.m)
	s.finish()
	if s.viewer != nil || s.window.Canvas().Overlays().Top() != nil {
		t.Error("it is still shown")
	}
}

// TestAPictureThatIsNotHereIsFetchedBeforeItIsSaved: and no dialog comes for one that the user has left, or that cannot be fetched.
func TestAPictureThatIsNotHereIsFetchedBeforeItIsSaved(t *testing.T) {
	c := albums(3)
	s := newStage(t, c, 900, 640).open()
	s.finish()
	list := c.messages()
	data := picturetest.JPEG(picturetest.Wound(32, 24))
	asks := func() bool {
		top := s.window.Canvas().Overlays().Top()
		return top != nil && buttonIn(top, i18n.T("viewer.turn")) == nil
	}
	w := s.view(list[0])
	save := func() {
		test.Tap(buttonIn(w.body, i18n.T("file.save")))
		s.finish()
	}
	save()
	s.runUntil(func() bool { return w.f.state.Stage == messaging.FileFailed })
	if words := wordsIn(w.note); asks() || w.wants || !strings.Contains(words, "plus") {
		t.Errorf("it is not on the server any more: %q", words)
	}
	w.step(1)
	s.finish()
	second := w.m
	c.PutFile(second, nil, messaging.FileState{Stage: messaging.FileMoving})
	save()
	w.step(-1)
	s.finish()
	c.PutFile(second, data, here())
	c.PutFile(w.m, data, here())
	s.finish()
	if asks() {
		t.Error("asked for a picture that the user has left")
	}
	w.step(1)
	s.finish()
	c.ForgetFile(w.m) // it was evicted to keep the budget
	w.f.state = messaging.FileState{}
	c.PutFile(w.m, data, messaging.FileState{})
	save()
	s.runUntil(asks)
}

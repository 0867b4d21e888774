package conversation

import (
	"fmt"
	"image/color"
	"io"
	"os"
	"testing"
	"time"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/messaging/messagingtest"
	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	app := test.NewApp()
	app.Settings().SetTheme(look.New(look.Light, 1))
	if err := i18n.Speak("fr"); err != nil {
		panic(err)
	}
	code := m.Run()
	if code == 0 {
		if err := goleak.Find(goleak.IgnoreCurrent()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

const sophie, group = "sophie.bernard@example.org", "astreinte@groupes.example.org"

// noon is when the tests take place.
var noon = time.Date(2026, time.November, 23, 12, 0, 0, 0, time.Local)

// fakeClient is an account with one conversation.
type fakeClient struct {
	*messagingtest.Client
	id messaging.ConversationID
}

// newClient is an account with that conversation. It is online, and its clock begins at noon.
func newClient(v messaging.Conversation, messages ...messaging.Message) *fakeClient {
	began := time.Now()
	c := &fakeClient{id: v.ID, Client: messagingtest.Open(messaging.Config{
		JID: "claire@example.org", Name: "Dr Claire Martin", Now: func() time.Time { return noon.Add(time.Since(began)) },
	})}
	c.Put(messagingtest.Conversation{Conversation: v, Messages: messages})
	return c
}

// messages are those of the conversation, oldest first.
func (c *fakeClient) messages() []messaging.Message { return c.Get(c.id).Messages }

// edit changes the conversation without an event.
func (c *fakeClient) edit(f func(*messagingtest.Conversation)) { c.Edit(c.id, f) }

// setMessages gives the conversation other messages.
func (c *fakeClient) setMessages(messages ...messaging.Message) {
	c.edit(func(v *messagingtest.Conversation) { v.Messages = messages })
}

// setUnread makes n messages unread, from one of them on.
func (c *fakeClient) setUnread(n, first int) {
	c.edit(func(v *messagingtest.Conversation) { v.Unread, v.FirstUnread = n, v.Messages[first].Cursor })
}

// receive lets Sophie say something.
func (c *fakeClient) receive(body string) messaging.Message { return c.ReceiveText(c.id, body) }

// said is a message of Sophie.
func said(body string) messaging.Message {
	return messaging.Message{Author: "Sophie Bernard", AuthorJID: sophie, Content: messaging.Text{Body: body}}
}

// stage is a view on a screen of the test driver, whose Fyne goroutine is that of the test.
type stage struct {
	*View
	t      *testing.T
	client *fakeClient
	window fyne.Window
	todo   chan func()
	clock  time.Time
	turns  int      // of Fyne's goroutine
	opened []string // files that were handed to other programs
	touch  int      // how often somebody was there
}

// newStage shows a conversation in a window of that size.
func newStage(t *testing.T, client *fakeClient, width, height float32) *stage {
	t.Helper()
	s := &stage{t: t, client: client, todo: make(chan func(), 1000), clock: noon}
	s.window = test.NewWindow(nil)
	s.window.SetPadded(false)
	s.View = New(Options{
		Client: client, ID: client.id, AccountName: "Dr Claire Martin", Window: s.window,
		AccountColour: color.NRGBA{0x2f, 0x6f, 0x9f, 0xff}, do: func(f func()) { s.todo <- f }, Now: func() time.Time { return s.clock },
		Touched: func() { s.touch++ }, EditWithin: 24 * time.Hour, SaveFiles: true,
		OpenFile: func(name string, write func(io.Writer) error) error {
			err := write(io.Discard)
			s.todo <- func() { s.opened = append(s.opened, name) }
			return err
		},
	})
	s.window.SetContent(s.Content())
	s.window.Resize(fyne.NewSize(width, height))
	t.Cleanup(func() {
		s.Close()()
		s.window.Close()
	})
	return s
}

// patience is how long a view may take: a test that waits longer hangs.
const patience = time.Minute

// runUntil runs what is to be done on Fyne's goroutine until condition is true, which other goroutines may make true.
func (s *stage) runUntil(condition func() bool) {
	s.t.Helper()
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for end := time.Now().Add(patience); !condition(); {
		select {
		case f := <-s.todo:
			s.turns++
			f()
		case now := <-look.C:
			if now.After(end) {
				s.t.Fatal("the view did not get there")
			}
		}
	}
}

// open waits for the first page.
func (s *stage) open() *stage {
	s.t.Helper()
	s.runUntil(func() bool { return s.history.opened || s.history.failed != nil })
	return s
}

// finish runs all that is to be done, and waits for the work behind it, and for what comes of that. It does not wait for calls that the
// client holds.
func (s *stage) finish() {
	s.t.Helper()
	for before := -1; before != s.turns; {
		before = s.turns + 1 // that of the mark
		done := false
		s.work.Do(func() { s.files.work.Do(func() { s.todo <- func() { done = true } }) })
		s.runUntil(func() bool {
			return done && s.work.Running() <= s.client.Held() && s.client.Settled() && len(s.todo) == 0
		})
	}
}

// bodies are the texts in view.
func (s *stage) bodies() []string {
	first, last := s.timeline.InView()
	var out []string
	for at := first; at >= 0 && at <= last; at++ {
		if row := s.thread.rows[at]; row.kind == messageRow && row.part == 0 {
			out = append(out, row.e.text)
		}
	}
	return out
}

// person is a conversation with Sophie of n messages, a third of them own.
func person(n int) *fakeClient {
	list := make([]messaging.Message, n)
	for i := range list {
		list[i] = said(sentences[i%len(sentences)])
		list[i].Time = noon.Add(-time.Duration(n-i) * 7 * time.Minute)
		if i%3 == 1 {
			list[i] = own(list[i], messaging.Read, "")
		}
	}
	return newClient(messaging.Conversation{ID: sophie, Name: "Sophie Bernard", Detail: "Infirmière coordinatrice"}, list...)
}

var sentences = []string{
	"Bonjour Claire, je passe voir Mme B. à 14 h.",
	"D’accord, merci.",
	"Le pansement est propre, pas de fièvre. La famille demande si elle peut reprendre la marche dès demain matin avec le déambulateur.",
	"Oui, en restant accompagnée.",
	"Parfait, je transmets à Paul Durand et à la pharmacie.",
	"Contrôle dans dix jours.",
	"Ordonnance transmise à la pharmacie du Pont.",
}

// newEntry is a message as the thread holds it.
func newEntry(m messaging.Message) *entry {
	e := &entry{}
	e.set(m)
	return e
}

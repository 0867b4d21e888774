package conversation

import (
	"context"
	"fmt"
	"image/color"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/messaging/model"
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

// fakeClient is an account that does as it is told.
type fakeClient struct {
	mu           sync.Mutex
	conversation messaging.Conversation
	connection   messaging.Connection
	messages     []messaging.Message // oldest first
	members      []messaging.Member
	draft        string
	subscriber   func(messaging.Event)
	calls        []string

	sendErr    error
	historyErr error
	hold       chan struct{} // nil: nothing waits; else History waits until it is closed
	holdSend   chan struct{}
	made       int // messages, so that none gets the id of one that was removed
	pageStart  int // negative: no page says that it is the first
}

func (c *fakeClient) call(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls = append(c.calls, fmt.Sprintf(format, args...))
}

// called takes what was called since the last time.
func (c *fakeClient) called() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	calls := c.calls
	c.calls = nil
	return calls
}

func (c *fakeClient) Conversation(messaging.ConversationID) (messaging.Conversation, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.conversation, nil
}

func (c *fakeClient) History(ctx context.Context, _ messaging.ConversationID, around messaging.Cursor, before, after int) (messaging.Page, error) {
	c.mu.Lock()
	hold := c.hold
	c.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
			return messaging.Page{}, ctx.Err()
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.historyErr != nil {
		return messaging.Page{}, c.historyErr
	}
	page := pageOf(c.messages, around, before, after)
	page.Start = page.Start && c.pageStart >= 0
	return page, nil
}

// pageOf is what [messaging.Client.History] gives of a conversation.
func pageOf(all []messaging.Message, around messaging.Cursor, before, after int) messaging.Page {
	at := len(all)
	for !around.IsZero() && at > 0 && !all[at-1].Cursor.Before(around) {
		at--
	}
	start, end := max(0, at-before), min(len(all), at+after)
	return messaging.Page{Messages: slices.Clone(all[start:end]), Start: start == 0, End: end == len(all)}
}

func (c *fakeClient) Members(messaging.ConversationID) []messaging.Member { return c.members }
func (c *fakeClient) Draft(messaging.ConversationID) string               { return c.draft }

func (c *fakeClient) Send(_ messaging.ConversationID, content messaging.Content) (messaging.Message, error) {
	body := model.PlainText(content)
	c.mu.Lock()
	hold, err := c.holdSend, c.sendErr
	c.mu.Unlock()
	if hold != nil {
		<-hold
	}
	if err != nil {
		return messaging.Message{}, err
	}
	c.call("send %s", body)
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.next(body)
	m.Own, m.State, m.AuthorJID, m.Author = true, messaging.Queued, "claire@example.org", "Dr Claire Martin"
	c.messages = append(c.messages, m)
	return m, nil
}

func (c *fakeClient) Resend(id messaging.MessageID) error  { c.call("resend %s", id); return nil }
func (c *fakeClient) Discard(id messaging.MessageID) error { c.call("discard %s", id); return nil }
func (c *fakeClient) SetDraft(_ messaging.ConversationID, text string) error {
	c.call("draft %s", text)
	return nil
}
func (c *fakeClient) SetTyping(_ messaging.ConversationID, on bool) { c.call("typing %v", on) }
func (c *fakeClient) MarkRead(messaging.ConversationID) error       { c.call("read"); return nil }
func (c *fakeClient) Retry()                                        { c.call("retry") }

func (c *fakeClient) Connection() messaging.Connection { return c.connection }

func (c *fakeClient) Subscribe(f func(messaging.Event)) func() {
	c.subscriber = f
	return func() { c.subscriber = nil }
}

// next makes a message behind all others.
func (c *fakeClient) next(body string) messaging.Message {
	n := max(c.made, len(c.messages)) + 1
	c.made = n
	at := noon
	if last := len(c.messages) - 1; last >= 0 {
		at = c.messages[last].Time.Add(time.Minute)
	}
	return messaging.Message{
		ID: messaging.MessageID(fmt.Sprintf("m%d", n)), Conversation: c.conversation.ID, Cursor: messaging.Cursor{Time: at.UnixMicro(), Row: int64(n)},
		Author: "Sophie Bernard", AuthorJID: sophie, Content: messaging.Text{Body: body}, Time: at,
	}
}

// receive lets Sophie say something.
func (c *fakeClient) receive(body string) messaging.Message {
	m := c.next(body)
	c.messages = append(c.messages, m)
	c.subscriber(messaging.MessageAdded{Message: m, Live: true})
	return m
}

// stage is a view on a screen of the test driver, whose Fyne goroutine is that of the test.
type stage struct {
	*View
	t      *testing.T
	client *fakeClient
	window fyne.Window
	todo   chan func()
	clock  time.Time
	turns  int // of Fyne's goroutine
	touch  int // how often somebody was there
}

// newStage shows a conversation in a window of that size.
func newStage(t *testing.T, client *fakeClient, width, height float32) *stage {
	t.Helper()
	s := &stage{t: t, client: client, todo: make(chan func(), 1000), clock: noon}
	s.window = test.NewWindow(nil)
	s.window.SetPadded(false)
	s.View = New(Options{
		Client: client, ID: client.conversation.ID, AccountName: "Dr Claire Martin", Window: s.window,
		AccountColour: color.NRGBA{0x2f, 0x6f, 0x9f, 0xff}, do: func(f func()) { s.todo <- f }, Now: func() time.Time { return s.clock },
		Touched: func() { s.touch++ },
	})
	s.window.SetContent(s.Content())
	s.window.Resize(fyne.NewSize(width, height))
	t.Cleanup(func() {
		s.Close()()
		s.window.Close()
	})
	return s
}

// runUntil runs what is to be done on Fyne's goroutine until condition is true.
func (s *stage) runUntil(condition func() bool) {
	s.t.Helper()
	deadline := time.After(10 * time.Second)
	for !condition() {
		select {
		case f := <-s.todo:
			s.turns++
			f()
		case <-deadline:
			s.t.Fatal("the view did not get there")
		}
	}
}

// open waits for the first page.
func (s *stage) open() *stage {
	s.t.Helper()
	s.runUntil(func() bool { return s.history.opened || s.history.failed != nil })
	return s
}

// finish runs all that is to be done, and waits for the work behind it, and for what comes of that.
func (s *stage) finish() {
	s.t.Helper()
	for before := -1; before != s.turns; {
		before = s.turns + 1 // that of the mark
		done := false
		s.work.Do(func() { s.todo <- func() { done = true } })
		s.runUntil(func() bool {
			return done && len(s.todo) == 0 && (!s.history.loading || s.client.hold != nil)
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

func person(n int) *fakeClient {
	c := &fakeClient{
		conversation: messaging.Conversation{ID: sophie, Name: "Sophie Bernard", Detail: "Infirmière coordinatrice"},
		connection:   messaging.Connection{State: messaging.Online},
	}
	for i := range n {
		m := c.next(sentences[i%len(sentences)])
		m.Time = noon.Add(-time.Duration(n-i) * 7 * time.Minute)
		m.Cursor.Time = m.Time.UnixMicro()
		if i%3 == 1 {
			m.Own, m.State, m.AuthorJID, m.Author = true, messaging.Read, "claire@example.org", "Dr Claire Martin"
		}
		c.messages = append(c.messages, m)
	}
	return c
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

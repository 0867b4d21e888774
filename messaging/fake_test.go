package messaging

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"mellium.im/xmpp/jid"

	"discussions/internal/secret"
	"discussions/messaging/model"
	"discussions/messaging/xmpp"
)

var (
	claire = jid.MustParse("claire@example.org")
	sophie = jid.MustParse("sophie@example.org")
	julien = jid.MustParse("julien@example.org")
	garde  = jid.MustParse("garde@rooms.example.org")
	start  = time.Date(1999, 12, 1, 8, 0, 0, 0, time.UTC) // before the clock of synctest
	key    = secret.NewKey([]byte("0123456789abcdef0123456789abcdef"))
)

// fakeWire is a server and the wire to it: it keeps archives and does to each message what a test says.
type fakeWire struct {
	mu       sync.Mutex
	c        *Client
	up       bool
	archives map[string][]xmpp.Message // by JID, "" the account's
	roster   []xmpp.RosterItem
	marks    []xmpp.Bookmark
	cards    map[string]xmpp.VCard
	sent     []xmpp.Message // what reached the server, in order
	queries  []xmpp.ArchiveQuery
	forgot   map[string]bool // archive ids that give item-not-found
	last     int

	noAck, noArchive, noMAM bool
	queue                   []func() // acks and reflections, played by flow
	unacked                 []string
	stanzas                 int
}

func newFake() *fakeWire {
	return &fakeWire{archives: map[string][]xmpp.Message{}, cards: map[string]xmpp.VCard{}, forgot: map[string]bool{}}
}

func (w *fakeWire) Run(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
func (w *fakeWire) Retry()                        {}

func (w *fakeWire) connected() error {
	if !w.up {
		return fmt.Errorf("fake: %w", xmpp.ErrNotConnected)
	}
	return nil
}

// archive keeps a message at the archive's end.
func (w *fakeWire) archive(name string, m xmpp.Message) string {
	w.last++
	m.ArchiveID = fmt.Sprintf("a%06d", w.last)
	m.Delay = start.Add(time.Duration(w.last) * time.Minute)
	w.archives[name] = append(w.archives[name], m)
	return m.ArchiveID
}

func (w *fakeWire) Send(m xmpp.Message) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.connected(); err != nil {
		return err
	}
	w.sent = append(w.sent, m)
	w.unacked = append(w.unacked, m.ID)
	if m.Type == "groupchat" {
		m.From = must(m.To.WithResource("Claire"))
		if m.Body != "" && !w.noArchive {
			id := w.archive(m.To.String(), m)
			m.StanzaIDs = []xmpp.StanzaID{{By: m.To, ID: id}}
		}
		w.queue = append(w.queue, func() { w.c.handle(xmpp.MessageReceived{Message: m}) })
	} else {
		m.From = claire
		if m.Body != "" && !w.noArchive {
			w.archive("", m)
		}
	}
	if !w.noAck {
		w.queue = append(w.queue, func() {
			w.mu.Lock()
			w.unacked = slices.DeleteFunc(w.unacked, func(id string) bool { return id == m.ID })
			w.mu.Unlock()
			w.c.handle(xmpp.Acked{IDs: []string{m.ID}})
		})
	}
	return nil
}

// flow plays what the server owes.
func (w *fakeWire) flow() {
	for {
		w.mu.Lock()
		queue := w.queue
		w.queue = nil
		w.mu.Unlock()
		if len(queue) == 0 {
			return
		}
		for _, f := range queue {
			f()
		}
	}
}

func (w *fakeWire) SendPresence(xmpp.Presence) error { return nil }

func (w *fakeWire) Archive(_ context.Context, q xmpp.ArchiveQuery) (page xmpp.ArchivePage, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.connected(); err != nil {
		return page, err
	}
	if w.noMAM {
		return page, &xmpp.StanzaError{Type: "cancel", Condition: "service-unavailable"}
	}
	w.queries = append(w.queries, q)
	name := ""
	if !isZero(q.Archive) {
		name = q.Archive.String()
	}
	if w.forgot[q.After] || w.forgot[q.Before] {
		return page, &xmpp.StanzaError{Type: "cancel", Condition: "item-not-found"}
	}
	var list []xmpp.Message
	for _, m := range w.archives[name] {
		other := m.From.Bare()
		if other.Equal(claire) {
			other = m.To.Bare()
		}
		if (isZero(q.With) || other.Equal(q.With)) && (q.After == "" || m.ArchiveID > q.After) && (q.Before == "" || m.ArchiveID < q.Before) {
			list = append(list, m)
		}
	}
	page.Complete = len(list) <= q.Max
	if !page.Complete && q.UseBefore {
		list = list[len(list)-q.Max:]
	} else if !page.Complete {
		list = list[:q.Max]
	}
	page.Messages = slices.Clone(list)
	if len(list) > 0 {
		page.First, page.Last = list[0].ArchiveID, list[len(list)-1].ArchiveID
	}
	return page, nil
}

func (w *fakeWire) Roster(context.Context) ([]xmpp.RosterItem, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.roster, w.connected()
}

func (w *fakeWire) Bookmarks(context.Context) ([]xmpp.Bookmark, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.marks, w.connected()
}

func (w *fakeWire) Join(context.Context, jid.JID, string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.connected()
}

func (w *fakeWire) Affiliations(context.Context, jid.JID) ([]xmpp.Affiliate, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return []xmpp.Affiliate{{JID: claire, Nick: "Claire"}, {JID: sophie, Nick: "Sophie"}}, w.connected()
}

func (w *fakeWire) VCard(_ context.Context, who jid.JID) (xmpp.VCard, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cards[who.String()], w.connected()
}

// connect begins a session.
func (w *fakeWire) connect(resumed bool) {
	w.mu.Lock()
	w.up = true
	ev := xmpp.Connected{Resumed: resumed, JID: claire, Features: xmpp.Features{Acks: true}}
	if !resumed {
		ev.Unacked, w.unacked = w.unacked, nil
	}
	w.mu.Unlock()
	w.c.handle(ev)
}

// cut loses the connection; what the server owed is lost with it.
func (w *fakeWire) cut() {
	w.mu.Lock()
	w.up, w.queue = false, nil
	w.mu.Unlock()
	w.c.handle(xmpp.Disconnected{Err: xmpp.ErrUnreachable})
}

// says makes a message of another person, archived unless noArchive.
func (w *fakeWire) says(from jid.JID, body string) xmpp.Message {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stanzas++
	id := fmt.Sprint("m", w.stanzas)
	m := xmpp.Message{ID: id, OriginID: id, From: must(from.WithResource("phone")), To: claire, Type: "chat", Body: body, HasBody: true, Markable: true, RequestReceipt: true}
	if !w.noArchive {
		m.StanzaIDs = []xmpp.StanzaID{{By: claire, ID: w.archive("", m)}}
	}
	return m
}

// saysIn makes a message in the group.
func (w *fakeWire) saysIn(nick, body string) xmpp.Message {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stanzas++
	id := fmt.Sprint("g", w.stanzas)
	m := xmpp.Message{ID: id, From: must(garde.WithResource(nick)), To: claire, Type: "groupchat", Body: body, HasBody: true, Markable: true}
	m.StanzaIDs = []xmpp.StanzaID{{By: garde, ID: w.archive(garde.String(), m)}}
	return m
}

// live delivers a message.
func (w *fakeWire) live(m xmpp.Message) { w.c.handle(xmpp.MessageReceived{Message: m}) }

func (w *fakeWire) bodies() (list []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, m := range w.sent {
		if m.Body != "" {
			list = append(list, m.Body)
		}
	}
	return list
}

func (w *fakeWire) find(f func(m xmpp.Message) bool) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := 0
	for _, m := range w.sent {
		if f(m) {
			n++
		}
	}
	return n
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// newTest makes an unlocked client on a fake wire, in a synctest bubble.
func newTest(t testing.TB, dir string, w *fakeWire) *Client {
	t.Helper()
	c := newClient(Config{JID: claire.String(), Name: "Dr Claire Martin", Dir: dir})
	c.wire, w.c = w, c
	check(t, c.Unlock(key))
	c.Start()
	t.Cleanup(func() { check(t, c.Close()) })
	return c
}

// id is the conversation with somebody.
func id(j jid.JID) ConversationID { return ConversationID(j.String()) }

// body is the text of a message.
func body(m Message) string { return model.PlainText(m.Content) }

func history(t testing.TB, c *Client, of jid.JID, n int) (bodies []string) {
	t.Helper()
	p, err := c.History(t.Context(), id(of), Cursor{}, n, 0)
	check(t, err)
	for _, m := range p.Messages {
		bodies = append(bodies, body(m))
	}
	return bodies
}

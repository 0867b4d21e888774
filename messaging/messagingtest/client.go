// Package messagingtest has a fake of [messaging.Client] for the tests of what is built on it, and the contract that the fake and the real
// client keep: see [TestClient].
package messagingtest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/xml"
	"fmt"
	"slices"
	"sync"
	"time"

	"mellium.im/xmpp/jid"

	"discussions/internal/secret"
	"discussions/messaging"
	"discussions/messaging/model"
)

// Client is the conversations of one account in memory, without disk or network. Make one with [New] or [Open]. What a test knows of the
// rest of the world it tells by the methods of peer.go.
//
// Events are told before the method that caused them returns, on the goroutine of its caller, so that a test need not wait for them.
// A message leaves the outbox when the server acknowledges it.
type Client struct {
	// Aside is what SetAside returns.
	Aside string

	cfg messaging.Config
	own jid.JID

	mu            sync.Mutex
	open, closed  bool
	connection    messaging.Connection
	conversations map[messaging.ConversationID]*Conversation
	handed        map[messaging.MessageID]bool // the wire has them
	versions      map[messaging.MessageID][]messaging.Version
	readers       map[messaging.MessageID][]messaging.Reader
	reached       map[messaging.ConversationID]*reached
	typing        map[messaging.ConversationID][]typing
	connections   []online
	unannounced   []messaging.Message // they came while the client was locked
	last          int                 // number of the newest message
	requests      []messaging.ContactRequest
	answers       []string // types of presences that answered requests
	calls         []string
	failures      map[string]error
	holds         map[string]chan struct{}

	subscribers []*subscriber
	events      []publication
	delivering  bool
}

// Conversation is a conversation with all that there is in it.
type Conversation struct {
	messaging.Conversation // Last, Draft and Members follow from what is below, where there is any

	Messages []messaging.Message // oldest first
	People   []messaging.Member
	Written  string // the draft
	Withheld int    // so many of the oldest messages are in an archive that does not give them
}

type subscriber struct {
	receive func(messaging.Event)
	ended   bool
}

// publication is an event with those who had subscribed when it was published.
type publication struct {
	event messaging.Event
	to    []*subscriber
}

// New returns a client that is locked and not started, as [messaging.New] does. It uses the JID, the Name and the clock of cfg.
func New(cfg messaging.Config) *Client {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	own, _ := jid.Parse(cfg.JID)
	return &Client{
		cfg: cfg, own: own.Bare(), conversations: map[messaging.ConversationID]*Conversation{}, handed: map[messaging.MessageID]bool{},
		reached: map[messaging.ConversationID]*reached{}, typing: map[messaging.ConversationID][]typing{}, failures: map[string]error{}, holds: map[string]chan struct{}{},
	}
}

// Open returns a client that is unlocked and online.
func Open(cfg messaging.Config) *Client {
	c := New(cfg)
	c.open, c.connection.State = true, messaging.Online
	c.connections = []online{{c.cfg.Now(), true}}
	return c
}

// Unlock opens the client with any key.
func (c *Client) Unlock(secret.Key) error {
	return c.locked(func() error {
		if c.closed {
			return messaging.ErrClosed
		}
		if !c.open {
			c.open = true
			c.publish(messaging.ConversationsChanged{})
			for _, m := range c.unannounced {
				c.publish(messaging.MessageAdded{Message: m}, messaging.ConversationChanged{ID: m.Conversation})
			}
			c.unannounced = nil
		}
		return nil
	})
}

// Lock implements the method of [messaging.Client].
func (c *Client) Lock() error {
	return c.locked(func() error {
		for _, v := range c.conversations {
			c.setTyping(v, nil)
		}
		for id := range c.typing {
			c.typing[id] = append(c.typing[id], typing{at: c.cfg.Now()})
		}
		c.open = false
		return nil
	})
}

// Start implements the method of [messaging.Client]. The connection comes with [Client.SetConnection].
func (c *Client) Start() {
	if c.Connection().State == messaging.Offline {
		c.SetConnection(messaging.Connection{State: messaging.Connecting})
	}
}

// Close implements the method of [messaging.Client].
func (c *Client) Close() error {
	return c.locked(func() error {
		c.open, c.closed = false, true
		return nil
	})
}

// SetVisible implements the method of [messaging.Client].
func (c *Client) SetVisible(on bool) { c.called("visible %v", on) }

// Retry implements the method of [messaging.Client].
func (c *Client) Retry() {
	c.called("retry")
	if conn := c.Connection(); conn.State == messaging.Offline {
		c.SetConnection(messaging.Connection{State: messaging.Connecting, Problem: conn.Problem})
	}
}

// Subscribe implements the method of [messaging.Client].
func (c *Client) Subscribe(f func(messaging.Event)) (unsubscribe func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := &subscriber{receive: f}
	c.subscribers = append(slices.Clip(c.subscribers), s)
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		s.ended = true
		c.subscribers = slices.DeleteFunc(slices.Clone(c.subscribers), func(other *subscriber) bool { return other == s })
	}
}

// Connection implements the method of [messaging.Client].
func (c *Client) Connection() messaging.Connection {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.connection
}

// SetAside implements the method of [messaging.Client].
func (c *Client) SetAside() string { return c.Aside }

// Unread implements the method of [messaging.Client].
func (c *Client) Unread() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.unread()
}

// Unsent implements the method of [messaging.Client].
func (c *Client) Unsent() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.unsent()
}

// Conversations implements the method of [messaging.Client].
func (c *Client) Conversations() (list []messaging.Conversation, err error) {
	if err := c.enter(context.Background(), "Conversations"); err != nil {
		return nil, err
	}
	err = c.opened(func() error {
		for _, v := range c.conversations {
			list = append(list, v.Conversation)
		}
		slices.SortFunc(list, messaging.CompareConversations)
		return nil
	})
	return list, err
}

// Conversation implements the method of [messaging.Client].
func (c *Client) Conversation(id messaging.ConversationID) (conv messaging.Conversation, err error) {
	if err := c.enter(context.Background(), "Conversation"); err != nil {
		return conv, err
	}
	err = c.in(id, func(v *Conversation) error {
		conv = v.Conversation
		return nil
	})
	return conv, err
}

// History implements the method of [messaging.Client].
func (c *Client) History(ctx context.Context, id messaging.ConversationID, around messaging.Cursor, before, after int) (p messaging.Page, err error) {
	if err := c.enter(ctx, "History"); err != nil {
		return p, err
	}
	err = c.in(id, func(v *Conversation) error {
		p = PageOf(v.Messages[v.Withheld:], around, before, after)
		p.Start = p.Start && v.Withheld == 0
		return nil
	})
	return p, err
}

// PageOf is what [messaging.Client.History] gives of a conversation of those messages, oldest first.
func PageOf(all []messaging.Message, around messaging.Cursor, before, after int) messaging.Page {
	before, after = max(0, before), max(0, after)
	if before+after == 0 {
		return messaging.Page{}
	}
	at := len(all)
	for !around.IsZero() && at > 0 && !all[at-1].Cursor.Before(around) {
		at--
	}
	from, to := max(0, at-before), min(len(all), at+after)
	return messaging.Page{Messages: slices.Clone(all[from:to]), Start: from == 0, End: to == len(all)}
}

// Members implements the method of [messaging.Client].
func (c *Client) Members(id messaging.ConversationID) (list []messaging.Member) {
	_ = c.in(id, func(v *Conversation) error {
		list = slices.Clone(v.People)
		return nil
	})
	return list
}

// Draft implements the method of [messaging.Client].
func (c *Client) Draft(id messaging.ConversationID) (text string) {
	_ = c.in(id, func(v *Conversation) error {
		text = v.Written
		return nil
	})
	return text
}

// SetDraft implements the method of [messaging.Client].
func (c *Client) SetDraft(id messaging.ConversationID, text string) error {
	if err := c.enter(context.Background(), "SetDraft"); err != nil {
		return err
	}
	c.called("draft %s", text)
	return c.in(id, func(v *Conversation) error {
		if isBlank(text) {
			text = ""
		}
		if text != v.Written {
			v.Written = text
			c.keep(v)
			c.publish(messaging.ConversationChanged{ID: v.ID})
		}
		return nil
	})
}

// Send implements the method of [messaging.Client].
func (c *Client) Send(id messaging.ConversationID, content messaging.Content) (m messaging.Message, err error) {
	if err := c.enter(context.Background(), "Send"); err != nil {
		return m, err
	}
	return c.send(id, content, nil)
}

func (c *Client) send(id messaging.ConversationID, content messaging.Content, answers *messaging.Quote) (m messaging.Message, err error) {
	if err := sendable(content); err != nil {
		return m, err
	}
	err = c.in(id, func(v *Conversation) error {
		m = c.complete(v, messaging.Message{
			Author: c.cfg.Name, AuthorJID: c.own.String(), Own: true, Content: content, State: messaging.Queued, ReplyTo: answers,
		})
		c.handed[m.ID] = c.connection.State == messaging.Online
		c.typing[v.ID] = append(c.typing[v.ID], typing{at: c.cfg.Now(), sent: true})
		v.Messages = append(v.Messages, m)
		c.keep(v)
		c.publish(c.count(false), messaging.MessageAdded{Message: m, Live: true}, messaging.ConversationChanged{ID: v.ID})
		c.calls = append(c.calls, "send "+model.PlainText(content))
		return nil
	})
	return m, err
}

func sendable(content messaging.Content) error {
	text, ok := content.(messaging.Text)
	switch {
	case !ok:
		return fmt.Errorf("messagingtest: cannot send %T", content)
	case isBlank(text.Body):
		return messaging.ErrEmpty
	case escaped(text.Subject+text.Body) > messaging.MaxBody:
		return messaging.ErrTooLong
	}
	return nil
}

// Reply implements the method of [messaging.Client].
func (c *Client) Reply(id messaging.ConversationID, to messaging.MessageID, content messaging.Content) (m messaging.Message, err error) {
	var quote *messaging.Quote
	err = c.about("Reply", id, to, func(_ *Conversation, m *messaging.Message) error {
		quote = &messaging.Quote{ID: m.ID, Cursor: m.Cursor, Author: m.Author, Text: model.PlainText(m.Content)}
		return nil
	})
	if err != nil {
		return m, err
	}
	return c.send(id, content, quote)
}

// Correct implements the method of [messaging.Client].
func (c *Client) Correct(id messaging.ConversationID, message messaging.MessageID, content messaging.Content) error {
	if err := sendable(content); err != nil {
		return err
	}
	return c.about("Correct", id, message, func(v *Conversation, m *messaging.Message) error {
		if _, isText := m.Content.(messaging.Text); !isText || !m.Own {
			return messaging.ErrNoMessage
		}
		if m.Content == content {
			return nil
		}
		if m.State != messaging.Failed && (m.State != messaging.Queued || c.handed[m.ID]) {
			if c.versions == nil {
				c.versions = map[messaging.MessageID][]messaging.Version{}
			}
			c.versions[m.ID] = append(c.versions[m.ID], messaging.Version{Content: m.Content, Time: cmp.Or(m.Edited, m.Time)})
			m.Edited = c.cfg.Now()
		}
		m.Content, m.State, m.Failure = content, messaging.Queued, ""
		c.handed[m.ID] = c.connection.State == messaging.Online
		c.calls = append(c.calls, "correct "+model.PlainText(content))
		c.changed(v, m)
		return nil
	})
}

// Versions implements the method of [messaging.Client].
func (c *Client) Versions(id messaging.ConversationID, message messaging.MessageID) (list []messaging.Version, err error) {
	err = c.in(id, func(*Conversation) error {
		list = slices.Clone(c.versions[message])
		return nil
	})
	return list, err
}

// Readers implements the method of [messaging.Client]. It gives what [Client.Read] has told.
func (c *Client) Readers(id messaging.ConversationID, message messaging.MessageID) (list []messaging.Reader, err error) {
	err = c.in(id, func(*Conversation) error {
		list = slices.Clone(c.readers[message])
		return nil
	})
	return list, err
}

// Read has members of a group read an own message.
func (c *Client) Read(message messaging.MessageID, readers ...messaging.Reader) {
	_ = c.ownMessage(message, func(v *Conversation, m *messaging.Message) error {
		if c.readers == nil {
			c.readers = map[messaging.MessageID][]messaging.Reader{}
		}
		c.readers[message] = readers
		m.ReadBy = len(readers)
		c.changed(v, m)
		return nil
	})
}

// Retract implements the method of [messaging.Client].
func (c *Client) Retract(id messaging.ConversationID, message messaging.MessageID) error {
	return c.about("Retract", id, message, func(v *Conversation, m *messaging.Message) error {
		if !m.Own {
			return messaging.ErrNoMessage
		}
		c.calls = append(c.calls, "retract "+model.PlainText(m.Content))
		if m.State == messaging.Failed || m.State == messaging.Queued && !c.handed[m.ID] {
			c.remove(v, m.ID)
			return nil
		}
		m.Content = messaging.Retracted{By: c.cfg.Name, At: c.cfg.Now()}
		m.Edited, m.ReplyTo, m.Reactions = time.Time{}, nil, nil
		delete(c.versions, m.ID)
		c.changed(v, m)
		return nil
	})
}

// Moderate implements the method of [messaging.Client].
func (c *Client) Moderate(_ context.Context, id messaging.ConversationID, message messaging.MessageID) error {
	return c.about("Moderate", id, message, func(v *Conversation, m *messaging.Message) error {
		if !v.Moderator {
			return messaging.ErrNoMessage
		}
		if c.connection.State != messaging.Online {
			return messaging.ErrOffline
		}
		c.calls = append(c.calls, "moderate "+model.PlainText(m.Content))
		m.Content = messaging.Retracted{By: c.cfg.Name, ByJID: c.own.String(), At: c.cfg.Now()}
		c.changed(v, m)
		return nil
	})
}

// React implements the method of [messaging.Client].
func (c *Client) React(id messaging.ConversationID, message messaging.MessageID, emoji string, on bool) error {
	return c.about("React", id, message, func(v *Conversation, m *messaging.Message) error {
		i := slices.IndexFunc(m.Reactions, func(r messaging.Reaction) bool { return r.Emoji == emoji })
		if on == (i >= 0 && m.Reactions[i].Own) {
			return nil
		}
		m.Reactions = slices.Clone(m.Reactions)
		if i < 0 {
			i = len(m.Reactions)
			m.Reactions = append(m.Reactions, messaging.Reaction{Emoji: emoji})
		}
		r := &m.Reactions[i]
		r.Own = on
		r.By = slices.DeleteFunc(slices.Clone(r.By), func(name string) bool { return name == c.cfg.Name })
		if on {
			r.By = append(r.By, c.cfg.Name)
		}
		if len(r.By) == 0 {
			m.Reactions = slices.Delete(m.Reactions, i, i+1)
		}
		c.calls = append(c.calls, fmt.Sprint("react ", emoji, " ", on))
		c.changed(v, m)
		return nil
	})
}

// about runs f with mu held on a message that something is to be said about.
func (c *Client) about(method string, id messaging.ConversationID, message messaging.MessageID, f func(*Conversation, *messaging.Message) error) error {
	if err := c.enter(context.Background(), method); err != nil {
		return err
	}
	return c.in(id, func(v *Conversation) error {
		for i := range v.Messages {
			m := &v.Messages[i]
			if _, gone := m.Content.(messaging.Retracted); m.ID == message && !gone {
				return f(v, m)
			}
		}
		return messaging.ErrNoMessage
	})
}

// Resend implements the method of [messaging.Client].
func (c *Client) Resend(id messaging.MessageID) error {
	if err := c.enter(context.Background(), "Resend"); err != nil {
		return err
	}
	c.called("resend %s", id)
	return c.ownMessage(id, func(v *Conversation, m *messaging.Message) error {
		if m.State != messaging.Failed {
			return messaging.ErrNoMessage
		}
		m.State, m.Failure = messaging.Queued, ""
		c.handed[id] = c.connection.State == messaging.Online
		c.changed(v, m)
		return nil
	})
}

// Discard implements the method of [messaging.Client].
func (c *Client) Discard(id messaging.MessageID) error {
	if err := c.enter(context.Background(), "Discard"); err != nil {
		return err
	}
	c.called("discard %s", id)
	return c.ownMessage(id, func(v *Conversation, m *messaging.Message) error {
		if m.State != messaging.Failed && (m.State != messaging.Queued || c.handed[id]) {
			return messaging.ErrNoMessage
		}
		c.remove(v, id)
		return nil
	})
}

// SetTyping implements the method of [messaging.Client]. [Client.Told] gives what the other person is told.
func (c *Client) SetTyping(id messaging.ConversationID, on bool) {
	c.called("typing %v", on)
	_ = c.in(id, func(v *Conversation) error {
		if c.connection.State == messaging.Online {
			c.typing[v.ID] = append(c.typing[v.ID], typing{at: c.cfg.Now(), on: on})
		}
		return nil
	})
}

// MarkRead implements the method of [messaging.Client].
func (c *Client) MarkRead(id messaging.ConversationID) error {
	if err := c.enter(context.Background(), "MarkRead"); err != nil {
		return err
	}
	c.called("read")
	return c.in(id, func(v *Conversation) error {
		if v.Unread == 0 {
			return nil
		}
		v.Unread, v.FirstUnread = 0, messaging.Cursor{}
		c.publish(messaging.ConversationChanged{ID: v.ID}, c.count(false))
		return nil
	})
}

// enter waits where a test holds the method, and fails where a test says so.
func (c *Client) enter(ctx context.Context, method string) error {
	c.mu.Lock()
	hold := c.holds[method]
	c.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.failures[method]
}

// locked runs f with mu held, and then tells the events of f.
func (c *Client) locked(f func() error) error {
	c.mu.Lock()
	err := f()
	c.mu.Unlock()
	c.deliver()
	return err
}

// opened runs f with mu held where the client is unlocked.
func (c *Client) opened(f func() error) error {
	return c.locked(func() error {
		switch {
		case c.closed:
			return messaging.ErrClosed
		case !c.open:
			return messaging.ErrLocked
		}
		return f()
	})
}

// in runs f with mu held on a conversation. One that is not there yet stays only where f puts something into it.
func (c *Client) in(id messaging.ConversationID, f func(*Conversation) error) error {
	id, err := c.canonical(id)
	if err != nil {
		return err
	}
	return c.opened(func() error { return f(c.find(id)) })
}

// canonical gives a conversation's ID its one form.
func (c *Client) canonical(id messaging.ConversationID) (messaging.ConversationID, error) {
	j, err := jid.Parse(string(id))
	if err != nil || j.Bare().Equal(c.own) {
		return "", messaging.ErrNoConversation
	}
	return messaging.ConversationID(j.Bare().String()), nil
}

// find gives a conversation, a new one where there is none of that ID.
func (c *Client) find(id messaging.ConversationID) *Conversation {
	if v := c.conversations[id]; v != nil {
		return v
	}
	return &Conversation{Conversation: messaging.Conversation{ID: id, Name: string(id)}}
}

// ownMessage runs f with mu held on a message that the user wrote.
func (c *Client) ownMessage(id messaging.MessageID, f func(*Conversation, *messaging.Message) error) error {
	return c.opened(func() error {
		for _, v := range c.conversations {
			for i := range v.Messages {
				if m := &v.Messages[i]; m.ID == id && m.Own {
					return f(v, m)
				}
			}
		}
		return messaging.ErrNoMessage
	})
}

// complete gives a message what it lacks to be the newest of its conversation.
func (c *Client) complete(v *Conversation, m messaging.Message) messaging.Message {
	c.last++
	m.Conversation = v.ID
	m.ID = cmp.Or(m.ID, messaging.MessageID(fmt.Sprintf("message-%d", c.last)))
	if m.Time.IsZero() {
		m.Time = c.cfg.Now()
	}
	if m.Cursor.IsZero() {
		m.Cursor = messaging.Cursor{Time: m.Time.UnixMicro(), Row: int64(c.last)}
		if n := len(v.Messages); n > 0 {
			m.Cursor.Time = max(m.Cursor.Time, v.Messages[n-1].Cursor.Time+1)
		}
	}
	return m
}

// changed tells of a message that has changed.
func (c *Client) changed(v *Conversation, m *messaging.Message) {
	c.keep(v)
	c.publish(messaging.MessageChanged{Message: *m}, messaging.ConversationChanged{ID: v.ID})
}

func (c *Client) remove(v *Conversation, id messaging.MessageID) {
	v.Messages = slices.DeleteFunc(v.Messages, func(m messaging.Message) bool { return m.ID == id })
	c.keep(v)
	c.publish(c.count(false), messaging.MessageRemoved{Conversation: v.ID, ID: id}, messaging.ConversationChanged{ID: v.ID})
}

// keep stores a conversation, with what follows from its parts.
func (c *Client) keep(v *Conversation) {
	v.Last, v.Draft = nil, v.Written != ""
	if n := len(v.Messages); n > 0 {
		last := v.Messages[n-1]
		v.Last = &last
	}
	if n := len(v.People); n > 0 {
		v.Members = n
	}
	c.conversations[v.ID] = v
}

func (c *Client) unread() (n int) {
	for _, v := range c.conversations {
		n += v.Unread
	}
	return n
}

func (c *Client) unsent() (n int) {
	for _, v := range c.conversations {
		for _, m := range v.Messages {
			if m.Own && (m.State == messaging.Queued || m.State == messaging.Failed) {
				n++
			}
		}
	}
	return n
}

func (c *Client) count(live bool) messaging.Event {
	return messaging.CountChanged{Unread: c.unread(), Unsent: c.unsent(), Live: live}
}

// publish puts events into the queue. mu is held; deliver follows.
func (c *Client) publish(list ...messaging.Event) {
	for _, e := range list {
		c.events = append(c.events, publication{e, c.subscribers})
	}
}

// deliver tells the events of the queue, one after another.
func (c *Client) deliver() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.delivering {
		return
	}
	c.delivering = true
	for len(c.events) > 0 {
		p := c.events[0]
		c.events = c.events[1:]
		for _, s := range p.to {
			if !s.ended {
				c.mu.Unlock()
				s.receive(p.event)
				c.mu.Lock()
			}
		}
	}
	c.delivering = false
}

func (c *Client) called(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls = append(c.calls, fmt.Sprintf(format, args...))
}

// escaped is the length of a text in XML, in bytes.
func escaped(text string) int {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(text)) // a buffer fails never
	return b.Len()
}

func isBlank(text string) bool { return len(bytes.TrimSpace([]byte(text))) == 0 }

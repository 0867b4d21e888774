// Package players is the people of the sandbox while it runs: each has an XMPP
// client of their own, built on mellium.im/xmpp and not on anything of the
// application, so that a test is also a test of interoperation.
package players

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"discussions/cmd/sandbox/internal/await"
	"discussions/cmd/sandbox/internal/people"

	"golang.org/x/sync/errgroup"
	"mellium.im/xmpp/stanza"
)

// Options of a troupe.
type Options struct {
	Dial     func(context.Context) (net.Conn, error) // the engine, where it takes XMPP with STARTTLS
	Roots    *x509.CertPool
	Token    func(jid string) (string, error)
	Everyone []people.Person
	Groups   []people.Group
	Absent   []string      // JIDs of the people that the sandbox does not play
	Answer   time.Duration // from a message to its answer
}

// Troupe is all the people that the sandbox plays.
type Troupe struct {
	o      Options
	ctx    context.Context
	stop   context.CancelFunc
	wait   sync.WaitGroup
	played []*player

	mu        sync.Mutex
	resources map[string]map[string]bool // bare JID → resources that are available
	got       map[string][]Received      // bare JID → messages, in order
	visitors  map[string]*visitor        // bare JID → connection without presence
	names     map[string]string          // group and message id → the id that the group gave the message
	change    await.Change
}

// Received is a message that a person's client got.
type Received struct {
	ID   string    `json:"id"`
	From string    `json:"from"` // bare JID, or the occupant's in a group
	Body string    `json:"body"`
	Type string    `json:"type"` // chat or groupchat
	Time time.Time `json:"time"` // when it came

	Replaces  string   `json:"replaces,omitempty"`  // the message that it corrects
	Retracts  string   `json:"retracts,omitempty"`  // that it withdraws
	Invites   string   `json:"invites,omitempty"`   // the group that it invites to
	Answers   string   `json:"answers,omitempty"`   // that it answers
	ReactsTo  string   `json:"reacts_to,omitempty"` // that Reactions are about; in a group by the group's id, as the three before
	Reactions []string `json:"reactions,omitempty"`
	Name      string   `json:"name,omitempty"` // the id that the group gave it
}

// New makes a troupe that is not connected yet.
func New(o Options) *Troupe {
	t := &Troupe{
		o:         o,
		resources: make(map[string]map[string]bool),
		got:       make(map[string][]Received),
		visitors:  make(map[string]*visitor),
		names:     make(map[string]string),
	}
	t.ctx, t.stop = context.WithCancel(context.Background())
	for _, p := range o.Everyone {
		if !slices.Contains(o.Absent, p.JID) {
			t.played = append(t.played, newPlayer(t, p))
		}
	}
	return t
}

// Start makes the groups, lets everybody bookmark theirs and connects those whom
// the sandbox plays; it returns when all of them are online and in their groups.
// From then on they stay connected by themselves. The server has never run
// before.
func (t *Troupe) Start(ctx context.Context) error {
	if err := t.found(ctx); err != nil {
		return err
	}
	var all errgroup.Group
	all.SetLimit(8)
	for _, p := range t.played {
		all.Go(func() error {
			c, err := p.appear(ctx)
			if err != nil {
				return err
			}
			t.wait.Go(func() { p.live(c) })
			return t.bookmark(ctx, c, p.Person)
		})
	}
	for _, jid := range t.o.Absent {
		all.Go(func() error {
			p, ok := people.ByJID(t.o.Everyone, jid)
			if !ok {
				return fmt.Errorf("nobody has the address %q", jid)
			}
			return t.backstage(ctx, p, func(c *connection) error { return t.bookmark(ctx, c, p) })
		})
	}
	if err := all.Wait(); err != nil {
		return err
	}
	for _, p := range t.played {
		if !t.change.Until(ctx, func() bool { return t.available(p.JID) }) {
			return fmt.Errorf("%s does not come online", p.Name)
		}
	}
	return nil
}

// Close takes everybody offline and waits for them.
func (t *Troupe) Close() {
	t.stop()
	t.wait.Wait()
	t.mu.Lock()
	visitors := t.visitors
	t.visitors = nil
	t.mu.Unlock()
	for _, v := range visitors {
		v.leave()
	}
}

// Say makes a person write to a person or to a group and returns the message's
// id once the server has handled it.
func (t *Troupe) Say(ctx context.Context, from, to, body string) (id string, err error) {
	id = rand.Text()
	return id, t.write(ctx, from, to, id, bodyContent(id, body))
}

// Type shows a person's typing notice, or its end.
func (t *Troupe) Type(ctx context.Context, from, to string, on bool) error {
	state := paused
	if on {
		state = composing
	}
	return t.write(ctx, from, to, rand.Text(), state+noStore)
}

// Presence makes a person that is played away, dnd or, with "", available, and say why.
func (t *Troupe) Presence(ctx context.Context, jid, show, status string) error {
	if show != "" && show != "away" && show != "dnd" {
		return fmt.Errorf("unknown presence %q: away, dnd or nothing", show)
	}
	content := ""
	if show != "" {
		content = "<show>" + show + "</show>"
	}
	for _, p := range t.played {
		if c := p.current(); p.JID == jid && c != nil {
			if err := c.send(ctx, "<presence>"+content+"<status>"+escape(status)+"</status></presence>"); err != nil {
				return err
			}
			return c.settle(ctx)
		}
	}
	return fmt.Errorf("the sandbox does not play %q", jid)
}

// Block makes a person block somebody (XEP-0191), or no longer.
func (t *Troupe) Block(ctx context.Context, from, who string, on bool) error {
	c, err := t.voice(ctx, from, who)
	if err != nil {
		return err
	}
	// The server should tell the presences (section 3.3 and 3.4), and ejabberd 23.01 does not.
	seen := slices.ContainsFunc(t.played, func(p *player) bool { return p.JID == from }) // a visitor never is
	command := "unblock"
	if on {
		command = "block"
	}
	if on && seen {
		if err := c.send(ctx, "<presence to='"+escape(who)+"' type='unavailable'/>"); err != nil {
			return err
		}
	}
	if err := c.ask(ctx, stanza.SetIQ, "", "<"+command+" xmlns='urn:xmpp:blocking'><item jid='"+escape(who)+"'/></"+command+">"); err != nil || on || !seen {
		return err
	}
	return c.send(ctx, "<presence to='"+escape(who)+"'/>")
}

func (t *Troupe) write(ctx context.Context, from, to, id, content string) error {
	c, err := t.voice(ctx, from, to)
	if err != nil {
		return err
	}
	kind := "chat"
	if isGroup(to) {
		kind = "groupchat"
	}
	if err := c.send(ctx, messageTo(to, kind, id, content)); err != nil {
		return err
	}
	return c.settle(ctx)
}

// voice is the connection that a person speaks through: their own, or a
// visitor's.
func (t *Troupe) voice(ctx context.Context, from, to string) (*connection, error) {
	for _, p := range t.played {
		if p.JID == from {
			if c := p.current(); c != nil {
				return c, nil
			}
			return nil, fmt.Errorf("%s is not connected", p.Name)
		}
	}
	person, ok := people.ByJID(t.o.Everyone, from)
	if !ok {
		return nil, fmt.Errorf("nobody has the address %q", from)
	}
	t.mu.Lock()
	if t.visitors == nil {
		t.mu.Unlock()
		return nil, errors.New("the sandbox ends")
	}
	v := t.visitors[from]
	if v == nil {
		v = &visitor{troupe: t, person: person}
		t.visitors[from] = v
	}
	t.mu.Unlock()
	return v.speak(ctx, to)
}

// Received waits until enough of what the person got is there, or the context
// ends, and lists it. "Enough" is a message with the body, or any when body is
// empty, from index after on.
func (t *Troupe) Received(ctx context.Context, jid, body string, after int) (list []Received, ok bool) {
	ok = t.change.Until(ctx, func() bool {
		t.mu.Lock()
		defer t.mu.Unlock()
		list = slices.Clone(t.got[jid])
		list = list[min(max(after, 0), len(list)):]
		if body == "" {
			return len(list) > 0
		}
		i := slices.IndexFunc(list, func(r Received) bool { return r.Body == body })
		if i >= 0 {
			list = list[:i+1]
		}
		return i >= 0
	})
	return list, ok
}

// Online waits until one person is available and another is not, or the context
// ends, and lists those who are; empty names ask for nothing.
func (t *Troupe) Online(ctx context.Context, jid, not string) (list []string, ok bool) {
	ok = t.change.Until(ctx, func() bool {
		return (jid == "" || t.available(jid)) && (not == "" || !t.available(not))
	})
	t.mu.Lock()
	defer t.mu.Unlock()
	list = []string{}
	for bare, resources := range t.resources {
		if len(resources) > 0 {
			list = append(list, bare)
		}
	}
	slices.Sort(list)
	return list, ok
}

func (t *Troupe) available(jid string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.resources[jid]) > 0
}

// sawPresence notes what a presence says. Everybody is a contact of everybody,
// so any of the people tells for all.
func (t *Troupe) sawPresence(p presence) {
	bare, resource, _ := strings.Cut(p.From, "/")
	if isGroup(bare) || resource == "" || (p.Type != "" && p.Type != "unavailable") {
		return
	}
	t.mu.Lock()
	if p.Type == "" {
		if t.resources[bare] == nil {
			t.resources[bare] = make(map[string]bool)
		}
		t.resources[bare][resource] = true
	} else {
		delete(t.resources[bare], resource)
	}
	t.mu.Unlock()
	t.change.Announce()
}

// lost forgets who is available when the last of the people is disconnected:
// nobody would be told of a change.
func (t *Troupe) lost() {
	for _, p := range t.played {
		if p.current() != nil {
			return
		}
	}
	t.mu.Lock()
	clear(t.resources)
	t.mu.Unlock()
	t.change.Announce()
}

func (t *Troupe) note(jid string, r Received) {
	r.Time = time.Now()
	t.mu.Lock()
	t.got[jid] = append(t.got[jid], r)
	t.mu.Unlock()
	t.change.Announce()
}

// groupsOf lists the groups of a person.
func (t *Troupe) groupsOf(p people.Person) (list []people.Group) {
	for _, g := range t.o.Groups {
		if slices.Contains(g.Members, p) {
			list = append(list, g)
		}
	}
	return list
}

func isGroup(jid string) bool {
	return strings.HasSuffix(jid, "@"+people.Rooms)
}

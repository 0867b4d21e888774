package players

import (
	"context"
	"encoding/xml"
	"strings"
	"sync"
	"time"

	"discussions/cmd/sandbox/internal/people"
)

// player is a person that the sandbox plays.
type player struct {
	people.Person
	troupe *Troupe
	script *script
	inbox  chan message

	mu   sync.Mutex
	conn *connection // nil while disconnected
}

func newPlayer(t *Troupe, p people.Person) *player {
	return &player{Person: p, troupe: t, script: newScript(p), inbox: make(chan message, 4096)}
}

func (p *player) current() *connection {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.conn
}

func (p *player) setCurrent(c *connection) {
	p.mu.Lock()
	p.conn = c
	p.mu.Unlock()
}

// appear connects, becomes available and enters the person's groups.
func (p *player) appear(ctx context.Context) (*connection, error) {
	c, err := p.troupe.connect(ctx, p.JID, p.handle)
	if err != nil {
		return nil, err
	}
	for _, stanza := range append([]string{"<presence/>"}, joins(p.troupe.groupsOf(p.Person), p.Name)...) {
		if err := c.send(ctx, stanza); err != nil {
			c.drop()
			return nil, err
		}
	}
	if err := c.settle(ctx); err != nil {
		c.drop()
		return nil, err
	}
	p.setCurrent(c)
	return c, nil
}

// joins are the presences that enter groups (XEP-0045) without their history.
func joins(groups []people.Group, nick string) (list []string) {
	for _, g := range groups {
		list = append(list, "<presence to='"+escape(g.JID+"/"+nick)+
			"'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>")
	}
	return list
}

// handle runs on the connection's goroutine.
func (p *player) handle(name string, d *xml.Decoder) {
	switch name {
	case "message":
		var m message
		if d.Decode(&m) == nil {
			select {
			case p.inbox <- m:
			case <-p.troupe.ctx.Done():
			}
		}
	case "presence":
		var in presence
		if d.Decode(&in) == nil {
			if in.From == "" { // mellium drops the own address
				in.From = p.JID
			}
			p.troupe.sawPresence(in)
		}
	}
}

// live reacts to what comes and reconnects, until the troupe closes.
func (p *player) live(c *connection) {
	ctx := p.troupe.ctx
	answers := newAnswers(p)
	defer answers.stop()
	for {
		select {
		case m := <-p.inbox:
			p.react(ctx, m, answers)
		case <-answers.due():
			answers.proceed(ctx)
		case <-c.ended:
			p.setCurrent(nil)
			p.troupe.lost()
			var err error
			if c, err = p.reappear(ctx); err != nil {
				return
			}
		case <-ctx.Done():
			p.setCurrent(nil)
			c.close()
			return
		}
	}
}

// reappear connects again; it fails only when the troupe closes.
func (p *player) reappear(ctx context.Context) (*connection, error) {
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if c, err := p.appear(ctx); err == nil {
			return c, nil
		}
	}
}

// react notes a message, says that it arrived, and plans an answer.
func (p *player) react(ctx context.Context, m message, answers *answers) {
	if m.Conference.JID != "" && m.Delay == nil {
		p.troupe.note(p.JID, noted(&m, m.From))
		p.accept(ctx, m)
		return
	}
	if m.Body == "" && m.Reactions.ID == "" && m.Retract.ID == "" || m.Delay != nil || (m.Type != "chat" && m.Type != "groupchat" && m.Type != "") {
		return
	}
	group := m.Type == "groupchat"
	bare, nick, _ := strings.Cut(m.From, "/")
	from := bare
	if group {
		p.troupe.sawInGroup(&m)
		if nick == p.Name {
			return // the own message, reflected
		}
		from = m.From
	}
	p.troupe.note(p.JID, noted(&m, from))
	if m.Reactions.ID != "" || m.Retract.ID != "" || m.Replace.ID != "" {
		return // nobody answers that
	}
	if m.Request != nil && !group && m.ID != "" {
		p.tell(ctx, bare, "chat", received(m.ID)+store)
	}
	if p.Answers {
		answers.consider(m, bare, nick)
	}
}

func noted(m *message, from string) Received {
	r := Received{
		ID: m.ID, From: from, Body: m.Body, Type: kindOf(*m),
		Invites: m.Conference.JID, Replaces: m.Replace.ID, Retracts: m.Retract.ID, Answers: m.Reply.ID, ReactsTo: m.Reactions.ID, Reactions: m.Reactions.Reactions,
	}
	if m.Type == "groupchat" && m.StanzaID != nil {
		r.Name = m.StanzaID.ID
	}
	return r
}

func kindOf(m message) string {
	if m.Type == "groupchat" {
		return "groupchat"
	}
	return "chat"
}

// tell sends a message; when the connection is gone, so is the message, as with
// a client that is closed.
func (p *player) tell(ctx context.Context, to, kind, content string) {
	if c := p.current(); c != nil {
		_ = c.send(ctx, messageTo(to, kind, newID(), content))
	}
}

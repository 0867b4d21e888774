package xmpp

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"mellium.im/xmpp/jid"
)

// XEP-0045: Multi-User Chat. Invitations are in invitations.go.

// room is a room that this session is in or is joining. Guarded by Client.mu.
type room struct {
	nick    string
	joined  bool
	kept    bool         // it may be made by entering it
	waiting []chan error // one for each waiting Join; capacity 1
}

// settle ends the waiting Joins with err.
func (r *room) settle(err error) {
	for _, w := range r.waiting {
		w <- err
	}
	r.waiting = nil
}

type joinElement struct {
	XMLName xml.Name `xml:"http://jabber.org/protocol/muc x"`
	History struct {
		MaxStanzas string `xml:"maxstanzas,attr"`
	} `xml:"history"`
}

// newJoin enters a room without its history.
func newJoin() *joinElement {
	e := new(joinElement)
	e.History.MaxStanzas = "0"
	return e
}

// Join enters a room and waits for the room's confirmation. It requests no history, which the archive has. If the server rejects the
// nickname, such as an emoji, Join tries once more with plain letters. A refusal is a *StanzaError: conflict (the nickname is in use),
// registration-required (members only), forbidden (banned), item-not-found (no such room), not-authorized (password),
// service-unavailable (full). Joining twice is harmless. If the server creates the room because it did not exist, Join destroys it at
// once and returns item-not-found: a stale bookmark must not create rooms.
func (c *Client) Join(ctx context.Context, where jid.JID, nick string) error {
	err := c.join(ctx, where, nick)
	var refused *StanzaError
	if errors.As(err, &refused) && (refused.Condition == "bad-request" || refused.Condition == "jid-malformed") {
		if plain := plainNickname(nick, c.own.Localpart()); plain != nick {
			return c.join(ctx, where, plain)
		}
	}
	return err
}

func (c *Client) join(ctx context.Context, where jid.JID, nick string) error {
	return c.enter(ctx, where, nick, false)
}

// enter enters a room. One that the server makes for it is kept for [Client.CreateRoom], which gets errCreated, else destroyed.
func (c *Client) enter(ctx context.Context, where jid.JID, nick string, create bool) error {
	occupant, err := occupantJID(where, nick)
	if err != nil {
		return fmt.Errorf("enter room: not a nickname: %w", ErrProtocol)
	}
	data, err := encode(presenceStanza{To: occupant.String(), Join: newJoin()})
	if err != nil {
		return err
	}
	entered := make(chan error, 1)
	c.mu.Lock()
	if c.session == nil {
		c.mu.Unlock()
		return ErrNotConnected
	}
	key := where.Bare().String()
	r := c.rooms[key]
	if r == nil {
		r = &room{}
		c.rooms[key] = r
	}
	r.nick, r.kept = nick, create
	r.waiting = append(r.waiting, entered)
	c.session.push(sent{data: data})
	c.mu.Unlock()

	timer := time.NewTimer(answerTimeout)
	defer timer.Stop()
	select {
	case err = <-entered:
		if errors.Is(err, errCreated) && !create {
			_, _ = c.request(ctx, where.Bare(), "set", destroyElement{})
		}
	case <-ctx.Done():
		err = ctx.Err()
		c.abandon(key, r, entered)
	case <-timer.C:
		err = fmt.Errorf("%w in %s", ErrNoAnswer, answerTimeout)
		c.abandon(key, r, entered)
	}
	if err != nil {
		return fmt.Errorf("enter room: %w", err)
	}
	return nil
}

// abandon withdraws a Join that ended without an answer, so that a late answer does not leave this session in the room.
func (c *Client) abandon(key string, r *room, entered chan error) {
	c.mu.Lock()
	for i, w := range r.waiting {
		if w == entered {
			r.waiting = append(r.waiting[:i], r.waiting[i+1:]...)
			break
		}
	}
	nick := r.nick
	unwanted := !r.joined && len(r.waiting) == 0 && c.rooms[key] == r
	if unwanted {
		delete(c.rooms, key)
	}
	c.mu.Unlock()
	if unwanted {
		_ = c.sendLeave(key, nick)
	}
}

// InRoom reports whether this session is in a room now. If the session was removed right after entering, [RoomLeft] comes before or
// after the answer of Join.
func (c *Client) InRoom(where jid.JID) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.rooms[where.Bare().String()]
	return r != nil && r.joined
}

// Leave leaves a room; [RoomLeft] follows.
func (c *Client) Leave(where jid.JID) error {
	key := where.Bare().String()
	c.mu.Lock()
	r := c.rooms[key]
	var nick string
	if r != nil {
		nick = r.nick
	}
	c.mu.Unlock()
	if r == nil {
		return nil
	}
	return c.sendLeave(key, nick)
}

func (c *Client) sendLeave(key, nick string) error {
	data, err := encode(presenceStanza{To: key + "/" + nick, Type: "unavailable"})
	if err != nil {
		return err
	}
	return c.enqueue(sent{data: data})
}

// roomPresence updates the state of a room from a presence. It returns nil when no event should be emitted.
func (c *Client) roomPresence(key string, r *room, p Presence) Event {
	if o := p.Occupant; o != nil && o.Destroyed && p.From.Resourcepart() == r.nick {
		o.Self = true // ejabberd does not say so
	}
	switch {
	case p.Type == "error" && len(r.waiting) > 0:
		r.settle(p.Error)
		if !r.joined {
			delete(c.rooms, key)
		}
		return nil
	case p.Occupant == nil || !p.Occupant.Self:
	case p.Type == "" && slices.Contains(p.Occupant.Codes, codeCreated):
		p.Occupant.Entered = !r.joined
		if r.kept {
			r.joined, r.nick = true, p.From.Resourcepart()
		} else {
			delete(c.rooms, key)
		}
		r.settle(errCreated)
		if r.kept {
			return PresenceReceived{Presence: p}
		}
		return nil
	case p.Type == "":
		p.Occupant.Entered = !r.joined
		r.joined, r.nick = true, p.From.Resourcepart() // the room may have changed the nickname
		r.settle(nil)
	case p.Type == "unavailable" && p.Occupant.Nick == "" && len(r.waiting) > 0 && !p.Occupant.Destroyed && len(reasons(p.Occupant.Codes)) == 0:
		// The end of an earlier session, which had the same address: the answer to Join is still to come.
		r.joined = false
		return nil
	case p.Type == "unavailable" && p.Occupant.Nick == "":
		delete(c.rooms, key)
		r.settle(&StanzaError{Type: "cancel", Condition: "forbidden"})
		if !r.joined {
			return nil
		}
		return RoomLeft{Room: p.From.Bare(), Codes: reasons(p.Occupant.Codes), Destroyed: p.Occupant.Destroyed, Actor: p.Occupant.Actor}
	}
	return PresenceReceived{Presence: p}
}

// privateOf returns the room of a private message between occupants: the message is marked as one, or this session is in that room. The
// caller holds Client.mu.
func (c *Client) privateOf(s *messageStanza, m *Message) jid.JID {
	if m.Type == "groupchat" || m.Invite != nil || m.Decline != nil {
		return jid.JID{}
	}
	other := m.From
	if other.Bare().Equal(c.own) {
		other = m.To
	}
	if other.Resourcepart() == "" || other.Bare().Equal(c.own) {
		return jid.JID{}
	}
	if s.Room == nil && c.rooms[other.Bare().String()] == nil {
		return jid.JID{}
	}
	return other.Bare()
}

// errCreated is Join's error for a room that did not exist and was created.
var errCreated = &StanzaError{Type: "cancel", Condition: "item-not-found"}

// Status codes (§15.6.2) that this package uses.
const (
	codeSelf     = 110
	codeCreated  = 201
	codeNickname = 303
)

// reasons omits 110, which only marks this session's own presence.
func reasons(codes []int) (out []int) {
	for _, code := range codes {
		if code != codeSelf {
			out = append(out, code)
		}
	}
	return out
}

type roomUser struct {
	Items    []roomItem `xml:"item"`
	Statuses []struct {
		Code string `xml:"code,attr"`
	} `xml:"status"`
	Destroy *empty    `xml:"destroy"`
	Invite  *mediated `xml:"invite"`
	Decline *mediated `xml:"decline"`
}

type roomItem struct {
	JID         string     `xml:"jid,attr,omitempty"`
	Affiliation string     `xml:"affiliation,attr,omitempty"`
	Role        string     `xml:"role,attr,omitempty"`
	Nick        string     `xml:"nick,attr,omitempty"`
	Actor       *roomActor `xml:"actor"`
}

type roomActor struct {
	JID  string `xml:"jid,attr"`
	Nick string `xml:"nick,attr"`
}

func (u *roomUser) occupant() *Occupant {
	if u == nil {
		return nil
	}
	o := &Occupant{Destroyed: u.Destroy != nil, JID: u.realJID()}
	if len(u.Items) > 0 {
		o.Affiliation, o.Role = u.Items[0].Affiliation, u.Items[0].Role
		o.Actor = u.Items[0].actor()
	}
	o.Codes = u.codes()
	for _, code := range o.Codes {
		switch code {
		case codeSelf:
			o.Self = true
		case codeNickname:
			if len(u.Items) > 0 {
				o.Nick = u.Items[0].Nick
			}
		}
	}
	return o
}

// actor is who changed an occupant's role or affiliation.
func (i *roomItem) actor() Actor {
	if i.Actor == nil {
		return Actor{}
	}
	return Actor{JID: parseJID(i.Actor.JID), Nick: i.Actor.Nick}
}

// affiliates are the members whose affiliation a message of the room itself tells (§9.3 and following).
func (u *roomUser) affiliates() (list []Affiliate) {
	if u == nil {
		return nil
	}
	for i := range atMost(maxAffiliates, u.Items) {
		item := &u.Items[i]
		if who := parseJID(item.JID); !isZero(who) && item.Affiliation != "" {
			list = append(list, Affiliate{JID: who.Bare(), Affiliation: item.Affiliation, Nick: item.Nick, Actor: item.actor()})
		}
	}
	return list
}

const maxAffiliates = 64 // of one message

// maxCodes is the most status codes that are read from one stanza.
const maxCodes = 32

func (u *roomUser) codes() (codes []int) {
	if u == nil {
		return nil
	}
	for _, s := range u.Statuses {
		if code, err := strconv.Atoi(s.Code); err == nil && len(codes) < maxCodes {
			codes = append(codes, code)
		}
	}
	return codes
}

func (u *roomUser) realJID() jid.JID {
	if u == nil || len(u.Items) == 0 {
		return jid.JID{}
	}
	return parseJID(u.Items[0].JID)
}

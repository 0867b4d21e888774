package messaging

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"mellium.im/xmpp/jid"

	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// room is a group that the account is in. [Client].mu guards it.
type room struct {
	jid       jid.JID
	wanted    string // the nickname of the bookmark, or made from the account's name
	nick      string // the one in use
	refused   Refusal
	joined    bool
	moderator bool              // the account is one
	moderates bool              // moderators may withdraw what others wrote
	pictured  bool              // it keeps a picture
	entering  *syncer           // the session that is entering it, nil for none; the writer's alone, as the next
	heard     time.Time         // when something came from it last
	paused    time.Time         // nothing is sent to it before
	occupants map[string]string // bare JIDs by nickname of those who are there; "" where the room does not tell it
	hides     bool              // it does not tell them to everybody
	asking    bool              // its archive will be asked in a moment
	asker     *syncer           // the session that asks it for what came last, nil for none
	due       bool              // it is to be asked again then
	reading   chan struct{}     // held by who reads its archive
	stop      func()            // ends that reading: no answer comes from a room that has lost its process
	self      string            // the account's own occupant-id; "" where the room gives none

	affiliation string            // of the account
	name        string            // as it is known; "" for none
	told        bool              // the room itself has told its name
	marked      string            // the name that the bookmark gives it
	subject     bool              // its present subject has come
	topic       string            // its present subject
	picture     *string           // the hash of its picture that its presence has told in this session; nil: none. The writer's alone, as the next
	fetching    *string           // the hash for which its picture is being fetched; nil: it is not
	membersTold int               // how many changes of its members the room has told
	changeLock  chan struct{}     // held by who changes what a member is
	changing    map[string]string // what this account is making of members, by bare JID
	leaving     time.Time         // until then the account is leaving it for good, here or on another of its devices
}

func newRoom(where jid.JID, nick string) *room {
	return &room{jid: where, wanted: nick, nick: nick, occupants: map[string]string{}, reading: make(chan struct{}, 1), stop: func() {}, changeLock: make(chan struct{}, 1), changing: map[string]string{}}
}

// nick is the name to go by in a group.
func (c *Client) nick(bookmarked string) string {
	switch {
	case bookmarked != "":
		return bookmarked
	case c.cfg.Name != "":
		return c.cfg.Name
	}
	return c.own.Localpart()
}

// enter enters a group, and catches up with it. The writer runs it.
func (s *syncer) enter(id ConversationID) {
	c, r := s.c, s.c.rooms[id]
	if r == nil || r.entering == s || c.closed.Load() {
		return
	}
	r.entering, r.picture = s, nil
	nick := r.wanted
	c.wg.Go(func() {
		err := s.retry(s.ctx, "enter a group", func(ctx context.Context) error {
			err := c.join(ctx, r, nick)
			if why, ok := refusalOf(err); ok {
				c.do(func() {
					if err != nil || c.wire.InRoom(r.jid) { // else it was thrown out meanwhile, and is told why
						c.setRefusal(r, why)
					}
				})
			}
			return err
		})
		c.do(func() {
			if r.entering == s {
				r.entering = nil
			}
			if err == nil && s.ctx.Err() == nil && c.wire.InRoom(r.jid) {
				s.entered(id, r)
			}
		})
	})
}

// mostNamesakes is how many people of one name can be in a group.
const mostNamesakes = 20

// join enters a group. Where somebody else has the nickname, it is numbered: "Dr Claire Martin (2)".
func (c *Client) join(ctx context.Context, r *room, nick string) (err error) {
	for n := 1; n <= mostNamesakes; n++ {
		numbered := nick
		if n > 1 {
			numbered = fmt.Sprintf("%s (%d)", nick, n)
		}
		c.do(func() { // before the answer of the room, which is authoritative
			c.mu.Lock()
			r.nick = numbered
			c.mu.Unlock()
		})
		if err = c.wire.Join(ctx, r.jid, numbered); !nameTaken(err) {
			return err
		}
	}
	return err
}

// setRefusal notes whether, and why, a group does not let the account in. The writer runs it.
func (c *Client) setRefusal(r *room, why Refusal) {
	if r.refused == why {
		return
	}
	c.mu.Lock()
	r.refused = why
	c.mu.Unlock()
	if c.store.Load() != nil {
		c.publish(ConversationChanged{conversationID(r.jid)})
	}
}

// entered goes on with a group that was entered. The writer runs it.
func (s *syncer) entered(id ConversationID, r *room) {
	c := s.c
	if c.rooms[id] != r {
		_ = c.wire.Leave(r.jid) // its bookmark has gone meanwhile
		return
	}
	c.mu.Lock()
	r.joined = true
	c.mu.Unlock()
	r.heard = c.cfg.Now()
	c.flush()
	if c.store.Load() == nil {
		s.spawn(s.ctx, "count what was missed in a group", func(ctx context.Context) error { return c.countMissed(ctx, ArchiveID(id)) })
		return
	}
	s.spawn(s.ctx, "catch up with a group", func(ctx context.Context) error { return c.catchUpRoom(ctx, id, r) })
}

// catchUpMessages catches up with a group's messages, once nobody else does: what was missed would be fetched twice.
func (c *Client) catchUpMessages(ctx context.Context, id ConversationID, r *room) error {
	select {
	case r.reading <- struct{}{}:
		defer func() { <-r.reading }()
	case <-ctx.Done():
		return ctx.Err()
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c.do(func() { r.stop = cancel })
	oldest, err := c.catchUp(ctx, ArchiveID(id), "")
	if err == nil {
		err = c.fetchMissed(ctx, ArchiveID(id), oldest)
	}
	var refused *xmpp.StanzaError
	if err != nil && (!errors.As(err, &refused) || refused.Type == "wait") {
		return err
	}
	c.do(func() { c.afterCatchUp(ctx, ArchiveID(id), err) })
	return nil
}

// roomLeft enters a group again that was left against the account's will, unless it was thrown out.
func (c *Client) roomLeft(ev xmpp.RoomLeft) error {
	id := conversationID(ev.Room)
	r, s := c.rooms[id], c.syncer
	if r == nil || s == nil {
		return nil
	}
	c.log.Info("out of a group", "codes", ev.Codes)
	by := c.actor(r, "", xmpp.Affiliate{Actor: ev.Actor}) // before the occupants are cleared
	s.isOut(id, r)
	if r.isLeaving(c.cfg.Now()) {
		return nil
	}
	why := whyOut(ev)
	c.setRefusal(r, why)
	if why != NotRefused {
		return c.thrownOut(id, why, by)
	}
	// A group that the user has left is not in c.rooms any more. ejabberd gives no reason where it takes the end of an old connection for
	// that of the new one, which has the same address.
	s.spawn(s.ctx, "enter a group again", func(ctx context.Context) error {
		timer := time.NewTimer(5 * time.Second) // a server that stops its rooms starts them soon
		defer timer.Stop()
		select {
		case <-ctx.Done():
		case <-timer.C:
			c.post(func() { s.enter(id) })
		}
		return nil
	})
	return nil
}

// occupant notes who is behind a nickname. Client.mu is held.
func (r *room) occupant(p xmpp.Presence) {
	nick := p.From.Resourcepart()
	if p.Type == "" {
		r.occupants[nick] = text(p.Occupant.JID)
	} else {
		delete(r.occupants, nick)
	}
	if p.Occupant.Self {
		r.moderator = p.Type == "" && p.Occupant.Role == "moderator"
		r.affiliation = p.Occupant.Affiliation
	}
	if p.Occupant.Self && p.Type == "" {
		r.nick, r.self = nick, p.Occupant.ID
		if shows := slices.Contains(p.Occupant.Codes, codeShowsAddresses); shows || p.Occupant.Entered { // Prosody tells it on entering only
			r.hides = !shows
		}
	}
}

// Status codes of a room that begins to show or to hide addresses (XEP-0045 §15.6.2).
const (
	codeShowsAddresses = 100 // on entering
	codeNowShows       = 172
	codeNowHides       = 173
	codeNowHidesAll    = 174
)

// configured notes what the codes of a room's own message say. Client.mu is held.
func (r *room) configured(codes []int) (changed bool) {
	before := r.hides
	for _, code := range codes {
		switch code {
		case codeNowShows:
			r.hides = false
		case codeNowHides, codeNowHidesAll:
			r.hides = true
		}
	}
	return r.hides != before
}

// occupantOf says whose a groupchat message is. Only the room knows: by the address, or by the occupant-id. A nickname proves nothing, as
// anybody can take it when its owner is out. Where a message of this account comes back without either, the store knows it by the id that
// this computer gave it.
func (c *Client) occupantOf(r *room, m *xmpp.Message) (author string, own bool) {
	nick := m.From.Resourcepart()
	live := m.ArchiveID == "" // who has the nickname now need not have had it then
	switch {
	case !isZero(m.RealJID):
		author = text(m.RealJID)
	case r != nil && live && r.occupants[nick] != "":
		author = r.occupants[nick]
	case r != nil && r.self != "" && m.Occupant != "" && nick != "":
		return store.Occupant(conversationID(m.From), m.Occupant), m.Occupant == r.self
	default:
		return m.From.String(), false
	}
	return author, author == c.own.String()
}

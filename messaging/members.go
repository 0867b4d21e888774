package messaging

import (
	"context"
	"slices"

	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// Who belongs to a group, and what it is called, is followed as the group tells it; what has changed is told by a notice. Notices are made
// by this computer: no archive has them.

// codeConfigured is the status code of a room whose configuration has changed (XEP-0045 §15.6.2).
const codeConfigured = 104

// catchUpRoom catches up with a group that was entered, and reads its name and its members.
func (c *Client) catchUpRoom(ctx context.Context, id ConversationID) error {
	if err := c.catchUpMessages(ctx, id); err != nil {
		return err
	}
	if err := c.readRoom(ctx, id); err != nil {
		return err
	}
	if err := c.readMembers(ctx, id); err != nil {
		return err
	}
	return c.fetchCards(ctx)
}

func indexOf(members []store.Member, who string) int {
	return slices.IndexFunc(members, func(m store.Member) bool { return m.JID == who })
}

func (c *Client) keepMembers(s *store.Store, id ConversationID, members []store.Member) error {
	if err := s.SetMembers(id, members); err != nil {
		return err
	}
	c.mu.Lock()
	c.people.members[id] = members
	c.mu.Unlock()
	c.publish(ConversationChanged{id})
	return nil
}

// occupantReceived notes what a room says of somebody who is in it.
func (c *Client) occupantReceived(p xmpp.Presence) error {
	id := conversationID(p.From)
	r := c.rooms[id]
	if r == nil {
		c.ignore(ignoredRoom, 1)
		return nil
	}
	r.heard = c.cfg.Now()
	moderator, affiliation := r.moderator, r.affiliation
	c.mu.Lock()
	r.occupant(p)
	c.mu.Unlock()
	if c.store.Load() == nil {
		return nil
	}
	if r.moderator != moderator || r.affiliation != affiliation {
		c.publish(ConversationChanged{id})
	}
	o := p.Occupant
	leaves := p.Type == "unavailable" && !slices.ContainsFunc(o.Codes, isThrownOut)
	if isZero(o.JID) || o.Affiliation == "" || leaves || o.Destroyed || len(c.people.members[id]) == 0 {
		return nil // who only goes for now stays what they are
	}
	return c.affiliated(id, xmpp.Affiliate{JID: o.JID.Bare(), Affiliation: o.Affiliation, Nick: p.From.Resourcepart(), Actor: o.Actor})
}

// isThrownOut reports whether a status code says that somebody lost their place in a room for good: banned, or no member any more.
func isThrownOut(code int) bool { return code == 301 || code == 321 }

// affiliates takes a room's own message about members who need not be there. false: it is none.
func (c *Client) affiliates(m *xmpp.Message) (done bool, err error) {
	id := conversationID(m.From)
	if len(m.Affiliates) == 0 || c.rooms[id] == nil || m.Carbon != xmpp.Direct {
		return false, nil
	}
	c.rooms[id].heard = c.cfg.Now()
	if c.store.Load() == nil {
		return true, nil // the list is read after the unlock
	}
	for _, a := range m.Affiliates {
		if err := c.affiliated(id, a); err != nil {
			return true, err
		}
	}
	return true, nil
}

// affiliated notes what somebody is in a group now, and tells it where it is news.
func (c *Client) affiliated(id ConversationID, a xmpp.Affiliate) error {
	s, r, who := c.store.Load(), c.rooms[id], text(a.JID)
	members := slices.Clone(c.people.members[id])
	at, was, now := indexOf(members, who), "", a.Affiliation
	if at >= 0 {
		was = members[at].Affiliation
	}
	if now == "none" {
		now = ""
	}
	switch {
	case was == now && (at >= 0 || now == ""), now == "outcast" && at < 0:
		return nil
	case now == "" || now == "outcast":
		members = slices.Delete(members, at, at+1)
	case at >= 0:
		members[at].Affiliation = now
	default:
		members = append(members, store.Member{JID: who, Nick: a.Nick, Affiliation: now})
	}
	r.membersTold++
	if err := c.keepMembers(s, id, members); err != nil {
		c.failed("keep a group's members", err)
		return err
	}
	if at < 0 {
		c.syncer.wantCards()
	} else if was == "" {
		return nil
	}
	if isLowered(was, now) && (who == c.own.String() && r.isLeaving(c.cfg.Now()) || c.hasLeft(s, id, who)) { // they have told it; an owner becomes a plain member first
		return nil
	}
	return c.tellChange(s, id, who, was, now, c.actor(r, who, a))
}

// actor is who has changed what a member is; "" where nobody tells.
func (c *Client) actor(r *room, who string, a xmpp.Affiliate) string {
	if by := c.changer(conversationID(r.jid), who, a.Affiliation); by != "" {
		return by
	}
	if !isZero(a.Actor.JID) {
		return text(a.Actor.JID)
	}
	return r.occupants[a.Actor.Nick]
}

// changer is this account, where it is making that of a member just now; else "".
func (c *Client) changer(id ConversationID, who, affiliation string) string {
	if r := c.rooms[id]; r == nil || affiliation == "" || r.changing[who] != affiliation {
		return ""
	}
	return c.own.String()
}

// tellChange tells what has become of a member.
func (c *Client) tellChange(s *store.Store, id ConversationID, who, was, now, by string) error {
	n := Notice{WhoJID: who, ByJID: by}
	switch {
	case was == now:
		return nil
	case now == "outcast":
		n.Kind = Barred
	case now == "" && by == who:
		n.Kind = Left
	case now == "":
		n.Kind = Removed
	case was == "":
		n.Kind = Added
	case now == string(Owner):
		n.Kind = TookOver
	case now == string(Organiser) && was == string(Plain):
		n.Kind = Promoted
	case now == string(Plain):
		n.Kind = Demoted
	default:
		return nil // an owner who is a moderator now: somebody else was told of before
	}
	return c.tell(s, id, n)
}

// tell shows a notice at the end of a group's conversation.
func (c *Client) tell(s *store.Store, id ConversationID, n Notice) error {
	return c.tellAs(s, store.Stanza{Conv: id, Group: true, Author: string(id), Time: c.cfg.Now(), MsgID: newID()}, n)
}

// tellAs shows a notice that came with a stanza.
func (c *Client) tellAs(s *store.Store, st store.Stanza, n Notice) error {
	result, err := s.Ingest(store.Batch{Origin: store.Live, Facts: []store.Fact{&store.NewMessage{Stanza: st, Content: n}}})
	if c.failed("keep a notice", err) {
		return err
	}
	c.apply(store.Live, result)
	return nil
}

// notice gives a notice its names.
func (c *Client) notice(m *store.Message, n Notice) Notice {
	own := c.own.String()
	if n.WhoJID != "" {
		n.Who, n.Me = c.memberNamed(m.Conv, n.WhoJID), n.WhoJID == own
	}
	if n.ByJID != "" {
		n.By, n.ByMe = c.memberNamed(m.Conv, n.ByJID), n.ByJID == own
	}
	return n
}

// memberNamed gives the name of somebody who is, or was, in a group.
func (c *Client) memberNamed(id ConversationID, who string) string {
	if i := indexOf(c.people.members[id], who); i >= 0 {
		return c.memberName(c.people.members[id][i])
	}
	return c.nameOf(id, who)
}

// ownRole is what the account is in a group by the list of its members. c.mu is held, or the writer runs it.
func (c *Client) ownRole(id ConversationID) Role {
	if i := indexOf(c.people.members[id], c.own.String()); i >= 0 {
		return Role(c.people.members[id][i].Affiliation)
	}
	return ""
}

// nameIn is the name to keep of a group whose bookmark gives it one: that of the room itself comes first.
func (r *room) nameIn(bookmark string) string {
	changed := r.marked != "" && r.marked != bookmark
	r.marked = bookmark
	if bookmark == "" || r.told || r.name != "" && !changed {
		return r.name
	}
	r.name = bookmark
	return bookmark
}

// readRoom has a room asked what it is.
func (s *syncer) readRoom(id ConversationID) {
	if s != nil && s.c.store.Load() != nil {
		s.spawn(s.ctx, "read what a group is", func(ctx context.Context) error { return s.c.readRoom(ctx, id) })
	}
}

// readRoom asks a room for its name and for what it can.
func (c *Client) readRoom(ctx context.Context, id ConversationID) error {
	info, err := c.wire.RoomInfo(ctx, address(id))
	if isRefused(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return c.write(func(s *store.Store) error {
		r := c.rooms[id]
		if r == nil {
			return nil
		}
		if r.moderates != info.Moderates {
			c.mu.Lock()
			r.moderates = info.Moderates
			c.mu.Unlock()
			c.publish(ConversationChanged{id})
		}
		name := info.Name
		if name == "" || name == address(id).Localpart() {
			return nil
		}
		if r.name == name {
			r.told = true
			return nil
		}
		if err := s.NameGroup(id, name); err != nil {
			return err
		}
		was := r.name
		r.name, r.told = name, true
		c.publish(ConversationChanged{id})
		if was == "" {
			return nil
		}
		return c.tell(s, id, Notice{Kind: Renamed, Text: name, ByJID: r.changing[""]})
	})
}

// wantCards has the cards of people fetched who have come.
func (s *syncer) wantCards() {
	if s != nil && s.stop != nil {
		s.spawn(s.sync, "fetch cards", s.c.fetchCards)
	}
}

// subjectOf reads a subject of a group. The one that comes first after entering is as it was; who set it is told by the others.
func (c *Client) subjectOf(m *xmpp.Message, s *store.Stanza) store.Fact {
	if r := c.rooms[s.Conv]; r != nil && m.ArchiveID == "" {
		same := !r.subject || r.topic == m.Subject
		if r.subject, r.topic = true, m.Subject; same {
			return nil
		}
	}
	n := Notice{Kind: NewSubject, Text: m.Subject}
	if m.From.Resourcepart() != "" {
		n.ByJID = s.Author
	}
	return &store.NewMessage{Stanza: *s, Content: n}
}

// thrownOut tells that a group has put the account out.
func (c *Client) thrownOut(id ConversationID, why Refusal, by string) error {
	s := c.store.Load()
	n := Notice{Kind: Removed, WhoJID: c.own.String(), ByJID: by}
	switch {
	case s == nil || why != MembersOnly && why != Banned:
		return nil
	case why == Banned:
		n.Kind = Barred
	}
	return c.tell(s, id, n)
}

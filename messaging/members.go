package messaging

import (
	"context"
	"slices"

	"discussions/messaging/model"
	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// Who belongs to a group, and what it is called, is followed as the group tells it; what has changed is told by a notice. Notices are made
// by this computer: no archive has them.

// codeConfigured is the status code of a room whose configuration has changed (XEP-0045 §15.6.2).
const codeConfigured = 104

// catchUpRoom catches up with a group that was entered, and reads its name and its members.
func (c *Client) catchUpRoom(ctx context.Context, id ConversationID, r *room) error {
	if err := c.catchUpMessages(ctx, id, r); err != nil {
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

// occupantReceived notes a room's presence of an occupant.
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
		return nil // an occupant who only goes offline keeps the affiliation
	}
	return c.affiliated(id, xmpp.Affiliate{JID: o.JID.Bare(), Affiliation: o.Affiliation, Nick: p.From.Resourcepart(), Actor: o.Actor})
}

// isThrownOut reports whether a status code says that somebody lost their place in a room for good: banned, or no member any more.
func isThrownOut(code int) bool { return code == 301 || code == 321 }

// affiliates handles a room's own message about members who may be offline. done is false for other messages.
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

// affiliated notes somebody's new affiliation in a group, and shows a notice if it has changed.
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
	if isLowered(was, now) && (who == c.own.String() && r.isLeaving(c.cfg.Now()) || c.hasLeft(s, id, who)) { // they have announced it; an owner becomes a plain member first
		return nil
	}
	return c.tellChange(s, id, change{who: who, by: c.actor(r, who, a), was: was, now: now})
}

// actor is who has changed a member's affiliation; "" if unknown.
func (c *Client) actor(r *room, who string, a xmpp.Affiliate) string {
	if by := c.changer(conversationID(r.jid), who, a.Affiliation); by != "" {
		return by
	}
	if !isZero(a.Actor.JID) {
		return text(a.Actor.JID)
	}
	return r.occupants[a.Actor.Nick]
}

// changer is this account if it is making that change just now; otherwise "".
func (c *Client) changer(id ConversationID, who, affiliation string) string {
	if r := c.rooms[id]; r == nil || affiliation == "" || r.changing[who] != affiliation {
		return ""
	}
	return c.own.String()
}

// change is a new affiliation of a member.
type change struct {
	who, by  string // JIDs; by is "" where it is not known
	was, now string // affiliations; "": no member
}

// notice gives the kind of the notice about a change; false: none is shown.
func (m change) notice() (kind model.NoticeKind, shown bool) {
	switch {
	case m.was == m.now:
		return kind, false
	case m.now == "outcast":
		return Barred, true
	case m.now == "" && m.by == m.who:
		return Left, true
	case m.now == "":
		return Removed, true
	case m.was == "":
		return Added, true
	case m.now == string(Owner):
		return TookOver, true
	case m.now == string(Organiser) && m.was == string(Plain):
		return Promoted, true
	case m.now == string(Plain):
		return Demoted, true
	default:
		return kind, false // an owner who is a moderator now: the notice about the new owner came before
	}
}

// tellChange shows a notice about a change of a member.
func (c *Client) tellChange(s *store.Store, id ConversationID, m change) error {
	kind, shown := m.notice()
	if !shown {
		return nil
	}
	return c.tell(s, id, Notice{Kind: kind, WhoJID: m.who, ByJID: m.by})
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

// ownRole is the account's role in a group by the list of its members. c.mu is held, or the writer runs it.
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

// readRoom requests another reading of a room's name and features.
func (s *syncer) readRoom(id ConversationID) {
	if s != nil && s.c.store.Load() != nil {
		s.spawn(s.ctx, "read what a group is", func(ctx context.Context) error { return s.c.readRoom(ctx, id) })
	}
}

// readRoom asks a room for its name, its features and, where it has another one, its picture.
func (c *Client) readRoom(ctx context.Context, id ConversationID) error {
	info, err := c.wire.RoomInfo(ctx, address(id))
	if isRefused(err) {
		return nil
	}
	if err != nil {
		return err
	}
	err = c.write(func(s *store.Store) error {
		r := c.rooms[id]
		if r == nil {
			return nil
		}
		if r.moderates != info.Moderates || r.pictured != info.Pictured {
			c.mu.Lock()
			r.moderates, r.pictured = info.Moderates, info.Pictured
			c.mu.Unlock()
			c.publish(ConversationChanged{id})
		}
		if info.Picture == nil {
			info.Picture = r.picture
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
	if err != nil || !info.Pictured {
		return err
	}
	return c.readAvatar(ctx, id, info.Picture)
}

// wantCards requests the cards of new people.
func (s *syncer) wantCards() {
	if s != nil && s.stop != nil {
		s.spawn(s.sync, "fetch cards", s.c.fetchCards)
	}
}

// subjectOf reads a subject of a group. The first one after entering is not new; only later ones tell who set it.
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

// thrownOut shows a notice that a group has removed the account.
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

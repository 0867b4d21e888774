package messaging

import (
	"context"
	"errors"
	"sort"
	"strings"
	"time"

	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// cardLasts is how long a vCard is taken as true.
const cardLasts = 7 * 24 * time.Hour

// people is who is known, in memory. Client.mu guards it.
type people struct {
	persons map[string]store.Person
	members map[string][]store.Member // by group
}

func newPeople() *people {
	return &people{persons: map[string]store.Person{}, members: map[string][]store.Member{}}
}

// loadPeople reads who is known. c.mu is held.
func (c *Client) loadPeople() error {
	p := newPeople()
	list, err := c.store.People()
	if err != nil {
		return err
	}
	for _, v := range list {
		p.persons[v.JID] = v
	}
	if p.members, err = c.store.Members(); err != nil {
		return err
	}
	c.people = p
	return nil
}

// named gives a person's name where one is known.
func (p *people) named(jid string) string {
	v := p.persons[jid]
	if v.Name != "" {
		return v.Name
	}
	return v.FullName
}

// name gives a person's name, made from the address where none is known.
func (p *people) name(jid string) string {
	if name := p.named(jid); name != "" {
		return name
	}
	local, _, found := strings.Cut(jid, "@")
	if !found {
		return jid
	}
	words := strings.FieldsFunc(local, func(r rune) bool { return r == '.' || r == '_' })
	for i, w := range words {
		words[i] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, " ")
}

// job gives a person's job, "" when unknown.
func (p *people) job(jid string) string {
	v := p.persons[jid]
	if v.Title != "" {
		return v.Title
	}
	return v.Org
}

// who gives the bare JID behind an author of a group, where it is known; else the author as it is.
func (p *people) who(r *room, conv, author, nick string) string {
	if !strings.Contains(author, "/") {
		return author
	}
	if r != nil {
		if jid, ok := r.occupants[nick]; ok {
			return jid
		}
	}
	for _, m := range p.members[conv] {
		if nick != "" && (m.Nick == nick || p.named(m.JID) == nick) {
			return m.JID
		}
	}
	return author
}

// author gives the name of whoever wrote a message of another person.
func (p *people) author(r *room, conv, author, nick string, group bool) string {
	if !group {
		return p.name(conv)
	}
	jid := p.who(r, conv, author, nick)
	if name := p.named(jid); name != "" || nick == "" {
		return name
	}
	return nick
}

// message makes a stored message one to be shown. c.mu is held.
func (c *Client) message(m store.Message) Message {
	out := Message{
		ID: MessageID(m.ID()), Conversation: ConversationID(m.Conv), Cursor: Cursor{Time: m.At, Row: m.Row}, Own: m.Own, Content: Text{Body: m.Body}, Time: m.Time,
		State: State(m.State), Failure: m.Failure,
	}
	if m.Own {
		out.Author, out.AuthorJID = c.cfg.Name, c.own.String()
		return out
	}
	r := c.rooms[m.Conv]
	out.Author = c.people.author(r, m.Conv, m.Author, m.Nick, m.Group)
	out.AuthorJID = c.people.who(r, m.Conv, m.Author, m.Nick)
	return out
}

// Members lists a group's people by name.
func (c *Client) Members(id ConversationID) (list []Member) {
	conv, err := c.address(id)
	if err != nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range c.people.members[conv] {
		v := Member{JID: m.JID, Name: c.people.named(m.JID), Job: c.people.job(m.JID)}
		switch {
		case m.JID == c.own.String() && c.cfg.Name != "":
			v.Name = c.cfg.Name
		case v.Name == "" && m.Nick != "":
			v.Name = m.Nick
		case v.Name == "":
			v.Name = c.people.name(m.JID)
		}
		list = append(list, v)
	}
	sort.Slice(list, func(i, j int) bool { return fold(list[i].Name) < fold(list[j].Name) })
	return list
}

// syncRoster reads the contact list.
func (c *Client) syncRoster(ctx context.Context) error {
	items, err := c.wire.Roster(ctx)
	if err != nil {
		return err
	}
	return c.write(func(s *store.Store) error { return c.keepContacts(s, items, true) })
}

// keepContacts stores contacts. c.mu is held.
func (c *Client) keepContacts(s *store.Store, items []xmpp.RosterItem, whole bool) error {
	var list []store.Person
	for _, i := range items {
		id := text(i.JID)
		if id == c.own.String() {
			continue
		}
		list = append(list, store.Person{JID: id, Contact: i.Subscription != "remove", Name: i.Name})
	}
	if err := s.SetContacts(list, whole); err != nil {
		return err
	}
	if err := c.loadPeople(); err != nil {
		return err
	}
	c.publish(ConversationsChanged{})
	return nil
}

// rosterPushed takes a change of the contact list; a locked client reads the whole list when it is unlocked.
func (c *Client) rosterPushed(items []xmpp.RosterItem) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.store != nil {
		c.lost("keep the contacts", c.keepContacts(c.store, items, false))
	}
}

// fetchCards fetches the vCards of contacts and members that are missing or old.
func (c *Client) fetchCards(ctx context.Context) error {
	var due []string
	seen := map[string]bool{c.own.String(): true}
	c.mu.Lock()
	oldest := c.cfg.Now().Add(-cardLasts)
	want := func(id string) {
		if !seen[id] && c.people.persons[id].VCardAt.Before(oldest) {
			due = append(due, id)
		}
		seen[id] = true
	}
	for id, p := range c.people.persons {
		if p.Contact {
			want(id)
		}
	}
	for _, members := range c.people.members {
		for _, m := range members {
			want(m.JID)
		}
	}
	c.mu.Unlock()
	if len(due) == 0 {
		return nil
	}
	sort.Strings(due)
	err := each(ctx, background, due, func(ctx context.Context, id string) error {
		card, err := c.wire.VCard(ctx, archiveJID(id))
		var refused *xmpp.StanzaError
		if err != nil && !errors.As(err, &refused) {
			return err
		}
		p := store.Person{JID: id, FullName: card.FullName, Title: card.Title, Org: card.Org, VCardAt: c.cfg.Now()}
		if p.Title == "" {
			p.Title = card.Role
		}
		return c.keepCard(p)
	})
	c.publish(ConversationsChanged{})
	return err
}

func (c *Client) keepCard(p store.Person) error {
	return c.write(func(s *store.Store) error {
		if err := s.SetVCard(p); err != nil {
			return err
		}
		old := c.people.persons[p.JID]
		p.Contact, p.Name = old.Contact, old.Name
		c.people.persons[p.JID] = p
		if p.FullName != old.FullName || p.Title != old.Title || p.Org != old.Org {
			c.publish(ConversationChanged{ConversationID(p.JID)})
		}
		return nil
	})
}

// presenceReceived notes who is there.
func (c *Client) presenceReceived(p xmpp.Presence) {
	id := text(p.From)
	c.mu.Lock()
	defer c.mu.Unlock()
	if p.Occupant != nil {
		if r := c.rooms[id]; r != nil {
			r.occupant(p)
		}
		return
	}
	was := len(c.presence[id]) > 0
	switch p.Type {
	case "":
		if c.presence[id] == nil {
			c.presence[id] = map[string]bool{}
		}
		c.presence[id][p.From.Resourcepart()] = true
	case "unavailable":
		delete(c.presence[id], p.From.Resourcepart())
		if p.From.Resourcepart() == "" || len(c.presence[id]) == 0 {
			delete(c.presence, id)
		}
	default:
		return
	}
	if now := len(c.presence[id]) > 0; now != was && c.store != nil && id != c.own.String() {
		c.publish(ConversationChanged{ConversationID(id)})
	}
}

package messaging

import (
	"context"
	"errors"
	"sort"
	"time"

	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// cardLasts is how long a vCard is taken as true.
const cardLasts = 7 * 24 * time.Hour

// Card is what is known of a person. Each text is "" if unknown.
type Card struct {
	ID      ConversationID
	Name    string // to show
	Plain   string // the same without what tells its owner from others
	Job     string // title or role
	Org     string
	Unit    string // of the organisation
	Place   string // a town
	Mail    string
	Phone   string
	Contact bool   // in the contact list
	Outside string // the domain, where that is another organisation's

	Presence Presence
	Status   string // what they say of themselves now
	Blocked  bool   // by the account
}

// Card gives what is known here of a person.
func (c *Client) Card(id ConversationID) (Card, error) {
	conv, err := c.canonical(id)
	if err != nil {
		return Card{}, err
	}
	if _, err := c.open(); err != nil {
		return Card{}, err
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.card(conv), nil
}

// card is Card with c.mu held.
func (c *Client) card(id ConversationID) Card {
	p := c.people.persons[string(id)]
	v := Card{
		ID: id, Name: c.people.name(string(id)), Plain: c.people.bare(string(id)), Job: p.Title, Org: p.Org, Unit: p.Unit, Place: p.Place, Mail: p.Mail, Phone: p.Phone,
		Contact: p.Contact, Blocked: c.blocked[id], Outside: c.people.outside(string(id)),
	}
	v.Presence, v.Status = c.presenceOf(string(id))
	return v
}

// FetchCard asks a person's vCards now, and keeps them. Where there is none, what is known is given. Errors: [ErrLocked], [ErrNoConversation],
// [ErrOffline].
func (c *Client) FetchCard(ctx context.Context, id ConversationID) (Card, error) {
	conv, err := c.canonical(id)
	if err != nil {
		return Card{}, err
	}
	if !c.online() {
		return Card{}, ErrOffline
	}
	card, err := c.wire.Card(ctx, address(conv))
	switch {
	case err == nil:
		if err := c.keepCard(c.personOf(conv, card)); err != nil {
			return Card{}, err
		}
	case isRefused(err), errors.Is(err, xmpp.ErrGuard):
	case errors.Is(err, xmpp.ErrNotConnected), errors.Is(err, xmpp.ErrNoAnswer):
		return Card{}, ErrOffline
	default:
		return Card{}, err
	}
	return c.Card(conv)
}

// personOf is what a vCard says of a person.
func (c *Client) personOf(id ConversationID, v xmpp.VCard) store.Person {
	p := store.Person{
		JID: string(id), FullName: v.FullName, Title: v.Title, Org: v.Org, Unit: v.Unit, Place: v.Place, Mail: v.Mail, Phone: v.Phone, VCardAt: c.cfg.Now(),
	}
	if p.Title == "" {
		p.Title = v.Role
	}
	return p
}

// fetchCards fetches the vCards of contacts and members that are missing or old.
func (c *Client) fetchCards(ctx context.Context) error {
	var due []string
	seen := map[string]bool{c.own.String(): true}
	c.mu.RLock()
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
	c.mu.RUnlock()
	if len(due) == 0 {
		return nil
	}
	sort.Strings(due)
	err := each(ctx, background, due, func(ctx context.Context, id string) error {
		card, err := c.wire.VCard(ctx, address(ConversationID(id)))
		switch {
		case err == nil, errors.Is(err, xmpp.ErrItemNotFound): // without a card
		case errors.Is(err, xmpp.ErrGuard): // a card too large to be read counts as none
			c.log.Info("a card is too large")
		case isRefused(err):
			return nil // what is known stays, and the next session asks again
		default:
			return err
		}
		return c.keepCard(c.personOf(ConversationID(id), card))
	})
	c.publish(ConversationsChanged{})
	return err
}

// isRefused reports whether the server answered that something is not available.
func isRefused(err error) bool {
	var refused *xmpp.StanzaError
	return errors.As(err, &refused)
}

func (c *Client) keepCard(p store.Person) error {
	return c.write(func(s *store.Store) error {
		if err := s.SetVCard(p); err != nil {
			return err
		}
		old := c.people.persons[p.JID]
		p.Contact, p.Name = old.Contact, old.Name
		c.mu.Lock()
		others := c.people.put(p)
		c.mu.Unlock()
		for _, jid := range others {
			c.publish(ConversationChanged{ConversationID(jid)})
		}
		if p.FullName != old.FullName || p.Title != old.Title || p.Org != old.Org {
			c.publish(ConversationChanged{ConversationID(p.JID)})
		}
		return nil
	})
}

// AskToBeContact asks a person to be a contact: then each sees whether the other is there (RFC 6121 section 3.1). Errors: [ErrLocked],
// [ErrNoConversation], [ErrOffline].
func (c *Client) AskToBeContact(id ConversationID) error {
	conv, err := c.canonical(id)
	if err != nil {
		return err
	}
	return c.write(func(*store.Store) error {
		// The account also accepts the other person's request in advance, so that the server answers it for the user.
		for _, kind := range []string{"subscribe", "subscribed"} {
			if err := c.wire.SendPresence(xmpp.Presence{To: address(conv), Type: kind}); err != nil {
				return ErrOffline
			}
		}
		return nil
	})
}

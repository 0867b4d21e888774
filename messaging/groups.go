package messaging

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/google/uuid"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
	"mellium.im/xmpp/jid"

	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// What the user does with groups needs the server's answer, so the account must be online; only invitations wait in the outbox.

// Errors of what is done with groups.
var (
	ErrNotAllowed = errors.New("messaging: the group does not let this account do that")
	ErrLastOwner  = errors.New("messaging: the group would have no owner any more")
	ErrNoGroups   = errors.New("messaging: the server makes no groups for this account")
)

// mostTries is how many addresses are tried if rooms with these addresses exist already.
const mostTries = 3

// CreateGroup makes a private group: only its members enter it, and see each other. The account owns it. Members are added and invited as by
// [Client.AddMembers]. Errors: [ErrEmpty] without a name, [ErrOffline], [ErrNoGroups]; after any other the group is there, without some of
// its members.
func (c *Client) CreateGroup(ctx context.Context, name string, members []ConversationID, words string) (ConversationID, error) {
	name = strings.TrimSpace(name)
	if name == "" {
		return "", ErrEmpty
	}
	if _, err := c.open(); err != nil {
		return "", err
	}
	id, err := c.makeRoom(ctx, name)
	if err != nil {
		return "", err
	}
	if err := c.enterGroup(ctx, id, name); err != nil {
		return id, err
	}
	err = c.write(func(s *store.Store) error {
		if err := c.keepMembers(s, id, []store.Member{{JID: c.own.String(), Affiliation: string(Owner)}}); err != nil {
			return err
		}
		return c.tell(s, id, Notice{Kind: Established, ByJID: c.own.String()})
	})
	if err != nil {
		return id, err
	}
	return id, c.AddMembers(ctx, id, members, words)
}

func (c *Client) makeRoom(ctx context.Context, name string) (ConversationID, error) {
	service, err := c.wire.RoomService(ctx)
	if errors.Is(err, xmpp.ErrItemNotFound) {
		return "", ErrNoGroups
	}
	for range mostTries {
		if err != nil {
			break
		}
		var where jid.JID
		if where, err = jid.New(roomName(name), service.JID.Domainpart(), ""); err != nil {
			return "", fmt.Errorf("messaging: name a room: %w", err)
		}
		if err = c.wire.CreateRoom(ctx, where, c.nick(""), name); err == nil {
			return conversationID(where), nil
		}
		if errors.Is(err, xmpp.ErrRoomExists) {
			err = nil
		}
	}
	if err = groupError(err); errors.Is(err, ErrNotAllowed) || err == nil {
		err = ErrNoGroups
	}
	return "", err
}

// roomName makes the local part of a room's address: what of a name is plain letters, and something that nobody else has.
func roomName(name string) string {
	plain, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn))), strings.ToLower(name))
	if err != nil {
		plain = ""
	}
	words := strings.FieldsFunc(plain, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	plain = strings.Join(words, "-")
	if len(plain) > 40 {
		plain = plain[:40]
	}
	return strings.Trim(plain+"-"+uuid.NewString()[:8], "-")
}

// enterGroup bookmarks a group, so that all devices of the account are in it, and enters it.
func (c *Client) enterGroup(ctx context.Context, id ConversationID, name string) error {
	where := address(id)
	if err := c.wire.SetBookmark(ctx, xmpp.Bookmark{JID: where, Name: name, Autojoin: true}); err != nil {
		return groupError(err)
	}
	return c.write(func(s *store.Store) error {
		if err := s.AddGroup(store.Group{JID: id, Name: name, Nick: c.nick("")}); err != nil {
			return err
		}
		c.mu.Lock()
		if c.rooms[id] == nil {
			c.rooms[id] = newRoom(where, c.nick(""))
			c.rooms[id].name, c.rooms[id].marked = name, name
		}
		c.mu.Unlock()
		c.publish(ConversationsChanged{})
		if c.syncer != nil {
			c.syncer.enter(id)
		}
		return nil
	})
}

// Enter tries again to enter a group that did not let the account in.
func (c *Client) Enter(id ConversationID) error {
	return c.inGroup(id, func(id ConversationID, r *room) error {
		s := c.syncer
		switch {
		case s == nil || !s.up:
			return ErrOffline
		case !r.joined:
			s.enter(id)
		}
		return nil
	})
}

// inGroup runs f on the writer with a group of the account.
func (c *Client) inGroup(id ConversationID, f func(ConversationID, *room) error) error {
	conv, err := c.canonical(id)
	if err != nil {
		return err
	}
	return c.write(func(*store.Store) error {
		r := c.rooms[conv]
		if r == nil {
			return ErrNoConversation
		}
		return f(conv, r)
	})
}

// AddMembers makes people members of a group, and invites them with some words. Errors: [ErrNotAllowed], [ErrOffline].
func (c *Client) AddMembers(ctx context.Context, id ConversationID, members []ConversationID, words string) error {
	for _, who := range members {
		member, err := c.canonical(who)
		if err != nil {
			return err
		}
		returns := false
		err = c.inGroup(id, func(id ConversationID, _ *room) error {
			returns = c.hasLeft(c.store.Load(), id, string(member))
			return nil
		})
		if err == nil {
			err = c.makeMember(ctx, id, member, string(Plain))
		}
		if err != nil {
			return err
		}
		err = c.inGroup(id, func(id ConversationID, _ *room) error {
			if returns {
				c.tellReturn(id, member)
			}
			return c.invite(c.store.Load(), member, id, words)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// RemoveMember puts somebody out of a group. Errors: [ErrNotAllowed], [ErrLastOwner], [ErrOffline].
func (c *Client) RemoveMember(ctx context.Context, id, who ConversationID) error {
	return c.makeMember(ctx, id, who, "none")
}

// SetRole makes a member of a group an owner, a moderator or a plain member. Errors: [ErrNotAllowed], [ErrLastOwner], [ErrOffline].
func (c *Client) SetRole(ctx context.Context, id, who ConversationID, role Role) error {
	return c.makeMember(ctx, id, who, string(role))
}

// HandOver makes somebody else the owner of a group, and this account a moderator of it.
func (c *Client) HandOver(ctx context.Context, id, to ConversationID) error {
	if err := c.SetRole(ctx, id, to, Owner); err != nil {
		return err
	}
	return c.makeMember(ctx, id, ConversationID(c.own.String()), string(Organiser))
}

// makeMember changes what somebody is in a group. Changes are made one after another: a late answer of the room would undo the next change
// here.
func (c *Client) makeMember(ctx context.Context, id, who ConversationID, affiliation string) error {
	is := func() (now string) {
		if i := indexOf(c.people.members[id], string(who)); i >= 0 {
			now = c.people.members[id][i].Affiliation
		}
		return now
	}
	var lock chan struct{}
	err := c.inGroup(id, func(conv ConversationID, r *room) error {
		id, lock = conv, r.changeLock
		return nil
	})
	if err != nil {
		return err
	}
	select {
	case lock <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-lock }()
	known := false
	err = c.inGroup(id, func(_ ConversationID, r *room) error {
		known = is() == affiliation
		r.changing[string(who)] = affiliation
		return nil
	})
	if err != nil || known {
		return err
	}
	refused := c.wire.SetAffiliation(ctx, address(id), bareOf(who), affiliation)
	_ = c.wire.Handled(ctx) // a notice of the room before this is older
	return c.inGroup(id, func(id ConversationID, r *room) (err error) {
		if refused == nil { // not every room tells those who changed it
			err = c.affiliated(id, xmpp.Affiliate{JID: bareOf(who), Affiliation: affiliation})
		}
		delete(r.changing, string(who))
		if refused != nil {
			return groupError(refused)
		}
		return err
	})
}

// bareOf is the bare JID of a person.
func bareOf(id ConversationID) jid.JID { return address(id).Bare() }

// RenameGroup gives a group another name. Errors: [ErrEmpty], [ErrNotAllowed], [ErrOffline].
func (c *Client) RenameGroup(ctx context.Context, id ConversationID, name string) error {
	name = strings.TrimSpace(name)
	if name == "" {
		return ErrEmpty
	}
	err := c.inGroup(id, func(conv ConversationID, r *room) error {
		id, r.changing[""] = conv, c.own.String()
		return nil
	})
	if err != nil {
		return err
	}
	if err = c.wire.RenameRoom(ctx, address(id), name); err == nil {
		err = c.readRoom(ctx, id)
	}
	_ = c.wire.Handled(ctx) // the room may have told it
	_ = c.inGroup(id, func(_ ConversationID, r *room) error { delete(r.changing, ""); return nil })
	if err != nil {
		return groupError(err)
	}
	return nil
}

// EndGroup ends a group for all. Errors: [ErrNotAllowed], [ErrOffline].
func (c *Client) EndGroup(ctx context.Context, id ConversationID) error {
	conv, err := c.canonical(id)
	if err != nil {
		return err
	}
	if err := c.wire.DestroyRoom(ctx, address(conv)); err != nil {
		return groupError(err)
	}
	return c.forgetGroup(ctx, conv)
}

// forgetGroup takes a group out of the bookmarks and leaves it.
func (c *Client) forgetGroup(ctx context.Context, id ConversationID) error {
	// Not every server tells the other devices of what is removed (ejabberd), but all of what is changed.
	err := c.wire.SetBookmark(ctx, xmpp.Bookmark{JID: address(id)})
	if err == nil {
		err = c.wire.RemoveBookmark(ctx, address(id))
	}
	if err != nil {
		return groupError(err)
	}
	_ = c.do(func() {
		c.mu.Lock()
		delete(c.rooms, id)
		c.mu.Unlock()
	})
	_ = c.wire.Leave(address(id)) // not connected: it is left with the session
	return c.write(func(s *store.Store) error {
		c.syncer.readBookmarks()
		list, err := s.Groups()
		if err != nil {
			return err
		}
		return c.keepGroups(slices.DeleteFunc(list, func(g store.Group) bool { return g.JID == id }))
	})
}

// groupError turns an error of the wire into one that can be explained to the user.
func groupError(err error) error {
	var refused *xmpp.StanzaError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, xmpp.ErrNotConnected), errors.Is(err, xmpp.ErrNoAnswer), errors.Is(err, xmpp.ErrUnreachable):
		return ErrOffline
	case !errors.As(err, &refused):
		return err
	}
	switch refused.Condition {
	case "conflict":
		return ErrLastOwner
	case "forbidden", "not-allowed", "not-authorized", "registration-required":
		return ErrNotAllowed
	case "item-not-found", "gone":
		return ErrNoConversation
	case "service-unavailable", "feature-not-implemented":
		return ErrNotOffered
	}
	return err
}

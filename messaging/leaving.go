package messaging

import (
	"context"
	"errors"
	"time"

	"mellium.im/xmpp/jid"

	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// Not every server lets members give up their membership of a group, so a member who leaves announces it to the group, which archives the
// announcement. The programs of the group's owners and moderators take the member off its list, at once or when they next enter the group. If
// such a member is added again, this is announced too, for programs that read the archive later.

// leavingPause is the longest time until a group removes this account after it gave up its membership.
const leavingPause = 5 * time.Minute

// isLeaving reports whether the account is giving up its place.
func (r *room) isLeaving(now time.Time) bool { return r.leaving.After(now) }

// LeaveGroup leaves a group for good, on all devices, and tells the others with some words, which other programs show. What was said in it
// stays readable. Errors: [ErrLastOwner] where others would be left without an owner; [ErrOffline], where the group may not have heard it: the
// account is still in it, and may leave again.
func (c *Client) LeaveGroup(ctx context.Context, id ConversationID, words string) error {
	var role Role
	var in, place bool
	var others, owners int
	own := c.own.String()
	err := c.inGroup(id, func(conv ConversationID, r *room) error {
		id, in, place = conv, r.joined, r.refused.mayHavePlace()
		role = c.ownRole(conv)
		for _, m := range c.people.members[conv] {
			if m.JID != own {
				others++
				if m.Affiliation == string(Owner) {
					owners++
				}
			}
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case role == Owner && owners == 0 && others > 0:
		return ErrLastOwner
	case role == Owner && owners == 0:
		return c.EndGroup(ctx, id)
	}
	said := newID()
	_ = c.inGroup(id, func(_ ConversationID, r *room) error { r.leaving = c.cfg.Now().Add(leavingPause); return nil }) // before the room puts the account out
	if in {
		err = c.wire.Send(xmpp.Message{ID: said, OriginID: said, To: address(id), Type: "groupchat", Body: words, Store: true, GivesUp: true})
	}
	if err == nil && place {
		err = c.giveUp(ctx, address(id), role) // its answer comes after what was said
	}
	if err == nil {
		err = c.forgetGroup(ctx, id)
	}
	if err != nil {
		_ = c.inGroup(id, func(_ ConversationID, r *room) error { r.leaving = time.Time{}; return nil })
		return groupError(err)
	}
	return c.write(func(s *store.Store) error {
		st := store.Stanza{Conv: id, Group: true, Author: own, Own: true, Time: c.cfg.Now(), MsgID: said, OriginID: said}
		return c.tellAs(s, st, Notice{Kind: Left, WhoJID: own})
	})
}

// giveUp gives up the account's place in a group. Not every server allows this (ejabberd 23.01 nobody, Prosody 0.12 no moderator): then an
// owner or moderator whose program receives the announcement takes the account off the list. It fails where the room does not answer.
func (c *Client) giveUp(ctx context.Context, room jid.JID, role Role) (err error) {
	var refused *xmpp.StanzaError
	if role == Owner {
		err = c.wire.SetAffiliation(ctx, room, c.own, string(Plain)) // others own it too
	}
	if err == nil || errors.As(err, &refused) {
		err = c.wire.Unregister(ctx, room)
	}
	if errors.As(err, &refused) {
		return nil
	}
	return err
}

// takeOff takes somebody off a group's list who has left it, where this account may. The writer runs it.
func (c *Client) takeOff(id ConversationID, who string) {
	role, members := c.ownRole(id), c.people.members[id]
	at := indexOf(members, who)
	if at < 0 || c.syncer == nil || who == c.own.String() || role != Owner && (role != Organiser || members[at].Affiliation != string(Plain)) {
		return
	}
	c.syncer.spawn(c.syncer.ctx, "take somebody off a group's list", func(ctx context.Context) error {
		if err := c.makeMember(ctx, id, ConversationID(who), "none"); errors.Is(err, ErrOffline) {
			return err
		}
		return nil // otherwise the group refuses it: the account is no moderator any more
	})
}

// takeOffLeavers takes everybody off a group's list who left while no owner or moderator was there. The writer runs it.
func (c *Client) takeOffLeavers(s *store.Store, id ConversationID) error {
	if role := c.ownRole(id); role != Owner && role != Organiser {
		return nil
	}
	left, err := s.Leavers(id, addresses(c.people.members[id])...)
	for _, who := range left {
		c.takeOff(id, who)
	}
	return err
}

// hasLeft reports whether somebody's last announcement in a group is that they leave it. The writer runs it.
func (c *Client) hasLeft(s *store.Store, id ConversationID, who string) bool {
	left, err := s.Leavers(id, who)
	c.failed("read who has left a group", err)
	return len(left) > 0
}

// isLowered reports whether a change of affiliation is one that a leaving member gets: to a plain member, then to none.
func isLowered(was, now string) bool { return was != "" && (now == "" || now == string(Plain)) }

// tellReturn announces to a group that somebody who has left belongs to it again. Only programs see it. It is not repeated if the
// connection is lost.
func (c *Client) tellReturn(id, who ConversationID) {
	said := newID()
	_ = c.wire.Send(xmpp.Message{ID: said, OriginID: said, To: address(id), Type: "groupchat", Store: true, Returns: bareOf(who)})
}

package messaging

import (
	"context"
	"strings"

	"discussions/messaging/model"
	"discussions/messaging/outbox"
	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// Invitations to groups are messages of the conversation with the inviter, until the user has answered and afterwards.

// readInvite reads an invitation to a group. One that the inviter sent is a message of theirs. One that came through the group is shown in
// the group where the account is in it already; else it only claims to be the inviter's: anybody can forge such a one in anybody's name, so
// what is written in it is not shown.
func (c *Client) readInvite(m *xmpp.Message, r *reading) {
	s, invitation := r.stanza, model.Invitation{Room: conversationID(m.Invite.Room), Text: inviteText(m), By: text(m.Invite.From)}
	if !throughRoom(m) {
		r.facts = append(r.facts, &store.NewMessage{Stanza: s, Content: invitation, Markable: m.Markable})
		return
	}
	r.receipt = false
	s.StanzaID = "" // the id is of the account's own archive
	words := strings.TrimSpace(m.Invite.Reason)
	switch inviter := m.Invite.From.Bare(); {
	case c.rooms[invitation.Room] != nil && m.ArchiveID == "" && words != "": // the body is the room's
		s.Group, s.Author = true, invitation.By
		r.facts = append(r.facts, &store.NewMessage{Stanza: s, Content: model.Text{Body: words}, Markable: m.Markable})
	case c.rooms[invitation.Room] != nil, isZero(inviter), inviter.Equal(c.own), c.rooms[conversationID(inviter)] != nil:
		value := struct{ Room, From, Reason, Body string }{m.Invite.Room.String(), m.Invite.From.String(), m.Invite.Reason, m.Body}
		r.facts = append(r.facts, kept(r.stanza, "invitation", value))
		return
	default:
		s = r.stanza
		s.Conv, s.Author = conversationID(inviter), invitation.By
		invitation.Text, invitation.Claims = "", true
		r.facts = append(r.facts, &store.NewMessage{Stanza: s, Content: invitation})
	}
	r.stanza = s
}

// readDecline reads that somebody declined an invitation to a group. It is accepted only from a group that the account
// is in.
func (c *Client) readDecline(m *xmpp.Message, r *reading) store.Fact {
	s := r.stanza
	if c.rooms[s.Conv] == nil || m.ArchiveID != "" || isZero(m.Decline.From) {
		return kept(s, "decline", struct{ From, Reason string }{m.Decline.From.String(), m.Decline.Reason})
	}
	s.Group, s.Author, s.StanzaID = true, string(s.Conv), ""
	r.stanza, r.receipt = s, false
	return &store.NewMessage{Stanza: s, Content: model.Notice{Kind: model.TurnedDown, WhoJID: text(m.Decline.From), Text: m.Decline.Reason}}
}

// throughRoom reports whether an invitation was passed on by the group itself.
func throughRoom(m *xmpp.Message) bool { return m.Invite.Room.Equal(m.From) }

// inviteText is what the inviter wrote in a direct invitation, "" for nothing.
func inviteText(m *xmpp.Message) string {
	body, reason := strings.TrimSpace(m.Body), strings.TrimSpace(m.Invite.Reason)
	switch {
	case reason == "" || strings.Contains(body, reason): // many programs repeat it in the body
		reason = ""
	case body != "":
		body += "\n"
	}
	return body + reason
}

// invite sends an invitation to a group, through the outbox. The writer runs it.
func (c *Client) invite(s *store.Store, to, group ConversationID, words string) error {
	o := store.Outgoing{ID: newID(), Conv: to, Content: model.Invitation{Room: group, Text: words, By: c.own.String()}, Time: c.cfg.Now()}
	_, err := c.queue(s, o)
	return err
}

// queue puts a message into the outbox, shows it, and hands it to the wire. The writer runs it.
func (c *Client) queue(s *store.Store, o store.Outgoing) (m Message, err error) {
	stored, err := s.Queue(o)
	if err != nil {
		return Message{}, err
	}
	c.outbox.Add(pending(&o))
	c.countUnsent()
	c.stopWriting(o.Conv)
	c.fetchBack(s, o.Conv)
	m = c.message(&stored)
	c.publish(MessageAdded{Message: m, Live: true}, ConversationChanged{o.Conv})
	if next := c.nextOf(o.Conv); next != nil && next.ID == o.ID { // an earlier one that the wire did not take goes first, with the next flush
		c.hand(next, o)
	}
	return m, nil
}

// nextOf is the first message of a conversation that may be handed to the wire now, nil for none.
func (c *Client) nextOf(conv ConversationID) *outbox.Message {
	for _, next := range c.next() {
		if next.Conv == conv {
			return next
		}
	}
	return nil
}

// Accept enters the group of an invitation, on all of the account's devices. Errors: [ErrNoMessage] where the message is no invitation,
// [ErrOffline]; what the group says comes with its conversation.
func (c *Client) Accept(ctx context.Context, id ConversationID, message MessageID) (group ConversationID, err error) {
	invitation, err := c.invitation(id, message)
	if err != nil {
		return "", err
	}
	if err := c.enterGroup(ctx, invitation.Room, ""); err != nil {
		return "", err
	}
	return invitation.Room, c.answered(id, message, Accepted)
}

// Decline does not enter the group of an invitation, and has the group tell the inviter so (XEP-0045 §7.8.2).
func (c *Client) Decline(_ context.Context, id ConversationID, message MessageID) error {
	invitation, err := c.invitation(id, message)
	if err != nil {
		return err
	}
	m := xmpp.Message{ID: newID(), To: address(invitation.Room), Type: "normal", Decline: &xmpp.Decline{From: address(ConversationID(invitation.By))}}
	if err := c.wire.Send(m); err != nil {
		return ErrOffline
	}
	return c.answered(id, message, Declined)
}

func (c *Client) invitation(id ConversationID, message MessageID) (invitation Invitation, err error) {
	err = c.about(id, message, func(_ *store.Store, m *store.Message) error {
		var ok bool
		if invitation, ok = m.Content.(Invitation); !ok || m.Own {
			return ErrNoMessage
		}
		return nil
	})
	return invitation, err
}

func (c *Client) answered(id ConversationID, message MessageID, answer Answer) error {
	return c.about(id, message, func(s *store.Store, m *store.Message) error {
		if err := s.Answer(m, answer); err != nil {
			return err
		}
		c.publish(MessageChanged{c.message(m)}, ConversationChanged{m.Conv})
		return nil
	})
}

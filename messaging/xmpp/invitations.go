package xmpp

import "mellium.im/xmpp/jid"

// Invitations to rooms: mediated by the room (XEP-0045 §7.8.2) or direct (XEP-0249: Direct MUC Invitations). Anybody can send them.

// Invite is an invitation to a room. The message's body may be the inviter's words, or a sentence made by a program or the room.
type Invite struct {
	Room   jid.JID
	From   jid.JID // the inviter, if known
	Reason string  // the inviter's words in the invitation itself
}

// Decline means that somebody declined an invitation. Anybody can send it: check that this account sent the invitation.
type Decline struct {
	Room   jid.JID
	From   jid.JID
	Reason string
}

// mediated is an invitation, or an answer to one, as a room passes it on.
type mediated struct {
	From   string `xml:"from,attr,omitempty"`
	To     string `xml:"to,attr,omitempty"`
	Reason string `xml:"reason,omitempty"`
}

type directInvite struct {
	JID    string `xml:"jid,attr"`
	Reason string `xml:"reason,attr,omitempty"`
}

func (m *messageStanza) invite(from jid.JID) *Invite {
	if m.Room != nil && m.Room.Invite != nil {
		return &Invite{Room: from.Bare(), From: parseJID(m.Room.Invite.From), Reason: m.Room.Invite.Reason}
	}
	if m.Direct != nil {
		if where := parseJID(m.Direct.JID); !isZero(where) {
			return &Invite{Room: where.Bare(), From: from, Reason: m.Direct.Reason}
		}
	}
	return nil
}

func (m *messageStanza) decline(from jid.JID) *Decline {
	if m.Room == nil || m.Room.Decline == nil || from.Resourcepart() != "" {
		return nil
	}
	return &Decline{Room: from, From: parseJID(m.Room.Decline.From), Reason: m.Room.Decline.Reason}
}

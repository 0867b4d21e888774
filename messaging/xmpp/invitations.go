package xmpp

import "mellium.im/xmpp/jid"

// Invitations to rooms: through the room (XEP-0045 §7.8.2) and by XEP-0249: Direct MUC Invitations. Anybody can send them.

// Invite is an invitation to a room. A body beside it is what the inviter wrote, or a sentence by the inviter's program or the room.
type Invite struct {
	Room   jid.JID
	From   jid.JID // who invites, as far as known
	Reason string  // what the inviter wrote, where the invitation itself has a place for it
}

// Decline is the answer of somebody who was invited and does not come. The receiver checks that it invited somebody to that room.
type Decline struct {
	Room   jid.JID
	From   jid.JID
	Reason string
}

// mediated is an invitation or its refusal as a room hands it on.
type mediated struct {
	From   string `xml:"from,attr"`
	Reason string `xml:"reason"`
}

type directInvite struct {
	JID    string `xml:"jid,attr"`
	Reason string `xml:"reason,attr"`
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

package messaging

import (
	"time"

	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// parsed is a message of the wire, put into its conversation.
type parsed struct {
	conv    string
	group   bool
	hasBody bool
	in      store.Incoming // without its Time when live

	from      string // full JID of the sender
	state     string // chat state
	delivered string // the id of the message that this is a receipt for
	displayed string // the id up to which the sender read
	receipt   bool   // the sender wants a receipt
}

// read decides to which conversation a message belongs and whose it is. ok is false for what is no part of any: headlines,
// subjects, private messages between occupants of a room, invitations, and what the account sent to itself.
func (c *Client) read(m *xmpp.Message) (p parsed, ok bool) {
	p = parsed{
		from: m.From.String(), state: m.ChatState, delivered: m.Received, displayed: m.Displayed,
		hasBody: m.HasBody && m.Body != "", receipt: m.RequestReceipt && m.Carbon == xmpp.Direct,
	}
	archive := c.own
	switch m.Type {
	case "groupchat":
		p.group, p.conv, archive = true, text(m.From), m.From.Bare()
		p.in.Nick, p.in.Author = m.From.Resourcepart(), m.From.String()
		if p.in.Nick == "" {
			return p, false // the room itself speaks
		}
		c.mu.Lock()
		if r := c.rooms[p.conv]; r != nil {
			p.in.Own = r.nick == p.in.Nick
			if known, ok := r.occupants[p.in.Nick]; ok {
				p.in.Author = known
			}
		}
		c.mu.Unlock()
		if !none(m.RealJID) {
			p.in.Author = text(m.RealJID)
		}
		// A nickname may have belonged to somebody else then: the real JID decides where it is told.
		if p.in.Author != m.From.String() {
			p.in.Own = p.in.Author == c.own.String()
		}
		p.receipt, p.delivered = false, ""
	case "chat", "normal":
		p.in.Own = m.From.Bare().Equal(c.own)
		p.in.Author = text(m.From)
		peer := m.From
		if p.in.Own {
			peer = m.To
		}
		if none(peer) || peer.Bare().Equal(c.own) || m.Invite != nil || c.inRoom(text(peer)) {
			return p, false
		}
		p.conv = text(peer)
	default:
		return p, false
	}
	p.in.Conv, p.in.Group, p.in.Body = p.conv, p.group, m.Body
	p.in.MsgID, p.in.OriginID, p.in.Markable = m.ID, m.OriginID, m.Markable
	for _, s := range m.StanzaIDs {
		if s.By.Equal(archive) {
			p.in.StanzaID = s.ID
		}
	}
	if m.ArchiveID != "" {
		p.in.StanzaID, p.in.Time = m.ArchiveID, m.Delay
	}
	return p, true
}

func (c *Client) inRoom(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rooms[id] != nil
}

// liveTime is when a live message was written: a stamp may say that it waited somewhere, but not that it comes from the future.
func (c *Client) liveTime(m xmpp.Message) time.Time {
	now := c.cfg.Now()
	if !m.Delay.IsZero() && m.Delay.Before(now) {
		return m.Delay
	}
	return now
}

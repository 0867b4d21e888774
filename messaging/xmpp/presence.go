package xmpp

import (
	"encoding/xml"
	"strconv"
	"strings"

	"mellium.im/xmpp/jid"
)

// Presence is a presence stanza (RFC 6121 §4).
type Presence struct {
	ID   string
	From jid.JID // received
	To   jid.JID // zero: to the server, for all contacts
	// Type is "" (available), unavailable, subscribe, subscribed, unsubscribe, unsubscribed, or error.
	Type     string
	Show     string // "", away, chat, dnd, xa
	Status   string
	Nick     string // how a person who asks to be a contact calls themselves (XEP-0172)
	Priority int8
	Error    *StanzaError // received, type error only
	Occupant *Occupant    // received; XEP-0045, From is then room/nick
}

// Occupant is what a room says about one of its occupants (XEP-0045).
type Occupant struct {
	JID         jid.JID // the real JID, if the room discloses it
	Affiliation string  // owner, admin, member, none, outcast
	Role        string  // moderator, participant, visitor, none
	Self        bool    // status 110: this session's own presence
	Entered     bool    // received, with Self: the session was not in the room before; only now a room must tell its status codes
	Nick        string  // with status 303: the new nickname
	ID          string  // the occupant-id (XEP-0421), "" for none
	Codes       []int
	Destroyed   bool
	Actor       Actor // who removed them, or changed their affiliation
}

// presenceStanza is a presence on the wire.
type presenceStanza struct {
	XMLName  xml.Name      `xml:"jabber:client presence"`
	ID       string        `xml:"id,attr,omitempty"`
	From     string        `xml:"from,attr,omitempty"`
	To       string        `xml:"to,attr,omitempty"`
	Type     string        `xml:"type,attr,omitempty"`
	Show     string        `xml:"show,omitempty"`
	Statuses []textElement `xml:"status"`
	Nick     string        `xml:"http://jabber.org/protocol/nick nick,omitempty"`
	Priority string        `xml:"priority,omitempty"`
	Error    *errorElement `xml:"error"`
	Join     *joinElement  `xml:"http://jabber.org/protocol/muc x"`
	Caps     *capsElement  `xml:"http://jabber.org/protocol/caps c"`
	Room     *roomUser     `xml:"http://jabber.org/protocol/muc#user x"`

	Picture *pictureUpdate `xml:"vcard-temp:x:update x"`

	IDs []occupantIDElement `xml:"urn:xmpp:occupant-id:0 occupant-id"`
}

// SendPresence queues a presence. One for all contacts tells what this client can (XEP-0115).
func (c *Client) SendPresence(p Presence) error {
	s := presenceStanza{ID: p.ID, To: p.To.String(), Type: p.Type, Show: p.Show, Nick: p.Nick}
	if p.Status != "" {
		s.Statuses = []textElement{{Text: p.Status}}
	}
	if p.Priority != 0 {
		s.Priority = strconv.Itoa(int(p.Priority))
	}
	if isZero(p.To) && p.Type == "" {
		s.Caps = newCaps(ownInfo(""))
	}
	data, err := encode(s)
	if err != nil {
		return err
	}
	return c.enqueue(sent{data: data})
}

// receivePresence decodes a presence. Its room elements count only if this session joined or is joining that room.
func (c *Client) receivePresence(s *presenceStanza) Event {
	from, ok := c.sender(s.From)
	if !ok {
		c.refuse(RuleAddress, "presence")
		return nil
	}
	p := Presence{ID: s.ID, From: from, To: parseJID(s.To), Type: s.Type, Show: s.Show, Nick: strings.TrimSpace(s.Nick)}
	p.Status, _ = pick(s.Statuses)
	if n, err := strconv.ParseInt(strings.TrimSpace(s.Priority), 10, 8); err == nil {
		p.Priority = int8(n)
	}
	if s.Type == "error" {
		p.Error = s.Error.decode()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	key := from.Bare().String()
	r := c.rooms[key]
	if r == nil {
		return PresenceReceived{Presence: p}
	}
	if from.Resourcepart() == "" && s.Picture != nil && s.Picture.Photo != nil { // the room's own: what an occupant tells is the occupant's
		return RoomPictureTold{Room: from, Hash: strings.ToLower(strings.TrimSpace(*s.Picture.Photo))}
	}
	if p.Occupant = s.Room.occupant(); p.Occupant != nil {
		p.Occupant.ID = occupantID(s.IDs)
	}
	return c.roomPresence(key, r, p)
}

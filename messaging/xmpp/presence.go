package xmpp

import (
	"time"

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
	Priority int8
	Delay    time.Time    // received
	Error    *StanzaError // received, type error only
	Occupant *Occupant    // received; XEP-0045, From is then room/nick
}

// Occupant is what a room says about one of its occupants (XEP-0045).
type Occupant struct {
	JID         jid.JID // the real JID, where the room tells it
	Affiliation string  // owner, admin, member, none, outcast
	Role        string  // moderator, participant, visitor, none
	Self        bool    // status 110: this session's own presence
	Nick        string  // the new nickname, with status 303
	Codes       []int
	Destroyed   bool
}

package xmpp

import (
	"time"

	"mellium.im/xmpp/jid"
)

// Direction says how a message came.
type Direction int

const (
	// Direct: not a carbon.
	Direct Direction = iota
	// CarbonReceived: a copy of what another client of this account received.
	CarbonReceived
	// CarbonSent: a copy of what another client of this account sent.
	CarbonSent
)

// Message is a message stanza with the extensions that this program speaks. The same struct is sent ([Client.Send]) and received;
// fields marked "received" are ignored when sending.
type Message struct {
	ID   string
	From jid.JID // received; full where the sender's client is known, room/nick for a room's message
	To   jid.JID
	Type string // chat, groupchat, normal, headline, error; "" is normal

	Body       string
	HasBody    bool // received: there was a body, maybe an empty one
	Subject    string
	HasSubject bool // a subject alone, without body or thread, is a room's subject
	Thread     string

	OriginID  string     // XEP-0359: the sender's own lasting id; sent when not empty
	StanzaIDs []StanzaID // received; only those by the own account or by the room that sent the message
	Delay     time.Time  // received; XEP-0203, zero when live. From an archive: when the archive got it. Live: a sender can forge it

	ChatState      string // XEP-0085: active, composing, paused, inactive, gone
	RequestReceipt bool   // XEP-0184: a receipt is wanted
	Received       string // XEP-0184: the id of the message that this is a receipt for
	Markable       bool   // XEP-0333: a displayed marker is wanted
	Displayed      string // XEP-0333: everything up to this id was read
	NoStore        bool   // XEP-0334: not for the archive (typing notices)

	Carbon    Direction    // received; the message is then the inner one
	Invite    *Invite      // received; XEP-0045 mediated or XEP-0249 direct invitation
	RealJID   jid.JID      // received, archive of a room only: who wrote it, where the room tells
	Error     *StanzaError // received, type error only
	ArchiveID string       // received, archive only: the result's id, the cursor of XEP-0059
}

// StanzaID is a lasting id that an archive gave to a message (XEP-0359).
type StanzaID struct {
	By jid.JID
	ID string
}

// Invite is an invitation to a room.
type Invite struct {
	Room   jid.JID
	From   jid.JID // who invites, as far as known
	Reason string
}

package xmpp

import (
	"time"

	"mellium.im/xmpp/jid"
)

// Event is one of the types in this file. [Config.Handle] receives them in stream order.
type Event interface{ event() }

// Connecting means that an attempt to connect begins. Connected or Disconnected follows.
type Connecting struct{}

// Connected means that a session is up, authenticated and bound, with stream management and carbons if the server offers them.
//
// A new session (not Resumed) starts without presence: the caller sends presence, joins rooms, requests the roster and catches up with the
// archives.
type Connected struct {
	// Resumed: the previous session goes on. Nothing was missed, unacknowledged stanzas have been sent again, and rooms and presence
	// still hold.
	Resumed bool
	// JID is the full JID of the session, as the server bound it.
	JID jid.JID
	// Features are the server's offers that are in use.
	Features Features
	// Unacked are the ids of messages sent in previous sessions and never acknowledged, in order. The server may or may not have them;
	// they are not sent again. Empty if Resumed.
	Unacked []string
}

// Features of the session's server.
type Features struct {
	Acks        bool // XEP-0198
	Resumable   bool // XEP-0198: the session survives a short loss of the network
	Carbons     bool // XEP-0280: messages of the account's other clients arrive too
	ClientState bool // XEP-0352
	Mechanism   string
}

// Disconnected means that the session ended, or an attempt to connect failed.
type Disconnected struct {
	// Err matches one of this package's errors. Never nil.
	Err error
	// Next is when the next attempt begins.
	Next time.Time
}

// MessageReceived is a message of any type except error: an incoming one, a carbon copy, or a room's message, including the reflection of
// an own one. Archive results are not events: [Client.Archive] returns them.
type MessageReceived struct{ Message Message }

// Bounced is a message of type error: the message with the id Message.ID was not delivered, for the reason Message.Error. Anybody can send
// an error: check that the message was sent to Message.From.
type Bounced struct{ Message Message }

// PresenceReceived is any presence: of contacts, room occupants, and subscription requests.
type PresenceReceived struct{ Presence Presence }

// RosterPushed holds the changed entries. Subscription "remove" means removed.
type RosterPushed struct{ Items []RosterItem }

// Acked are the ids of sent messages that the server certainly has, in order: acknowledged by XEP-0198 or, without it, by an answer to a
// ping that was sent after them.
type Acked struct{ IDs []string }

// RoomLeft means that this session is no longer in a room, because it was kicked or banned, the room is gone, or Leave was called.
type RoomLeft struct {
	Room jid.JID // bare
	// Codes are the status codes of XEP-0045 §15.6.2: 301 banned, 307 kicked, 321 and 322 no longer a member, 332 service shutdown,
	// 333 technical problem. Empty after Leave.
	Codes []int
	// Destroyed: the room no longer exists.
	Destroyed bool
	Actor     Actor // who has done it, if told
}

// RoomPictureTold gives the hash of the picture that a room has now (XEP-0153): SHA-1 in hexadecimal, "" for none. A room tells it to who
// enters, and when it changes.
type RoomPictureTold struct {
	Room jid.JID // bare
	Hash string
}

// BookmarksChanged means that a client of the account has changed the bookmarks. Servers also send it once at the beginning of a session.
type BookmarksChanged struct{}

// ReadMarksChanged means that a device of the account, this one included, has seen conversations up to these messages (XEP-0490).
type ReadMarksChanged struct{ Marks []ReadMark }

// UnreadMarksChanged means that a device of the account, this one included, has marked conversations as unread, or removed such
// marks.
type UnreadMarksChanged struct{ Marks []UnreadMark }

// OwnStatusChanged means that a device of the account, this one included, has set what the account says of itself. nil: nothing is known.
type OwnStatusChanged struct{ Status *OwnStatus }

func (Connecting) event()         {}
func (Connected) event()          {}
func (Disconnected) event()       {}
func (MessageReceived) event()    {}
func (Bounced) event()            {}
func (PresenceReceived) event()   {}
func (RosterPushed) event()       {}
func (Acked) event()              {}
func (RoomLeft) event()           {}
func (RoomPictureTold) event()    {}
func (BookmarksChanged) event()   {}
func (ReadMarksChanged) event()   {}
func (UnreadMarksChanged) event() {}
func (OwnStatusChanged) event()   {}

package xmpp

import (
	"time"

	"mellium.im/xmpp/jid"
)

// Event is one of the types of this file. They are handed to [Config.Handle] in stream order.
type Event interface{ event() }

// Connecting says that an attempt to have a session begins. Connected or Disconnected follows.
type Connecting struct{}

// Connected says that a session is up: authenticated, bound, with stream management and carbons where offered.
//
// A new session (not Resumed) starts silent: the caller sends presence, enters rooms again, asks the roster and catches up with the
// archives.
type Connected struct {
	// Resumed: the former session goes on. Nothing was missed, what was not acknowledged has been sent again, rooms and
	// presence still hold.
	Resumed bool
	// JID is the full JID of the session, as the server bound it.
	JID jid.JID
	// Features are what the server offered.
	Features Features
	// Unacked are the ids of the messages that were sent in former sessions and never acknowledged, in order: the server may have
	// them or not. They are not sent again. Empty when Resumed.
	Unacked []string
}

// Features of the session's server.
type Features struct {
	Acks        bool // XEP-0198
	Resumable   bool // XEP-0198: a short loss of the network loses nothing
	Carbons     bool // XEP-0280: the account's other clients' messages come too
	ClientState bool // XEP-0352
	Mechanism   string
}

// Disconnected says that there is no session any more, or that an attempt to have one failed.
type Disconnected struct {
	// Err matches one of this package's sentinels. Never nil.
	Err error
	// Next is when the next attempt begins. Zero: none before [Client.Retry] (after ErrReplaced).
	Next time.Time
}

// MessageReceived is a message of any type but error: one that came in, a copy by carbons, a room's message or reflection.
// Archive results are not events: [Client.Archive] returns them.
type MessageReceived struct{ Message Message }

// Bounced is a message of type error: what was sent under Message.ID came back from Message.From for the reason Message.Error. Check
// that the message had gone there: anybody can send an error.
type Bounced struct{ Message Message }

// PresenceReceived is any presence: contacts, subscription requests, room occupants.
type PresenceReceived struct{ Presence Presence }

// RosterPushed holds the entries that changed; Subscription "remove" means gone.
type RosterPushed struct{ Items []RosterItem }

// Acked are the ids of sent messages that the server has taken over for certain, in order: by XEP-0198 or, where the server has none, by an
// answer to a ping that was sent after them.
type Acked struct{ IDs []string }

// RoomLeft says that this session is no longer in a room it was in: kicked, banned, the room is gone, or Leave was answered.
type RoomLeft struct {
	Room jid.JID // bare
	// Codes are the status codes of XEP-0045 §15.6.2: 301 banned, 307 kicked, 321 and 322 no longer a member, 332 the service stops, 333
	// technical problem; none when it was left on purpose.
	Codes []int
	// Destroyed: the room exists no more.
	Destroyed bool
}

func (Connecting) event()       {}
func (Connected) event()        {}
func (Disconnected) event()     {}
func (MessageReceived) event()  {}
func (Bounced) event()          {}
func (PresenceReceived) event() {}
func (RosterPushed) event()     {}
func (Acked) event()            {}
func (RoomLeft) event()         {}

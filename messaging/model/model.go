// Package model says what a message is: its identifiers, its content and what other messages say about it. The store keeps these
// types and the interface shows them; none of them knows the wire, the database or a widget.
package model

import "time"

// ConversationID names a conversation: the bare JID of the other person or of the room.
type ConversationID string

// MessageID names a message on this computer. It is stable as long as the cache lives.
type MessageID string

// ArchiveID names an archive (XEP-0313): the bare JID of a room, or "" for the account's own.
type ArchiveID string

// OwnArchive is the archive of the account itself.
const OwnArchive ArchiveID = ""

// StanzaID is the id that an archive gave to a message (XEP-0359). It is opaque, and unique within its archive.
type StanzaID string

// State says how far a message went. The values are those on disk.
type State int

// The states of a message. Received is for what others wrote, the rest for own messages.
const (
	Received  State = iota
	Queued          // on this computer's disk only, or on its way
	Sent            // the server has it
	Delivered       // a device of the other person has it
	Read            // the other person has seen it
	Failed          // refused; Message.Failure says why
)

func (s State) String() string {
	names := [...]string{"received", "queued", "sent", "delivered", "read", "failed"}
	if s < 0 || int(s) >= len(names) {
		return "unknown"
	}
	return names[s]
}

// Cursor is a place in a conversation; cursors of one conversation are in total order. The zero Cursor is no place.
type Cursor struct {
	Time int64 // microseconds since 1970, made strictly rising where the archive gives equal times
	Row  int64
}

// IsZero reports whether c is no place.
func (c Cursor) IsZero() bool { return c == Cursor{} }

// Before reports whether c comes before d.
func (c Cursor) Before(d Cursor) bool {
	return c.Time < d.Time || c.Time == d.Time && c.Row < d.Row
}

// NicknameMark begins the name of somebody in a group that hides addresses, and no other name of the program's own: anybody can take
// that nickname.
const NicknameMark = "~"

// Message is one message as it is shown.
type Message struct {
	ID           MessageID
	Conversation ConversationID
	Cursor       Cursor
	Author       string // name to show; the account's own name for own messages
	AuthorJID    string // bare JID; where the room hides it, something with a "/" that tells one author from another
	Own          bool
	Content      Content
	Time         time.Time // when it was written, as far as known
	State        State
	Failure      string    // the error condition of RFC 6120 section 8.3.3 when State is Failed, such as "service-unavailable"
	Edited       time.Time // when its content was last corrected (XEP-0308); zero: never
	ReplyTo      *Quote    // what it answers (XEP-0461); nil: nothing
	Reactions    []Reaction
	MentionsMe   bool // it names this account, and is somebody else's
	ReadBy       int  // how many of a group have read it, the account aside; of own messages only
}

// Quote is the message that another one answers, as far as it is known here.
type Quote struct {
	ID     MessageID // "" when the original is not on this computer
	Cursor Cursor    // place of the original, zero when ID is ""
	Author string    // name to show, "" when unknown
	Text   string    // of the original, else the fallback that came with the answer; "" when there is neither
	File   File      // the original, where it is one or several files
	Gone   bool      // the original was withdrawn
}

// Reaction is one emoji under a message with everybody who chose it.
type Reaction struct {
	Emoji string
	By    []string // names, in the order in which they reacted
	Own   bool     // the account is among them
}

package messaging

import "time"

// State says how far a message went.
type State int

// The states of a message. Received is for what others wrote, the rest for own messages.
const (
	Received  State = iota
	Queued          // on this computer's disk only, or on its way
	Sent            // the server has it
	Delivered       // a device of the other person has it
	Read            // the other person has seen it
	Failed          // refused; Message.Failure says why. It stays until [Client.Resend] or [Client.Discard].
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

// IsZero says whether c is no place.
func (c Cursor) IsZero() bool { return c == Cursor{} }

// Before says whether c comes before d.
func (c Cursor) Before(d Cursor) bool {
	return c.Time < d.Time || c.Time == d.Time && c.Row < d.Row
}

// Message is one message as it is shown.
type Message struct {
	ID           string // stable while the client lives; the origin-id of own messages
	Conversation string // the ID of its conversation
	Cursor       Cursor
	Author       string // name to show; the account's own name for own messages
	AuthorJID    string // bare JID; in a room that hides them, the room's JID with the nickname
	Own          bool
	Body         string
	Time         time.Time // when it was written, as far as known
	State        State
	Failure      string // the error condition of RFC 6120 section 8.3.3 when State is Failed, such as "service-unavailable"
}

// Page is a run of messages of one conversation, oldest first.
type Page struct {
	Messages []Message
	Start    bool // nothing older exists
}

// Conversation is a person or a group, with what a list shows of it.
type Conversation struct {
	ID          string // bare JID
	Group       bool
	Name        string
	Detail      string // the person's job, "" when unknown
	Members     int    // of a group, 0 when unknown
	Last        *Message
	Unread      int
	Typing      []string // names of those who are writing now
	FirstUnread Cursor   // zero when Unread is 0
	Available   bool     // the person has a device online
	Draft       bool     // something is written and not sent
}

// Member is one person of a group.
type Member struct {
	JID  string // bare JID, or the room's JID with the nickname where the room hides it
	Name string
	Job  string
}

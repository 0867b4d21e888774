package messaging

import (
	"time"

	"discussions/messaging/model"
)

// What a message is, see [model].
type (
	Message        = model.Message
	MessageID      = model.MessageID
	ConversationID = model.ConversationID
	ArchiveID      = model.ArchiveID
	Cursor         = model.Cursor
	Quote          = model.Quote
	Reaction       = model.Reaction
	State          = model.State

	Content          = model.Content
	Text             = model.Text
	File             = model.File
	Unreadable       = model.Unreadable
	UnreadableReason = model.UnreadableReason
	Retracted        = model.Retracted
	Notice           = model.Notice
	Invitation       = model.Invitation
	Answer           = model.Answer
	Mention          = model.Mention
	Mentions         = model.Mentions
)

// Values of these types.
const (
	Received  = model.Received
	Queued    = model.Queued
	Sent      = model.Sent
	Delivered = model.Delivered
	Read      = model.Read
	Failed    = model.Failed

	Encrypted   = model.Encrypted
	Unsupported = model.Unsupported

	FromRoom = model.FromRoom
	Joined   = model.Joined
	Left     = model.Left

	Added       = model.Added
	Removed     = model.Removed
	Barred      = model.Barred
	Promoted    = model.Promoted
	Demoted     = model.Demoted
	TookOver    = model.TookOver
	Renamed     = model.Renamed
	NewSubject  = model.NewSubject
	TurnedDown  = model.TurnedDown
	Established = model.Established

	Unanswered = model.Unanswered
	Accepted   = model.Accepted
	Declined   = model.Declined
)

// NicknameMark stands before a nickname, see [model.NicknameMark].
const NicknameMark = model.NicknameMark

// Page is a run of messages of one conversation, oldest first.
type Page struct {
	Messages []Message
	Start    bool // nothing older exists
	End      bool // nothing newer exists
}

// Conversation is a person or a group, with what a list shows of it.
type Conversation struct {
	ID          ConversationID
	Group       bool
	Name        string
	Detail      string // the person's job, "" when unknown
	Members     int    // of a group, 0 when unknown
	Last        *Message
	Unread      int
	Typing      []string // names of those who are writing now
	FirstUnread Cursor   // told by [Client.Conversation] alone; zero when Unread is 0
	Mentioned   bool     // an unread message names the account
	Presence    Presence // of the person
	Status      string   // what the person says of themselves now, "" for nothing
	Blocked     bool     // the person is blocked by the account
	Draft       bool     // something is written and not sent

	MutedUntil   time.Time // until then it neither notifies nor counts; zero or past: it is not muted
	Mentions     bool      // while it is muted, a mention of the user notifies
	Favourite    bool      // it stands before the others
	Archived     bool      // it is put away until its next message
	MarkedUnread bool      // by hand

	Moderator bool    // of a group: the account may withdraw what others wrote
	Role      Role    // of the account in a group
	Refused   Refusal // of a group that does not let the account in
	Hides     bool    // the group hides its members' addresses: names are nicknames, which anybody can take
	Avatar    *Avatar // of a group: what it is shown by; nil: by the colour of its name
	Pictured  bool    // the group keeps a picture, which its owners may change
}

// Muted reports whether it is muted at a time.
func (c Conversation) Muted(now time.Time) bool { return c.MutedUntil.After(now) }

// Member is one person of a group.
type Member struct {
	JID  string // bare JID
	Name string
	Said string // the name in a text that mentions them: without the mark for namesakes, if no other member has it
	Job  string
	Role Role
	Own  bool // it is the account itself
}

// Role is what somebody is in a group (an affiliation of XEP-0045).
type Role string

// The roles. Others are guests.
const (
	Owner     Role = "owner"  // may do all
	Organiser Role = "admin"  // adds and removes members, and withdraws what others wrote
	Plain     Role = "member" // writes and reads
)

// MayInvite reports whether somebody of this role adds and removes members.
func (r Role) MayInvite() bool { return r == Owner || r == Organiser }

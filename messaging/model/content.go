package model

import (
	"encoding/json"
	"fmt"
	"time"
)

// Content is what a message holds: one of [Text], [File], [Unreadable], [Retracted], [Notice] and [Invitation].
type Content interface{ kind() Kind }

// Text is what somebody wrote.
type Text struct {
	Subject  string // shown above the body; mostly ""
	Body     string
	Mentions Mentions // whom the body names
}

// File is a file that somebody shared (XEP-0447, XEP-0066): what the sender says of it. Its bytes are elsewhere, or nowhere yet. It is
// comparable.
type File struct {
	Name          string `json:",omitempty"`
	MediaType     string `json:",omitempty"`
	Size          int64  `json:",omitempty"` // bytes; 0 when unknown
	Width, Height int    `json:",omitempty"` // pixels, of a picture; 0 when unknown
	Description   string `json:",omitempty"`
	URL           string `json:",omitempty"`
	Access        string `json:",omitempty"` // all that the sender says of the file, as JSON: addresses, keys, hashes
	Rest          string `json:",omitempty"` // further files of the same message, as JSON: see Files
	Preview       string `json:",omitempty"` // of a picture: a tiny JPEG in base64; "" for none
	Local         string `json:",omitempty"` // of a file that is still to be uploaded: its name on this computer
}

// UnreadableReason says why a message cannot be shown.
type UnreadableReason string

// The reasons.
const (
	Encrypted   UnreadableReason = "encrypted"   // by an end-to-end encryption that this program does not speak
	Unsupported UnreadableReason = "unsupported" // content of a kind that this program does not know
)

// Unreadable is a message whose content cannot be shown here.
type Unreadable struct {
	Reason UnreadableReason
	Scheme string `json:",omitempty"` // the encryption's name, such as "OMEMO", when known
}

// Retracted is a message that its author, or a moderator, has withdrawn (XEP-0424, XEP-0425). Its content is gone.
type Retracted struct {
	By    string `json:",omitempty"` // name to show; "" when unknown
	ByJID string `json:",omitempty"`
	ByMe  bool   `json:"-"` // By is this account; not kept
	At    time.Time
}

// NoticeKind is the sort of a [Notice].
type NoticeKind string

// The kinds of notices. Who is the person that it is about, By who did it.
const (
	FromRoom NoticeKind = "room" // Text is what the room itself said
	Joined   NoticeKind = "joined"
	Left     NoticeKind = "left"

	Added       NoticeKind = "added"       // to a group
	Removed     NoticeKind = "removed"     // from a group
	Barred      NoticeKind = "barred"      // banned from a group
	Promoted    NoticeKind = "moderator"   // became a moderator
	Demoted     NoticeKind = "member"      // is a plain member again
	TookOver    NoticeKind = "owner"       // became an owner
	Renamed     NoticeKind = "renamed"     // Text is the new name of the group
	NewSubject  NoticeKind = "subject"     // Text is the new subject of the group, "" for none
	TurnedDown  NoticeKind = "declined"    // an invitation
	Established NoticeKind = "established" // the group was made
)

// Notice tells what happened in a conversation.
type Notice struct {
	Kind   NoticeKind
	Who    string `json:",omitempty"` // name to show
	WhoJID string `json:",omitempty"`
	Me     bool   `json:",omitempty"` // Who is this account
	By     string `json:",omitempty"` // name to show; "" when unknown
	ByJID  string `json:",omitempty"`
	ByMe   bool   `json:",omitempty"` // By is this account
	Text   string `json:",omitempty"`
}

// Answer is what the user said to an [Invitation].
type Answer string

// The answers.
const (
	Unanswered Answer = ""
	Accepted   Answer = "accepted"
	Declined   Answer = "declined"
)

// Invitation is an invitation to a group.
type Invitation struct {
	Room   ConversationID
	Text   string `json:",omitempty"` // what the inviter wrote
	By     string `json:",omitempty"` // the inviter's bare JID
	Claims bool   `json:",omitempty"` // only the room says that it is from the inviter
	Answer Answer `json:",omitempty"` // of this account
}

func (Text) kind() Kind       { return KindText }
func (File) kind() Kind       { return KindFile }
func (Unreadable) kind() Kind { return KindUnreadable }
func (Retracted) kind() Kind  { return KindRetracted }
func (Notice) kind() Kind     { return KindNotice }
func (Invitation) kind() Kind { return KindInvitation }

// Kind is the sort of a content on disk. The values never change.
type Kind int

// The kinds.
const (
	KindText       Kind = 0
	KindFile       Kind = 1
	KindUnreadable Kind = 2
	KindRetracted  Kind = 3
	KindNotice     Kind = 4
	KindInvitation Kind = 5
)

// textExtra is what a Text holds beside its body.
type textExtra struct {
	Subject  string   `json:",omitempty"`
	Mentions Mentions `json:",omitempty"`
}

// Encode gives the form of a content on disk: its kind, the text that can be searched, and the rest as JSON ("" when there is none).
func Encode(c Content) (kind Kind, body, payload string, err error) {
	var rest any
	switch c := c.(type) {
	case nil:
		return 0, "", "", fmt.Errorf("model: a message without content")
	case Text:
		body = c.Body
		if c.Subject == "" && c.Mentions == "" {
			return KindText, body, "", nil
		}
		rest = textExtra{c.Subject, c.Mentions}
	default:
		rest = c
	}
	b, err := json.Marshal(rest)
	if err != nil {
		return 0, "", "", fmt.Errorf("model: encode content: %w", err)
	}
	return c.kind(), body, string(b), nil
}

// Decode is the reverse of [Encode]. What it does not understand, such as a kind of a newer version, is Unreadable.
func Decode(kind Kind, body, payload string) Content {
	switch kind {
	case KindText:
		var extra textExtra
		if payload != "" {
			_ = json.Unmarshal([]byte(payload), &extra) // the body can be read nevertheless
		}
		return Text{Subject: extra.Subject, Body: body, Mentions: extra.Mentions}
	case KindFile:
		return decode[File](payload)
	case KindUnreadable:
		return decode[Unreadable](payload)
	case KindRetracted:
		return decode[Retracted](payload)
	case KindNotice:
		return decode[Notice](payload)
	case KindInvitation:
		return decode[Invitation](payload)
	}
	return Unreadable{Reason: Unsupported}
}

func decode[C Content](payload string) Content {
	var c C
	if json.Unmarshal([]byte(payload), &c) != nil {
		return Unreadable{Reason: Unsupported}
	}
	return c
}

// PlainText is the text of a content for quoting and searching: subject and body, a file's name and description. It is "" for
// what has no text.
func PlainText(c Content) string {
	switch c := c.(type) {
	case Text:
		if c.Subject != "" && c.Body != "" {
			return c.Subject + "\n" + c.Body
		}
		return c.Subject + c.Body
	case File:
		if c.Description != "" {
			return c.Description
		}
		return c.Name
	case Notice:
		return c.Text
	case Invitation:
		return c.Text
	}
	return ""
}

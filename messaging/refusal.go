package messaging

import (
	"errors"

	"discussions/messaging/xmpp"
)

// Refusal says why a group does not let the account in. What is written in it waits until it does.
type Refusal string

// The refusals. A group is tried again in the next session, and when the bookmarks change.
const (
	NotRefused  Refusal = ""
	Banned      Refusal = "banned"
	MembersOnly Refusal = "members"  // and the account is no member, or not any more
	Full        Refusal = "full"     // as many are in it as may be
	Gone        Refusal = "gone"     // it does not exist, or not any more
	Password    Refusal = "password" // which this program cannot give
	NameTaken   Refusal = "name"     // by others, as are its numbered forms
	Kicked      Refusal = "kicked"   // thrown out; it may come back
	NotIn       Refusal = "out"      // it is not bookmarked any more; what it was told stays readable
	Refused     Refusal = "unknown"  // for a reason that is not told
)

// MayPass reports whether the group may let the account in when it is asked again.
func (r Refusal) MayPass() bool {
	return r == Full || r == NameTaken || r == Kicked || r == MembersOnly || r == Refused
}

// mayHavePlace reports whether the account may still be a member. A group that has ended may not even answer.
func (r Refusal) mayHavePlace() bool { return r != Banned && r != MembersOnly && r != Gone }

// refusalOf reads a room's answer (XEP-0045 §7.2). ok is false for what is no answer of the room.
func refusalOf(err error) (why Refusal, ok bool) {
	var e *xmpp.StanzaError
	if err == nil {
		return NotRefused, true
	}
	if !errors.As(err, &e) {
		return NotRefused, false
	}
	switch e.Condition {
	case "forbidden":
		return Banned, true
	case "registration-required":
		return MembersOnly, true
	case "service-unavailable", "resource-constraint": // the latter is ejabberd's
		return Full, true
	case "item-not-found", "gone", "not-allowed": // the last where only some may make rooms
		return Gone, true
	case "not-authorized":
		return Password, true
	case "conflict":
		return NameTaken, true
	}
	return Refused, true
}

// whyOut says why a room has thrown the account out; [NotRefused] where it may come in again at once, or left by itself.
func whyOut(ev xmpp.RoomLeft) Refusal {
	if ev.Destroyed {
		return Gone
	}
	for _, code := range ev.Codes { // §15.6.2
		switch code {
		case 301:
			return Banned
		case 307:
			return Kicked
		case 321, 322:
			return MembersOnly
		}
	}
	return NotRefused
}

// nameTaken reports whether a room refuses a nickname that somebody else has.
func nameTaken(err error) bool {
	why, _ := refusalOf(err)
	return why == NameTaken
}

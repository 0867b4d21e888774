// Package outbox decides what happens to the messages that the user has written: when each may be handed to the wire, and when the
// server has it for certain. It knows neither disk nor network: an [Outbox] is told what happened, and says what is to be done.
//
// A message leaves the outbox only when it is proven that the server has it: acknowledged by stream management (XEP-0198) and seen
// again in an archive or in the reflection of a room, or told of by the other person. After a session that was lost nobody knows whether
// the server has what was handed over and not acknowledged; such a message waits until the archive was asked for it. A server may
// also lose what it has acknowledged: a message that an archive lacks, though it keeps what is written there, is handed over again.
//
//	           hand          ack            confirm
//	Queued ───────▶ OnWire ───────▶ Acked ───────────▶ Done
//	   ▲               │ confirm ▶ Confirmed ─ ack ───▶ Done
//	   │ resend        │ lost           │ lost
//	 Failed ◀─ refuse ─┤                ▼
//	                   └──────▶ Uncertain ─ confirm ─▶ Done
//	                                │ hand (the archive was asked and has it not)
//	                                └──────▶ OnWire
//
// What the user says about a message goes the same way: a correction and an answer are messages, a withdrawal and reactions are not. It waits
// while the message that it is about has failed, and in a group until that has a name there. A message that is withdrawn leaves at
// once where no session has it; otherwise it is not handed over again, and only the archive decides whether anybody must be told.
package outbox

import (
	"time"

	"discussions/messaging/model"
)

// State says what is known of a message.
type State int

// The states.
const (
	Queued    State = iota // no session has it
	Uncertain              // a former session, or run of the program, may have sent it
	OnWire                 // handed to the wire in this session
	Acked                  // the server has taken it over, and it was not seen again yet
	Confirmed              // it was seen again, and its acknowledgement is still to come
	Failed                 // refused; it waits for the user
	Done                   // the server has it for certain: it leaves the outbox
	states    = iota
)

func (s State) String() string {
	return [...]string{"queued", "uncertain", "on the wire", "acknowledged", "confirmed", "failed", "done"}[s]
}

// Event is something that happens to a message.
type Event int

// The events.
const (
	Hand    Event = iota // handed to the wire
	HandRaw              // handed to a wire without stream management: no acknowledgement will come
	Ack                  // acknowledged by stream management
	Confirm              // seen again: in an archive, in a room's reflection
	Deliver              // the other person has it
	Lose                 // the session ended, and nobody knows
	Refuse               // it came back, or the wire does not take it
	Resend               // the user wants it sent again
	Absent               // the archive was asked more than once and has it not, though the server took it over in two sessions
	Recall               // the user withdraws it
	events  = iota
)

// same is for an event that does not change a state.
const same State = -1

// transitions gives the next state by state and event.
var transitions = [states][events]State{
	//          Hand    HandRaw Ack    Confirm    Deliver Lose       Refuse  Resend  Absent Recall
	Queued:    {OnWire, Acked, same, Done, Done, same, Failed, same, same, Done},
	Uncertain: {OnWire, Acked, same, Done, Done, same, Failed, same, same, same},
	OnWire:    {same, same, Acked, Confirmed, Done, Uncertain, Failed, same, same, same},
	Acked:     {same, same, same, Done, Done, Uncertain, Failed, same, Done, same},
	Confirmed: {same, same, Done, same, Done, Done, Failed, same, same, same},
	Failed:    {same, same, same, same, Done, same, same, Queued, same, Done},
	Done:      {same, same, same, same, same, same, same, same, same, same},
}

// Message is a message of the outbox.
type Message struct {
	ID    string // its origin-id
	Conv  model.ConversationID
	Group bool

	About    string // the message that it corrects, answers, withdraws or reacts to; "" for none
	Corrects bool   // it corrects that
	Relation bool   // it is no message but says something of one: others need not wait for it
	NamedID  bool   // it needs the id that the group gave to that message
	Recalled bool   // the user has withdrawn it: it is not sent again
	Unready  bool   // what it tells of, a file, is not on a server yet

	state State
	lacks bool      // Uncertain, as the archive lacks what the server has acknowledged
	acks  int       // in all sessions
	asked int       // how often the archive was asked for it since it was acknowledged
	first time.Time // when it was asked first
}

// State is what is known of the message.
func (m *Message) State() State { return m.state }

// IsMissing reports whether the message is to be sent again as the archive lacks it, though the server has acknowledged it.
func (m *Message) IsMissing() bool { return m.state == Uncertain && m.lacks }

// Archive is the archive in which the message will be seen again.
func (m *Message) Archive() model.ArchiveID {
	if m.Group {
		return model.ArchiveID(m.Conv)
	}
	return model.OwnArchive
}

// CanBeDiscarded reports whether the user can still cancel the message, as the server does not have it for certain.
func (m *Message) CanBeDiscarded() bool { return m.state == Queued || m.state == Failed }

// Outbox is the messages of one account, in the order of sending. It is not safe for use by several goroutines.
type Outbox struct {
	list []*Message
	byID map[string]*Message
}

// New returns an empty outbox.
func New() *Outbox { return &Outbox{byID: map[string]*Message{}} }

// KnowGroups notes which conversations are groups', where that was not known when their messages were added.
func (o *Outbox) KnowGroups(group func(model.ConversationID) bool) {
	for _, m := range o.list {
		if !m.Group && group(m.Conv) {
			m.Group, m.NamedID = true, m.About != "" && !m.Corrects
		}
	}
}

// Len is the number of messages, failed ones included.
func (o *Outbox) Len() int { return len(o.list) }

// IDs gives the messages' ids, in the order of sending.
func (o *Outbox) IDs() (ids []string) {
	for _, m := range o.list {
		ids = append(ids, m.ID)
	}
	return ids
}

// Counts says how many messages are in which state, for the log.
func (o *Outbox) Counts() map[string]int {
	counts := map[string]int{}
	for _, m := range o.list {
		counts[m.state.String()]++
	}
	return counts
}

// Get returns a message, nil where it is not in the outbox.
func (o *Outbox) Get(id string) *Message { return o.byID[id] }

// Add puts a message that was just written at the end.
func (o *Outbox) Add(m Message) { o.add(m, Queued) }

// Restore puts a message at the end that an earlier run of the program left.
func (o *Outbox) Restore(m Message, failed bool) {
	if failed {
		o.add(m, Failed)
	} else {
		o.add(m, Uncertain)
	}
}

func (o *Outbox) add(m Message, s State) {
	if o.byID[m.ID] != nil {
		return
	}
	m.state = s
	o.list = append(o.list, &m)
	o.byID[m.ID] = &m
}

// Remove takes a message out.
func (o *Outbox) Remove(id string) {
	delete(o.byID, id)
	for i, m := range o.list {
		if m.ID == id {
			o.list = append(o.list[:i:i], o.list[i+1:]...)
			return
		}
	}
}

// Apply tells what happened to a message. done says that it leaves the outbox: the caller takes it off the disk and calls Remove. A
// message that is not in the outbox is left alone.
func (o *Outbox) Apply(id string, e Event) (done bool) {
	m := o.byID[id]
	if m == nil {
		return false
	}
	if e == Ack && (m.state == OnWire || m.state == Confirmed) || e == HandRaw {
		m.acks++
	}
	next := transitions[m.state][e]
	if next == same {
		return false
	}
	if next != m.state {
		m.asked = 0
	}
	if next == Queued { // by the user: a new beginning
		m.acks = 0
	}
	m.state, m.lacks = next, false
	return m.state == Done
}

// NewSession tells that a session began and the former one is lost with what it had not proven. inFlight are messages that the new
// session has already, as they were handed over just when it began.
func (o *Outbox) NewSession(inFlight func(m *Message) bool) (done []string) {
	for _, m := range o.list {
		if m.state == OnWire && inFlight(m) {
			continue
		}
		if o.Apply(m.ID, Lose) {
			done = append(done, m.ID)
		}
	}
	return done
}

// LateRow is how much later than a message its archive may have it: a server under load may acknowledge and deliver it, and write
// the row half a minute later.
const LateRow = 30 * time.Second

// asksBeforeDoubt is how often an archive is asked at least for a message that the server has acknowledged, the last time [LateRow] after
// the first, before its absence counts.
const asksBeforeDoubt = 3

// ArchiveAsked tells that an archive was read to its end; refused, that it cannot be read at all. keeps reports whether an archive keeps
// what is written to a conversation: a message that such a one lacks is lost, and is to be handed over again. Where it may keep nothing,
// the others would see it twice. So is one that a room without an archive has not sent back. done are messages that leave the outbox: where
// a person has no archive, or where none has kept anything twice, the server's word must do. again says that the archive should be asked once
// more after a while.
func (o *Outbox) ArchiveAsked(archive model.ArchiveID, refused bool, now time.Time, keeps func(model.ConversationID) bool) (done []string, again bool) {
	for _, m := range o.list {
		if m.state != Acked || m.Archive() != archive {
			continue
		}
		if m.asked++; m.asked == 1 {
			m.first = now
		}
		missing := m.asked > asksBeforeDoubt && now.Sub(m.first) >= LateRow
		switch {
		case !missing && (!refused || m.Group):
			again = true
		case m.acks > 1, refused && !m.Group:
			if o.Apply(m.ID, Absent) {
				done = append(done, m.ID)
			}
		case refused, keeps(m.Conv):
			o.Apply(m.ID, Lose)
			m.lacks = true
		}
	}
	return done, again
}

// Recall withdraws a message. done says that no session has it, so that nobody needs to be told. Otherwise it is not sent again, and
// those who have it are to be told.
func (o *Outbox) Recall(id string) (done bool) {
	if m := o.byID[id]; m != nil {
		m.Recalled = true
	}
	return o.Apply(id, Recall)
}

// About gives what the outbox says of a message, in the order of sending.
func (o *Outbox) About(id string) (list []*Message) {
	for _, m := range o.list {
		if m.About == id && id != "" {
			list = append(list, m)
		}
	}
	return list
}

// waits reports whether a message has to wait for the one that it is about, and whether those behind it may go before it.
func (o *Outbox) waits(m *Message) (waits, letsPass bool) {
	about := o.byID[m.About]
	switch {
	case about == nil:
		return false, false
	case about.state == Failed: // nobody has it: the user decides
		return true, true
	}
	return m.NamedID, m.Relation
}

// Next gives the messages that can be handed to the wire now, in order: those that may, as far as no earlier message of their
// conversation is held back.
func (o *Outbox) Next(may func(m *Message) bool) (list []*Message) {
	held := map[model.ConversationID]bool{}
	for _, m := range o.list {
		waits, letsPass := o.waits(m)
		switch {
		case m.state != Queued && m.state != Uncertain || held[m.Conv]:
		case waits:
			held[m.Conv] = !letsPass
		case may(m):
			list = append(list, m)
		default:
			held[m.Conv] = true
		}
	}
	return list
}

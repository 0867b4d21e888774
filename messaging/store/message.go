package store

import (
	"strconv"
	"time"

	"github.com/ncruces/go-sqlite3"
)

// State says how far a message went; the values are those on disk.
type State int

// The states of a message.
const (
	Received  State = 0
	Queued    State = 1
	Sent      State = 2
	Delivered State = 3
	Read      State = 4
	Failed    State = 5
)

// Incoming is a message as it comes from the wire or an archive.
type Incoming struct {
	Conv   string // bare JID of the conversation
	Group  bool
	Author string // bare JID, or room/nick
	Nick   string // in a group
	Own    bool
	Body   string
	Time   time.Time

	MsgID, OriginID string
	StanzaID        string // the id in the archive that holds the conversation
	Markable        bool
}

// Message is a stored message.
type Message struct {
	Row      int64
	Conv     string
	Group    bool
	At       int64 // place in the conversation, before Row; microseconds
	Author   string
	Nick     string
	Own      bool
	Body     string
	Time     time.Time
	State    State
	Failure  string
	MsgID    string
	OriginID string
	StanzaID string
	Archived bool // an archive's answer held it
	Markable bool
}

// ID names the message while the cache lives: the origin-id of an own one, else its row.
func (m Message) ID() string {
	if m.Own && m.OriginID != "" {
		return m.OriginID
	}
	return "#" + strconv.FormatInt(m.Row, 10)
}

// Added is what became of a message that was handed in.
type Added struct {
	Message Message
	New     bool // it was not there
	Changed bool // it was there, and its state is now another
	Moved   bool // it was there, at a place that the archive does not bear out

	first bool // it was there, live, and this is its first sight in an archive
}

const messageColumns = `m.row, c.jid, c.grp, m.at, m.time, m.own, m.author, m.nick, m.body, m.state, m.failure, m.msg_id, m.origin_id, m.stanza_id, m.archived, m.markable`

const fromMessages = ` FROM cache.messages m JOIN cache.conversations c ON c.id = m.conv `

func scanMessage(c *columns) Message {
	return Message{
		Row: c.int(), Conv: c.text(), Group: c.bool(), At: c.int(), Time: time.UnixMicro(c.int()), Own: c.bool(),
		Author: c.text(), Nick: c.text(), Body: c.text(), State: State(c.int()), Failure: c.text(), MsgID: c.text(),
		OriginID: c.text(), StanzaID: c.text(), Archived: c.bool(), Markable: c.bool(),
	}
}

func (d *session) messages(where string, args ...any) (list []Message, err error) {
	err = d.run("SELECT "+messageColumns+fromMessages+where, func(st *sqlite3.Stmt) {
		list = append(list, scanMessage(&columns{st: st}))
	}, args...)
	return list, err
}

func (d *session) message(where string, args ...any) (Message, bool, error) {
	list, err := d.messages(where+" LIMIT 1", args...)
	if err != nil || len(list) == 0 {
		return Message{}, false, err
	}
	return list[0], true, nil
}

// byOrigin finds the own message that was sent under an id.
func (d *session) byOrigin(conv int64, id string) (Message, bool, error) {
	m, found, err := d.message("WHERE m.conv = ?1 AND m.msg_id = ?2 AND m.msg_id <> '' AND m.own = 1", conv, id)
	if err != nil || found {
		return m, found, err
	}
	return d.message("WHERE m.conv = ?1 AND m.origin_id = ?2 AND m.origin_id <> m.msg_id AND m.origin_id <> '' AND m.own = 1", conv, id)
}

// same finds the stored message that in is a copy of: by its stanza-id, then by its origin-id, then by the sender and the
// message id. An origin-id or id counts among the messages of one sender only, so that nobody can hide another's message; and an
// id, which careless clients use twice, only with the same body.
func (d *session) same(conv int64, in *Incoming) (Message, bool, error) {
	if in.StanzaID != "" {
		m, found, err := d.message("WHERE m.conv = ?1 AND m.stanza_id = ?2 AND m.stanza_id <> ''", conv, in.StanzaID)
		if err != nil || found {
			return m, found, err
		}
	}
	sender := func(m *Message) bool { return m.Own == in.Own && (m.Own || m.Author == in.Author) }
	var candidates []Message
	for _, id := range distinct(in.OriginID, in.MsgID) {
		byID, err := d.messages("WHERE m.conv = ?1 AND m.msg_id = ?2 AND m.msg_id <> ''", conv, id)
		if err != nil {
			return Message{}, false, err
		}
		candidates = append(candidates, byID...)
		if in.OriginID != "" {
			byOrigin, err := d.messages("WHERE m.conv = ?1 AND m.origin_id = ?2 AND m.origin_id <> m.msg_id AND m.origin_id <> ''", conv, id)
			if err != nil {
				return Message{}, false, err
			}
			candidates = append(candidates, byOrigin...)
		}
	}
	for i := range candidates {
		if m := &candidates[i]; sender(m) && in.OriginID != "" && m.OriginID == in.OriginID {
			return *m, true, nil
		}
	}
	for i := range candidates {
		if m := &candidates[i]; sender(m) && in.MsgID != "" && m.MsgID == in.MsgID && m.Body == in.Body {
			return *m, true, nil
		}
	}
	return Message{}, false, nil
}

func distinct(a, b string) []string {
	switch {
	case a == "" && b == "":
		return nil
	case a == "" || a == b:
		return []string{b}
	case b == "":
		return []string{a}
	}
	return []string{a, b}
}

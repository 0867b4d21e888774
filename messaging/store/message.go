package store

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/ncruces/go-sqlite3"

	"discussions/messaging/model"
)

// Message is a stored message, as it is to be shown: with its newest correction, and not at all once it was withdrawn.
type Message struct {
	Row      int64
	Conv     model.ConversationID
	Group    bool
	At       int64 // place in the conversation, before Row; microseconds
	Author   string
	Nick     string
	Own      bool
	Content  model.Content
	Time     time.Time
	State    model.State
	Failure  string
	MsgID    string
	OriginID string
	StanzaID model.StanzaID
	Archived bool // an archive's answer held it
	Markable bool

	Replaces string    // what it corrects: it is shown as a message of its own while that is not here
	Edited   time.Time // when it was last corrected; zero: never
	Reply    *Reply
	Quoted   *Message // the original of Reply, when it is here
	Reacted  []Reaction

	folded int64 // row of the message that it corrects: it is not shown
	latest int64 // row of its newest correction
}

// Reaction is what one person chose for a message.
type Reaction struct {
	Author string // bare JID or room/nick
	Nick   string
	Own    bool
	Emoji  []string
}

// ID names the message as long as the cache lives: the origin-id of an own one, else its row.
func (m Message) ID() model.MessageID {
	if m.Own && m.OriginID != "" {
		return model.MessageID(m.OriginID)
	}
	return model.MessageID("#" + strconv.FormatInt(m.Row, 10))
}

// Cursor is the message's place.
func (m Message) Cursor() model.Cursor { return model.Cursor{Time: m.At, Row: m.Row} }

// messageColumns are the columns of m, whose conversation is c. How far an own message went is told by the places up
// to which the other person got and read messages.
const messageColumns = `m.row, c.jid, c.grp, m.at, m.time, m.own, m.author, m.nick,
	CASE WHEN m.own = 1 AND m.state = 2 AND m.at <= c.peer_read_at THEN 4 WHEN m.own = 1 AND m.state = 2 AND m.at <= c.got_at THEN 3 ELSE m.state END,
	m.msg_id, m.origin_id, m.stanza_id, m.archived, m.markable, m.kind, m.body,
	m.latest <> 0 OR m.folded <> 0 OR m.reacted <> 0 OR m.kind <> 0 OR m.payload <> '' OR m.reply <> '' OR m.replaces <> '' OR m.failure <> '',
	m.failure, m.replaces, m.folded, m.latest, m.reply, m.reacted, m.payload`

const fromMessages = ` FROM cache.messages m JOIN cache.conversations c ON c.id = m.conv `

// shown leaves out corrections of messages that are here.
const shown = " m.folded = 0 "

// scanMessage reads messageColumns. reacted says that there are reactions to be read.
func scanMessage(c *columns) (m Message, reacted bool) {
	m = Message{
		Row: c.int(), Conv: model.ConversationID(c.text()), Group: c.bool(), At: c.int(), Time: time.UnixMicro(c.int()), Own: c.bool(),
		Author: c.text(), Nick: c.text(), State: model.State(c.int()), MsgID: c.text(), OriginID: c.text(), StanzaID: model.StanzaID(c.text()),
		Archived: c.bool(), Markable: c.bool(),
	}
	kind, body := model.Kind(c.int()), c.text()
	if rare := c.bool(); !rare { // most messages are a text, and nothing else is to be read
		m.Content = model.Text{Body: body}
		return m, false
	}
	m.Failure, m.Replaces, m.folded, m.latest, m.Reply = c.text(), c.text(), c.int(), c.int(), decodeReply(c.text())
	reacted = c.bool()
	m.Content = model.Decode(kind, body, c.text())
	return m, reacted
}

// correct has a message show its newest correction.
func (d *conn) correct(m *Message) error {
	if m.latest == 0 {
		return nil
	}
	_, err := d.get("SELECT kind, body, payload, time, state, failure FROM cache.messages WHERE row = ?1", func(st *sqlite3.Stmt) {
		c := &columns{st: st}
		m.Content = model.Decode(model.Kind(c.int()), c.text(), c.text())
		m.Edited = time.UnixMicro(c.int())
		if s := model.State(c.int()); m.Own && (s == model.Queued || s == model.Failed) { // others see it as before
			m.State, m.Failure = s, c.text()
		}
	}, m.latest)
	return err
}

func encodeReply(r *Reply) string {
	if r == nil {
		return ""
	}
	b, err := json.Marshal(r)
	if err != nil { // never: it is three strings
		return ""
	}
	return string(b)
}

func decodeReply(s string) *Reply {
	r := new(Reply)
	if s == "" || json.Unmarshal([]byte(s), r) != nil || r.ID == "" {
		return nil
	}
	return r
}

// messages reads messages and what else is known of each.
func (d *conn) messages(where string, args ...any) (list []Message, err error) {
	var reacted []int
	err = d.run("SELECT "+messageColumns+fromMessages+where, func(st *sqlite3.Stmt) {
		m, r := scanMessage(&columns{st: st})
		if r {
			reacted = append(reacted, len(list))
		}
		list = append(list, m)
	}, args...)
	for _, i := range reacted {
		if err == nil {
			list[i].Reacted, err = d.reactions(list[i].Row)
		}
	}
	for i := range list {
		if err == nil && list[i].Reply != nil {
			err = d.quote(&list[i])
		}
		if err == nil {
			err = d.correct(&list[i])
		}
		if _, withdrawn := list[i].Content.(model.Retracted); err == nil && withdrawn && list[i].Own {
			err = d.notTold(&list[i])
		}
	}
	return list, err
}

func (d *conn) message(where string, args ...any) (Message, bool, error) {
	list, err := d.messages(where+" LIMIT 1", args...)
	if err != nil || len(list) == 0 {
		return Message{}, false, err
	}
	return list[0], true, nil
}

// quote finds the message that m answers.
func (d *conn) quote(m *Message) error {
	conv, err := d.number("SELECT conv FROM cache.messages WHERE row = ?1", m.Row)
	if err != nil {
		return err
	}
	row, err := d.number(`SELECT row FROM cache.messages m WHERE conv = ?1 AND at < ?3 AND folded = 0 AND (msg_id = ?2 AND msg_id <> ''
		OR origin_id = ?2 AND origin_id <> msg_id AND origin_id <> '' OR stanza_id = ?2 AND stanza_id <> '') ORDER BY stanza_id = ?2 DESC, at DESC LIMIT 1`, conv, m.Reply.ID, m.At)
	if err != nil || row == 0 {
		return err
	}
	err = d.run("SELECT "+messageColumns+fromMessages+"WHERE m.row = ?1", func(st *sqlite3.Stmt) {
		q, _ := scanMessage(&columns{st: st})
		m.Quoted = &q
	}, row)
	if err != nil {
		return err
	}
	return d.correct(m.Quoted)
}

// byOrigin finds the own message that was sent under an id.
func (d *conn) byOrigin(conv int64, id string) (Message, bool, error) {
	m, found, err := d.message("WHERE m.conv = ?1 AND m.msg_id = ?2 AND m.msg_id <> '' AND m.own = 1", conv, id)
	if err != nil || found {
		return m, found, err
	}
	return d.message("WHERE m.conv = ?1 AND m.origin_id = ?2 AND m.origin_id <> m.msg_id AND m.origin_id <> '' AND m.own = 1", conv, id)
}

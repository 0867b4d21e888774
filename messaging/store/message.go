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
	ReadBy   int // how many have read it, of a group's own message

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

// plainColumns are the columns of m that make a plain text. Most messages are no more.
const plainColumns = `m.row, m.at, m.time, m.own, m.author, m.nick, m.state, m.msg_id, m.origin_id, m.stanza_id, m.archived, m.markable, m.body`

// richColumns are the other columns of m, in one.
const richColumns = `json_array(m.kind, m.payload, m.reply, m.reacted, m.folded, m.latest, m.replaces, m.failure)`

// rich says of m that it is more than a plain text. The index messages_rich has those: its condition is the same, word by word.
const rich = `(m.kind <> 0 OR m.payload <> '' OR m.reply <> '' OR m.reacted <> 0 OR m.folded <> 0 OR m.latest <> 0 OR m.replaces <> '' OR m.failure <> '')`

// messageColumns are the columns of m.
const messageColumns = plainColumns + `, CASE WHEN ` + rich + ` THEN ` + richColumns + ` ELSE '' END`

// placeColumns are what a message needs to know of its conversation c.
const placeColumns = `c.jid, c.grp, c.got_at, c.peer_read_at, `

const fromMessages = ` FROM cache.messages m JOIN cache.conversations c ON c.id = m.conv `

// shown leaves out corrections of messages that are here.
const shown = " m.folded = 0 "

// scanPlace reads placeColumns.
func scanPlace(c *columns) conversation {
	return conversation{jid: model.ConversationID(c.text()), group: c.bool(), gotAt: c.int(), peerReadAt: c.int()}
}

// scanMessage reads messageColumns. reacted says that there are reactions to be read. How far an own message went is told by the places up
// to which the other person got and read messages.
func scanMessage(c *columns, conv *conversation) (m Message, reacted bool) {
	m = scanPlain(c, conv)
	if rest := c.text(); rest != "" {
		reacted = m.enrich(rest)
	}
	return m, reacted
}

// scanPlain reads plainColumns.
func scanPlain(c *columns, conv *conversation) Message {
	m := Message{
		Conv: conv.jid, Group: conv.group,
		Row: c.int(), At: c.int(), Time: time.UnixMicro(c.int()), Own: c.bool(),
		Author: c.text(), Nick: c.text(), State: model.State(c.int()), MsgID: c.text(), OriginID: c.text(), StanzaID: model.StanzaID(c.text()),
		Archived: c.bool(), Markable: c.bool(),
	}
	switch {
	case !m.Own || m.State != model.Sent:
	case m.At <= conv.peerReadAt:
		m.State = model.Read
	case m.At <= conv.gotAt:
		m.State = model.Delivered
	}
	m.Content = model.Text{Body: c.text()}
	return m
}

// enrich adds richColumns to a message that was read as a plain text.
func (m *Message) enrich(rest string) (reacted bool) {
	var kind, has int64
	var payload, reply string
	// What SQLite made of eight columns is always read.
	_ = json.Unmarshal([]byte(rest), &[]any{&kind, &payload, &reply, &has, &m.folded, &m.latest, &m.Replaces, &m.Failure})
	m.Content, m.Reply = model.Decode(model.Kind(kind), m.Content.(model.Text).Body, payload), decodeReply(reply)
	return has != 0
}

// correct makes a message show its newest correction.
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
	err = d.run("SELECT "+placeColumns+messageColumns+fromMessages+where, func(st *sqlite3.Stmt) {
		c := &columns{st: st}
		conv := scanPlace(c)
		m, r := scanMessage(c, &conv)
		if r {
			reacted = append(reacted, len(list))
		}
		list = append(list, m)
	}, args...)
	if err == nil {
		err = d.complete(list, reacted)
	}
	return list, err
}

// page reads messages of one conversation that stand together, up to n, by their place.
func (d *conn) page(conv *conversation, n int, where string, args ...any) ([]Message, error) {
	list := make([]Message, 0, min(n, 512))
	err := d.run("SELECT "+plainColumns+" FROM cache.messages m WHERE m.conv = ?1 AND "+where+" LIMIT ?2", func(st *sqlite3.Stmt) {
		list = append(list, scanPlain(&columns{st: st}, conv))
	}, append([]any{conv.id, n}, args...)...)
	if err != nil || len(list) == 0 {
		return list, err
	}
	reacted, err := d.enrich(conv, list)
	if err == nil {
		err = d.complete(list, reacted)
	}
	return list, err
}

// enrich adds to the messages of a page what is more than a plain text, and tells those to which there are reactions. An index has the few
// messages that have more: to look at the columns of all would take longer than to read them.
func (d *conn) enrich(conv *conversation, list []Message) (reacted []int, err error) {
	first, last := list[0].At, list[len(list)-1].At
	var index map[int64]int // of each row
	err = d.run("SELECT m.row, "+richColumns+" FROM cache.messages m INDEXED BY messages_rich WHERE m.conv = ?1 AND m.at BETWEEN ?2 AND ?3 AND "+rich, func(st *sqlite3.Stmt) {
		if index == nil {
			index = make(map[int64]int, len(list))
			for i := range list {
				index[list[i].Row] = i
			}
		}
		c := &columns{st: st}
		if i, here := index[c.int()]; here && list[i].enrich(c.text()) {
			reacted = append(reacted, i)
		}
	}, conv.id, min(first, last), max(first, last))
	return reacted, err
}

// complete reads what other rows say about messages.
func (d *conn) complete(list []Message, reacted []int) (err error) {
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
	return err
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
	// By an index for each id: SQLite would read all of the conversation in its order instead.
	row, err := d.number(`SELECT row FROM (SELECT row, at, folded, 1 AS sure FROM cache.messages INDEXED BY messages_stanza WHERE conv = ?1 AND stanza_id = ?2 AND stanza_id <> ''
		UNION ALL SELECT row, at, folded, 0 FROM cache.messages INDEXED BY messages_id WHERE conv = ?1 AND msg_id = ?2 AND msg_id <> ''
		UNION ALL SELECT row, at, folded, 0 FROM cache.messages INDEXED BY messages_origin WHERE conv = ?1 AND origin_id = ?2 AND origin_id <> msg_id AND origin_id <> '')
		WHERE at < ?3 AND folded = 0 ORDER BY sure DESC, at DESC LIMIT 1`, conv, m.Reply.ID, m.At)
	if err != nil || row == 0 {
		return err
	}
	err = d.run("SELECT "+placeColumns+messageColumns+fromMessages+"WHERE m.row = ?1", func(st *sqlite3.Stmt) {
		c := &columns{st: st}
		place := scanPlace(c)
		q, _ := scanMessage(c, &place)
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

package store

import (
	"encoding/json"
	"time"

	"github.com/ncruces/go-sqlite3"

	"discussions/messaging/model"
)

// A retraction (XEP-0424) erases the content of a message and of its corrections. It stays as a fact, so that the message is erased as
// well when it comes later, or again.

type retractionValue struct {
	Moderated bool   `json:",omitempty"`
	By        string `json:",omitempty"` // the moderator
}

// mayRetract reports whether the author of a retraction may withdraw a message: it is their own, or they moderate its group.
func (r *relation) mayRetract(c *conversation, m *Message) bool {
	var v retractionValue
	if json.Unmarshal([]byte(r.value), &v) == nil && v.Moderated && c.group {
		return true
	}
	return sameAuthor(&Stanza{Group: c.group, Author: r.author, Nick: r.nick, Own: r.own}, m)
}

// withdraw erases a message. Where several withdraw it, the first counts.
func (in *ingest) withdraw(c *conversation, m *Message) error {
	if m.folded != 0 { // a correction was named instead of the message that it corrects
		original, found, err := in.message("WHERE m.row = ?1", m.folded)
		if err != nil || !found {
			return err
		}
		m = &original
	}
	list, err := in.relations("WHERE r.row IN (SELECT ?1 UNION ALL SELECT row FROM cache.messages WHERE folded = ?1 AND folded <> 0) AND r.row <> 0 AND r.kind = 2 ORDER BY r.at, r.id LIMIT 1", m.Row)
	if err != nil || len(list) == 0 {
		return err
	}
	var v retractionValue
	_ = json.Unmarshal([]byte(list[0].value), &v)
	gone := model.Retracted{At: micro(list[0].time).UTC(), ByJID: list[0].author}
	switch {
	case v.Moderated:
		gone.ByJID = v.By
	case list[0].own: // the user, on whatever device
		gone.ByJID = ""
	}
	if m.Content == (model.Content)(gone) {
		return nil
	}
	kind, body, payload, err := model.Encode(gone)
	if err != nil {
		return err
	}
	err = in.run("UPDATE cache.messages SET kind = ?2, body = ?3, payload = ?4, latest = 0, reply = '', reacted = 0 WHERE row = ?1", nil, m.Row, int(kind), body, payload)
	if err != nil {
		return err
	}
	if err := in.run("UPDATE cache.messages SET kind = 0, body = '', payload = '', reply = '' WHERE folded = ?1 AND folded <> 0", nil, m.Row); err != nil {
		return err
	}
	in.isGone(c, m)
	in.withdrew, c.dirty = true, true
	in.change(m.Row, Changed)
	return nil
}

// answer is the row of a message that quotes another one in words of its own.
type answer struct {
	c   *conversation
	row int64
	to  string // the id of that one
}

// isGone notes that a message is withdrawn.
func (in *ingest) isGone(c *conversation, m *Message) {
	if in.gone == nil {
		in.gone = map[*conversation]map[string]bool{}
	}
	if in.gone[c] == nil {
		in.gone[c] = map[string]bool{}
	}
	for _, id := range []string{m.MsgID, m.OriginID, string(m.StanzaID)} {
		if id != "" {
			in.gone[c][id] = true
		}
	}
}

// unquote removes withdrawn text from the answers that quote it, whichever came first.
func (in *ingest) unquote() error {
	answers := in.answers
	for c, ids := range in.gone {
		for id := range ids {
			err := in.run("SELECT row, reply FROM cache.messages INDEXED BY messages_answers WHERE conv = ?1 AND json_extract(reply, '$.ID') = ?2 AND reply <> ''", func(st *sqlite3.Stmt) {
				if r := decodeReply(st.ColumnText(1)); r != nil && r.Fallback != "" {
					answers = append(answers, answer{c, st.ColumnInt64(0), id})
				}
			}, c.id, id)
			if err != nil {
				return err
			}
		}
	}
	in.answers, in.gone = nil, nil
	for _, a := range answers {
		quoted, err := in.named(a.c, a.to)
		if err != nil {
			return err
		}
		all := len(quoted) > 0
		for i := range quoted {
			_, withdrawn := quoted[i].Content.(model.Retracted)
			all = all && withdrawn
		}
		if !all {
			continue
		}
		if err := in.run("UPDATE cache.messages SET reply = json_remove(reply, '$.Fallback') WHERE row = ?1", nil, a.row); err != nil {
			return err
		}
		err = in.run("UPDATE outbox SET reply = json_remove(reply, '$.Fallback') WHERE reply <> '' AND id = (SELECT origin_id FROM cache.messages WHERE row = ?1 AND own = 1)", nil, a.row)
		if err != nil {
			return err
		}
		in.change(a.row, Changed)
		in.withdrew = true
	}
	return nil
}

// erase takes the content from a correction of a message that was withdrawn.
func (in *ingest) erase(row int64) error {
	in.withdrew = true
	if err := in.run("UPDATE cache.messages SET latest = 0 WHERE latest = ?1", nil, row); err != nil {
		return err
	}
	return in.run("UPDATE cache.messages SET kind = 0, body = '', payload = '', reply = '' WHERE row = ?1", nil, row)
}

// scrub removes erased content from the write-ahead log; the pages do not have it any more (secure_delete).
func (d *conn) scrub() error { return d.db.Exec("PRAGMA wal_checkpoint(TRUNCATE)") }

// notTold marks a withdrawn message whose withdrawal could not be sent.
func (d *conn) notTold(m *Message) error {
	_, err := d.get("SELECT failure FROM outbox WHERE fact = 2 AND failure <> '' AND about = ?1 AND about <> ''", func(st *sqlite3.Stmt) {
		m.State, m.Failure = model.Failed, st.ColumnText(0)
	}, m.LocalID())
	return err
}

// micro is a time as the database has it: in whole microseconds.
func micro(t time.Time) time.Time { return time.UnixMicro(t.UnixMicro()) }

package store

import (
	"github.com/ncruces/go-sqlite3"

	"discussions/messaging/model"
)

// Conversation is a row of the list.
type Conversation struct {
	JID     model.ConversationID
	Group   bool
	Name    string   // of a group
	Nick    string   // own one in a group
	Last    *Message // without what it answers and the reactions to it
	Unread  int
	First   model.Cursor // of the first unread message; told by [Store.Conversation] alone
	Draft   bool
	Unknown bool // not even the newest message is known
	Missed  bool // it is in a backlog
	Mention bool // an unread message names this account
}

const conversationColumns = `c.jid, c.grp, c.name, c.nick, c.unread, c.last,
	EXISTS (SELECT 1 FROM drafts WHERE conv = c.jid), ` + mentioned + `, c.id, c.read_at, c.got_at, c.peer_read_at, `

// mentioned finds out whether an unread message names this account, as it is after its newest correction.
const mentioned = `c.unread > 0 AND EXISTS (SELECT 1 FROM cache.messages n WHERE n.conv = c.id AND n.mention = 1 AND n.at > c.read_at AND n.kind = 0
	AND (n.folded = 0 AND n.latest = 0 OR EXISTS (SELECT 1 FROM cache.messages o WHERE o.row = n.folded AND o.latest = n.row AND o.at > c.read_at)))`

// Conversations gives the rows of the list, in no order: people in the contact list, groups, and whoever wrote.
func (s *Store) Conversations() (list []Conversation, err error) {
	err = s.with("read the conversations", func(d *conn) error {
		return d.read(func() error {
			list, _, err = d.conversations("WHERE c.last <> 0 OR c.grp = 1 AND c.gone = 0 OR EXISTS (SELECT 1 FROM cache.contacts k WHERE k.jid = c.jid AND k.roster = 1)")
			return err
		})
	})
	return list, err
}

// Conversation gives one row, also of a conversation that is not in the list.
func (s *Store) Conversation(jid model.ConversationID) (v Conversation, found bool, err error) {
	err = s.with("read a conversation", func(d *conn) error {
		return d.read(func() error {
			list, rows, err := d.conversations("WHERE c.jid = ?1", string(jid))
			if found = err == nil && len(list) > 0; !found {
				return err
			}
			if v = list[0]; v.Unread > 0 {
				v.First, err = d.firstUnread(rows[0])
			}
			return err
		})
	})
	return v, found && err == nil, err
}

func (d *conn) conversations(where string, args ...any) (list []Conversation, rows []listRow, err error) {
	err = d.run("SELECT "+conversationColumns+messageColumns+` FROM cache.conversations c LEFT JOIN cache.messages m ON m.row = c.last `+where, func(st *sqlite3.Stmt) {
		c := &columns{st: st}
		v := Conversation{JID: model.ConversationID(c.text()), Group: c.bool(), Name: c.text(), Nick: c.text(), Unread: int(c.int())}
		last := c.int()
		v.Draft, v.Mention = c.bool(), c.bool()
		row := listRow{id: c.int(), readAt: c.int()}
		place := conversation{jid: v.JID, group: v.Group, gotAt: c.int(), peerReadAt: c.int()}
		if last != 0 {
			m, _ := scanMessage(c, &place)
			v.Last = &m
		}
		list, rows = append(list, v), append(rows, row)
	}, args...)
	if err == nil {
		err = d.tellGaps(list, rows)
	}
	for i := range list {
		if err == nil && list[i].Last != nil {
			err = d.correct(list[i].Last)
		}
	}
	return list, rows, err
}

// listRow is what a row of the list is read with.
type listRow struct{ id, readAt int64 }

// firstUnread finds the first unread message of a conversation.
func (d *conn) firstUnread(r listRow) (first model.Cursor, err error) {
	_, err = d.get("SELECT at, row FROM cache.messages WHERE conv = ?1 AND at > ?2 AND own = 0 AND folded = 0 AND kind <> 4 ORDER BY at, row LIMIT 1", func(st *sqlite3.Stmt) {
		first = model.Cursor{Time: st.ColumnInt64(0), Row: st.ColumnInt64(1)}
	}, r.id, r.readAt)
	return first, err
}

// tellGaps notes which of the conversations have gaps at their newest end.
func (d *conn) tellGaps(list []Conversation, rows []listRow) error {
	type newestGap struct {
		hiAt   int64
		missed bool
	}
	gaps := make(map[int64]newestGap, len(rows))
	query, args := "SELECT conv, max(hi_at), max(backlog <> 0) FROM cache.gaps", []any(nil)
	if len(rows) == 1 {
		query, args = query+" WHERE conv = ?1", []any{rows[0].id}
	}
	err := d.run(query+" GROUP BY conv", func(st *sqlite3.Stmt) {
		c := &columns{st: st}
		gaps[c.int()] = newestGap{c.int(), c.bool()}
	}, args...)
	for i := range list {
		g, found := gaps[rows[i].id]
		list[i].Missed = g.missed
		if err != nil || !found || list[i].Last != nil && list[i].Last.At >= g.hiAt {
			continue
		}
		var above int64 // corrections count, which the list does not show
		above, err = d.number("SELECT EXISTS (SELECT 1 FROM cache.messages WHERE conv = ?1 AND at >= ?2)", rows[i].id, g.hiAt)
		list[i].Unknown = above == 0
	}
	return err
}

// TotalUnread is the number of unread messages of all conversations, but for those that are muted; see [Store.SetUncounted].
func (s *Store) TotalUnread() (n int, err error) {
	err = s.with("count the unread messages", func(d *conn) error {
		n, err = d.totalUnread()
		return err
	})
	return n, err
}

// totalUnread counts the conversations once: afterwards each change is added, see [conn.flush].
func (d *conn) totalUnread() (n int, err error) {
	if !d.counted {
		if d.unread, err = d.number("SELECT coalesce(sum(unread), 0) FROM cache.conversations"); err != nil {
			return 0, err
		}
		for id := range d.muted {
			n, err := d.unreadOf(id)
			if err != nil {
				return 0, err
			}
			d.unread -= n
		}
		d.counted = true
	}
	n = int(d.unread)
	for id := range d.marked {
		of, err := d.unreadOf(id)
		if err != nil {
			return 0, err
		}
		if of == 0 && !d.muted[id] {
			n++
		}
	}
	return n, nil
}

func (d *conn) unreadOf(id model.ConversationID) (int64, error) {
	return d.number("SELECT unread FROM cache.conversations WHERE jid = ?1", string(id))
}

// Unread gives the unread count of each conversation that has one.
func (s *Store) Unread() (counts map[model.ConversationID]int, err error) {
	err = s.with("count the unread messages", func(d *conn) error {
		counts = map[model.ConversationID]int{}
		return d.run("SELECT jid, unread FROM cache.conversations WHERE unread > 0", func(st *sqlite3.Stmt) {
			counts[model.ConversationID(st.ColumnText(0))] = st.ColumnInt(1)
		})
	})
	return counts, err
}

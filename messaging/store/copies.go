package store

import (
	"github.com/ncruces/go-sqlite3"

	"discussions/messaging/model"
)

// Of a message that was sent again, and that the archive has several times, the first copy in the archive stands for all. The others are kept as
// relations of the kind factCopy, so that their places are known: what lies beside them is placed by them, and a person who has read a copy has
// read everything before it.

// lookupCopy finds out whether what is here of a message stands for another copy than m, and where that has its place. taken says that an earlier
// item of the page is the message.
func (in *ingest) lookupCopy(c *conversation, it *item, m *NewMessage, taken bool) error {
	same := it.stored
	its := m.StanzaID == same.StanzaID
	switch {
	case !in.archived(), m.StanzaID == "", its && same.Archived, !taken && (its || same.StanzaID == "" || !same.Archived):
		it.archived, it.at, it.exact = same.Archived, same.At, its && m.StanzaID != ""
		return nil
	}
	it.copy = true
	_, err := in.get("SELECT id, at FROM cache.relations WHERE conv = ?1 AND stanza_id = ?2 AND stanza_id <> '' AND kind = 7", func(st *sqlite3.Stmt) {
		it.relation, it.at, it.archived, it.exact = st.ColumnInt64(0), st.ColumnInt64(1), true, true
	}, c.id, string(m.StanzaID))
	return err
}

// sent tells apart messages that are not here, as identify does.
type sent struct {
	stanza model.StanzaID
	origin string
	own    bool
	author string
}

// findCopies finds the messages of a page that are not here, and of which the page holds an earlier copy. A page may hold the very same message
// twice: what is left of it is once.
func findCopies(items []*item) (list []*item) {
	first := map[sent]*item{}
	for _, it := range items {
		m, ok := it.fact.(*NewMessage)
		if ok && m.StanzaID != "" {
			if key := (sent{stanza: m.StanzaID}); first[key] != nil {
				it.copy, it.of = true, first[key]
				continue
			} else {
				first[key] = it
			}
		}
		if ok && it.stored == nil && len(m.OriginID) >= uniqueID {
			key := sent{origin: m.OriginID, own: m.Own, author: m.Author}
			switch o := first[key]; {
			case o == nil:
				first[key] = it
			case asWritten(o.fact.(*NewMessage).Content) == asWritten(m.Content) && o.fact.(*NewMessage).Replaces == m.Replaces:
				it.copy, it.of = true, o
			}
		}
		list = append(list, it)
	}
	return list
}

// firstCopies makes the first copy of each message in the archive represent it, once the places are known.
func (in *ingest) firstCopies(c *conversation, items []*item) error {
	itself := map[int64]*item{}
	for _, it := range items {
		if it.stored != nil && !it.copy {
			itself[it.stored.Row] = it
		}
	}
	seen := map[int64]bool{}
	for _, it := range items {
		if !it.copy || it.stored == nil || seen[it.stored.Row] {
			continue
		}
		seen[it.stored.Row] = true
		before := itself[it.stored.Row]
		switch {
		case before != nil && before.at < it.at, before == nil && it.stored.At < it.at:
			continue
		case before != nil:
			before.copy, before.relation = true, 0
		case it.stored.Archived:
			if err := in.addCopy(c, it.stored.Row, it.stored.StanzaID, it.stored.At, it.stored.Time.UnixMicro()); err != nil {
				return err
			}
		}
		if it.relation != 0 {
			if err := in.run("DELETE FROM cache.relations WHERE id = ?1", nil, it.relation); err != nil {
				return err
			}
		}
		it.copy, it.relation, it.replaces, it.moved = false, 0, true, true
	}
	return nil
}

// keepCopy stores the place of a copy.
func (in *ingest) keepCopy(c *conversation, it *item) error {
	row := int64(0)
	switch {
	case it.stored != nil:
		in.confirm(it.stored)
		row = it.stored.Row
	case it.of.stored != nil:
		row = it.of.stored.Row
	default:
		row = it.of.row
	}
	s := it.fact.Source()
	switch {
	case it.of != nil && it.of.fact.Source().StanzaID == s.StanzaID: // the very same
		return nil
	case it.relation == 0:
		return in.addCopy(c, row, s.StanzaID, it.at, s.Time.UnixMicro())
	case it.moved:
		c.marks = true
		return in.run("UPDATE cache.relations SET at = ?2 WHERE id = ?1", nil, it.relation, it.at)
	}
	return nil
}

func (in *ingest) addCopy(c *conversation, row int64, id model.StanzaID, at, time int64) error {
	c.marks = true
	return in.run(`INSERT INTO cache.relations (conv, kind, target, row, at, time, own, author, nick, value, msg_id, stanza_id, archived)
		VALUES (?1, ?2, '', ?3, ?4, ?5, 0, '', '', '', '', ?6, 1)`, nil, c.id, int(factCopy), row, at, time, string(id))
}

// markPlace is the place of what a mark r for a message m says: that of the message's last copy before the mark. It never falls when more copies
// turn up.
const markPlace = "max(m.at, coalesce((SELECT max(k.at) FROM cache.relations k WHERE k.row = m.row AND k.row <> 0 AND k.kind = 7 AND k.at < r.at), m.at))"

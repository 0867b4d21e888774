package store

import (
	"fmt"

	"github.com/ncruces/go-sqlite3"

	"discussions/messaging/model"
)

// mostNotices is how many of a group's newest notices are looked at for who has left it.
const mostNotices = 500

// Leavers are those among people, by bare JID, whose last known sign in a group is their announcement that they leave it: they have written
// nothing since, and nobody has added them again. Those who left before a gap are not among them.
func (s *Store) Leavers(conv model.ConversationID, people ...string) (list []string, err error) {
	err = s.with("read who has left a group", func(d *conn) error {
		list = nil
		c, found, err := d.find(conv)
		if err != nil || !found {
			return err
		}
		left, err := d.leftLast(c, people)
		if err != nil {
			return err
		}
		for _, l := range left {
			more, err := d.isKnownAfter(c, l)
			if err != nil {
				return err
			}
			if !more {
				list = append(list, l.who)
			}
		}
		return nil
	})
	return list, err
}

// leaving is a notice of somebody who leaves a group.
type leaving struct {
	who      string
	at, time int64
}

// leftLast gives those among people whose newest notice says that they have left, by its place or by its time: in a group where nobody had
// spoken, what the archive tells first comes before what this computer noted, and some servers have times of whole seconds.
func (d *conn) leftLast(c *conversation, people []string) (left []leaving, err error) {
	sql := fmt.Sprintf("SELECT m.author, m.at, m.time, m.body, m.payload FROM cache.messages m INDEXED BY messages_rich WHERE m.conv = ?1 AND m.kind = %d AND %s ORDER BY m.at DESC LIMIT %d",
		model.KindNotice, rich, mostNotices)
	leaves, others := map[string]leaving{}, map[string]leaving{}
	err = d.run(sql, func(st *sqlite3.Stmt) {
		row := &columns{st: st}
		author, at, time := row.text(), row.int(), row.int()
		n, _ := model.Decode(model.KindNotice, row.text(), row.text()).(model.Notice)
		newest := others
		switch n.Kind {
		case model.Left:
			if author != n.WhoJID {
				return
			}
			newest = leaves
		case model.Added, model.Removed, model.Barred:
		default:
			return
		}
		if _, known := newest[n.WhoJID]; !known {
			newest[n.WhoJID] = leaving{n.WhoJID, at, time}
		}
	}, c.id)
	for _, who := range people {
		l, other := leaves[who], others[who]
		if l.who != "" && (l.at > other.at || l.time > other.time) {
			left = append(left, l)
		}
	}
	return left, err
}

// isKnownAfter reports whether there is, or may be, a later sign of somebody who has left.
func (d *conn) isKnownAfter(c *conversation, l leaving) (bool, error) {
	returned, err := encodeReturn(l.who)
	if err != nil {
		return false, err
	}
	n, err := d.number(`SELECT EXISTS (SELECT 1 FROM cache.messages WHERE conv = ?1 AND at > ?2 AND author = ?3)
		OR EXISTS (SELECT 1 FROM cache.relations WHERE conv = ?1 AND at > ?2 AND (author = ?3 OR kind = 6 AND value = ?4))
		OR EXISTS (SELECT 1 FROM cache.gaps WHERE conv = ?1 AND (hi_at > ?2 OR hi = ''))`, c.id, l.at, l.who, returned)
	return n != 0, err
}

// Return says that somebody who has left a group belongs to it again.
func Return(s Stanza, who string) *Kept { return &Kept{Stanza: s, What: "returned", Value: who} }

func encodeReturn(who string) (string, error) {
	_, value := relationOf(Return(Stanza{}, who))
	return encodeValue(value)
}

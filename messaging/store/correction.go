package store

import (
	"github.com/ncruces/go-sqlite3"

	"discussions/messaging/model"
)

// A correction (XEP-0308) is a message. While the message that it corrects is not here, it is shown like any other; then it is folded
// into that one, which shows the content of its newest correction. Only the author of a message can correct it: what somebody else
// sends as a correction stays a message of its own.

// fold ties a correction to the message that it corrects.
func (in *ingest) fold(c *conversation, m *Message, candidates []Message) error {
	target := nearest(candidates, m.At, func(o *Message) bool {
		return o.Row != m.Row && o.folded == 0 && correctable(o) && sameAuthor(&Stanza{Group: c.group, Author: m.Author, Nick: m.Nick, Own: m.Own}, o)
	})
	row := int64(0)
	if target != nil {
		row = target.Row
	}
	before := m.folded
	if before != row {
		if err := in.run("UPDATE cache.messages SET folded = ?2 WHERE row = ?1", nil, m.Row, row); err != nil {
			return err
		}
		switch {
		case row == 0:
			c.recount, c.dirty = true, true
			in.change(m.Row, Added)
		case before == 0:
			c.hide(m.Row)
			in.change(m.Row, Removed)
		default:
			c.dirty = true
			in.change(m.Row, Removed)
		}
	}
	if before == 0 && row != 0 {
		if err := in.addCorrection(c, row, m); err != nil {
			return err
		}
	} else {
		for _, r := range []int64{before, row} {
			if r != 0 && (r == row || before != row) {
				if err := in.newestCorrection(c, r); err != nil {
					return err
				}
			}
		}
	}
	if target == nil {
		return nil
	}
	if _, withdrawn := target.Content.(model.Retracted); withdrawn {
		return in.erase(m.Row)
	}
	return nil
}

// correctable reports whether a message can be corrected: not one that is a correction itself, whose target is not here.
func correctable(m *Message) bool { return m.Replaces == "" }

// newestCorrection makes a message show its newest correction.
func (in *ingest) newestCorrection(c *conversation, row int64) error {
	latest, err := in.number(`SELECT row FROM cache.messages WHERE folded = ?1 AND folded <> 0
		AND (SELECT kind FROM cache.messages WHERE row = ?1) <> 3 ORDER BY at DESC, row DESC LIMIT 1`, row)
	if err != nil {
		return err
	}
	return in.showCorrection(c, row, latest)
}

// addCorrection is newestCorrection after one has come. It does not look at all the others, however often the message was corrected.
func (in *ingest) addCorrection(c *conversation, row int64, m *Message) error {
	latest, err := in.number(`SELECT CASE WHEN o.kind = 3 THEN 0
		WHEN EXISTS (SELECT 1 FROM cache.messages l WHERE l.row = o.latest AND (l.at > ?2 OR l.at = ?2 AND l.row > ?3)) THEN o.latest ELSE ?3 END
		FROM cache.messages o WHERE o.row = ?1`, row, m.At, m.Row)
	if err != nil {
		return err
	}
	return in.showCorrection(c, row, latest)
}

// showCorrection makes a message show that correction; 0: none.
func (in *ingest) showCorrection(c *conversation, row, latest int64) error {
	before, err := in.number("SELECT latest FROM cache.messages WHERE row = ?1", row)
	if err != nil || latest == before {
		return err
	}
	c.dirty = true
	in.change(row, Changed)
	return in.run("UPDATE cache.messages SET latest = ?2 WHERE row = ?1", nil, row, latest)
}

// firstContent is what a message said before it was corrected.
func (d *conn) firstContent(row int64) (content model.Content, err error) {
	_, err = d.get("SELECT kind, body, payload FROM cache.messages WHERE row = ?1", func(st *sqlite3.Stmt) {
		c := &columns{st: st}
		content = model.Decode(model.Kind(c.int()), c.text(), c.text())
	}, row)
	return content, err
}

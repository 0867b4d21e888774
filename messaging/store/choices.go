package store

import (
	"math"
	"time"

	"github.com/ncruces/go-sqlite3"

	"discussions/messaging/model"
)

// Choices are what the user has chosen for one conversation, on this computer. They lie beside the outbox: no archive has them, so they
// outlive a cache that is damaged.
type Choices struct {
	MutedUntil time.Time // it neither notifies nor counts until then; zero: it does
	Mentions   bool      // while it is muted, a message that mentions the user notifies all the same
	Favourite  bool
	Unread     bool  // marked as unread by hand
	ArchivedAt int64 // it is put away while its newest message lies before this place, and nothing has come since; 0: it is not
}

// Forever is a time that never comes.
func Forever() time.Time { return time.UnixMicro(math.MaxInt64) }

// Choices gives what was chosen for each conversation.
func (s *Store) Choices() (all map[model.ConversationID]Choices, err error) {
	err = s.with("read the choices", func(d *conn) error {
		all = map[model.ConversationID]Choices{}
		return d.choices("", func(id model.ConversationID, c keptChoices) {
			if c.Choices != (Choices{}) {
				all[id] = c.Choices
			}
		})
	})
	return all, err
}

// keptChoices is a row of the table.
type keptChoices struct {
	Choices
	due bool // Unread is still to be sent to the other devices
}

func (d *conn) choices(where string, take func(model.ConversationID, keptChoices), args ...any) error {
	return d.run("SELECT conv, muted, mentions, favourite, unread, archived, due FROM choices "+where, func(st *sqlite3.Stmt) {
		c := &columns{st: st}
		id, muted := model.ConversationID(c.text()), c.int()
		v := Choices{Mentions: c.bool(), Favourite: c.bool(), Unread: c.bool(), ArchivedAt: c.int()}
		if muted != 0 {
			v.MutedUntil = time.UnixMicro(muted)
		}
		take(id, keptChoices{v, c.bool()})
	}, args...)
}

// choicesOf gives what was chosen for a conversation.
func (d *conn) choicesOf(conv model.ConversationID) (kept keptChoices, err error) {
	err = d.choices("WHERE conv = ?1", func(_ model.ConversationID, c keptChoices) { kept = c }, string(conv))
	return kept, err
}

func (d *conn) keepChoices(conv model.ConversationID, v keptChoices) error {
	if v == (keptChoices{}) {
		return d.run("DELETE FROM choices WHERE conv = ?1", nil, string(conv))
	}
	var muted int64
	if !v.MutedUntil.IsZero() {
		muted = v.MutedUntil.UnixMicro()
	}
	return d.run("INSERT OR REPLACE INTO choices (conv, muted, mentions, favourite, unread, archived, due) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", nil,
		string(conv), muted, v.Mentions, v.Favourite, v.Unread, v.ArchivedAt, v.due)
}

// Choose changes what was chosen for a conversation. newest is the place of its newest message, 0 where there is none.
func (s *Store) Choose(conv model.ConversationID, change func(c *Choices, newest int64)) (chosen Choices, err error) {
	err = s.with("keep a choice", func(d *conn) error {
		return d.tx(func() error {
			kept, err := d.choicesOf(conv)
			if err != nil {
				return err
			}
			newest, err := d.number("SELECT last_at FROM cache.conversations WHERE jid = ?1", string(conv))
			if err != nil {
				return err
			}
			before := kept.Choices
			change(&kept.Choices, newest)
			if chosen = kept.Choices; chosen == before {
				return nil
			}
			kept.due = kept.due || chosen.Unread != before.Unread
			return d.keepChoices(conv, kept)
		})
	})
	return chosen, err
}

// UnreadMark says whether a conversation is marked as unread by hand.
type UnreadMark struct {
	Conv   model.ConversationID
	Unread bool
}

// DueUnreadMarks gives the marks that are still to be sent to the account's other devices.
func (s *Store) DueUnreadMarks() (due []UnreadMark, err error) {
	err = s.with("read the unread marks", func(d *conn) error {
		due = nil
		return d.choices("WHERE due = 1", func(id model.ConversationID, c keptChoices) { due = append(due, UnreadMark{id, c.Unread}) })
	})
	return due, err
}

// UnreadMarkTold notes that a mark was sent to the other devices, unless it has changed meanwhile.
func (s *Store) UnreadMarkTold(m UnreadMark) error {
	return s.with("keep an unread mark", func(d *conn) error {
		return d.tx(func() error {
			kept, err := d.choicesOf(m.Conv)
			if err != nil || kept.Unread != m.Unread {
				return err
			}
			kept.due = false
			return d.keepChoices(m.Conv, kept)
		})
	})
}

// TakeUnreadMark takes the mark of another device. It does nothing where this one is still to tell its own, which is newer.
func (s *Store) TakeUnreadMark(m UnreadMark) (chosen Choices, err error) {
	err = s.with("take an unread mark", func(d *conn) error {
		return d.tx(func() error {
			kept, err := d.choicesOf(m.Conv)
			if err == nil && !kept.due && kept.Unread != m.Unread {
				kept.Unread = m.Unread
				err = d.keepChoices(m.Conv, kept)
			}
			chosen = kept.Choices
			return err
		})
	})
	return chosen, err
}

// SetUncounted says whose unread messages [Store.TotalUnread] leaves out, and which conversations without unread messages it counts as one:
// those that are muted, and those that are marked as unread.
func (s *Store) SetUncounted(muted, marked map[model.ConversationID]bool) error {
	return s.with("set what is counted", func(d *conn) error {
		d.muted, d.marked, d.counted = muted, marked, false
		return nil
	})
}

// MostPinned is how many messages of a conversation can be pinned.
const MostPinned = 20

// Pin pins a message of a conversation, or unpins it. full says that there are [MostPinned] others, and nothing was done.
func (s *Store) Pin(m *Message, on bool) (full bool, err error) {
	err = s.with("pin a message", func(d *conn) error {
		return d.tx(func() error {
			// It is known by its id in the archive as soon as it has one: people choose their ids freely.
			err := d.run("DELETE FROM pins WHERE conv = ?1 AND (stanza_id = ?2 AND stanza_id <> '' OR id = ?3 AND (stanza_id = '' OR ?2 = ''))", nil,
				string(m.Conv), string(m.StanzaID), m.LocalID())
			if err != nil || !on {
				return err
			}
			n, err := d.number("SELECT count(*) FROM pins WHERE conv = ?1", string(m.Conv))
			if full = n >= MostPinned; err != nil || full {
				return err
			}
			return d.run("INSERT INTO pins (conv, at, id, stanza_id) VALUES (?1, ?2, ?3, ?4)", nil, string(m.Conv), m.At, m.LocalID(), string(m.StanzaID))
		})
	})
	return full, err
}

// Pinned gives the pinned messages of a conversation that are on this computer and not withdrawn, the newest first.
func (s *Store) Pinned(conv model.ConversationID) (list []Message, err error) {
	type pin struct{ id, stanza string }
	err = s.with("read the pinned messages", func(d *conn) error {
		list = nil
		var pins []pin
		err := d.run("SELECT id, stanza_id FROM pins WHERE conv = ?1 ORDER BY at DESC, id DESC", func(st *sqlite3.Stmt) {
			pins = append(pins, pin{st.ColumnText(0), st.ColumnText(1)})
		}, string(conv))
		if err != nil {
			return err
		}
		c, _, err := d.find(conv)
		for _, p := range pins {
			var m Message
			var found bool
			switch {
			case err != nil:
				return err
			case p.stanza != "":
				m, found, err = d.message("WHERE m.conv = ?1 AND m.stanza_id = ?2 AND"+shown, c.id, p.stanza)
			default:
				m, found, err = d.named(conv, p.id)
			}
			if _, withdrawn := m.Content.(model.Retracted); err == nil && found && !withdrawn {
				list = append(list, m)
			}
		}
		return err
	})
	return list, err
}

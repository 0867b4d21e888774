package store

import "slices"

// Page is a run of messages as the cache has it.
type Page struct {
	Messages []Message // oldest first
	Hole     *Hole     // what must be fetched to go on; nil: nothing
	Start    bool      // the conversation has nothing older
	Below    bool      // messages are known before the hole
	Group    bool      // it is a group's
}

// Page gives up to n messages of a conversation before a place, the newest ones for the place (0, 0), as far as no hole lies
// between them. Hole is set when there are fewer than n because of it.
//
// group says what a conversation is that is not known yet.
func (s *Store) Page(conv string, group bool, at, row int64, n int) (p Page, err error) {
	if at == 0 && row == 0 {
		at, row = end, end
	}
	err = s.with("read a page", func(d *session) error {
		p = Page{}
		t, err := d.talk(conv, group)
		if err != nil {
			return err
		}
		p.Group = t.group
		h, holed, err := d.hole("conv = ?1 AND hi_at <= ?2 ORDER BY hi_at DESC LIMIT 1", t.id, at)
		if err != nil {
			return err
		}
		h.Conv = conv
		const before = "WHERE m.conv = ?1 AND (m.at < ?2 OR m.at = ?2 AND m.row < ?3) AND m.at >= ?4 ORDER BY m.at DESC, m.row DESC LIMIT ?5"
		list, err := d.messages(before, t.id, at, row, h.HiAt, n+1)
		if err != nil {
			return err
		}
		switch {
		case len(list) > n:
			list = list[:n]
		case holed && len(list) < n:
			p.Hole = &h
			below, err := d.number("SELECT EXISTS (SELECT 1 FROM cache.messages WHERE conv = ?1 AND at < ?2)", t.id, h.HiAt)
			if err != nil {
				return err
			}
			p.Below = below != 0
		case !holed:
			p.Start = true
		}
		slices.Reverse(list)
		p.Messages = list
		return nil
	})
	return p, err
}

// Below gives up to n messages before a hole, oldest first.
func (s *Store) Below(h Hole, group bool, n int) (list []Message, err error) {
	err = s.with("read a page", func(d *session) error {
		t, err := d.talk(h.Conv, group)
		if err != nil {
			return err
		}
		list, err = d.messages("WHERE m.conv = ?1 AND m.at < ?2 ORDER BY m.at DESC, m.row DESC LIMIT ?3", t.id, h.HiAt, n)
		slices.Reverse(list)
		return err
	})
	return list, err
}

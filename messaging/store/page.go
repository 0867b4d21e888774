package store

import (
	"slices"

	"discussions/messaging/model"
)

// Page is a run of messages as the cache has it, oldest first.
type Page struct {
	Messages []Message
	Start    bool // the conversation has nothing older
	End      bool // the conversation has nothing newer
	Older    *Gap // what must be fetched for more before; nil: nothing
	Newer    *Gap // what must be fetched for more after; nil: nothing
	Below    bool // messages are known before Older
	Group    bool // it is a group's
}

// Page gives up to before messages before a place and up to after from it on, as far as no gap lies between them; for the zero place the
// newest ones. Older and Newer are set when there are fewer because of a gap.
//
// group says what a conversation is that is not known yet.
func (s *Store) Page(conv model.ConversationID, group bool, place model.Cursor, before, after int) (p Page, err error) {
	err = s.with("read a page", func(d *conn) error {
		p = Page{}
		c, err := d.conversation(conv, group, false)
		if err != nil {
			return err
		}
		p.Group = c.group
		if place.IsZero() {
			place, p.End = model.Cursor{Time: end, Row: end}, true
		}
		if err = d.pageBefore(c, &p, place, before); err == nil && !p.End {
			err = d.pageAfter(c, &p, place, after)
		}
		if err != nil {
			return err
		}
		return d.countReaders(c, p.Messages)
	})
	return p, err
}

func (d *conn) pageBefore(c *conversation, p *Page, place model.Cursor, n int) error {
	g, found, err := d.gap("conv = ?1 AND hi_at <= ?2 ORDER BY hi_at DESC LIMIT 1", c.id, place.Time)
	if err != nil {
		return err
	}
	g.Conv = c.jid
	list, err := d.page(c, n+1, "(m.at < ?3 OR m.at = ?3 AND m.row < ?4) AND m.at >= ?5 AND"+shown+"ORDER BY m.at DESC, m.row DESC", place.Time, place.Row, g.HiAt)
	if err != nil {
		return err
	}
	switch {
	case len(list) > n:
		list = list[:n]
	case found && len(list) < n:
		p.Older = &g
		below, err := d.number("SELECT EXISTS (SELECT 1 FROM cache.messages m WHERE m.conv = ?1 AND m.at < ?2 AND"+shown+")", c.id, g.HiAt)
		if err != nil {
			return err
		}
		p.Below = below != 0
	case !found:
		p.Start = true
	}
	slices.Reverse(list)
	p.Messages = list
	return nil
}

func (d *conn) pageAfter(c *conversation, p *Page, place model.Cursor, n int) error {
	// Nothing of the archive is known before a gap that begins with it.
	g, found, err := d.gap("conv = ?1 AND hi_at > ?2 AND lo <> '' ORDER BY hi_at LIMIT 1", c.id, place.Time)
	if err != nil {
		return err
	}
	g.Conv = c.jid
	upper := int64(end)
	if found {
		upper = g.HiAt
	}
	list, err := d.page(c, n+1, "(m.at > ?3 OR m.at = ?3 AND m.row >= ?4) AND m.at < ?5 AND"+shown+"ORDER BY m.at, m.row", place.Time, place.Row, upper)
	if err != nil {
		return err
	}
	switch {
	case len(list) > n:
		list = list[:n]
	case found && len(list) < n:
		p.Newer = &g
	case !found:
		p.End = true
	}
	p.Messages = append(p.Messages, list...)
	return nil
}

// Below gives up to n messages before a gap, oldest first.
func (s *Store) Below(g Gap, n int) (list []Message, err error) {
	err = s.with("read a page", func(d *conn) error {
		c, found, err := d.find(g.Conv)
		if err != nil || !found {
			return err
		}
		list, err = d.page(c, n, "m.at < ?3 AND"+shown+"ORDER BY m.at DESC, m.row DESC", g.HiAt)
		slices.Reverse(list)
		return err
	})
	return list, err
}

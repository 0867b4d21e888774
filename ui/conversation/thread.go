package conversation

import (
	"slices"

	"discussions/messaging"
	"discussions/messaging/model"
)

// thread is what is loaded of a conversation, oldest first: one run of its messages without a gap. It does not depend on the
// screen.
type thread struct {
	entries []*entry
	rows    []row // what the timeline shows: the messages and the separators between them
	byID    map[messaging.MessageID]*entry
	start   bool // nothing older exists
	end     bool // nothing newer exists

	newFrom  messaging.Cursor // the "new messages" line stands at this place; zero: nowhere
	newCount int
	newEntry *entry // the message that the line stands over: the first of another person from newFrom on; nil: none
}

// splice puts messages into the place of drop others, and derives the rows that this changes: its neighbours tell groups and days
// by each other.
func (t *thread) splice(at, drop int, put ...*entry) {
	i, j := max(0, at-1), min(len(t.entries), at+drop+1)
	from, to := t.firstRow(i), t.firstRow(j)
	t.entries = slices.Replace(t.entries, at, at+drop, put...)
	j += len(put) - drop
	t.rows = slices.Replace(t.rows, from, to, t.rowsOf(i, j)...)
	for _, e := range t.entries[i:j] {
		e.layouts = nil
	}
}

// touch derives the rows of one message and its neighbours again.
func (t *thread) touch(i int) {
	if i >= 0 && i < len(t.entries) {
		t.splice(i, 1, t.entries[i])
	}
}

// setStart says whether nothing older exists.
func (t *thread) setStart(start bool) {
	if t.start == start {
		return
	}
	to := t.firstRow(min(1, len(t.entries)))
	t.start = start
	t.rows = slices.Replace(t.rows, 0, to, t.rowsOf(0, min(1, len(t.entries)))...)
}

// reset drops everything that is loaded.
func (t *thread) reset() {
	t.entries, t.rows, t.byID, t.newEntry = nil, nil, nil, nil
	t.start, t.end = false, false
}

// merge takes messages in, in any order. Those that it has stay as they are: a page was read some time ago.
func (t *thread) merge(messages []messaging.Message) {
	if t.byID == nil {
		t.byID = make(map[messaging.MessageID]*entry, len(messages))
	}
	fresh := make([]*entry, 0, len(messages))
	page := make([]entry, len(messages)) // in one piece: a page comes and goes as a whole
	for i, m := range messages {
		if t.byID[m.ID] == nil {
			page[i].set(m)
			t.byID[m.ID] = &page[i]
			fresh = append(fresh, &page[i])
		}
	}
	if len(fresh) == 0 {
		return
	}
	slices.SortStableFunc(fresh, compare)
	for len(fresh) > 0 { // runs that fit between two neighbours: mostly one, except for late messages
		at := t.search(fresh[0].Cursor)
		n := len(fresh)
		if at < len(t.entries) {
			n = 1
			for n < len(fresh) && fresh[n].Cursor.Before(t.entries[at].Cursor) {
				n++
			}
		}
		t.splice(at, 0, fresh[:n]...)
		fresh = fresh[n:]
	}
	t.settleNew()
}

// admit takes a message that an event brought, and reports whether it is new here. One that lies outside of what is loaded comes
// with its page.
func (t *thread) admit(m messaging.Message) bool {
	if t.byID[m.ID] != nil {
		t.change(m)
		return false
	}
	if !t.covers(m.Cursor) {
		return false
	}
	t.merge([]messaging.Message{m})
	return true
}

// covers reports whether a place lies within what is loaded.
func (t *thread) covers(c messaging.Cursor) bool {
	if len(t.entries) == 0 {
		return t.start && t.end
	}
	return (t.start || !c.Before(t.oldest())) && (t.end || !t.newest().Before(c))
}

// change takes the new state of a message. One that was not loaded may have moved to where it is shown: an old one that is sent
// again is the newest.
func (t *thread) change(m messaging.Message) {
	e := t.byID[m.ID]
	if e == nil {
		if t.covers(m.Cursor) {
			t.merge([]messaging.Message{m})
		}
		return
	}
	i := t.index(e)
	if m.Cursor == e.Cursor {
		t.splice(i, 1) // takes the rows away by the old state
		e.set(m)
		t.splice(i, 0, e)
	} else {
		t.splice(i, 1)
		if !t.covers(m.Cursor) {
			delete(t.byID, m.ID)
		} else {
			at := t.search(m.Cursor)
			t.keepNew(e.Cursor, m.Cursor, at)
			e.set(m)
			t.splice(at, 0, e)
		}
	}
	t.settleNew()
}

// requote updates the quotes in the answers to a message.
func (t *thread) requote(m messaging.Message) {
	text := model.PlainText(m.Content)
	_, gone := m.Content.(messaging.Retracted)
	for i, e := range t.entries {
		if q := e.ReplyTo; q != nil && q.ID == m.ID && m.ID != "" && (q.Text != text || q.Gone != gone) {
			now := *q
			now.Text, now.Gone = text, gone
			now.File, _ = m.Content.(messaging.File)
			e.ReplyTo = &now
			t.touch(i)
		}
	}
}

// remove drops a message.
func (t *thread) remove(id messaging.MessageID) {
	if e := t.byID[id]; e != nil {
		delete(t.byID, id)
		t.splice(t.index(e), 1)
		t.settleNew()
	}
}

// trimStart drops the oldest messages and keeps n.
func (t *thread) trimStart(n int) {
	if drop := len(t.entries) - n; drop > 0 {
		t.setStart(false)
		t.drop(0, drop)
	}
}

// trimEnd drops the newest messages and keeps n.
func (t *thread) trimEnd(n int) {
	if drop := len(t.entries) - n; drop > 0 {
		t.end = false
		t.drop(n, drop)
	}
}

func (t *thread) drop(at, n int) {
	for _, e := range t.entries[at : at+n] {
		delete(t.byID, e.ID)
	}
	t.splice(at, n)
	t.settleNew()
}

// oldest is the place before which older messages are to be read.
func (t *thread) oldest() messaging.Cursor {
	if len(t.entries) == 0 {
		return messaging.Cursor{}
	}
	return t.entries[0].Cursor
}

// newest is the place from which newer messages are to be read.
func (t *thread) newest() messaging.Cursor {
	if len(t.entries) == 0 {
		return messaging.Cursor{}
	}
	return t.entries[len(t.entries)-1].Cursor
}

// at is the message of a place, nil when it is not loaded.
func (t *thread) at(c messaging.Cursor) *entry {
	if i := t.search(c) - 1; i >= 0 && t.entries[i].Cursor == c {
		return t.entries[i]
	}
	return nil
}

// search is where a message of that place belongs: behind its equals.
func (t *thread) search(c messaging.Cursor) int {
	if n := len(t.entries); n == 0 || !c.Before(t.entries[n-1].Cursor) {
		return n
	}
	at, _ := slices.BinarySearchFunc(t.entries, c, func(e *entry, c messaging.Cursor) int {
		if c.Before(e.Cursor) {
			return 1
		}
		return -1
	})
	return at
}

// index is where an entry stands, -1 when it is not in the thread.
func (t *thread) index(e *entry) int {
	for at := t.search(e.Cursor) - 1; at >= 0 && t.entries[at].Cursor == e.Cursor; at-- {
		if t.entries[at] == e {
			return at
		}
	}
	return -1
}

func compare(a, b *entry) int {
	switch {
	case a.Cursor.Before(b.Cursor):
		return -1
	case b.Cursor.Before(a.Cursor):
		return 1
	}
	return 0
}

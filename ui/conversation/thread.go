package conversation

import (
	"slices"
	"time"

	"discussions/messaging"
	"discussions/messaging/model"
)

// groupGap is the longest time between two messages of one author that stand under one name.
const groupGap = 5 * time.Minute

// entry is a message of the thread with what is known of its drawing.
type entry struct {
	messaging.Message
	text     string // the body as it may be shown
	expanded bool   // a long text is shown whole
	laid     *laid  // nil: not laid out
}

// thread is what is loaded of a conversation, oldest first. It knows nothing of the screen.
type thread struct {
	entries []*entry
	byID    map[messaging.MessageID]*entry
	start   bool // nothing older exists

	newFrom  messaging.Cursor // the "new messages" line stands at this place; zero: nowhere
	newCount int
	newEntry *entry // the message that the line stands over: the first of another person from newFrom on; nil: none
}

// textOf is what a message is drawn as.
func textOf(m messaging.Message) string { return model.PlainText(m.Content) }

func newEntry(m messaging.Message) *entry { return &entry{Message: m, text: clean(textOf(m))} }

// merge takes messages in, in any order. Those that it has stay as they are: a page was read some time ago.
func (t *thread) merge(messages []messaging.Message) {
	if t.byID == nil {
		t.byID = make(map[messaging.MessageID]*entry, len(messages))
	}
	fresh := make([]*entry, 0, len(messages))
	for _, m := range messages {
		if t.byID[m.ID] != nil {
			continue
		}
		e := newEntry(m)
		t.byID[m.ID] = e
		fresh = append(fresh, e)
	}
	if len(fresh) == 0 {
		return
	}
	slices.SortStableFunc(fresh, compare)
	for len(fresh) > 0 { // runs that fit between two neighbours: one, but for the odd late message
		at := t.search(fresh[0].Cursor)
		n := len(fresh)
		if at < len(t.entries) {
			n = 1
			for n < len(fresh) && fresh[n].Cursor.Before(t.entries[at].Cursor) {
				n++
			}
		}
		t.entries = slices.Insert(t.entries, at, fresh[:n]...)
		t.stale(at, at+n)
		fresh = fresh[n:]
	}
	t.settleNew()
}

// change takes the new state of a message that it has; others are ignored.
func (t *thread) change(m messaging.Message) {
	e := t.byID[m.ID]
	if e == nil {
		return
	}
	moved := m.Cursor != e.Cursor
	if moved {
		t.cut(t.index(e))
	}
	if m.Content != e.Content {
		e.text = clean(textOf(m))
	}
	e.Message = m
	if moved {
		at := t.search(e.Cursor)
		t.entries = slices.Insert(t.entries, at, e)
	}
	at := t.index(e)
	t.stale(at, at+1)
	t.settleNew()
}

// remove drops a message.
func (t *thread) remove(id messaging.MessageID) {
	if e := t.byID[id]; e != nil {
		delete(t.byID, id)
		t.cut(t.index(e))
		t.settleNew()
	}
}

// trim drops the oldest messages and keeps n.
func (t *thread) trim(n int) {
	drop := len(t.entries) - n
	if drop <= 0 {
		return
	}
	for _, e := range t.entries[:drop] {
		delete(t.byID, e.ID)
	}
	t.entries = slices.Delete(t.entries, 0, drop)
	t.start = false
	t.stale(0, 1)
	t.settleNew()
}

func (t *thread) cut(at int) {
	if at >= 0 {
		t.entries = slices.Delete(t.entries, at, at+1)
		t.stale(at, at)
	}
}

// stale forgets the drawing of the entries from i to j and of their neighbours, which tell groups and days by each other.
func (t *thread) stale(i, j int) {
	for k := max(0, i-1); k <= j && k < len(t.entries); k++ {
		t.entries[k].laid = nil
	}
}

// oldest is the place before which older messages are to be read.
func (t *thread) oldest() messaging.Cursor {
	if len(t.entries) == 0 {
		return messaging.Cursor{}
	}
	return t.entries[0].Cursor
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

// markNew puts the line before the first message of another person at or after a place, counting those behind it. The zero
// cursor takes the line away.
func (t *thread) markNew(from messaging.Cursor) {
	t.newFrom, t.newCount = from, 0
	t.settleNew()
	at := t.newRow()
	if at < 0 {
		return
	}
	for _, e := range t.entries[at:] {
		if !e.Own {
			t.newCount++
		}
	}
	t.stale(at, at)
}

// newRow is the row that the line stands over, -1 where there is none.
func (t *thread) newRow() int {
	if t.newEntry == nil {
		return -1
	}
	return t.index(t.newEntry)
}

// settleNew finds the message that the line stands over, after any change.
func (t *thread) settleNew() {
	now := t.firstNew()
	if now == t.newEntry {
		return
	}
	for _, e := range []*entry{t.newEntry, now} {
		if e != nil {
			if at := t.index(e); at >= 0 {
				t.stale(at, at)
			}
		}
	}
	t.newEntry = now
}

func (t *thread) firstNew() *entry {
	if t.newFrom.IsZero() {
		return nil
	}
	at, _ := slices.BinarySearchFunc(t.entries, t.newFrom, func(e *entry, c messaging.Cursor) int {
		if e.Cursor.Before(c) {
			return -1
		}
		return 1
	})
	for ; at < len(t.entries); at++ {
		if !t.entries[at].Own {
			return t.entries[at]
		}
	}
	return nil
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

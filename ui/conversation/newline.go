package conversation

import (
	"slices"

	"discussions/messaging"
)

// markNew puts the "new messages" line before the first message of another person at or after a place, and counts those behind it.
// The zero cursor takes the line away.
func (t *thread) markNew(from messaging.Cursor) {
	t.newFrom = from
	t.settleNew()
	t.countNew()
	if t.newEntry != nil {
		t.touch(t.index(t.newEntry))
	}
}

// keepNew moves the line's place up to a message that was behind it and now comes before the first one there.
func (t *thread) keepNew(was, now messaging.Cursor, at int) {
	isNew := !t.newFrom.IsZero() && !was.Before(t.newFrom)
	if isNew && now.Before(t.newFrom) && (at == len(t.entries) || !t.entries[at].Cursor.Before(t.newFrom)) {
		t.newFrom = now
	}
}

// newLine is the row of the line, -1 where there is none.
func (t *thread) newLine() int {
	if t.newEntry == nil {
		return -1
	}
	return t.rowIndex(row{kind: newRow, e: t.newEntry})
}

// countNew counts the messages of others behind the line.
func (t *thread) countNew() {
	t.newCount = 0
	if t.newEntry == nil {
		return
	}
	for _, e := range t.entries[t.index(t.newEntry):] {
		if !e.Own {
			t.newCount++
		}
	}
}

// settleNew finds the message that the line stands over, after any change.
func (t *thread) settleNew() {
	old, now := t.newEntry, t.firstNew()
	if now == old {
		return
	}
	t.newEntry = now
	for _, e := range []*entry{old, now} {
		if e != nil {
			t.touch(t.index(e))
		}
	}
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

package conversation

import (
	"time"

	"discussions/messaging"
)

// groupGap is the longest time between two messages of one author that stand under one name.
const groupGap = 5 * time.Minute

// position is how a message stands among its neighbours.
type position struct {
	head bool // the first one of its author's group
	time bool // shows its time: the last one of its minute in the group
}

// position tells how the message of an index stands.
func (t *thread) position(i int) position {
	e := t.entries[i]
	p := position{head: true, time: true}
	if i > 0 {
		p.head = t.startsDay(i) || e == t.newEntry || !sameGroup(t.entries[i-1], e)
	}
	if i+1 < len(t.entries) {
		next := t.entries[i+1]
		p.time = !sameMinute(e.Time, next.Time) || !sameGroup(e, next) || next == t.newEntry
	}
	return p
}

// startsDay reports whether the message of an index is the first one of its day.
func (t *thread) startsDay(i int) bool { return i == 0 || t.entries[i-1].day != t.entries[i].day }

func sameGroup(a, b *entry) bool {
	gap := b.Time.Sub(a.Time)
	return !a.notice && !b.notice && a.Own == b.Own && a.AuthorJID == b.AuthorJID && gap <= groupGap && gap >= -groupGap
}

func sameMinute(a, b time.Time) bool { return a.Truncate(time.Minute).Equal(b.Truncate(time.Minute)) }

// dayOf numbers local days, so that two of them are quickly compared.
func dayOf(t time.Time) int {
	t = t.Local()
	_, offset := t.Zone()
	return int((t.Unix() + int64(offset)) / (24 * 60 * 60))
}

// isNotice reports whether a content is drawn as a line of its own, without an author.
func isNotice(c messaging.Content) bool {
	_, ok := c.(messaging.Notice)
	return ok
}

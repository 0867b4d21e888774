package conversation

import "time"

// place is how a message stands among its neighbours.
type place struct {
	start bool // the very first message of the conversation
	day   bool // the first one of its day
	fresh bool // the first new one
	head  bool // the first one of its author's group
	time  bool // shows its time: the last one of its minute in the group
}

// place tells how the message of a row stands.
func (t *thread) place(row int) place {
	e := t.entries[row]
	p := place{day: true, head: true, time: true, fresh: e == t.newEntry}
	if row == 0 {
		p.start = t.start
	} else {
		before := t.entries[row-1]
		p.day = !sameDay(before.Time, e.Time)
		p.head = p.day || p.fresh || !sameGroup(before, e)
	}
	if row+1 < len(t.entries) {
		next := t.entries[row+1]
		p.time = !sameMinute(e.Time, next.Time) || !sameGroup(e, next) || next == t.newEntry
	}
	return p
}

func sameGroup(a, b *entry) bool {
	gap := b.Time.Sub(a.Time)
	return a.Own == b.Own && a.AuthorJID == b.AuthorJID && gap <= groupGap && gap >= -groupGap
}

func sameDay(a, b time.Time) bool {
	ay, am, ad := a.Local().Date()
	by, bm, bd := b.Local().Date()
	return ay == by && am == bm && ad == bd
}

func sameMinute(a, b time.Time) bool { return a.Truncate(time.Minute).Equal(b.Truncate(time.Minute)) }

package conversation

import (
	"slices"

	"discussions/messaging"

	"fyne.io/fyne/v2"
)

// rowKind is the sort of a row.
type rowKind uint8

const (
	startRow   rowKind = iota // "this is where the conversation begins"
	dayRow                    // the name of a day
	newRow                    // "3 new messages"
	messageRow                // a message, or a part of a long one
)

// row is one row of the timeline. It is comparable, and so its own key: a row of a message keeps it while the message is loaded.
type row struct {
	kind rowKind
	part int32  // of the message, 0 for all but very long ones
	e    *entry // the message, or the one that a separator stands over; nil for startRow
}

// cursor is the row's place in the conversation.
func (r row) cursor() messaging.Cursor {
	if r.e == nil {
		return messaging.Cursor{}
	}
	return r.e.Cursor
}

// rowsOf lists the rows of the messages from index i to j, with the separators over them.
func (t *thread) rowsOf(i, j int) []row {
	rows := make([]row, 0, j-i+(j-i)/16+3)
	for ; i < j; i++ {
		e := t.entries[i]
		if i == 0 && t.start {
			rows = append(rows, row{kind: startRow})
		}
		if t.startsDay(i) {
			rows = append(rows, row{kind: dayRow, e: e})
		}
		if e == t.newEntry {
			rows = append(rows, row{kind: newRow, e: e})
		}
		for part := range e.parts() {
			rows = append(rows, row{kind: messageRow, part: int32(part), e: e})
		}
	}
	return rows
}

// firstRow is the first row that belongs to the message of an index; the number of rows for the index behind the last one.
func (t *thread) firstRow(i int) int {
	switch {
	case i == 0:
		return 0
	case i >= len(t.entries):
		return len(t.rows)
	}
	e := t.entries[i]
	at, _ := slices.BinarySearchFunc(t.rows, e.Cursor, func(r row, c messaging.Cursor) int {
		if r.cursor().Before(c) {
			return -1
		}
		return 1
	})
	for t.rows[at].e != e { // equal places
		at++
	}
	return at
}

// rowIndex is where a row stands, -1 when it is gone.
func (t *thread) rowIndex(r row) int {
	if r.kind == startRow {
		if t.start && len(t.rows) > 0 {
			return 0
		}
		return -1
	}
	i := t.index(r.e)
	if i < 0 {
		return -1
	}
	for at := t.firstRow(i); at < len(t.rows) && (t.rows[at].e == r.e || t.rows[at].e == nil); at++ {
		if t.rows[at] == r {
			return at
		}
	}
	return -1
}

// rows gives the thread of a view to its timeline.
type rows struct{ v *View }

func (r rows) Len() int       { return len(r.v.thread.rows) }
func (r rows) Key(at int) any { return r.v.thread.rows[at] }

// Kind implements [timeline.Rows]: messages are drawn by one kind of object, all separators by another.
func (r rows) Kind(at int) int {
	if r.v.thread.rows[at].kind == messageRow {
		return 1
	}
	return 0
}

func (r rows) Make(kind int) fyne.CanvasObject {
	if kind == 1 {
		return newMessageView(r.v)
	}
	return newSeparator(r.v)
}

func (r rows) Height(at int, width float32) float32 {
	row := r.v.thread.rows[at]
	if row.kind != messageRow {
		return r.v.metrics.separatorHeight(row.kind)
	}
	return r.layout(row, width).height
}

func (r rows) Draw(at int, object fyne.CanvasObject) {
	row := r.v.thread.rows[at]
	if row.kind != messageRow {
		object.(*separator).draw(row)
		return
	}
	object.(*messageView).draw(row, r.layout(row, object.Size().Width))
}

// layout is the layout of a message's row, made anew when it is out of date.
func (r rows) layout(row row, width float32) *rowLayout {
	e := row.e
	if len(e.layouts) != e.parts() {
		e.layouts = make([]*rowLayout, e.parts())
	}
	if l := e.layouts[row.part]; l != nil && l.width == width && l.style == r.v.style {
		return l
	}
	i := r.v.thread.index(e)
	l := r.v.metrics.layout(e, int(row.part), r.v.thread.position(i), r.v.conversation.Group, width)
	l.style = r.v.style
	e.layouts[row.part] = l
	return l
}

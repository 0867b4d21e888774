package conversation

import (
	"fyne.io/fyne/v2"
)

// rows gives the thread of a view to its timeline: a row for each message.
type rows struct{ v *View }

func (r rows) Len() int                   { return len(r.v.thread.entries) }
func (r rows) Key(row int) any            { return r.v.thread.entries[row] }
func (r rows) Kind(int) int               { return 0 }
func (r rows) Make(int) fyne.CanvasObject { return newRow(r.v) }

func (r rows) Height(row int, width float32) float32 {
	return r.laid(row, width).height
}

func (r rows) Draw(row int, object fyne.CanvasObject) {
	object.(*messageRow).draw(r.v.thread.entries[row], r.laid(row, object.Size().Width))
}

// laid is the row's layout, made anew when it is out of date.
func (r rows) laid(row int, width float32) *laid {
	e := r.v.thread.entries[row]
	if l := e.laid; l != nil && l.width == width && l.style == r.v.style {
		return l
	}
	e.laid = r.v.metrics.layout(e, r.v.thread.place(row), r.v.conversation.Group, width)
	e.laid.style = r.v.style
	return e.laid
}

package list

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// rowList is Fyne's list, with the keys handled by the screen: the arrows work in
// the search field as well.
type rowList struct {
	widget.List
	l *page
}

var _ fyne.Focusable = (*rowList)(nil)

func newRowList(l *page) *rowList {
	r := &rowList{l: l}
	r.HideSeparators = true
	r.Length = func() int { return len(l.found) }
	r.CreateItem = func() fyne.CanvasObject { return newRow() }
	r.UpdateItem = func(i widget.ListItemID, o fyne.CanvasObject) {
		if i >= len(l.found) {
			return
		}
		row := o.(*row)
		row.onTapped = func() { l.open(i) }
		row.set(l.found[i], time.Now(), i == l.chosen)
	}
	r.ExtendBaseWidget(r)
	return r
}

// FocusGained chooses the first row.
func (r *rowList) FocusGained() {
	if r.l.chosen < 0 {
		r.l.choose(0)
	}
}

// FocusLost implements [fyne.Focusable].
func (r *rowList) FocusLost() {}

// TypedKey implements [fyne.Focusable].
func (r *rowList) TypedKey(e *fyne.KeyEvent) { r.l.TypedKey(e.Name) }

// TypedRune types into the search field.
func (r *rowList) TypedRune(c rune) { r.l.TypedRune(c) }

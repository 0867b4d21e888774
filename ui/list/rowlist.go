package list

import (
	"time"

	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/screen"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// rowList shows conversations. Its keys are handled by the screen: the arrows work in
// the search field as well.
type rowList struct {
	widget.List
	keys screen.Keyed
	open func(messaging.Conversation)
	menu func(messaging.Conversation, fyne.Position) // nil: none

	found  []messaging.Conversation
	chosen int          // index in found, chosen with the arrow keys; -1: none
	live   map[*row]int // the rows in view, and what they show: index in found. Some have gone out of view since
}

var _ fyne.Focusable = (*rowList)(nil)

func newRowList(keys screen.Keyed, open func(messaging.Conversation)) *rowList {
	r := &rowList{keys: keys, open: open, chosen: -1, live: map[*row]int{}}
	r.HideSeparators = true
	r.Length = func() int { return len(r.found) }
	r.CreateItem = func() fyne.CanvasObject { return newRow() }
	r.UpdateItem = func(i widget.ListItemID, o fyne.CanvasObject) {
		r.live[o.(*row)] = i
		r.update(o.(*row), i)
	}
	r.ExtendBaseWidget(r)
	return r
}

// Refresh draws the list anew. Fyne makes a row for that, only to measure it, and takes others for those out of view.
func (r *rowList) Refresh() {
	clear(r.live)
	r.List.Refresh()
}

// redraw draws what has changed in the rows.
func (r *rowList) redraw() {
	for row, i := range r.live {
		r.update(row, i)
	}
}

func (r *rowList) update(row *row, i int) {
	if i >= len(r.found) {
		return
	}
	c := r.found[i]
	row.OnTapped = func() { r.open(c) }
	row.onMenu = func(at fyne.Position) { r.openMenu(i, at) }
	row.set(c, time.Now(), i == r.chosen)
}

// show shows these conversations. The chosen one stays chosen.
func (r *rowList) show(found []messaging.Conversation) {
	chosen, ok := r.choice()
	same := len(found) == len(r.found)
	r.found, r.chosen = found, -1
	for i, c := range found {
		if ok && c.ID == chosen.ID {
			r.chosen = i
		}
	}
	if same {
		r.redraw()
	} else {
		r.Refresh()
	}
}

// openMenu shows the menu of a row, which it chooses.
func (r *rowList) openMenu(i int, at fyne.Position) {
	if r.menu == nil || i >= len(r.found) {
		return
	}
	r.choose(i)
	r.menu(r.found[i], at)
}

// footOf is how far below the upper edge of the list a row ends.
func (r *rowList) footOf(i int) float32 {
	return float32(i+1)*(newRow().MinSize().Height+theme.Padding()) - r.GetScrollOffset()
}

// choose chooses a row; -1: none.
func (r *rowList) choose(i int) {
	r.chosen = i
	if i >= 0 && i < len(r.found) {
		r.ScrollTo(i)
	}
	r.redraw()
}

// choice is the chosen conversation.
func (r *rowList) choice() (c messaging.Conversation, ok bool) {
	if r.chosen < 0 || r.chosen >= len(r.found) {
		return messaging.Conversation{}, false
	}
	return r.found[r.chosen], true
}

// handle handles the keys of the list: Up and Down choose; Enter opens the chosen conversation or, in a search, the first; the menu key,
// or F10, shows the menu of the chosen one.
func (r *rowList) handle(name fyne.KeyName, searching bool) {
	switch name {
	case fyne.KeyDown:
		r.choose(min(r.chosen+1, len(r.found)-1))
	case fyne.KeyUp:
		r.choose(max(r.chosen-1, 0))
	case desktop.KeyMenu, fyne.KeyF10:
		if _, ok := r.choice(); ok {
			r.openMenu(r.chosen, fyne.CurrentApp().Driver().AbsolutePositionForObject(r).AddXY(look.Space, r.footOf(r.chosen)))
		}
	case fyne.KeyReturn, fyne.KeyEnter:
		if r.chosen < 0 && searching {
			r.chosen = 0
		}
		if c, ok := r.choice(); ok {
			r.open(c)
		}
	}
}

// FocusGained chooses the first row.
func (r *rowList) FocusGained() {
	if r.chosen < 0 {
		r.choose(0)
	}
}

// FocusLost implements [fyne.Focusable].
func (r *rowList) FocusLost() {}

// TypedKey implements [fyne.Focusable].
func (r *rowList) TypedKey(e *fyne.KeyEvent) { r.keys.TypedKey(e.Name) }

// TypedRune types into the search field.
func (r *rowList) TypedRune(c rune) { r.keys.TypedRune(c) }

// Package timeline is the view of a long conversation: rows of varying height that are measured only when they come into
// view, a place that survives what is added before or behind it, and an end that is followed while it is in view.
//
// [Geometry] holds where everything is and draws nothing; [Timeline] is the widget around it.
package timeline

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Rows is what a [Timeline] shows. All methods are called on Fyne's goroutine.
type Rows interface {
	// Len is the number of rows.
	Len() int
	// Key is a comparable value that stays with a row when others come and go.
	Key(row int) any
	// Height is the row's height at that width. It is asked for rows near the view only, and often: keep the answer.
	Height(row int, width float32) float32
	// Kind is the sort of object the row is drawn with: objects are used again for other rows of the same kind.
	Kind(row int) int
	// Make makes an object for rows of that kind.
	Make(kind int) fyne.CanvasObject
	// Draw makes the object show the row. Its size is set before.
	Draw(row int, object fyne.CanvasObject)
}

// Leaver is an object that is told when its row leaves the view. It may show another row later.
type Leaver interface{ Leave() }

// Timeline shows rows from old (top) to new (bottom). It takes the focus, so that the keys move it.
type Timeline struct {
	widget.BaseWidget

	// OnMoved is called after every change of what is in view: of the place, the size or the rows.
	OnMoved func()
	// OnTouched is called when somebody turns the wheel over the timeline or presses a key in it.
	OnTouched func()
	// OnEnd is called when the user asks for the newest row; nil: [Timeline.ToEnd].
	OnEnd func()
	// OnKey is called for keys that do not move the timeline, while it has the focus.
	OnKey func(*fyne.KeyEvent)
	// OnTyped is called for what is typed while the timeline has the focus.
	OnTyped func(rune)
	// OnShortcut is called for shortcuts while the timeline has the focus.
	OnShortcut func(fyne.Shortcut)

	rows     Rows
	geometry Geometry
	width    float32
	shown    []visibleRow
	spare    map[int][]fyne.CanvasObject // objects without a row, by kind
	stale    bool                        // rows must be drawn again
	bar      *bar
	ring     *canvas.Rectangle
	noRing   bool // the focus comes from the mouse
	objects  []fyne.CanvasObject
}

// visibleRow is a row on the screen.
type visibleRow struct {
	key    any
	kind   int
	object fyne.CanvasObject
}

var (
	_ fyne.Scrollable   = (*Timeline)(nil)
	_ fyne.Focusable    = (*Timeline)(nil)
	_ fyne.Shortcutable = (*Timeline)(nil)
	_ desktop.Mouseable = (*Timeline)(nil)
)

// lineStep is how far an arrow key moves, in pixels; a page keeps twice as much of what was in view.
const lineStep = 48

// New makes a timeline of rows, at their end.
func New(rows Rows) *Timeline {
	t := &Timeline{rows: rows, spare: map[int][]fyne.CanvasObject{}}
	t.geometry.Measure = func(row int) float32 { return rows.Height(row, t.width) }
	t.geometry.Renumber(rows.Len(), func(int) (int, bool) { return 0, false })
	t.bar = newBar(t)
	t.ring = canvas.NewRectangle(nil)
	t.ring.StrokeWidth = 2
	t.ring.Hide()
	t.ExtendBaseWidget(t)
	return t
}

// Renumber follows a change of the rows. now gives the present number of a row by its number before, false where it is gone.
// What is in view keeps its place, see [Geometry.Renumber].
func (t *Timeline) Renumber(now func(row int) (int, bool)) {
	t.stale = true
	t.geometry.Renumber(t.rows.Len(), now)
	t.arrange()
}

// MoreBelow says whether newer rows exist that are not loaded. The last row is not followed then. It takes effect with the
// next [Timeline.Renumber].
func (t *Timeline) MoreBelow(more bool) { t.geometry.MoreBelow = more }

// Top is the upper edge of a row in view.
func (t *Timeline) Top(row int) (top float32, ok bool) {
	for _, p := range t.geometry.Placed() {
		if p.Row == row {
			return p.Top, true
		}
	}
	return 0, false
}

// ObjectAt is the object of the row in view at y, and the row's upper edge; nil where there is none.
func (t *Timeline) ObjectAt(y float32) (object fyne.CanvasObject, top float32) {
	for i, p := range t.geometry.Placed() {
		if y >= p.Top && y < p.Bottom() {
			return t.shown[i].object, p.Top
		}
	}
	return nil, 0
}

// Stuck says whether the newest row is in view and followed.
func (t *Timeline) Stuck() bool { return t.geometry.Stuck() }

// InView gives the first and the last row in view, -1 and -1 where there is none.
func (t *Timeline) InView() (first, last int) {
	placed := t.geometry.Placed()
	if len(placed) == 0 {
		return -1, -1
	}
	return placed[0].Row, placed[len(placed)-1].Row
}

// ToEnd goes to the newest row and follows it.
func (t *Timeline) ToEnd() { t.move(t.geometry.ToEnd) }

// ToRow brings the upper edge of a row to top, in pixels from the upper edge of the view.
func (t *Timeline) ToRow(row int, top float32) {
	t.move(func() { t.geometry.ToRow(row, top) })
}

// Reveal resizes the view where its upper edge moves and its lower edge stays: nothing in view moves on the screen.
func (t *Timeline) Reveal(size fyne.Size) {
	if t.width == size.Width && size.Height > 0 {
		t.geometry.Reveal(size.Height)
	}
	t.Resize(size)
}

// Resize implements [fyne.CanvasObject].
func (t *Timeline) Resize(size fyne.Size) {
	if size == t.Size() {
		return
	}
	if size.Width != t.width {
		t.stale = true
		t.geometry.Reflow(func() { t.width = size.Width })
	}
	t.geometry.Resize(size.Height)
	t.BaseWidget.Resize(size)
	t.arrange()
}

// Refresh measures and draws everything again: the theme changed.
func (t *Timeline) Refresh() {
	t.stale = true
	t.geometry.Reflow(func() {})
	t.arrange()
	t.BaseWidget.Refresh()
}

// Scrolled implements [fyne.Scrollable].
func (t *Timeline) Scrolled(e *fyne.ScrollEvent) {
	t.touched()
	t.scroll(-e.Scrolled.DY)
}

func (t *Timeline) touched() {
	if t.OnTouched != nil {
		t.OnTouched()
	}
}

// MouseDown implements [desktop.Mouseable]: a click gives the focus.
func (t *Timeline) MouseDown(*desktop.MouseEvent) { t.TakeFocus() }

// MouseUp implements [desktop.Mouseable].
func (t *Timeline) MouseUp(*desktop.MouseEvent) {}

// TakeFocus takes the focus without a ring, as by a click.
func (t *Timeline) TakeFocus() { t.TakeFocusIn(fyne.CurrentApp().Driver().CanvasForObject(t)) }

// TakeFocusIn is [Timeline.TakeFocus] for a timeline that was not drawn yet: Fyne does not know its canvas.
func (t *Timeline) TakeFocusIn(c fyne.Canvas) {
	t.noRing = true
	if c != nil {
		c.Focus(t)
	}
	t.noRing = false
}

// FocusGained implements [fyne.Focusable].
func (t *Timeline) FocusGained() {
	if !t.noRing {
		t.ring.Show()
	}
}

// FocusLost implements [fyne.Focusable].
func (t *Timeline) FocusLost() { t.ring.Hide() }

// TypedRune implements [fyne.Focusable].
func (t *Timeline) TypedRune(r rune) {
	if t.OnTyped != nil {
		t.OnTyped(r)
	}
}

// TypedShortcut implements [fyne.Shortcutable].
func (t *Timeline) TypedShortcut(s fyne.Shortcut) {
	if t.OnShortcut != nil {
		t.OnShortcut(s)
	}
}

// TypedKey implements [fyne.Focusable].
func (t *Timeline) TypedKey(e *fyne.KeyEvent) {
	t.touched()
	page := max(lineStep, t.Size().Height-2*lineStep)
	switch e.Name {
	case fyne.KeyHome:
		t.ToRow(0, 0)
	case fyne.KeyEnd:
		if t.OnEnd != nil {
			t.OnEnd()
		} else {
			t.ToEnd()
		}
	case fyne.KeyPageUp:
		t.scroll(-page)
	case fyne.KeyPageDown, fyne.KeySpace:
		t.scroll(page)
	case fyne.KeyUp:
		t.scroll(-lineStep)
	case fyne.KeyDown:
		t.scroll(lineStep)
	default:
		if t.OnKey != nil {
			t.OnKey(e)
		}
	}
}

func (t *Timeline) scroll(pixels float32) {
	t.move(func() { t.geometry.Scroll(pixels) })
}

func (t *Timeline) move(how func()) {
	how()
	t.arrange()
}

// arrange places the objects of the rows in view. A row that stays in view keeps its object.
func (t *Timeline) arrange() {
	placed := t.geometry.Placed()
	old := make(map[any]visibleRow, len(t.shown))
	for _, s := range t.shown {
		old[s.key] = s
	}
	now := make([]visibleRow, len(placed))
	for i, p := range placed {
		key := t.rows.Key(p.Row)
		if s, ok := old[key]; ok && s.kind == t.rows.Kind(p.Row) {
			now[i] = s
			delete(old, key)
		}
	}
	for _, s := range old {
		t.spare[s.kind] = append(t.spare[s.kind], s.object)
		if l, ok := s.object.(Leaver); ok {
			l.Leave()
		}
	}
	t.objects = t.objects[:0]
	for i, p := range placed {
		fresh := now[i].object == nil
		if fresh {
			kind := t.rows.Kind(p.Row)
			now[i] = visibleRow{key: t.rows.Key(p.Row), kind: kind, object: t.object(kind)}
		}
		object := now[i].object
		object.Move(fyne.NewPos(0, p.Top))
		object.Resize(fyne.NewSize(t.width, p.Height))
		if fresh || t.stale {
			t.rows.Draw(p.Row, object)
		}
		t.objects = append(t.objects, object)
	}
	t.shown, t.stale = now, false
	t.objects = append(t.objects, t.bar, t.ring)
	t.bar.show(t.geometry.Bar())
	// This asks for a new frame. Refreshing all of t would load every picture again.
	canvas.Refresh(t.bar)
	if t.OnMoved != nil {
		t.OnMoved()
	}
}

// object gives an object that shows no row.
func (t *Timeline) object(kind int) fyne.CanvasObject {
	if spare := t.spare[kind]; len(spare) > 0 {
		t.spare[kind] = spare[:len(spare)-1]
		return spare[len(spare)-1]
	}
	return t.rows.Make(kind)
}

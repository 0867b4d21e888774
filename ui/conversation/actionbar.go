package conversation

import (
	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// suggested are the reactions that a message offers.
func suggested() []string { return []string{"👍", "❤️", "✅", "🙏", "👀", "😂"} }

// actionBar floats over the upper edge of the message that is under the pointer, or chosen by keyboard: the suggested reactions, all of them,
// an answer, and the menu. Nothing else moves when it comes.
type actionBar struct {
	widget.BaseWidget
	v *View

	e      *entry // the message that it is for
	over   *entry // the message under the pointer; nil: none
	inside bool   // the pointer is over the bar
	at     int    // the cell under the pointer, -1: none
}

const (
	barCell  = 30
	barPad   = 3
	barEmoji = 18
)

var (
	_ desktop.Hoverable  = (*actionBar)(nil)
	_ desktop.Cursorable = (*actionBar)(nil)
	_ fyne.Tappable      = (*actionBar)(nil)
)

func newActionBar(v *View) *actionBar {
	b := &actionBar{v: v, at: -1}
	b.ExtendBaseWidget(b)
	b.Hide()
	return b
}

// cells is the number of the bar's cells.
func (b *actionBar) cells() int { return len(suggested()) + 3 }

// enterRow shows the bar for the message under the pointer.
func (b *actionBar) enterRow(e *entry) {
	b.over = e
	b.show(e)
}

// leaveRow hides the bar once the pointer is neither over the message nor over the bar.
func (b *actionBar) leaveRow() {
	b.over = nil
	b.v.later(b.settle)
}

func (b *actionBar) settle() {
	if b.over == nil && !b.inside && b.v.chosen == nil {
		b.hide()
	}
}

// hide hides the bar until a message asks for it.
func (b *actionBar) hide() {
	b.e = nil
	b.Hide()
}

// show shows the bar for a message, or nothing where nothing can be said about that.
func (b *actionBar) show(e *entry) {
	if !isSaid(e) || b.v.timeline.Size().Height == 0 {
		b.hide()
		return
	}
	b.e = e
	b.follow()
}

// follow puts the bar where its message is.
func (b *actionBar) follow() {
	if b.e == nil {
		return
	}
	v, at := b.v, row{kind: messageRow, e: b.e}
	top, seen := v.timeline.Top(v.thread.loadedRow(at))
	if !seen || !isSaid(b.e) {
		b.Hide()
		return
	}
	l := rows{v}.layout(at, v.timeline.Size().Width)
	size := fyne.NewSize(float32(b.cells())*barCell+2*barPad, barCell+2*barPad)
	x := min(l.bubble.x+l.bubble.w-size.Width/2, l.width-margin-size.Width)
	if b.e.Own {
		x = max(margin, l.bubble.x+l.bubble.w-size.Width)
	}
	y := max(0, top+l.bubble.y-size.Height+6)
	b.Resize(size)
	b.Move(v.timeline.Position().AddXY(max(margin/2, x), y))
	b.Show()
	b.Refresh()
}

// loadedRow is where a row stands, -1 when its message is gone.
func (t *thread) loadedRow(r row) int {
	if t.byID[r.e.ID] != r.e {
		return -1
	}
	return t.rowIndex(r)
}

// MouseIn implements [desktop.Hoverable].
func (b *actionBar) MouseIn(e *desktop.MouseEvent) { b.inside = true; b.MouseMoved(e) }

// MouseMoved implements [desktop.Hoverable].
func (b *actionBar) MouseMoved(e *desktop.MouseEvent) {
	if at := b.cellAt(e.Position); at != b.at {
		b.at = at
		b.Refresh()
	}
}

// MouseOut implements [desktop.Hoverable].
func (b *actionBar) MouseOut() {
	b.inside, b.at = false, -1
	b.Refresh()
	b.v.later(b.settle)
}

// Cursor implements [desktop.Cursorable].
func (b *actionBar) Cursor() desktop.Cursor { return desktop.PointerCursor }

func (b *actionBar) cellAt(p fyne.Position) int {
	return max(0, min(int((p.X-barPad)/barCell), b.cells()-1))
}

// Tapped implements [fyne.Tappable].
func (b *actionBar) Tapped(e *fyne.PointEvent) {
	m, n := b.e, len(suggested())
	if m == nil {
		return
	}
	switch at := b.cellAt(e.Position); {
	case at < n:
		b.v.react(m, suggested()[at])
	case at == n:
		b.v.pick(m)
	case at == n+1:
		b.v.answer(m)
	default:
		l := rows{b.v}.layout(row{kind: messageRow, e: m}, b.v.timeline.Size().Width)
		b.v.openMenu(m, l, e.AbsolutePosition)
	}
}

// CreateRenderer implements [fyne.Widget].
func (b *actionBar) CreateRenderer() fyne.WidgetRenderer {
	r := &actionBarRenderer{b: b, ground: canvas.NewRectangle(nil), under: canvas.NewRectangle(nil)}
	for _, emoji := range suggested() {
		r.texts = append(r.texts, &canvas.Text{Text: emoji, TextSize: barEmoji})
	}
	for _, icon := range []look.Icon{look.IconSmile, look.IconReply, look.IconMore} {
		r.icons = append(r.icons, look.Picture(icon.In(look.ColorText), barEmoji))
	}
	return r
}

type actionBarRenderer struct {
	b             *actionBar
	ground, under *canvas.Rectangle
	texts         []*canvas.Text
	icons         []*canvas.Image
}

func (r *actionBarRenderer) Objects() []fyne.CanvasObject {
	list := []fyne.CanvasObject{r.ground, r.under}
	for _, t := range r.texts {
		list = append(list, t)
	}
	for _, i := range r.icons {
		list = append(list, i)
	}
	return list
}

func (r *actionBarRenderer) MinSize() fyne.Size { return fyne.Size{} }

func (r *actionBarRenderer) Layout(size fyne.Size) {
	r.ground.Resize(size)
	middle := func(o fyne.CanvasObject, at int, size fyne.Size) {
		o.Resize(size)
		o.Move(fyne.NewPos(barPad+float32(at)*barCell+(barCell-size.Width)/2, barPad+(barCell-size.Height)/2))
	}
	for i, t := range r.texts {
		middle(t, i, t.MinSize())
	}
	for i, icon := range r.icons {
		middle(icon, len(r.texts)+i, fyne.NewSquareSize(barEmoji))
	}
	r.under.Hidden = r.b.at < 0
	r.under.Resize(fyne.NewSquareSize(barCell))
	r.under.Move(fyne.NewPos(barPad+float32(max(0, r.b.at))*barCell, barPad))
}

func (r *actionBarRenderer) Refresh() {
	r.ground.FillColor, r.ground.StrokeColor, r.ground.StrokeWidth = look.Colour(look.ColorSurface), look.Colour(look.ColorLine), 1
	r.ground.CornerRadius, r.under.CornerRadius = look.Radius, 8
	r.under.FillColor = look.Colour(look.ColorHover)
	for _, t := range r.texts {
		t.Color = look.Colour(look.ColorText)
		t.TextSize = barEmoji * theme.Size(look.SizeText) / 15
	}
	r.Layout(r.b.Size())
	canvas.Refresh(r.b)
}

func (r *actionBarRenderer) Destroy() {}

// tip is a few words beside the pointer.
type tip struct {
	widget.BaseWidget
	label *look.Label
	inner *fyne.Container
}

func newTip() *tip {
	t := &tip{label: look.NewLabel("", look.Style{Size: look.SizeSmall})}
	t.inner = look.Pad(t.label, 6, 10, 6, 10)
	t.ExtendBaseWidget(t)
	t.Hide()
	return t
}

func (t *tip) show(words string, above fyne.Position, width float32) {
	t.label.SetText(words)
	size := t.MinSize()
	t.Resize(size)
	t.Move(fyne.NewPos(max(4, min(above.X, width-size.Width-4)), max(4, above.Y-size.Height-4)))
	t.Show()
}

func (t *tip) hide() {
	if !t.Hidden {
		t.Hide()
	}
}

// CreateRenderer implements [fyne.Widget].
func (t *tip) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewStack(look.NewBlock(look.ColorSurface, look.ColorControl, 8), t.inner))
}

// showWho says who chose the reaction under the pointer.
func (v *View) showWho(r *messageView, at fyne.Position) {
	b, c := r.chipAt(at)
	if r.onChip = b != nil; !r.onChip {
		v.tip.hide()
		return
	}
	top := v.timeline.Position().Y + r.Position().Y
	v.tip.show(who(b.reactions[c]), fyne.NewPos(at.X, top+at.Y-6), v.body.Size().Width)
}

// chipAt is the reaction at a point of the row, nil where there is none.
func (r *messageView) chipAt(at fyne.Position) (*reactionsBlock, int) {
	if r.l == nil {
		return nil, 0
	}
	for _, placed := range r.l.blocks {
		b, ok := placed.block.(*reactionsBlock)
		if !ok {
			continue
		}
		for i, c := range b.chips {
			if (rect{placed.at.x + c.at.x, placed.at.y + c.at.y, c.at.w, c.at.h}).contains(at) {
				return b, i
			}
		}
	}
	return nil, 0
}

package conversation

import (
	"discussions/ui/conversation/timeline"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// messageView is the widget of a message's row. It shows one row at a time and is used again for others.
type messageView struct {
	widget.BaseWidget

	v   *View
	row row
	l   *rowLayout
	painter

	over   bool // the mouse is over the text
	onChip bool // it is over a reaction
	onLink bool

	pressed *wording.Link // the link under a mouse button that is down
	clicks  clickCount
}

var _ timeline.Leaver = (*messageView)(nil)

func newMessageView(v *View) *messageView {
	r := &messageView{v: v, painter: painter{v: v}}
	r.ExtendBaseWidget(r)
	return r
}

// draw makes the widget show a row. One that is shown already, and was not laid out anew since, is left alone.
func (r *messageView) draw(row row, l *rowLayout) {
	if r.l == l {
		return
	}
	other := r.row != row
	r.row, r.l = row, l
	r.begin()
	l.draw(&r.painter, row.e)
	if focused := r.focused(); focused >= 0 && (other || focused >= r.links.used) {
		r.v.timeline.TakeFocus() // the link with the focus is gone
	}
	canvas.Refresh(r)
}

// Leave implements [timeline.Leaver].
func (r *messageView) Leave() {
	r.clicks, r.over = clickCount{}, false
	if r.focused() >= 0 {
		r.v.timeline.TakeFocus()
	}
}

// Refresh implements [fyne.Widget]: in another theme the row is drawn anew by its timeline.
func (r *messageView) Refresh() { canvas.Refresh(r) }

// CreateRenderer implements [fyne.Widget].
func (r *messageView) CreateRenderer() fyne.WidgetRenderer { return paintedRenderer{&r.painter} }

// paintedRenderer shows what a painter has drawn.
type paintedRenderer struct{ p *painter }

func (r paintedRenderer) Objects() []fyne.CanvasObject { return r.p.objects }
func (r paintedRenderer) Layout(fyne.Size)             {}
func (r paintedRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r paintedRenderer) Refresh()                     {}
func (r paintedRenderer) Destroy()                     {}

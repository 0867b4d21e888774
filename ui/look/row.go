package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Row is a row of a list: its background says that it is chosen, or that the pointer is over it. It never has the focus: the
// list has. A widget that embeds it calls Extend.
type Row struct {
	widget.BaseWidget
	OnTapped func() // nil: it cannot be pressed

	content         *fyne.Container
	background      *Block
	height          float32
	chosen, hovered bool
}

var (
	_ fyne.Tappable      = (*Row)(nil)
	_ desktop.Hoverable  = (*Row)(nil)
	_ desktop.Cursorable = (*Row)(nil)
)

// Extend sets the widget that the row is part of, what it shows, and the radius of its background. The row is at least that high.
func (r *Row) Extend(outer fyne.Widget, inner fyne.CanvasObject, radius, height float32) {
	r.background, r.height = NewBlock("", "", radius), height
	r.content = container.NewStack(r.background, inner)
	r.ExtendBaseWidget(outer)
}

// Choose shows that the row is the chosen one, or no longer.
func (r *Row) Choose(on bool) {
	if r.chosen != on {
		r.chosen = on
		r.paint()
	}
}

func (r *Row) paint() {
	r.background.Fill = ""
	switch {
	case r.chosen:
		r.background.Fill = ColorAccentSoft
	case r.hovered:
		r.background.Fill = ColorHover
	}
	r.background.Refresh()
}

// Arrange lays out what the row shows, where that has changed. See [Arrange].
func (r *Row) Arrange() { Arrange(r.content) }

// CreateRenderer implements [fyne.Widget].
func (r *Row) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.content) }

// MinSize implements [fyne.CanvasObject].
func (r *Row) MinSize() fyne.Size {
	m := r.content.MinSize()
	return fyne.NewSize(m.Width, max(m.Height, r.height))
}

// Tapped implements [fyne.Tappable].
func (r *Row) Tapped(*fyne.PointEvent) {
	if r.OnTapped != nil {
		r.OnTapped()
	}
}

// MouseIn implements [desktop.Hoverable].
func (r *Row) MouseIn(*desktop.MouseEvent) { r.hovered = true; r.paint() }

// MouseMoved implements [desktop.Hoverable].
func (r *Row) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements [desktop.Hoverable].
func (r *Row) MouseOut() { r.hovered = false; r.paint() }

// Cursor implements [desktop.Cursorable].
func (r *Row) Cursor() desktop.Cursor {
	if r.OnTapped == nil {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

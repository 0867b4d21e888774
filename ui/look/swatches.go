package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Swatch is a colour that can be chosen.
type Swatch struct {
	Colour color.Color
	Name   string
}

// Swatches is a row of colours of which one is chosen, with a click or with Left and Right. A line under them names the chosen one, or the one
// under the pointer.
type Swatches struct {
	widget.BaseWidget
	OnChanged func() // another one is chosen; may be nil
	OnEnter   func() // Enter is pressed

	list    []Swatch
	chosen  int
	under   int // the one under the pointer; -1: none
	focused bool
}

var (
	_ fyne.Tappable      = (*Swatches)(nil)
	_ fyne.Focusable     = (*Swatches)(nil)
	_ fyne.Accessible    = (*Swatches)(nil)
	_ desktop.Hoverable  = (*Swatches)(nil)
	_ desktop.Cursorable = (*Swatches)(nil)
)

const (
	swatchStep = 36 // from one to the next
	swatchDisc = 28
	swatchMark = 10 // of the chosen one
)

// NewSwatches makes a row in which one is chosen.
func NewSwatches(list []Swatch, chosen int) *Swatches {
	s := &Swatches{list: list, chosen: chosen, under: -1}
	s.ExtendBaseWidget(s)
	return s
}

// Chosen is the index of the chosen colour.
func (s *Swatches) Chosen() int { return s.chosen }

// SetColour gives one of the colours another value.
func (s *Swatches) SetColour(i int, c color.Color) {
	s.list[i].Colour = c
	s.Refresh()
}

func (s *Swatches) choose(i int) {
	if i < 0 || i >= len(s.list) || i == s.chosen {
		return
	}
	s.chosen = i
	s.Refresh()
	if s.OnChanged != nil {
		s.OnChanged()
	}
}

// at is the colour at a place; -1: none.
func (s *Swatches) at(place fyne.Position) int {
	i := int(place.X / swatchStep)
	if place.X < 0 || place.Y < 0 || place.Y >= swatchStep || i >= len(s.list) {
		return -1
	}
	return i
}

// named is the colour whose name is shown.
func (s *Swatches) named() Swatch {
	if s.under >= 0 {
		return s.list[s.under]
	}
	return s.list[s.chosen]
}

// Tapped implements [fyne.Tappable].
func (s *Swatches) Tapped(e *fyne.PointEvent) { s.choose(s.at(e.Position)) }

// TypedKey chooses the next colour; other keys go to the window.
func (s *Swatches) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyLeft:
		s.choose(s.chosen - 1)
	case fyne.KeyRight:
		s.choose(s.chosen + 1)
	case fyne.KeyReturn, fyne.KeyEnter:
		s.OnEnter()
	default:
		if c := fyne.CurrentApp().Driver().CanvasForObject(s); c != nil && c.OnTypedKey() != nil {
			c.OnTypedKey()(e)
		}
	}
}

// TypedRune implements [fyne.Focusable].
func (s *Swatches) TypedRune(rune) {}

// FocusGained implements [fyne.Focusable].
func (s *Swatches) FocusGained() { s.focused = true; s.Refresh() }

// FocusLost implements [fyne.Focusable].
func (s *Swatches) FocusLost() { s.focused = false; s.Refresh() }

// MouseIn implements [desktop.Hoverable].
func (s *Swatches) MouseIn(e *desktop.MouseEvent) { s.MouseMoved(e) }

// MouseMoved implements [desktop.Hoverable].
func (s *Swatches) MouseMoved(e *desktop.MouseEvent) {
	if under := s.at(e.Position); under != s.under {
		s.under = under
		s.Refresh()
	}
}

// MouseOut implements [desktop.Hoverable].
func (s *Swatches) MouseOut() { s.under = -1; s.Refresh() }

// Cursor implements [desktop.Cursorable].
func (s *Swatches) Cursor() desktop.Cursor {
	if s.under >= 0 {
		return desktop.PointerCursor
	}
	return desktop.DefaultCursor
}

// AccessibilityLabel implements [fyne.Accessible].
func (s *Swatches) AccessibilityLabel() string { return s.list[s.chosen].Name }

// AccessibilityRole implements [fyne.Accessible].
func (s *Swatches) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// CreateRenderer implements [fyne.Widget].
func (s *Swatches) CreateRenderer() fyne.WidgetRenderer {
	r := &swatchesRenderer{s: s, mark: canvas.NewCircle(color.White), ring: newRing(), name: NewLabel("", Style{Size: SizeSmall, Colour: ColorSoft, Cut: true})}
	for range s.list {
		r.discs = append(r.discs, canvas.NewCircle(nil))
	}
	r.show()
	return r
}

type swatchesRenderer struct {
	s     *Swatches
	discs []*canvas.Circle
	mark  *canvas.Circle
	ring  ring
	name  *Label
}

func (r *swatchesRenderer) MinSize() fyne.Size {
	return fyne.NewSize(float32(len(r.discs)*swatchStep), swatchStep+r.name.MinSize().Height)
}

func (r *swatchesRenderer) Layout(size fyne.Size) {
	centred := func(o fyne.CanvasObject, i int, side float32) {
		o.Resize(fyne.NewSquareSize(side))
		o.Move(fyne.NewPos(float32(i*swatchStep)+(swatchStep-side)/2, (swatchStep-side)/2))
	}
	for i, d := range r.discs {
		centred(d, i, swatchDisc)
	}
	centred(r.mark, r.s.chosen, swatchMark)
	centred(r.ring, r.s.chosen, swatchStep-2)
	r.ring.CornerRadius = (swatchStep - 2) / 2
	r.name.Move(fyne.NewPos((swatchStep-swatchDisc)/2, swatchStep))
	r.name.Resize(fyne.NewSize(size.Width-(swatchStep-swatchDisc)/2, r.name.MinSize().Height))
}

// show sets what is drawn.
func (r *swatchesRenderer) show() {
	for i, d := range r.discs {
		d.FillColor = r.s.list[i].Colour
	}
	r.name.SetText(r.s.named().Name)
	r.ring.show(r.s.focused)
}

func (r *swatchesRenderer) Refresh() {
	r.show()
	r.Layout(r.s.Size())
	canvas.Refresh(r.s)
}

func (r *swatchesRenderer) Objects() []fyne.CanvasObject {
	objects := []fyne.CanvasObject{r.name}
	for _, d := range r.discs {
		objects = append(objects, d)
	}
	return append(objects, r.mark, r.ring.Rectangle)
}

func (r *swatchesRenderer) Destroy() {}

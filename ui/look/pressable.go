package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Pressable makes any object a button, pressed with a tap, Enter or Space. It shows
// hover and focus. A widget that embeds it calls ExtendBaseWidget and may have a
// renderer of its own.
type Pressable struct {
	widget.BaseWidget
	Content  fyne.CanvasObject
	OnTapped func()
	// Label is for assistive technology.
	Label string
	// Radius of the corners.
	Radius float32
	// Inset is the distance of the hover background from the edge.
	Inset float32
	// NoHover disables the hover background.
	NoHover bool

	outer                      fyne.Widget // the widget that embeds it, or itself
	hovered, focused, disabled bool
	gained                     func() // called when it gets the focus; may be nil
}

var (
	_ fyne.Tappable      = (*Pressable)(nil)
	_ fyne.Focusable     = (*Pressable)(nil)
	_ fyne.Disableable   = (*Pressable)(nil)
	_ fyne.Accessible    = (*Pressable)(nil)
	_ desktop.Hoverable  = (*Pressable)(nil)
	_ desktop.Cursorable = (*Pressable)(nil)
)

// NewPressable makes content pressable.
func NewPressable(content fyne.CanvasObject, label string, tapped func()) *Pressable {
	p := &Pressable{Content: content, Label: label, OnTapped: tapped, Radius: Radius}
	p.ExtendBaseWidget(p)
	return p
}

// ExtendBaseWidget sets the widget that p is part of.
func (p *Pressable) ExtendBaseWidget(outer fyne.Widget) {
	p.outer = outer
	p.BaseWidget.ExtendBaseWidget(outer)
}

// Focused reports whether it has the focus.
func (p *Pressable) Focused() bool { return p.focused }

// Hovered reports whether the pointer is over it and it is enabled.
func (p *Pressable) Hovered() bool { return p.hovered && !p.disabled }

// CreateRenderer implements [fyne.Widget].
func (p *Pressable) CreateRenderer() fyne.WidgetRenderer {
	back := canvas.NewRectangle(color.Transparent)
	return &pressableRenderer{p: p, back: back, ring: newRing()}
}

// Tapped implements [fyne.Tappable].
func (p *Pressable) Tapped(*fyne.PointEvent) {
	if p.OnTapped != nil && !p.disabled {
		p.OnTapped()
	}
}

// TypedKey presses it with Enter or Space; other keys go to the window.
func (p *Pressable) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		p.Tapped(nil)
		return
	}
	if c := p.canvas(); c != nil && c.OnTypedKey() != nil {
		c.OnTypedKey()(e)
	}
}

// TypedRune passes characters to the window.
func (p *Pressable) TypedRune(r rune) {
	if c := p.canvas(); c != nil && c.OnTypedRune() != nil && r != ' ' {
		c.OnTypedRune()(r)
	}
}

func (p *Pressable) canvas() fyne.Canvas {
	return fyne.CurrentApp().Driver().CanvasForObject(p.outer) // Fyne knows only that one
}

// FocusGained implements [fyne.Focusable].
func (p *Pressable) FocusGained() {
	p.focused = true
	p.Refresh()
	if p.gained != nil {
		p.gained()
	}
}

// onFocus calls f when it gets the focus.
func (p *Pressable) onFocus(f func()) { p.gained = f }

// FocusLost implements [fyne.Focusable].
func (p *Pressable) FocusLost() { p.focused = false; p.Refresh() }

// MouseIn implements [desktop.Hoverable].
func (p *Pressable) MouseIn(*desktop.MouseEvent) { p.hovered = true; p.Refresh() }

// MouseMoved implements [desktop.Hoverable].
func (p *Pressable) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements [desktop.Hoverable].
func (p *Pressable) MouseOut() { p.hovered = false; p.Refresh() }

// Cursor implements [desktop.Cursorable].
func (p *Pressable) Cursor() desktop.Cursor {
	if p.disabled {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

// Disable makes it ignore taps and keys.
func (p *Pressable) Disable() { p.disabled = true; p.Refresh() }

// Enable implements [fyne.Disableable].
func (p *Pressable) Enable() { p.disabled = false; p.Refresh() }

// Disabled implements [fyne.Disableable].
func (p *Pressable) Disabled() bool { return p.disabled }

// AccessibilityLabel implements [fyne.Accessible].
func (p *Pressable) AccessibilityLabel() string { return p.Label }

// AccessibilityRole implements [fyne.Accessible].
func (p *Pressable) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

type pressableRenderer struct {
	p    *Pressable
	back *canvas.Rectangle
	ring ring
}

func (r *pressableRenderer) MinSize() fyne.Size { return r.p.Content.MinSize() }

func (r *pressableRenderer) Layout(size fyne.Size) {
	r.back.CornerRadius = r.p.Radius
	inset := r.p.Inset
	r.back.Move(fyne.NewPos(inset, inset))
	r.back.Resize(size.SubtractWidthHeight(2*inset, 2*inset))
	r.p.Content.Resize(size)
	r.ring.around(size, r.p.Radius, -1)
}

func (r *pressableRenderer) Refresh() {
	r.back.FillColor = color.Transparent
	if r.p.Hovered() && !r.p.NoHover {
		r.back.FillColor = Colour(ColorHover)
	}
	r.back.CornerRadius = r.p.Radius
	r.back.Refresh()
	r.ring.show(r.p.focused)
	r.p.Content.Refresh()
}

func (r *pressableRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.back, r.p.Content, r.ring.Rectangle}
}

func (r *pressableRenderer) Destroy() {}

package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// Strip is the button of the strip that tells trouble.
type Strip struct {
	Pressable
	label *Label
}

var _ fyne.Widget = (*Strip)(nil)

// NewStripButton makes the button; nothing is shown while its text is empty.
func NewStripButton(text string, tapped func()) *Strip {
	s := &Strip{label: NewLabel("", Style{Size: SizeSmall, Colour: ColorOnStrip, Bold: true})}
	s.Content = container.NewCenter(Pad(s.label, 4, 8, 4, 8))
	s.Radius = 6
	s.outer = s
	s.ExtendBaseWidget(s)
	s.Set(text, tapped)
	return s
}

// Set changes what it says and does.
func (s *Strip) Set(text string, tapped func()) {
	s.Label, s.OnTapped = text, tapped
	s.label.SetText(text)
	if text == "" {
		s.Hide()
	} else {
		s.Show()
	}
}

// CreateRenderer implements [fyne.Widget]: no hover, for the strip has a colour
// of its own.
func (s *Strip) CreateRenderer() fyne.WidgetRenderer {
	return &stripRenderer{WidgetRenderer: widget.NewSimpleRenderer(s.Content), s: s, ring: newRing()}
}

type stripRenderer struct {
	fyne.WidgetRenderer
	s    *Strip
	ring ring
}

func (r *stripRenderer) Layout(size fyne.Size) {
	r.WidgetRenderer.Layout(size)
	r.ring.around(size, r.s.Radius, -1)
}

func (r *stripRenderer) Refresh() {
	r.WidgetRenderer.Refresh()
	r.ring.show(r.s.focused)
}

func (r *stripRenderer) Objects() []fyne.CanvasObject {
	return append(r.WidgetRenderer.Objects(), r.ring.Rectangle)
}

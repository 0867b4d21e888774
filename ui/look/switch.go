package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// Switch is an on/off switch.
type Switch struct {
	Pressable
	On        bool
	OnChanged func(on bool)
}

var _ fyne.Widget = (*Switch)(nil)

// NewSwitch makes a switch. label is for assistive technology.
func NewSwitch(on bool, label string, changed func(on bool)) *Switch {
	s := &Switch{On: on, OnChanged: changed}
	s.Label = label
	s.OnTapped = s.toggle
	s.ExtendBaseWidget(s)
	return s
}

// Set switches without calling OnChanged.
func (s *Switch) Set(on bool) {
	s.On = on
	s.Refresh()
}

func (s *Switch) toggle() {
	s.Set(!s.On)
	if s.OnChanged != nil {
		s.OnChanged(s.On)
	}
}

// CreateRenderer implements [fyne.Widget].
func (s *Switch) CreateRenderer() fyne.WidgetRenderer {
	r := &switchRenderer{s: s, track: canvas.NewRectangle(color.Transparent), knob: canvas.NewCircle(color.White), ring: newRing()}
	r.Refresh()
	return r
}

type switchRenderer struct {
	s     *Switch
	track *canvas.Rectangle
	knob  *canvas.Circle
	ring  ring
}

func (r *switchRenderer) MinSize() fyne.Size { return fyne.NewSize(44, 24) }

func (r *switchRenderer) Layout(size fyne.Size) {
	m := r.MinSize()
	y := (size.Height - m.Height) / 2
	r.track.Resize(m)
	r.track.Move(fyne.NewPos(0, y))
	x := float32(3)
	if r.s.On {
		x = m.Width - 18 - 3
	}
	r.knob.Resize(fyne.NewSquareSize(18))
	r.knob.Move(fyne.NewPos(x, y+3))
	r.ring.around(m, 12, 3)
	r.ring.Move(r.ring.Position().AddXY(0, y))
}

func (r *switchRenderer) Refresh() {
	r.track.CornerRadius = 12
	r.track.FillColor, r.knob.FillColor = Colour(ColorControl), Colour(ColorKnob)
	if r.s.On {
		r.track.FillColor, r.knob.FillColor = Colour(ColorAccent), Colour(ColorOnAccent)
	}
	r.track.Refresh()
	r.Layout(r.s.Size())
	r.knob.Refresh()
	r.ring.show(r.s.focused)
}

func (r *switchRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.track, r.knob, r.ring.Rectangle}
}

func (r *switchRenderer) Destroy() {}

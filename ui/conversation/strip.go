package conversation

import (
	"discussions/ui/look"
	"discussions/ui/textlayout"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// strip tells, under the header, what the user should know of the connection or the history. It is as high as its words need.
type strip struct {
	widget.BaseWidget

	words  string
	action string // of the link; "" for none
	do     func()

	ground *canvas.Rectangle
	lines  []*canvas.Text
	link   *link
}

func newStrip() *strip {
	s := &strip{ground: canvas.NewRectangle(nil), link: newLink(look.ColorOnStrip)}
	s.ExtendBaseWidget(s)
	s.Hide()
	return s
}

// set shows words, or nothing for "". It reports whether the strip changed.
func (s *strip) set(words, action string, do func()) bool {
	if s.words == words && s.action == action {
		return false
	}
	s.words, s.action, s.do = words, action, do
	s.Hidden = words == ""
	s.Refresh()
	return true
}

// heightFor is the strip's height at a width: zero when it says nothing.
func (s *strip) heightFor(width float32) float32 {
	if s.Hidden {
		return 0
	}
	size := theme.Size(look.SizeSmall)
	return float32(len(s.flow(width)))*round(size*1.4) + 16
}

func (s *strip) flow(width float32) []textlayout.Line {
	measure := ruler(theme.Size(look.SizeSmall))
	room := width - 2*look.Space
	if s.action != "" {
		room -= styledRuler(theme.Size(look.SizeSmall), fyne.TextStyle{Bold: true}).Width(s.action) + look.Space
	}
	return textlayout.Wrap(s.words, max(bubbleLess, room), measure)
}

// Refresh implements [fyne.Widget].
func (s *strip) Refresh() {
	s.arrange(s.Size())
	canvas.Refresh(s)
}

func (s *strip) arrange(size fyne.Size) {
	s.ground.FillColor = look.Colour(look.ColorStrip)
	s.ground.Resize(size)
	text := theme.Size(look.SizeSmall)
	each, y := round(text*1.4), float32(8)
	s.lines = s.lines[:0]
	for _, l := range s.flow(size.Width) {
		t := canvas.NewText(s.words[l.Start:l.End], look.Colour(look.ColorOnStrip))
		t.TextSize = text
		t.Move(fyne.NewPos(look.Space, y))
		t.Resize(t.MinSize())
		s.lines = append(s.lines, t)
		y += each
	}
	s.link.Hidden = s.action == ""
	if s.action != "" {
		s.link.set(s.action, text, s.do)
		least := s.link.MinSize()
		s.link.Move(fyne.NewPos(size.Width-look.Space-least.Width, round((size.Height-least.Height)/2)))
		s.link.Resize(least)
	}
}

// CreateRenderer implements [fyne.Widget].
func (s *strip) CreateRenderer() fyne.WidgetRenderer { return stripRenderer{s} }

type stripRenderer struct{ s *strip }

func (r stripRenderer) Objects() []fyne.CanvasObject {
	objects := []fyne.CanvasObject{r.s.ground}
	for _, t := range r.s.lines {
		objects = append(objects, t)
	}
	return append(objects, r.s.link)
}

func (r stripRenderer) MinSize() fyne.Size    { return fyne.NewSize(120, 0) }
func (r stripRenderer) Layout(size fyne.Size) { r.s.arrange(size) }
func (r stripRenderer) Refresh()              { r.s.arrange(r.s.Size()) }
func (r stripRenderer) Destroy()              {}

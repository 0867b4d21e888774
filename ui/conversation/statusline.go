package conversation

import (
	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// statusLine is the line under the messages: who is typing, or why something could not be done. It is always there, so that nothing
// moves when somebody begins to type.
type statusLine struct {
	widget.BaseWidget

	typing  string
	trouble string
	label   *look.Label
}

func newStatusLine() *statusLine {
	s := &statusLine{label: look.NewLabel("", look.Style{})}
	s.ExtendBaseWidget(s)
	return s
}

// setTyping says who is typing.
func (s *statusLine) setTyping(words string) {
	s.typing = words
	s.show()
}

// setTrouble says what went wrong, until it is called with "".
func (s *statusLine) setTrouble(words string) {
	s.trouble = words
	s.show()
}

func (s *statusLine) show() {
	words, colour := s.typing, look.ColorSoft
	if s.trouble != "" {
		words, colour = s.trouble, look.ColorDanger
	}
	s.label.Set(words, look.Style{Size: look.SizeSmall, Colour: colour, Cut: true})
}

// CreateRenderer implements [fyne.Widget].
func (s *statusLine) CreateRenderer() fyne.WidgetRenderer { return statusRenderer{s} }

type statusRenderer struct{ s *statusLine }

func (r statusRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.s.label} }

func (r statusRenderer) MinSize() fyne.Size {
	return fyne.NewSize(120, round(theme.Size(look.SizeSmall)*1.4)+10)
}

func (r statusRenderer) Layout(size fyne.Size) {
	height := r.s.label.MinSize().Height
	r.s.label.Move(fyne.NewPos(look.Space, (size.Height-height)/2))
	r.s.label.Resize(fyne.NewSize(max(bubbleMin, size.Width-2*look.Space), height))
}

func (r statusRenderer) Refresh() {
	r.Layout(r.s.Size())
	r.s.label.Refresh()
}

func (r statusRenderer) Destroy() {}

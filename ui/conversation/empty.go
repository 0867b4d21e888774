package conversation

import (
	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// empty stands where no messages are and says what to do.
type empty struct {
	widget.BaseWidget
	icon  fyne.CanvasObject // where there is room for it
	label *look.Label
	inner *fyne.Container
}

const (
	emptyIcon  = 48
	emptyGap   = 16
	emptyWidth = 360
)

func newEmpty() *empty {
	e := &empty{label: look.NewLabel("", look.Style{Colour: look.ColorSoft, Wrap: true, Align: fyne.TextAlignCenter})}
	e.icon = container.NewCenter(look.Picture(look.IconBubble, emptyIcon))
	e.inner = look.Column(emptyGap, e.icon, e.label)
	e.ExtendBaseWidget(e)
	e.Hide()
	return e
}

// set shows words, one paragraph a line, or nothing for "". It reports whether they are others than before: then it is to be placed anew.
func (e *empty) set(words string) (others bool) {
	if e.label.Text == words {
		return false
	}
	e.label.SetText(words)
	e.Hidden = words == ""
	e.Refresh()
	return true
}

// place puts it into the middle of a box.
func (e *empty) place(top float32, box fyne.Size) {
	width := min(emptyWidth, box.Width-2*look.Space)
	e.Resize(fyne.NewSize(width, e.Size().Height)) // what wraps knows its height only from its width
	if e.label.MinSize().Height+emptyGap+emptyIcon > box.Height {
		e.icon.Hide()
	} else {
		e.icon.Show()
	}
	height := e.MinSize().Height
	e.Resize(fyne.NewSize(width, height))
	e.Move(fyne.NewPos((box.Width-width)/2, top+max(0, (box.Height-height)/2)))
}

// CreateRenderer implements [fyne.Widget].
func (e *empty) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(e.inner) }

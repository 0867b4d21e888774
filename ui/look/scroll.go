package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// NewScroll is content that scrolls from top to bottom, also to what gets the focus by the keyboard. What is in it when it is made
// counts.
func NewScroll(content fyne.CanvasObject) *container.Scroll {
	s := container.NewVScroll(content)
	for _, c := range Controls(content) {
		if p, ok := c.(interface{ onFocus(func()) }); ok {
			o := c.(fyne.CanvasObject)
			p.onFocus(func() { Reveal(s, o) })
		}
	}
	return s
}

// Controls are what can have the focus, in the order of Tab. Of widgets it looks only into what scrolls.
func Controls(o fyne.CanvasObject) (all []fyne.Focusable) {
	switch o := o.(type) {
	case fyne.Focusable:
		return []fyne.Focusable{o}
	case *container.Scroll:
		return Controls(o.Content)
	case *fyne.Container:
		for _, inner := range o.Objects {
			all = append(all, Controls(inner)...)
		}
	}
	return all
}

// Reveal scrolls as little as shows an object whole.
func Reveal(s *container.Scroll, o fyne.CanvasObject) {
	const margin = 12
	driver := fyne.CurrentApp().Driver()
	top := driver.AbsolutePositionForObject(o).Y - driver.AbsolutePositionForObject(s.Content).Y - margin
	bottom := top + o.Size().Height + 2*margin
	switch {
	case top < s.Offset.Y:
		s.ScrollToOffset(fyne.NewPos(0, max(0, top)))
	case bottom > s.Offset.Y+s.Size().Height:
		s.ScrollToOffset(fyne.NewPos(0, bottom-s.Size().Height))
	}
}

package conversation

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// frame lays out a view: header, banner, messages with what floats over them, status line, composer.
type frame struct{ v *View }

// leastMessages is the least height of the messages, one of a line: in a low window they give way to the composer.
const leastMessages = 40

func (f frame) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(280, f.v.header.MinSize().Height+leastMessages+f.v.status.MinSize().Height+f.v.composer.least())
}

func (f frame) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	v, y := f.v, float32(0)
	put := func(o fyne.CanvasObject, height float32) {
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(size.Width, height))
		y += height
	}
	put(v.header, v.header.MinSize().Height)
	put(v.banner, v.banner.HeightFor(size.Width))
	put(v.pins, v.pins.height())
	v.placeFind(y, size)
	v.placeGallery(y, size)

	status := v.status.MinSize().Height
	v.composer.limit(size.Height - y - status - leastMessages)
	v.composer.Resize(fyne.NewSize(size.Width, v.composer.MinSize().Height)) // its width decides its height
	composer := v.composer.MinSize().Height
	messages := fyne.NewSize(size.Width, max(0, size.Height-y-composer-status))

	// A banner that comes or goes moves the upper edge over the messages, not the messages.
	if was := v.timeline.Position().Y; was != y && v.timeline.Size().Height > 0 && v.timeline.Size().Width == size.Width {
		v.timeline.Reveal(fyne.NewSize(size.Width, max(1, v.timeline.Size().Height+was-y)))
	}
	v.timeline.Move(fyne.NewPos(0, y))
	v.timeline.Resize(messages)

	v.empty.place(y, messages)
	jump := v.jump.MinSize()
	v.jump.Move(fyne.NewPos(round((size.Width-jump.Width)/2), y+messages.Height-jumpHeight-8))
	v.jump.Resize(jump)

	y += messages.Height
	put(v.status, status)
	put(v.composer, composer)
	v.placeMentions(size)
}

// themed is invisible: it reports a change of theme, of which Fyne notifies widgets only.
type themed struct {
	widget.BaseWidget
	changed func()
	ready   bool
}

func newThemed(changed func()) *themed {
	t := &themed{changed: changed}
	t.ExtendBaseWidget(t)
	return t
}

// Refresh implements [fyne.Widget].
func (t *themed) Refresh() {
	if t.ready {
		t.changed()
	}
}

// CreateRenderer implements [fyne.Widget].
func (t *themed) CreateRenderer() fyne.WidgetRenderer {
	t.ready = true
	return widget.NewSimpleRenderer(&fyne.Container{})
}

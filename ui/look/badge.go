package look

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// Badge shows a count; it is hidden while the count is zero.
type Badge struct {
	widget.BaseWidget
	label *Label
}

// NewBadge makes a badge.
func NewBadge(count int) *Badge {
	b := &Badge{label: NewLabel("", Style{Size: SizeSmall, Colour: ColorOnAccent, Bold: true, Align: fyne.TextAlignCenter})}
	b.ExtendBaseWidget(b)
	b.Set(count)
	return b
}

// Set changes the count.
func (b *Badge) Set(count int) {
	switch {
	case count > 999:
		b.label.SetText("999+")
	default:
		b.label.SetText(strconv.Itoa(count))
	}
	if count > 0 {
		b.Show()
	} else {
		b.Hide()
	}
}

// MinSize is a disc for one digit, and wider for more.
func (b *Badge) MinSize() fyne.Size {
	m := b.label.MinSize()
	height := fyne.Max(24, m.Height+4)
	return fyne.NewSize(fyne.Max(height, m.Width+14), height)
}

// CreateRenderer implements [fyne.Widget].
func (b *Badge) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewStack(NewBlock(ColorAccent, "", 12), b.label))
}

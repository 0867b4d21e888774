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
	back  *Block
	count int
	quiet bool
}

// NewBadge makes a badge.
func NewBadge(count int) *Badge {
	b := &Badge{back: NewBlock(ColorAccent, "", 12), label: NewLabel("", Style{Size: SizeSmall, Colour: ColorOnAccent, Bold: true, Align: fyne.TextAlignCenter})}
	b.ExtendBaseWidget(b)
	b.Set(count)
	return b
}

// Unnumbered shows a disc without a number.
const Unnumbered = -1

// Quiet makes the badge quiet: in a colour that does not attract attention.
func (b *Badge) Quiet(on bool) {
	if b.quiet == on {
		return
	}
	b.quiet = on
	fill, text := ColorAccent, ColorOnAccent
	if on {
		fill, text = ColorLine, ColorText
	}
	b.back.Fill = fill
	b.back.Refresh()
	b.label.Set(b.label.Text, Style{Size: SizeSmall, Colour: text, Bold: true, Align: fyne.TextAlignCenter})
}

// Set changes the count.
func (b *Badge) Set(count int) {
	b.count = count
	switch {
	case count == Unnumbered:
		b.label.SetText("")
	case count > 999:
		b.label.SetText("999+")
	default:
		b.label.SetText(strconv.Itoa(count))
	}
	if count > 0 || count == Unnumbered {
		b.Show()
	} else {
		b.Hide()
	}
}

// MinSize is a disc for one digit, and wider for more.
func (b *Badge) MinSize() fyne.Size {
	m := b.label.MinSize()
	if b.count == Unnumbered {
		return fyne.NewSquareSize(14)
	}
	height := fyne.Max(24, m.Height+4)
	return fyne.NewSize(fyne.Max(height, m.Width+14), height)
}

// CreateRenderer implements [fyne.Widget].
func (b *Badge) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewStack(b.back, b.label))
}

package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// Banner is a coloured band across a window: a text that the user should know, and maybe a button that does something about it.
// It is hidden while it has no text.
type Banner struct {
	widget.BaseWidget

	text   *Label
	button *bannerButton
	inner  *fyne.Container
}

// NewBanner makes a banner without a text.
func NewBanner() *Banner {
	b := &Banner{text: NewLabel("", Style{Size: SizeSmall, Colour: ColorOnStrip, Wrap: true}), button: newBannerButton()}
	b.inner = Pad(Line(12, b.text, b.text, b.button), 4, 8, 4, Space)
	b.ExtendBaseWidget(b)
	b.Hide()
	return b
}

// Set changes the text, the button's text and what the button does; there is no button without a text of its own. It reports
// whether anything that is seen has changed, and with it maybe the height.
func (b *Banner) Set(text, button string, do func()) bool {
	b.button.OnTapped = do
	if b.text.Text == text && b.button.Label == button {
		return false
	}
	b.text.SetText(text)
	b.button.set(button)
	b.Hidden = text == ""
	b.Refresh()
	return true
}

// HeightFor is the banner's height at that width: zero while it is hidden.
func (b *Banner) HeightFor(width float32) float32 {
	if b.Hidden {
		return 0
	}
	if b.Size().Width != width { // what wraps knows its height only from its width
		b.Resize(fyne.NewSize(width, b.Size().Height))
	}
	return b.MinSize().Height
}

// CreateRenderer implements [fyne.Widget].
func (b *Banner) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewStack(NewBlock(ColorStrip, "", 0), b.inner))
}

// bannerButton has no background, not even under the pointer: the banner has a colour of its own.
type bannerButton struct {
	Pressable
	label *Label
}

func newBannerButton() *bannerButton {
	b := &bannerButton{label: NewLabel("", Style{Size: SizeSmall, Colour: ColorOnStrip, Bold: true})}
	b.Content = container.NewCenter(Pad(b.label, 4, 8, 4, 8))
	b.Radius, b.NoHover = 6, true
	b.ExtendBaseWidget(b)
	b.Hide()
	return b
}

func (b *bannerButton) set(text string) {
	b.Label, b.Hidden = text, text == ""
	b.label.SetText(text)
	b.Refresh()
}

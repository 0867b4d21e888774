package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// Banner is a coloured band across a window with a text and, if needed, a button. It is hidden while it has no text.
type Banner struct {
	widget.BaseWidget

	text   *Label
	button *bannerButton
	inner  *fyne.Container
}

// NewBanner makes a banner without a text.
func NewBanner() *Banner {
	b := &Banner{text: NewLabel("", Style{Size: SizeSmall, Colour: ColorOnBanner, Wrap: true}), button: newBannerButton()}
	b.inner = Pad(Line(12, b.text, b.text, b.button), 4, 8, 4, Space)
	b.ExtendBaseWidget(b)
	b.Hide()
	return b
}

// Set sets the text, the button's text ("" for no button) and its action. It reports whether the texts, and so maybe the height,
// have changed.
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
	if b.Size().Width != width { // wrapped text has its height only after it got its width
		b.Resize(fyne.NewSize(width, b.Size().Height))
	}
	return b.MinSize().Height
}

// CreateRenderer implements [fyne.Widget].
func (b *Banner) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewStack(NewBlock(ColorBanner, "", 0), b.inner))
}

// bannerButton is a button without a background.
type bannerButton struct {
	Pressable
	label *Label
}

func newBannerButton() *bannerButton {
	b := &bannerButton{label: NewLabel("", Style{Size: SizeSmall, Colour: ColorOnBanner, Bold: true})}
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

// Package look is how the program looks: colours, sizes, icons and the few
// widgets that every screen shares.
package look

import (
	"image/color"

	"discussions/assets"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Variant is the user's choice between light and dark.
type Variant string

// The choices. Any other value counts as [System].
const (
	System Variant = "system"
	Light  Variant = "light"
	Dark   Variant = "dark"
)

// Sizes on the grid of 4 pixels; text sizes are those of a text scale of 1.
const (
	Gap    float32 = 4  // the grid
	Space  float32 = 16 // from a window's edge to its content
	Radius float32 = 10 // corners
)

// The sizes of text beside Fyne's own names.
const (
	SizeText    = theme.SizeNameText
	SizeSmall   = theme.SizeNameCaptionText // time, state, second lines
	SizeTitle   = theme.SizeNameSubHeadingText
	SizeHeading = theme.SizeNameHeadingText

	SizeKey  fyne.ThemeSizeName = "key"  // digits of the keypad
	SizeBar  fyne.ThemeSizeName = "bar"  // the title of a screen
	SizeLine fyne.ThemeSizeName = "line" // the last line of a conversation
	SizeTiny fyne.ThemeSizeName = "tiny" // initials, time beside a bubble
)

// emojiFont is one resource for all themes: Fyne keeps what it read of a font by it.
var emojiFont = fyne.NewStaticResource("emoji.ttf", assets.EmojiFont)

// Theme is Fyne's theme in our colours and sizes.
type Theme struct {
	fyne.Theme
	variant Variant
	scale   float32
}

// New makes the theme. textScale, from 0.75 to 2, multiplies text sizes.
func New(variant Variant, textScale float32) *Theme {
	switch {
	case textScale == 0:
		textScale = 1
	case textScale < 0.75:
		textScale = 0.75
	case textScale > 2:
		textScale = 2
	}
	return &Theme{Theme: theme.DefaultTheme(), variant: variant, scale: textScale}
}

// EmojiFont is the font of emoji. Fyne asks for it by a change of ours (third_party/fyne); as published it has its own.
func (t *Theme) EmojiFont() fyne.Resource { return emojiFont }

// Color returns the colour of that name, in the variant chosen by the user or,
// where they follow the system, in the one given.
func (t *Theme) Color(name fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	v = t.resolve(v)
	if name == theme.ColorNameShadow {
		return color.NRGBA{A: 0x18}
	}
	if c, ok := palette(name, v); ok {
		return c
	}
	return t.Theme.Color(name, v)
}

// Size returns the size of that name.
func (t *Theme) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case SizeText:
		return 15 * t.scale
	case SizeSmall:
		return 13 * t.scale
	case SizeTiny:
		return 12 * t.scale
	case SizeLine:
		return 14 * t.scale
	case SizeBar:
		return 17 * t.scale
	case SizeTitle:
		return 19 * t.scale
	case SizeHeading:
		return 24 * t.scale
	case SizeKey:
		return 22 * t.scale
	case theme.SizeNameInputRadius, theme.SizeNameButtonRadius, theme.SizeNameCardRadius,
		theme.SizeNameDialogRadius, theme.SizeNamePopupRadius, theme.SizeNameMenuRadius:
		return Radius
	case theme.SizeNameSelectionRadius:
		return 4
	case theme.SizeNameInputBorder:
		return 1
	case theme.SizeNameModalBlurRadius:
		return 0
	case theme.SizeNameScrollBar:
		return 10
	}
	return t.Theme.Size(name)
}

func (t *Theme) resolve(v fyne.ThemeVariant) fyne.ThemeVariant {
	switch t.variant {
	case Light:
		return theme.VariantLight
	case Dark:
		return theme.VariantDark
	}
	return v
}

// IsDark reports whether the theme in use is dark.
func IsDark() bool {
	v := fyne.CurrentApp().Settings().ThemeVariant()
	if t, ok := theme.Current().(*Theme); ok {
		v = t.resolve(v)
	}
	return v == theme.VariantDark
}

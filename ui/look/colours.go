package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// The colours of the interface. Background and text are Fyne's own names
// ([theme.ColorNameBackground], [theme.ColorNameForeground]).
const (
	ColorAccent     = theme.ColorNamePrimary             // buttons, read ticks, focus
	ColorOnAccent   = theme.ColorNameForegroundOnPrimary // text on the accent
	ColorDanger     = theme.ColorNameError               // removal, failure, "new messages" line
	ColorSoft       = theme.ColorNamePlaceHolder         // time, second lines
	ColorText       = theme.ColorNameForeground
	ColorBackground = theme.ColorNameBackground

	ColorSurface    fyne.ThemeColorName = "surface"    // cards, bars, fields
	ColorLine       fyne.ThemeColorName = "line"       // borders
	ColorAccentSoft fyne.ThemeColorName = "accentSoft" // selection
	ColorOwn        fyne.ThemeColorName = "own"        // own bubbles
	ColorOther      fyne.ThemeColorName = "other"      // others' bubbles
	ColorBanner     fyne.ThemeColorName = "banner"     // banners
	ColorOnBanner   fyne.ThemeColorName = "onBanner"
	ColorMark       fyne.ThemeColorName = "mark"    // words that were searched
	ColorControl    fyne.ThemeColorName = "control" // outline of a control, at least 3:1
	ColorHover      fyne.ThemeColorName = "hover"
	ColorKnob       fyne.ThemeColorName = "knob"      // the knob of a switch that is off
	ColorAvailable  fyne.ThemeColorName = "available" // a person who is there; [ColorDanger] is for one who is busy
	ColorAway       fyne.ThemeColorName = "away"      // and one who is away
)

var light = map[fyne.ThemeColorName]color.NRGBA{
	ColorBackground: hex(0xf4f7f8),
	ColorSurface:    hex(0xffffff),
	ColorLine:       hex(0xd9e2e5),
	ColorText:       hex(0x14252b),
	ColorSoft:       hex(0x51666e),
	ColorAccent:     hex(0x0b6b75),
	ColorOnAccent:   hex(0xffffff),
	ColorAccentSoft: hex(0xd8eeee),
	ColorOwn:        hex(0xd8eeee),
	ColorOther:      hex(0xeef2f3),
	ColorDanger:     hex(0xb3261e),
	ColorBanner:     hex(0xfff4d6),
	ColorMark:       hex(0xffe9a8),
	ColorOnBanner:   hex(0x5b4300),
	ColorControl:    hex(0x7d9199),
	ColorHover:      hex(0xe9f1f2),
	ColorKnob:       hex(0xffffff),
	ColorAvailable:  hex(0x1b7f4d),
	ColorAway:       hex(0x9a6200),
}

var dark = map[fyne.ThemeColorName]color.NRGBA{
	ColorBackground: hex(0x10191c),
	ColorSurface:    hex(0x172327),
	ColorLine:       hex(0x2b3b41),
	ColorText:       hex(0xe8f0f2),
	ColorSoft:       hex(0x9fb3ba),
	ColorAccent:     hex(0x5cc4c9),
	ColorOnAccent:   hex(0x06292c),
	ColorAccentSoft: hex(0x16393d),
	ColorOwn:        hex(0x17444a),
	ColorOther:      hex(0x223237),
	ColorDanger:     hex(0xff8a80),
	ColorBanner:     hex(0x3a3014),
	ColorMark:       hex(0x4d3f08),
	ColorOnBanner:   hex(0xffe2a0),
	ColorControl:    hex(0x6b8089),
	ColorHover:      hex(0x1e2d32),
	ColorKnob:       hex(0xe8f0f2),
	ColorAvailable:  hex(0x5fd39a),
	ColorAway:       hex(0xf0b550),
}

// alias maps colours of Fyne's widgets to colours of this program.
var alias = map[fyne.ThemeColorName]fyne.ThemeColorName{
	theme.ColorNameButton:              ColorSurface,
	theme.ColorNameDisabled:            ColorSoft,
	theme.ColorNameDisabledButton:      ColorLine,
	theme.ColorNameFocus:               ColorAccentSoft,
	theme.ColorNameForegroundOnError:   ColorSurface,
	theme.ColorNameHeaderBackground:    ColorSurface,
	theme.ColorNameHover:               ColorHover,
	theme.ColorNameHyperlink:           ColorAccent,
	theme.ColorNameInputBackground:     ColorSurface,
	theme.ColorNameInputBorder:         ColorLine,
	theme.ColorNameMenuBackground:      ColorSurface,
	theme.ColorNameOverlayBackground:   ColorSurface,
	theme.ColorNamePressed:             ColorAccentSoft,
	theme.ColorNameScrollBar:           ColorControl,
	theme.ColorNameScrollBarBackground: ColorBackground,
	theme.ColorNameSelection:           ColorAccentSoft,
	theme.ColorNameSeparator:           ColorLine,
}

// Colour returns a colour of the current theme.
func Colour(name fyne.ThemeColorName) color.Color { return theme.Color(name) }

// palette returns a colour of one variant.
func palette(name fyne.ThemeColorName, v fyne.ThemeVariant) (color.NRGBA, bool) {
	if ours, ok := alias[name]; ok {
		name = ours
	}
	colours := dark
	if v == theme.VariantLight {
		colours = light
	}
	c, ok := colours[name]
	return c, ok
}

func hex(rgb uint32) color.NRGBA {
	return color.NRGBA{R: uint8(rgb >> 16), G: uint8(rgb >> 8), B: uint8(rgb), A: 0xff}
}

package conversation

import (
	"math"

	"discussions/ui/look"
	"discussions/ui/textlayout"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Lengths of a row at a text scale of 1, on the grid of 4 pixels.
const (
	margin       = look.Space // from the window's edges
	rowGap       = 4          // between bubbles of a group
	groupSpace   = 12         // before another group
	avatarSize   = 32
	avatarGap    = 10
	bubblePadX   = 12
	bubblePadY   = 8
	bubbleRadius = 12  // radius of a bubble's corners
	timeGap      = 10  // between a bubble and its time
	bubbleMax    = 560 // width of the widest bubble
	bubbleMin    = 96  // and of the narrowest window's
	ruleSpace    = 12  // on both sides of the words in a rule
	stateSize    = 16  // of the sign beside the time
	foldAfter    = 40  // lines of a long text shown before one asks for all
)

// metrics are the sizes of text in the theme in use.
type metrics struct {
	v *View

	text, small, tiny      float32 // sizes
	textLine, smallLine    float32 // from one line to the next
	tinyLine               float32
	textLift, smallLift    float32 // from a line's top to its text's
	scale, indent, maximum float32

	textRuler, boldRuler, italicRuler, smallRuler, smallBoldRuler, tinyRuler, tinyBoldRuler *textlayout.Ruler
}

func newMetrics(v *View) metrics {
	m := metrics{
		v:     v,
		text:  theme.Size(look.SizeText),
		small: theme.Size(look.SizeSmall),
		tiny:  theme.Size(look.SizeTiny),
	}
	m.scale = m.text / 15
	bold := fyne.TextStyle{Bold: true}
	m.textRuler, m.smallRuler, m.tinyRuler = ruler(m.text), ruler(m.small), ruler(m.tiny)
	m.boldRuler, m.smallBoldRuler, m.tinyBoldRuler = styledRuler(m.text, bold), styledRuler(m.small, bold), styledRuler(m.tiny, bold)
	m.italicRuler = styledRuler(m.text, fyne.TextStyle{Italic: true})
	height := func(size float32) float32 { return fyne.MeasureText("Éy", size, fyne.TextStyle{}).Height }
	m.textLine, m.smallLine, m.tinyLine = round(m.text*1.4), round(m.small*1.4), round(m.tiny*1.4)
	m.textLift = (m.textLine - height(m.text)) / 2
	m.smallLift = (m.smallLine - height(m.small)) / 2
	m.indent = avatarSize + avatarGap
	m.maximum = bubbleMax * m.scale
	return m
}

// ruler measures ordinary text of a size.
func ruler(size float32) *textlayout.Ruler { return styledRuler(size, fyne.TextStyle{}) }

func styledRuler(size float32, style fyne.TextStyle) *textlayout.Ruler {
	return textlayout.NewRuler(func(text string) float32 { return fyne.MeasureText(text, size, style).Width })
}

func round(x float32) float32 { return float32(math.Round(float64(x))) }

func ceil(x float32) float32 { return float32(math.Ceil(float64(x))) }

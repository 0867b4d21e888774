package look

import (
	"crypto/sha1"
	"encoding/binary"
	"image/color"
	"math"
	"strings"
	"unicode"

	"github.com/lucasb-eyer/go-colorful"
)

// NicknameMark begins a name that anybody could have taken. Such a name has no colour and no initials, so that it looks like nobody's.
const NicknameMark = "~"

func isNickname(name string) bool { return strings.HasPrefix(name, NicknameMark) }

// PersonColour is the colour of a person or group, the same wherever that name
// is shown: the hue of XEP-0392 (Consistent Color Generation), muted, and dark
// enough for white text on it (at least 4.5:1).
func PersonColour(name string) color.NRGBA {
	return contrasting(name, 43, -1, hex(0xffffff))
}

// PersonTextColour is the same hue as [PersonColour], for the name written on a
// background of the theme in use, at least 4.5:1.
func PersonTextColour(name string) color.NRGBA {
	if IsDark() {
		return contrasting(name, 70, 1, dark[ColorSurface])
	}
	return contrasting(name, 42, -1, light[ColorBackground])
}

// contrasting changes the lightness in steps until the contrast is 4.5:1.
func contrasting(name string, lightness, step float64, against color.NRGBA) color.NRGBA {
	hue, saturation := HueAngle(name), 0.6
	if isNickname(name) {
		saturation = 0
	}
	for {
		r, g, b := colorful.HSLuv(hue, saturation, lightness/100).RGB255()
		c := color.NRGBA{R: r, G: g, B: b, A: 0xff}
		if Contrast(c, against) >= 4.5 || lightness <= 0 || lightness >= 100 {
			return c
		}
		lightness += step
	}
}

// HueAngle is the angle of XEP-0392, 5.1: the first two bytes of the SHA-1 of
// the text, least significant first, as a part of 360 degrees.
func HueAngle(text string) float64 {
	sum := sha1.Sum([]byte(text))
	return float64(binary.LittleEndian.Uint16(sum[:2])) / 65536 * 360
}

// Initials are one or two capitals that stand for a name; titles such as "Dr"
// do not count, nor does what stands in brackets: it tells namesakes apart.
func Initials(name string) string {
	if isNickname(name) {
		return NicknameMark
	}
	if at := strings.Index(name, " ("); at > 0 {
		name = name[:at]
	}
	words := strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || r == '-' || r == '@' })
	var kept []string
	for _, w := range words {
		switch strings.ToLower(strings.TrimSuffix(w, ".")) {
		case "dr", "pr", "m", "mme", "mlle", "de", "du", "des", "la", "le", "les", "et":
		default:
			kept = append(kept, w)
		}
	}
	if len(kept) == 0 {
		kept = words
	}
	first := func(w string) string {
		for _, r := range w {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				return string(unicode.ToUpper(r))
			}
		}
		return ""
	}
	switch len(kept) {
	case 0:
		return "?"
	case 1:
		return first(kept[0])
	}
	return first(kept[0]) + first(kept[len(kept)-1])
}

// Contrast is the contrast ratio of two opaque colours, 1 to 21 (WCAG 2.2).
func Contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	linear := func(v uint32) float64 {
		s := float64(v) / 0xffff
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

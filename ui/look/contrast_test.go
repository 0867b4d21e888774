package look

import (
	"fmt"
	"image/color"
	"testing"

	"discussions/internal/picture"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

// TestEveryPairStandsOut computes the contrast of every pair of colours that
// meet on the screen: 4.5:1 for text, 3:1 for icons and the outlines of
// controls (WCAG 2.2, 1.4.3 and 1.4.11).
func TestEveryPairStandsOut(t *testing.T) {
	grounds := []fyne.ThemeColorName{ColorBackground, ColorSurface, ColorHover, ColorAccentSoft, ColorOwn, ColorOther}
	type pair struct {
		front, back fyne.ThemeColorName
		least       float64
	}
	pairs := []pair{
		{ColorOnAccent, ColorAccent, 4.5},
		{ColorSurface, ColorDanger, 4.5}, // a button that removes
		{ColorOnBanner, ColorBanner, 4.5},
		{ColorSoft, ColorMark, 4.5},
		{ColorKnob, ColorControl, 3}, // a switch that is off
		{ColorOnAccent, ColorAccent, 3},
		{ColorControl, ColorBackground, 3},
		{ColorControl, ColorSurface, 3},
		{ColorAccent, ColorBanner, 3}, // the focus on the banner
		{theme.ColorNameForegroundOnError, theme.ColorNameError, 4.5},
		{theme.ColorNameHyperlink, ColorBackground, 4.5},
		{theme.ColorNameDisabled, theme.ColorNameDisabledButton, 4.5},
	}
	for _, dot := range []fyne.ThemeColorName{ColorAvailable, ColorAway, ColorDanger} {
		pairs = append(pairs, pair{dot, ColorSurface, 3}) // the ring around it
	}
	for _, ground := range grounds {
		for _, text := range []fyne.ThemeColorName{ColorText, ColorSoft, ColorAccent, ColorDanger} {
			pairs = append(pairs, pair{text, ground, 4.5})
		}
	}
	for name, variant := range map[string]fyne.ThemeVariant{"light": theme.VariantLight, "dark": theme.VariantDark} {
		for _, p := range pairs {
			t.Run(fmt.Sprintf("%s/%s on %s", name, p.front, p.back), func(t *testing.T) {
				front, ok := palette(p.front, variant)
				back, also := palette(p.back, variant)
				if !ok || !also {
					t.Fatal("not a colour of the palette")
				}
				if got := Contrast(front, back); got < p.least {
					t.Errorf("contrast %.2f, want %.1f", got, p.least)
				}
			})
		}
	}
}

func TestContrastOfBlackAndWhiteIs21(t *testing.T) {
	if got := Contrast(color.Black, color.White); got < 20.99 || got > 21.01 {
		t.Errorf("got %v", got)
	}
}

func TestEveryNameStandsOut(t *testing.T) {
	app := test.NewTempApp(t)
	grounds := map[Variant][]fyne.ThemeColorName{}
	grounds[Light] = []fyne.ThemeColorName{ColorBackground, ColorSurface}
	grounds[Dark] = grounds[Light]
	for variant, names := range grounds {
		app.Settings().SetTheme(New(variant, 1))
		for i := range 2000 {
			name := fmt.Sprint("Dr Personne ", i)
			if got := Contrast(PersonColour(name), color.White); got < 4.5 {
				t.Fatalf("%s: white on %v: %.2f", name, PersonColour(name), got)
			}
			for _, ground := range names {
				if got := Contrast(PersonTextColour(name), Colour(ground)); got < 4.5 {
					t.Fatalf("%s: %v on %s: %.2f", name, PersonTextColour(name), ground, got)
				}
			}
		}
	}
}

func TestEveryColourOfAGroupStandsOut(t *testing.T) {
	app := test.NewTempApp(t)
	for _, c := range picture.AvatarColours() {
		if got := Contrast(c, color.White); got < 4.5 {
			t.Errorf("white on %v: %.2f", c, got)
		}
		for _, variant := range []Variant{Light, Dark} {
			app.Settings().SetTheme(New(variant, 1))
			for _, ground := range []fyne.ThemeColorName{ColorBackground, ColorSurface} {
				if got := Contrast(c, Colour(ground)); got < 2.3 { // the initials are read, not the edge
					t.Errorf("%v on %s of %v: %.2f", c, ground, variant, got)
				}
			}
		}
	}
}

// The test vectors of XEP-0392, 13.2 (hue angles, no correction).
func TestHueAngleOfTheXEP(t *testing.T) {
	for text, want := range map[string]float64{
		"Romeo":              327.255249,
		"juliet@capulet.lit": 209.410400,
		"😺":                  331.199341,
		"council":            359.994507,
		"Board":              171.430664,
	} {
		if got := HueAngle(text); got < want-1e-4 || got > want+1e-4 {
			t.Errorf("%s: %f, want %f", text, got, want)
		}
	}
}

func TestInitials(t *testing.T) {
	for name, want := range map[string]string{
		"Dr Claire Martin":       "CM",
		"Astreinte cardiologie":  "AC",
		"Équipe de nuit":         "ÉN",
		"Paul":                   "P",
		"Dr":                     "D",
		"  ":                     "?",
		"":                       "?",
		"Jean-Paul de la Tour":   "JT",
		"infirmier 3":            "I3",
		"😺 Chat":                 "C",
		"claire.martin@chat.org": "CC",

		"Inès Caron (ght-cevennes.fr)":      "IC",
		"Sophie Bernard (sophie.bernard.2)": "SB",
		"(dépôt)":                           "D",
	} {
		if got := Initials(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

// A name that anybody could have taken looks like nobody's.
func TestANicknameHasNoColourAndNoInitials(t *testing.T) {
	grey := PersonColour(NicknameMark + "Claire Martin")
	if grey.R != grey.G || grey.G != grey.B || grey != PersonColour(NicknameMark+"Paul Durand") || grey == PersonColour("Claire Martin") {
		t.Errorf("colour %v", grey)
	}
	if c := PersonTextColour(NicknameMark + "Claire Martin"); c.R != c.G || c.G != c.B {
		t.Errorf("text colour %v", c)
	}
	if got := Initials(NicknameMark + "Claire Martin"); got != NicknameMark {
		t.Errorf("initials %q", got)
	}
}

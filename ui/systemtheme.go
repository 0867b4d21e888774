package ui

import (
	"os"
	"runtime"

	"discussions/ui/look"

	"fyne.io/fyne/v2"
)

// systemTheme knows whether the system has said if it is light or dark. On
// Linux that comes after the first frame, and not at all from a desktop without
// a portal; until then Fyne answers dark, which this program does not take for
// an answer.
type systemTheme struct {
	told    bool
	setting bool // the change of the theme comes from us
}

// follow calls again when the system has said something new.
func (s *systemTheme) follow(app fyne.App, again func()) {
	switch runtime.GOOS {
	case "windows", "darwin":
		s.told = true // Fyne asks them at once
	default:
		s.told = os.Getenv("FYNE_THEME") != ""
	}
	app.Settings().AddListener(func(fyne.Settings) {
		if !s.setting && !s.told {
			s.told = true
			again()
		}
	})
}

// set puts a theme in force.
func (s *systemTheme) set(app fyne.App, choice string, textSize float32) {
	variant := look.Variant(choice)
	if variant != look.Light && variant != look.Dark && !s.told {
		variant = look.Light
	}
	s.setting = true
	app.Settings().SetTheme(look.New(variant, textSize))
	s.setting = false
}

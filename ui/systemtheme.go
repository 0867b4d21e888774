package ui

import (
	"os"
	"runtime"

	"discussions/ui/look"

	"fyne.io/fyne/v2"
)

// systemTheme tracks whether the system has reported its theme. On Linux the report
// comes after the first frame, or never without a desktop portal. Until then Fyne
// assumes dark; this program assumes light.
type systemTheme struct {
	told    bool
	setting bool // this program is changing the theme
}

// follow calls changed when the system reports its theme.
func (s *systemTheme) follow(app fyne.App, changed func()) {
	switch runtime.GOOS {
	case "windows", "darwin":
		s.told = true // Fyne asks these systems at once
	default:
		s.told = os.Getenv("FYNE_THEME") != ""
	}
	app.Settings().AddListener(func(fyne.Settings) {
		if !s.setting && !s.told {
			s.told = true
			changed()
		}
	})
}

// set applies a theme.
func (s *systemTheme) set(app fyne.App, choice string, textSize float32) {
	variant := look.Variant(choice)
	if variant != look.Light && variant != look.Dark && !s.told {
		variant = look.Light
	}
	s.setting = true
	app.Settings().SetTheme(look.New(variant, textSize))
	s.setting = false
}

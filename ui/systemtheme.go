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

// watchSystemTheme follows what the system says.
func (u *UI) watchSystemTheme() {
	switch runtime.GOOS {
	case "windows", "darwin":
		u.system.told = true // Fyne asks them at once
	default:
		u.system.told = os.Getenv("FYNE_THEME") != ""
	}
	u.app.Settings().AddListener(func(fyne.Settings) {
		if !u.system.setting && !u.system.told {
			u.system.told = true
			u.dress()
		}
	})
}

// setTheme puts a theme in force.
func (u *UI) setTheme(choice string, textSize float32) {
	variant := look.Variant(choice)
	if variant != look.Light && variant != look.Dark && !u.system.told {
		variant = look.Light
	}
	u.system.setting = true
	u.app.Settings().SetTheme(look.New(variant, textSize))
	u.system.setting = false
}

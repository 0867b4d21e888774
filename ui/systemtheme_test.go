//go:build !windows && !darwin

// Those two systems always report their theme.

package ui

import (
	"testing"

	"discussions/settings"
	"discussions/ui/look"

	"fyne.io/fyne/v2/theme"
)

func TestASystemThatSaysNothingIsLight(t *testing.T) {
	t.Setenv("FYNE_THEME", "")
	inBubble(t, func(t *testing.T) {
		r := newRig(t, func(o *Options, _ *fakeManager) {
			if _, err := o.User.Update(func(u *settings.User) { u.Theme = "system" }); err != nil {
				t.Fatal(err)
			}
		}, claire)
		now := r.ui.app.Settings()
		if got := now.Theme().Color(look.ColorSurface, theme.VariantDark); got != look.New(look.Light, 1).Color(look.ColorSurface, theme.VariantLight) {
			t.Error("dark, although nobody said so")
		}
		now.SetTheme(now.Theme()) // Fyne tells its listeners, as when the system says what it is
		if got := now.Theme().Color(look.ColorSurface, theme.VariantDark); got != look.New(look.Dark, 1).Color(look.ColorSurface, theme.VariantDark) {
			t.Error("light, although the system is dark")
		}
	})
}

//go:build !windows

package ui

import "fyne.io/fyne/v2"

// restore has nothing to do: focusing a window undoes minimising.
func restore(fyne.Window) {}

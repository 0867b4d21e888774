//go:build !windows && !(darwin && cgo)

package ui

import "discussions/ui/look"

// badge has nothing to do: package tray tells docks the number.
func (*UI) badge(int, *look.TrayIcon) {}

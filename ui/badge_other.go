//go:build !windows && !(darwin && cgo)

package ui

import (
	"discussions/ui/look"
)

// badge has nothing to do: package tray tells docks the number.
type badge struct{}

func newBadge(*UI, *look.TrayIcon) *badge { return nil }

func (*badge) show(int) {}

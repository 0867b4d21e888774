//go:build cgo && !linux

package nativewindow

import (
	"context"

	"discussions/internal/clipboard"
)

func readTextOnWayland(context.Context, int) (string, error) { return "", clipboard.ErrUnavailable }

func readOnWayland(context.Context, int) (clipboard.Content, error) {
	return clipboard.Content{}, clipboard.ErrUnavailable
}

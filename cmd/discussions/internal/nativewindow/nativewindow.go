//go:build cgo

// Package nativewindow does with windows what Fyne cannot, through the library below it (GLFW). Its functions belong to Fyne's
// goroutine, but for ReadText and ReadContent.
package nativewindow

import (
	"context"
	"errors"

	"discussions/internal/clipboard"
	"discussions/ui"

	"fyne.io/fyne/v2"
	"github.com/go-gl/glfw/v3.4/glfw"
)

// Windows implements [discussions/ui.NativeWindows].
type Windows struct{}

// with calls f with the window of the library below Fyne, unless the window was never shown or is closed.
func with(w fyne.Window, f func(*glfw.Window)) {
	// Fyne does not expose its GLFW window, but makes it the current one.
	own, ok := w.(interface{ RunWithContext(func()) })
	if !ok {
		return
	}
	own.RunWithContext(func() {
		if native := glfw.GetCurrentContext(); native != nil {
			f(native)
		}
	})
}

// onWayland reports whether a program can neither place its windows, nor keep one above others, nor bring it to the front.
func onWayland() bool { return glfw.GetPlatform() == glfw.PlatformWayland }

// Minimise minimises a window that is shown.
func (Windows) Minimise(w fyne.Window) { with(w, (*glfw.Window).Iconify) }

// Restore undoes minimising, if the window is minimised.
func (Windows) Restore(w fyne.Window) {
	if onWayland() {
		behind := false
		with(w, func(native *glfw.Window) { behind = native.GetAttrib(glfw.Focused) != glfw.True })
		if behind {
			w.Hide() // hiding and showing it is the only way to bring it to the front
		}
		return
	}
	with(w, func(native *glfw.Window) {
		if native.GetAttrib(glfw.Iconified) == glfw.True {
			native.Restore()
		}
	})
}

// Position is where the content of a window is. It is not known on Wayland, nor for a window that is minimised.
func (Windows) Position(w fyne.Window) (x, y int, ok bool) {
	if onWayland() {
		return 0, 0, false
	}
	with(w, func(native *glfw.Window) {
		if native.GetAttrib(glfw.Iconified) != glfw.True {
			x, y = native.GetPos()
			ok = true
		}
	})
	return x, y, ok
}

// Place moves and resizes a window with its frame.
func (Windows) Place(w fyne.Window, at ui.Rect) {
	if onWayland() {
		return
	}
	with(w, func(native *glfw.Window) {
		if native.GetAttrib(glfw.Iconified) == glfw.True || native.GetAttrib(glfw.Maximized) == glfw.True {
			native.Restore()
		}
		left, top, right, bottom := native.GetFrameSize()
		native.SetPos(at.X+left, at.Y+top)
		native.SetSize(max(1, at.Width-left-right), max(1, at.Height-top-bottom))
	})
}

// SetOnTop keeps a window above the others, or no longer.
func (Windows) SetOnTop(w fyne.Window, on bool) {
	value := glfw.False
	if on {
		value = glfw.True
	}
	with(w, func(native *glfw.Window) { native.SetAttrib(glfw.Floating, value) })
}

// Screens are the screens without their panels, the main one first; none on Wayland, where windows can be neither placed nor kept above others.
func (Windows) Screens() (screens []ui.Rect) {
	if onWayland() {
		return nil
	}
	for _, m := range glfw.GetMonitors() {
		if x, y, width, height := m.GetWorkarea(); width > 0 && height > 0 {
			screens = append(screens, ui.Rect{X: x, Y: y, Width: width, Height: height})
		}
	}
	return screens
}

// ReadText reads a text of the clipboard, see [clipboard.ReadText].
func (Windows) ReadText(ctx context.Context, most int) (string, error) {
	if onWayland() {
		return readTextOnWayland(ctx, most)
	}
	return clipboard.ReadText(ctx, most)
}

// ReadContent reads what else is in the clipboard, see [clipboard.Read]. Where only Fyne has what Wayland offers, that is what the desktop
// passes on to programs of X11.
func (Windows) ReadContent(ctx context.Context, most int) (clipboard.Content, error) {
	if onWayland() {
		if c, err := readOnWayland(ctx, most); !errors.Is(err, clipboard.ErrUnavailable) {
			return c, err
		}
	}
	return clipboard.Read(ctx, most)
}

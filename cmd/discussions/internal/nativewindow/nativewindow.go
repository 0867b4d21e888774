//go:build cgo

// Package nativewindow does with windows what Fyne cannot, through the library below it (GLFW). Its functions belong to Fyne's
// goroutine.
package nativewindow

import (
	"fyne.io/fyne/v2"
	"github.com/go-gl/glfw/v3.4/glfw"
)

// Windows implements [discussions/ui.NativeWindows].
type Windows struct{}

// with calls f with the window of the library below Fyne, unless the window was never shown or is closed.
func with(w fyne.Window, f func(*glfw.Window)) {
	// Fyne does not give its window of GLFW away, but makes it the current one.
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

// onWayland reports whether a program can neither place its windows nor bring them to the front.
func onWayland() bool { return glfw.GetPlatform() == glfw.PlatformWayland }

// Minimise minimises a window that is shown.
func (Windows) Minimise(w fyne.Window) { with(w, (*glfw.Window).Iconify) }

// Restore undoes minimising, if the window is minimised.
func (Windows) Restore(w fyne.Window) {
	if onWayland() {
		behind := false
		with(w, func(native *glfw.Window) { behind = native.GetAttrib(glfw.Focused) != glfw.True })
		if behind {
			w.Hide() // what is shown anew is in front: nothing else brings it there
		}
		return
	}
	with(w, func(native *glfw.Window) {
		if native.GetAttrib(glfw.Iconified) == glfw.True {
			native.Restore()
		}
	})
}

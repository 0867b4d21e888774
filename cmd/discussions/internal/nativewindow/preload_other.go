//go:build cgo && !linux

package nativewindow

// Preload does nothing: the system has the graphics library in memory.
func Preload() {}

//go:build !windows

package main

// joinTaskbar has nothing to do: elsewhere windows are of one program by their class or their bundle.
func joinTaskbar() error { return nil }

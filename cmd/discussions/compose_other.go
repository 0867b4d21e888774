//go:build windows || darwin

package main

// keepComposedLetters has nothing to do where there is no X11.
func keepComposedLetters() {}

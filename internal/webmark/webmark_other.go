//go:build !windows && !darwin

package webmark

func set(string) error { return nil }

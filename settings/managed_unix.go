//go:build !windows && !darwin

package settings

// readManaged returns none: on Linux those who manage computers put the file into /etc.
func readManaged() (managed, error) { return managed{}, nil }

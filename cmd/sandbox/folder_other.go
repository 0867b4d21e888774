//go:build !unix

package main

// newLock does nothing where a lock cannot outlive its name.
func newLock(string) (unlock func(), err error) { return func() {}, nil }

// tryLock never takes a folder for abandoned.
func tryLock(string) (unlock func(), ok bool) { return nil, false }

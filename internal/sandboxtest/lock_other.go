//go:build !unix

package sandboxtest

// locked calls f. The servers of the sandbox run on Unix only.
func locked(_ string, f func() error) error { return f() }

// Package process protects the program's memory against other processes of the same user, and against dumps after a crash, and the
// program against the environment that somebody starts it in.
package process

import (
	"errors"
	"os"
)

// Harden turns core dumps off and, where the operating system has a switch for it, keeps other processes of the same user
// from reading the program's memory or attaching a debugger. Call it first of all, before anything secret is in memory.
// It does not stop an administrator. It does as much as it can and returns what failed; the program can go on.
//
//   - Linux: no core dumps (RLIMIT_CORE), not dumpable (PR_SET_DUMPABLE), which closes /proc/self/mem and ptrace
//   - macOS, BSD: no core dumps; on macOS no debugger either (PT_DENY_ATTACH)
//   - Windows: no crash dialogue and no report with a dump of the memory (SetErrorMode, WerSetFlags)
//
// It also takes the variables away by which who starts the program would choose whom it trusts: authorities of their own
// (SSL_CERT_FILE, SSL_CERT_DIR) and Go's switches for older cryptography (GODEBUG).
func Harden() error {
	errs := harden()
	for _, name := range []string{"SSL_CERT_FILE", "SSL_CERT_DIR", "GODEBUG"} {
		errs = append(errs, os.Unsetenv(name))
	}
	return errors.Join(errs...)
}

// Package process protects the program's memory against other processes of the same user, and against dumps after a crash.
package process

import "errors"

// Harden turns core dumps off and, where the operating system has a switch for it, keeps other processes of the same user
// from reading the program's memory or attaching a debugger. Call it first of all, before anything secret is in memory.
// It does not stop an administrator. It does as much as it can and returns what failed; the program can go on.
//
//   - Linux: no core dumps (RLIMIT_CORE), not dumpable (PR_SET_DUMPABLE), which closes /proc/self/mem and ptrace
//   - macOS, BSD: no core dumps; on macOS no debugger either (PT_DENY_ATTACH)
//   - Windows: no crash dialogue and no report with a dump of the memory (SetErrorMode, WerSetFlags)
func Harden() error { return errors.Join(harden()...) }

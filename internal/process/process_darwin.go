package process

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// ptDenyAttach is PT_DENY_ATTACH of <sys/ptrace.h>: a debugger that attaches later is refused.
const ptDenyAttach = 31

func harden() (errs []error) {
	if err := noCore(); err != nil {
		errs = append(errs, err)
	}
	if _, _, errno := unix.Syscall(unix.SYS_PTRACE, ptDenyAttach, 0, 0); errno != 0 {
		errs = append(errs, fmt.Errorf("refuse debuggers: %w", errno))
	}
	return errs
}

package process

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// harden refuses debuggers that attach later. If a debugger has started the program, macOS ends it with status 45 (ENOTSUP).
func harden() (errs []error) {
	if err := noCore(); err != nil {
		errs = append(errs, err)
	}
	if err := unix.PtraceDenyAttach(); err != nil {
		errs = append(errs, fmt.Errorf("refuse debuggers: %w", err))
	}
	return errs
}

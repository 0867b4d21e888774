package process

import (
	"fmt"

	"golang.org/x/sys/unix"
)

func harden() (errs []error) {
	if err := noCore(); err != nil {
		errs = append(errs, err)
	}
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		errs = append(errs, fmt.Errorf("close the memory to other processes: %w", err))
	}
	return errs
}

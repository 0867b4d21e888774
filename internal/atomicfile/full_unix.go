//go:build !windows

package atomicfile

import (
	"errors"
	"syscall"
)

// Full reports whether an error of the file system means that there is no room: the disk, the user's share of it, or the size that a file
// may have.
func Full(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}

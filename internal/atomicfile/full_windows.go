package atomicfile

import (
	"errors"

	"golang.org/x/sys/windows"
)

// Full reports whether an error of the file system means that there is no room: the disk, the user's share of it, or the size that a file
// may have.
func Full(err error) bool {
	for _, full := range []error{windows.ERROR_DISK_FULL, windows.ERROR_HANDLE_DISK_FULL, windows.ERROR_DISK_QUOTA_EXCEEDED, windows.ERROR_FILE_TOO_LARGE} {
		if errors.Is(err, full) {
			return true
		}
	}
	return false
}

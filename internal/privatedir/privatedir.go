// Package privatedir makes folders that no other person of the computer can enter: the profile, and what is in it.
package privatedir

import (
	"errors"
	"fmt"
)

// ErrOthers means that the folder is open to others and could not be closed.
var ErrOthers = errors.New("the folder cannot be closed to others")

// Make makes the folder at path, and missing ones above it. A folder that exists is closed to others, with all that is in it: an
// older program may have made it, or it may lie where everybody can read. It belongs to the user alone:
//
//   - Unix: mode 0700.
//   - Windows: an access list of its own that names the user, the system and the administrators, inherited by what is inside.
//     Every folder of a user's profile names these two: backups and scanners run as the system, and an administrator can take any right.
//
// The error wraps [ErrOthers] if somebody else still has access.
func Make(path string) error {
	if err := makePrivate(path); err != nil {
		return fmt.Errorf("make a folder private: %w", err)
	}
	return nil
}

// IsPrivate reports whether the file or folder at path is as closed as the folders of Make.
func IsPrivate(path string) (bool, error) { return isPrivate(path) }

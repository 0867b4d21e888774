// Package privatedir makes folders that no other person of the computer can enter: the profile, and what is in it.
package privatedir

import (
	"errors"
	"fmt"
)

// ErrOthers means that the folder is open to others and could not be closed.
var ErrOthers = errors.New("the folder cannot be closed to others")

// Make makes the folder at path, and those above it that are missing. A folder that exists is closed to others, with what is
// in it: it may be older than this program's care, or lie where everybody may read. It belongs to the user and to nobody else:
//
//   - Unix: mode 0700.
//   - Windows: an access list of its own that names the user, the system and the administrators, inherited by what is inside.
//     The two are on every folder of a user's profile: backups and scanners run as the system, and an administrator can take what
//     he is not given.
//
// An error that wraps [ErrOthers] says that somebody else keeps access.
func Make(path string) error {
	if err := makePrivate(path); err != nil {
		return fmt.Errorf("make a folder private: %w", err)
	}
	return nil
}

// IsPrivate says whether the file or folder at path is open to nobody else than Make's folders are.
func IsPrivate(path string) (bool, error) { return isPrivate(path) }

//go:build !windows

package settings

import (
	"io/fs"
	"syscall"
)

// risk says how somebody else than root can change what is at a path. The access lists of macOS are not read; they are rare, and only the
// owner can set one.
func risk(_ string, info fs.FileInfo, _ bool) error {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return errOwner
	}
	return modeRisk(s.Uid, info.Mode())
}

// modeRisk: in a folder with the sticky bit, such as /tmp, nobody can replace files of root. A link has no permissions of its
// own.
func modeRisk(owner uint32, mode fs.FileMode) error {
	switch {
	case owner != 0:
		return errOwner
	case mode&fs.ModeSymlink != 0, mode.IsDir() && mode&fs.ModeSticky != 0:
		return nil
	case mode.Perm()&0o022 != 0:
		return errOthers
	}
	return nil
}

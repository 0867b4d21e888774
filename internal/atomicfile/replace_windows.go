package atomicfile

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/windows"
)

// A file that another program has open cannot be replaced, and virus scanners, indexers and backups open new files for some
// milliseconds. replace waits for them, at most this long; Go's own tools do the same.
const patience = 2 * time.Second

// replace renames from, which is closed and flushed, over to in the same folder, and makes that durable.
func replace(from, to string) error { return replaceWith(time.Sleep, from, to) }

func replaceWith(sleep func(time.Duration), from, to string) error {
	old, err := windows.UTF16PtrFromString(from)
	if err != nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
	}
	name, err := windows.UTF16PtrFromString(to)
	if err != nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
	}
	pause := time.Millisecond
	for slept := time.Duration(0); ; slept += pause {
		// Written through: a folder cannot be flushed afterwards, as it is on Unix.
		err := windows.MoveFileEx(old, name, windows.MOVEFILE_REPLACE_EXISTING|windows.MOVEFILE_WRITE_THROUGH)
		if err == nil {
			return nil
		}
		pause = min(2*pause, 100*time.Millisecond)
		if !passing(err, name) || slept+pause > patience {
			return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
		}
		sleep(pause)
	}
}

// passing reports whether an error may end when another program closes the file. Windows returns "access denied" for some of
// those too, but also, for ever, if there is a folder at the path.
func passing(err error, name *uint16) bool {
	if errors.Is(err, windows.ERROR_SHARING_VIOLATION) {
		return true
	}
	attributes, asked := windows.GetFileAttributes(name)
	return errors.Is(err, windows.ERROR_ACCESS_DENIED) && (asked != nil || attributes&windows.FILE_ATTRIBUTE_DIRECTORY == 0)
}

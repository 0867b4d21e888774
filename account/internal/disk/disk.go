// Package disk is the part of the file system that drawers need, small enough that a test can stop the program at
// every single write.
package disk

import (
	"errors"
	"os"

	"discussions/internal/atomicfile"
	"discussions/internal/privatedir"
)

// Disk reads and changes files. Every method that changes something is one step: it has happened wholly or not at
// all, except RemoveAll.
type Disk interface {
	// ReadFile reads a file of at most [MaxFile] bytes; anything else is an error wrapping [ErrNotOurs].
	ReadFile(path string) ([]byte, error)
	ReadDir(path string) ([]os.DirEntry, error)
	// Write replaces a file atomically, readable by this user only.
	Write(path string, data []byte) error
	// MkdirAll makes a folder that only this user may enter. A folder that is there is closed to others.
	MkdirAll(path string) error
	// Remove deletes one file; an error wrapping fs.ErrNotExist when there is none.
	Remove(path string) error
	RemoveAll(path string) error
}

// MaxFile is longer than any file that is read back.
const MaxFile = 2 << 20

// ErrNotOurs says that a file is too long, or a folder, a device, a link: reading it might not end.
var ErrNotOurs = errors.New("not a file of this program")

// OS is the real file system. Its errors name no folders.
type OS struct{}

var _ Disk = OS{}

// ReadFile implements [Disk].
func (OS) ReadFile(path string) ([]byte, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, atomicfile.Bare(err)
	}
	if !info.Mode().IsRegular() || info.Size() > MaxFile {
		return nil, ErrNotOurs
	}
	data, err := os.ReadFile(path)
	return data, atomicfile.Bare(err)
}

// ReadDir implements [Disk].
func (OS) ReadDir(path string) ([]os.DirEntry, error) {
	entries, err := os.ReadDir(path)
	return entries, atomicfile.Bare(err)
}

// Write implements [Disk].
func (OS) Write(path string, data []byte) error { return atomicfile.Write(path, data) }

// MkdirAll implements [Disk].
func (OS) MkdirAll(path string) error { return atomicfile.Bare(privatedir.Make(path)) }

// Remove implements [Disk].
func (OS) Remove(path string) error { return atomicfile.Bare(os.Remove(path)) }

// RemoveAll implements [Disk].
func (OS) RemoveAll(path string) error { return atomicfile.Bare(os.RemoveAll(path)) }

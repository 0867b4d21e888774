// Package disk is the part of the file system that drawers need, small enough that a test can stop the program at
// every single write.
package disk

import (
	"os"

	"discussions/internal/atomicfile"
	"discussions/internal/privatedir"
)

// Disk reads and changes files. Every method that changes something is one step: it has happened wholly or not at
// all, except RemoveAll.
type Disk interface {
	ReadFile(path string) ([]byte, error)
	ReadDir(path string) ([]os.DirEntry, error)
	// Write replaces a file atomically, readable by this user only.
	Write(path string, data []byte) error
	// MkdirAll makes a folder, open to this user only, or closes one that is there to others.
	MkdirAll(path string) error
	// Remove deletes one file; an error wrapping fs.ErrNotExist when there is none.
	Remove(path string) error
	RemoveAll(path string) error
}

// OS is the real file system.
type OS struct{}

var _ Disk = OS{}

// ReadFile implements [Disk].
func (OS) ReadFile(path string) ([]byte, error) { return os.ReadFile(path) }

// ReadDir implements [Disk].
func (OS) ReadDir(path string) ([]os.DirEntry, error) { return os.ReadDir(path) }

// Write implements [Disk].
func (OS) Write(path string, data []byte) error { return atomicfile.Write(path, data) }

// MkdirAll implements [Disk].
func (OS) MkdirAll(path string) error { return privatedir.Make(path) }

// Remove implements [Disk].
func (OS) Remove(path string) error { return os.Remove(path) }

// RemoveAll implements [Disk].
func (OS) RemoveAll(path string) error { return os.RemoveAll(path) }

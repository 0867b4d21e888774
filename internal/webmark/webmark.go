// Package webmark marks files that came from somebody else, so that the system is careful with them: Windows opens documents in protected
// view and asks before it runs programs, macOS asks Gatekeeper. Elsewhere there is no such mark.
package webmark

// Set marks a file. It fails where the file system has no marks, such as FAT on a memory stick; the file can be used nevertheless.
func Set(path string) error { return set(path) }

// Package webmark marks files that came from somebody else, so that the system is careful with them: Windows opens documents in protected
// view and asks before it runs programs, macOS asks Gatekeeper. Elsewhere there is no such mark.
package webmark

// Set marks a file. Where the place of the file knows no marks, such as a memory stick with FAT, it fails; the file is as good without.
func Set(path string) error { return set(path) }

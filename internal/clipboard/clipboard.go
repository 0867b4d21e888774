// Package clipboard reads from the system's clipboard what Fyne does not read: pictures and files.
package clipboard

import (
	"errors"
	"net/url"
	"path"
	"strings"
)

// Content is what the clipboard holds besides text: files or a picture, never both.
type Content struct {
	Files   []string // absolute paths
	Picture []byte   // a PNG, JPEG, GIF, WebP or BMP
}

// Errors of [Read].
var (
	ErrEmpty       = errors.New("clipboard: neither a picture nor files")
	ErrTooLarge    = errors.New("clipboard: more than is read")
	ErrUnavailable = errors.New("clipboard: the system does not give it")
)

// The most that is read of a list of files.
const (
	mostFiles    = 100
	mostListSize = 1 << 20 // bytes
)

// pictureTypes are the media types of pictures that are read, the best one first.
var pictureTypes = [...]string{"image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp"}

// filesOf reads a list of the type text/uri-list (RFC 2483, section 5). What is no file of this computer is left out.
func filesOf(list []byte) (files []string) {
	for line := range strings.Lines(string(list)) {
		u, err := url.Parse(strings.Trim(line, "\r\n\x00"))
		if err != nil || u.Scheme != "file" || u.Host != "" && u.Host != "localhost" || !path.IsAbs(u.Path) {
			continue
		}
		if files = append(files, path.Clean(u.Path)); len(files) == mostFiles {
			break
		}
	}
	return files
}

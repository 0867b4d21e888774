// Package clipboard reads the system's clipboard off Fyne's goroutine: its text, and what Fyne does not read, pictures and files.
// The program that holds the content may be slow, hang, or give more than is wanted: all that is read has a limit of size and time.
package clipboard

import (
	"errors"
	"net/url"
	"path"
	"strings"
	"unicode/utf8"
)

// Content is what the clipboard holds besides text: files or a picture, never both.
type Content struct {
	Files   []string // absolute paths
	Picture []byte   // a PNG, JPEG, GIF, WebP or BMP
}

// Errors of [Read] and [ReadText].
var (
	ErrEmpty       = errors.New("clipboard: nothing of what was asked for")
	ErrTooLarge    = errors.New("clipboard: more than is read")
	ErrUnavailable = errors.New("clipboard: the system gives it to Fyne only, if at all")
)

// The most that is read of a list of files.
const (
	mostFiles    = 100
	mostListSize = 1 << 20 // bytes
)

// fileList is the media type of a list of files.
const fileList = "text/uri-list"

// pictureTypes are the media types of pictures that are read, the best one first.
var pictureTypes = [...]string{"image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp"}

// beginning is the first bytes of a text, without half a character at their end, up to its first NUL, which some programs add.
// [ErrTooLarge]: there are more.
func beginning(text string, most int) (string, error) {
	text, _, _ = strings.Cut(text, "\x00")
	if len(text) <= most {
		return text, nil
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most], ErrTooLarge
}

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

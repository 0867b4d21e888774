package xmpp

import (
	"mime"
	"strconv"
	"strings"
	"unicode"
)

// XEP-0446: File metadata element. The sender can claim anything.

// Hash is a hash of a file's content (XEP-0300).
type Hash struct {
	Algorithm string // such as "sha-256"
	Value     string // base64
}

const (
	maxHashes = 8
	maxPixels = 1 << 20 // of a width or height; larger values are ignored
)

type fileElement struct {
	MediaType   string             `xml:"media-type,omitempty"`
	Name        string             `xml:"name,omitempty"`
	Size        string             `xml:"size,omitempty"`
	Width       string             `xml:"width,omitempty"`
	Height      string             `xml:"height,omitempty"`
	Dimensions  string             `xml:"dimensions,omitempty"` // of version 0.1: "4096x2160"
	Description []textElement      `xml:"desc"`
	Hashes      []hashElement      `xml:"urn:xmpp:hashes:2 hash"`
	Thumbnails  []thumbnailElement `xml:"urn:xmpp:thumbs:1 thumbnail"`
}

type hashElement struct {
	Algorithm string `xml:"algo,attr"`
	Value     string `xml:",chardata"`
}

func (e *fileElement) decode() SharedFile {
	f := SharedFile{Name: fileName(e.Name), MediaType: mediaType(e.MediaType), Hashes: decodeHashes(e.Hashes), Thumbnail: decodeThumbnails(e.Thumbnails)}
	if n, err := strconv.ParseInt(strings.TrimSpace(e.Size), 10, 64); err == nil && n > 0 {
		f.Size = n
	}
	width, height := e.Width, e.Height
	if width == "" && height == "" {
		width, height, _ = strings.Cut(e.Dimensions, "x")
	}
	f.Width, f.Height = pixels(width), pixels(height)
	description, _ := pick(e.Description)
	f.Description = cutText(description)
	return f
}

func newFileElement(f *SharedFile) fileElement {
	e := fileElement{MediaType: f.MediaType, Name: f.Name, Size: number(f.Size), Width: number(int64(f.Width)), Height: number(int64(f.Height))}
	if f.Description != "" {
		e.Description = []textElement{{Text: f.Description}}
	}
	e.Hashes, e.Thumbnails = newHashes(f.Hashes), newThumbnails(f.Thumbnail)
	return e
}

// number writes a positive number, "" for none.
func number(n int64) string {
	if n <= 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func newHashes(hashes []Hash) (elements []hashElement) {
	for _, h := range hashes {
		elements = append(elements, hashElement(h))
	}
	return elements
}

func decodeHashes(elements []hashElement) (hashes []Hash) {
	for _, h := range atMost(maxHashes, elements) {
		hashes = append(hashes, Hash{Algorithm: cutText(h.Algorithm), Value: cutText(h.Value)})
	}
	return hashes
}

func pixels(s string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n < 0 || n > maxPixels {
		return 0
	}
	return n
}

// fileName returns the last part of a path without invisible characters and without those that change the writing direction, which could
// make an .exe look like a .pdf.
func fileName(s string) string {
	if i := strings.LastIndexAny(s, `/\`); i >= 0 {
		s = s[i+1:]
	}
	s = strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			return -1
		}
		return r
	}, s)
	if s = cutText(strings.TrimSpace(s)); s == "." || s == ".." {
		return ""
	}
	return s
}

func mediaType(s string) string {
	t, _, err := mime.ParseMediaType(s)
	if err != nil || len(t) > 255 {
		return ""
	}
	return t
}

package xmpp

import (
	"encoding/base64"
	"strings"
)

// XEP-0264: Jingle Content Thumbnails, in XEP-0446. Only those that travel in the message itself are read: nothing is fetched for a preview.

// MaxThumbnail is the most bytes that a thumbnail takes in a message, as base64 in a data: URI.
const MaxThumbnail = 12 << 10

type thumbnailElement struct {
	URI       string `xml:"uri,attr"`
	MediaType string `xml:"media-type,attr,omitempty"`
}

const thumbnailPrefix = "data:image/jpeg;base64,"

func newThumbnails(jpeg string) []thumbnailElement {
	if jpeg == "" {
		return nil
	}
	return []thumbnailElement{{URI: thumbnailPrefix + jpeg, MediaType: "image/jpeg"}}
}

// decodeThumbnails returns the first JPEG picture among thumbnails, in base64. Whoever shows it checks its size in pixels first.
func decodeThumbnails(elements []thumbnailElement) string {
	for _, e := range atMost(maxFiles, elements) {
		data, isJPEG := strings.CutPrefix(e.URI, thumbnailPrefix)
		if !isJPEG || len(e.URI) > MaxThumbnail {
			continue
		}
		if picture, err := base64.StdEncoding.DecodeString(data); err == nil && len(picture) > 0 {
			return data
		}
	}
	return ""
}

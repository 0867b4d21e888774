package xmpp

import (
	"net/url"
)

// XEP-0066: Out of Band Data, in messages. Most programs share a file this way, with the URL as the body too.

// OutOfBand is a link to something, often a file.
type OutOfBand struct {
	URL         string // http or https
	Description string
}

const (
	maxFiles = 16      // read from one message, here and by XEP-0447
	maxURL   = 4 << 10 // bytes
)

type outOfBandElements struct {
	OutOfBand []outOfBandElement `xml:"jabber:x:oob x"`
}

type outOfBandElement struct {
	URL         string `xml:"url"`
	Description string `xml:"desc,omitempty"`
}

func newOutOfBand(list []OutOfBand) (e outOfBandElements) {
	for _, o := range list {
		e.OutOfBand = append(e.OutOfBand, outOfBandElement(o))
	}
	return e
}

func (e *outOfBandElements) decode() (list []OutOfBand) {
	for _, x := range atMost(maxFiles, e.OutOfBand) {
		if webURL(x.URL) {
			list = append(list, OutOfBand{URL: x.URL, Description: cutText(x.Description)})
		}
	}
	return list
}

// webURL reports whether a URL from a stranger is safe to keep. With another scheme it could start a program or read a local file.
func webURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && len(s) <= maxURL && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}

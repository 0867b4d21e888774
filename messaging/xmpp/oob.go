package xmpp

import (
	"net/url"
)

// XEP-0066: Out of Band Data, in messages. Most programs share a file by one of these whose URL is also the body.

// OutOfBand is something to be fetched from a URL.
type OutOfBand struct {
	URL         string // http or https
	Description string
}

const (
	maxFiles = 16      // of one message, by this extension or XEP-0447; the rest is left out
	maxURL   = 4 << 10 // bytes
)

type outOfBandElements struct {
	OutOfBand []outOfBandElement `xml:"jabber:x:oob x"`
}

type outOfBandElement struct {
	URL         string `xml:"url"`
	Description string `xml:"desc"`
}

func (e *outOfBandElements) decode() (list []OutOfBand) {
	for _, x := range e.OutOfBand {
		if len(list) == maxFiles {
			break
		}
		if webURL(x.URL) {
			list = append(list, OutOfBand{URL: x.URL, Description: cutText(x.Description)})
		}
	}
	return list
}

// webURL says whether a stranger's URL may be kept: one of another scheme could run something or read a file on this computer.
func webURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && len(s) <= maxURL && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}

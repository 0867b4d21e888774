package xmpp

import (
	"time"

	"mellium.im/xmpp/jid"
)

// XEP-0203: Delayed Delivery, with the times of XEP-0082.

type delayElement struct {
	From  string `xml:"from,attr"`
	Stamp string `xml:"stamp,attr"`
}

func (e *delayElement) time() time.Time { return parseTime(e.Stamp) }

// parseTime gives zero for what is not a time.
func parseTime(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

func formatTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.999999Z") }

// delayBy returns the first stamp that is signed by one of by. One that a contact's client wrote in its own name is not when the message
// came to a server, and is ignored.
func delayBy(delays []delayElement, by ...jid.JID) time.Time {
	for _, d := range delays {
		from := parseJID(d.From)
		for _, j := range by {
			if !isZero(j) && from.Equal(j) {
				return d.time()
			}
		}
	}
	return time.Time{}
}

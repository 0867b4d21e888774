package xmpp

import (
	"time"

	"mellium.im/xmpp/jid"
)

// XEP-0203: Delayed Delivery, with the times of XEP-0082.
//
// Servers hand on a <delay/> that a sender wrote, in whosever name, and even leave out their own where there is one already: ejabberd
// 23.01 does. It is therefore believed of an archive, which writes it around the message, and of a live stanza only when the stanza was
// sent again because the connection was lost, and only that it came while the connection was lost. A sender can move a message within
// that time, and no further. What waited on a server from before a session is shown as new until the archive tells when it came.

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

// clockSkew is how far the server's clock may be from this computer's.
const clockSkew = time.Minute

// outage is the time in which a connection was lost, while the server sends again what came in it. Zero: no such time.
type outage struct{ from, to time.Time }

// delay is when a stanza came to the server, by the own server's stamp; zero: now.
func (o outage) delay(delays []delayElement, own jid.JID) time.Time {
	if o.to.IsZero() {
		return time.Time{}
	}
	for _, d := range delays {
		by := parseJID(d.From)
		if !by.Equal(own) && !by.Equal(own.Domain()) {
			continue
		}
		if t := d.time(); !t.Before(o.from.Add(-clockSkew)) && !t.After(o.to.Add(clockSkew)) {
			return t
		}
	}
	return time.Time{}
}

package xmpp

import (
	"time"

	"mellium.im/xmpp/jid"
)

// XEP-0203: Delayed Delivery, with the times of XEP-0082.
//
// Any sender can write a <delay/> in the name of any server: servers pass it on, and ejabberd then adds none of its own. So a stamp counts
// in two places only:
//   - in an archive, which puts it around the message;
//   - on a live stanza that the server sends again after a lost connection, if it lies within the time of the loss. A sender can forge the
//     time of a message within that time, no further.
//
// A message that waited on the server before the session began counts as new until the archive gives its time.

type delayElement struct {
	From  string `xml:"from,attr"`
	Stamp string `xml:"stamp,attr"`
}

func (e *delayElement) time() time.Time { return parseTime(e.Stamp) }

// parseTime returns zero if s is not a time.
func parseTime(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

func formatTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.999999Z") }

// clockSkew is how much the server's clock may differ from this computer's.
const clockSkew = time.Minute

// outage is the time during which a resumed connection was lost. It is zero once the server has sent everything again.
type outage struct{ from, to time.Time }

// delay returns when a stanza reached the own server, by that server's stamp. Zero: now.
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

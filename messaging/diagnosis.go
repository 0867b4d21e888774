package messaging

import "discussions/messaging/xmpp"

// Diagnosis describes a client for somebody who looks for a fault. It names nobody and quotes nothing.
type Diagnosis struct {
	Connection Connection
	Features   xmpp.Features  // of the newest session's server
	Sessions   int            // begun, not resumed
	Resumed    int            // how often a session went on after a loss of the network
	Again      map[string]int // what was sent again, by reason
	Refused    map[string]int // stanzas that break a limit or a rule, and parts of stanzas that were not taken, by rule
	Ignored    map[string]int // what came in and is not shown, by reason
}

// sessionCount counts for [Diagnosis]. [Client].mu guards it.
type sessionCount struct {
	features          xmpp.Features
	sessions, resumed int
}

// Diagnosis describes what has happened to the client since it was made.
func (c *Client) Diagnosis() Diagnosis {
	d := Diagnosis{Connection: c.Connection(), Again: map[string]int{}, Refused: map[string]int{}, Ignored: map[string]int{}}
	for rule, n := range c.wire.Refused() {
		d.Refused[string(rule)] = n
	}
	for why, n := range c.ignoredCount.All() {
		d.Ignored[string(why)] = n
	}
	for why, n := range c.againCount.All() {
		d.Again[string(why)] = n
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	d.Features, d.Sessions, d.Resumed = c.counted.features, c.counted.sessions, c.counted.resumed
	return d
}

func (c *Client) countSession(ev xmpp.Connected) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.counted.features = ev.Features
	if ev.Resumed {
		c.counted.resumed++
	} else {
		c.counted.sessions++
	}
}

// ignored says why something that came in is not shown. The log and the tests name it; it never quotes the stanza.
type ignored string

// A stanza that belongs to no conversation, or that this program has nothing to show of; what a limit leaves out.
const (
	ignoredType    ignored = "of a type without a conversation"
	ignoredSelf    ignored = "from the account to itself"
	ignoredPrivate ignored = "private, from an occupant of a group"
	ignoredNobody  ignored = "without a sender or an addressee"
	ignoredRoom    ignored = "of a group that the account is not in"
	ignoredArchive ignored = "in the archive of another conversation"
	ignoredNothing ignored = "without anything that is shown"
	ignoredFailed  ignored = "not kept: an error of the store"
	ignoredBounce  ignored = "an error for no message of this account"

	ignoredFull      ignored = "more than a locked account keeps"
	ignoredDamaged   ignored = "a damaged part of what came while locked"
	ignoredWaiting   ignored = "about messages that are not here, the oldest of very many"
	ignoredForbidden ignored = "about a message of somebody else, whose author alone may say it"
	ignoredPresence  ignored = "presence: a kind without a meaning here, or of too many people or devices"
	ignoredStatus    ignored = "the end of a long status"
	ignoredRequest   ignored = "a contact request that waits at the server: too many are open"
	ignoredInvite    ignored = "an invitation that waits for its group, of too many"
)

// ignore counts what came in and is not shown, and logs the 1st, 10th, 100th and so on of each reason.
func (c *Client) ignore(why ignored, n int) {
	if c.ignoredCount.Add(why, n) {
		c.log.Info("not shown", "because", string(why))
	}
}

// again says why a message is sent once more.
type again string

const (
	againLost    again = "the session or the group lost it, or may have"
	againMissing again = "acknowledged, and the archive has it not"
)

// sentAgain counts a message that is handed to the wire once more.
func (c *Client) sentAgain(why again) {
	c.againCount.Add(why, 1)
	c.log.Info("message sent again", "because", string(why))
}

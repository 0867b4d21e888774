package messaging

import "discussions/messaging/xmpp"

// Diagnosis is what can be told of a client to somebody who looks for a fault. It names nobody and quotes nothing.
type Diagnosis struct {
	Connection Connection
	Features   xmpp.Features  // of the newest session's server
	Sessions   int            // begun, not resumed
	Resumed    int            // how often a session went on after a loss of the network
	Refused    map[string]int // stanzas that break a limit or a rule, by rule
	Ignored    map[string]int // messages that belong to no conversation, by reason
}

// tally counts for [Diagnosis]. [Client].mu guards it.
type tally struct {
	features          xmpp.Features
	sessions, resumed int
	ignored           map[ignored]int
}

// Diagnosis tells how the client has fared since it was made.
func (c *Client) Diagnosis() Diagnosis {
	d := Diagnosis{Connection: c.Connection(), Refused: map[string]int{}, Ignored: map[string]int{}}
	for rule, n := range c.wire.Refused() {
		d.Refused[string(rule)] = n
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	d.Features, d.Sessions, d.Resumed = c.tally.features, c.tally.sessions, c.tally.resumed
	for why, n := range c.tally.ignored {
		d.Ignored[string(why)] = n
	}
	return d
}

func (c *Client) countSession(ev xmpp.Connected) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tally.features = ev.Features
	if ev.Resumed {
		c.tally.resumed++
	} else {
		c.tally.sessions++
	}
}

func (c *Client) countIgnored(why ignored) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.tally.ignored == nil {
		c.tally.ignored = map[ignored]int{}
	}
	c.tally.ignored[why]++
}

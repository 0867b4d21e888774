package xmpp

import (
	"errors"

	"github.com/coder/websocket"
)

// TooLong is the condition of a message that is longer than what the server takes, of which RFC 6120 has none.
const TooLong = "too-long"

// leastStanza is what each server takes, in bytes (RFC 6120 §13.12).
const leastStanza = 10_000

// findTooLong looks for a message that is longer than what the server takes, after a session that the server ended for a violation of its
// policy. Nothing says which message it was, or that it was one. If the longest unacknowledged message is the same as that of the session
// before, it comes back as [Bounced]: it would end each later session too.
func (c *Client) findTooLong(m *management, err error) {
	if m == nil || !isPolicy(err) {
		return
	}
	var longest *sent
	c.mu.Lock()
	for i := range m.unacked {
		if s := &m.unacked[i]; s.id != "" && len(s.data) > leastStanza && (longest == nil || len(s.data) > len(longest.data)) {
			longest = s
		}
	}
	c.mu.Unlock()
	if longest == nil {
		return
	}
	if c.suspect != longest.id {
		c.suspect = longest.id
		return
	}
	c.log.Warn("the server ends the session for a long message, which is given up", "bytes", len(longest.data))
	c.events.Put(queued{event: Bounced{Message: Message{
		ID: longest.id, From: longest.to, To: c.own, Type: "error", Error: &StanzaError{Type: "modify", Condition: TooLong},
	}}})
}

// isPolicy reports whether a server ended a session as something was too long, or for another reason of its policy.
func isPolicy(err error) bool {
	var ended *StreamError
	if errors.As(err, &ended) {
		return ended.Condition == "policy-violation"
	}
	status := websocket.CloseStatus(err)
	return status == websocket.StatusMessageTooBig || status == websocket.StatusPolicyViolation
}

package xmpp

import (
	"context"
	"errors"

	"mellium.im/xmpp/jid"
)

// XEP-0410: MUC Self-Ping. A room that was restarted, or whose server was cut off, may have lost an occupant without notifying
// anybody.

// SelfPing asks a room whether this session is still in it. It is false without asking if this session has not entered the room, and after
// false [Client.Join] enters it again. On an error, such as an unreachable room, it is unknown.
func (c *Client) SelfPing(ctx context.Context, where jid.JID) (in bool, err error) {
	key := where.Bare().String()
	c.mu.Lock()
	r := c.rooms[key]
	nick := ""
	if r != nil && r.joined {
		nick = r.nick
	}
	c.mu.Unlock()
	if nick == "" {
		return false, nil
	}
	occupant, err := occupantJID(where, nick)
	if err != nil {
		return false, err
	}
	_, err = c.request(ctx, occupant, "get", pingElement{})
	var refused *StanzaError
	if err == nil || !errors.As(err, &refused) {
		return err == nil, err
	}
	switch refused.Condition { // §3.3
	case "service-unavailable", "feature-not-implemented": // by a client of the account
		return true, nil
	case "remote-server-not-found", "remote-server-timeout":
		return false, err
	}
	if refused.Type == "wait" {
		return false, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.rooms[key] == r && r.nick == nick { // else it was entered anew, or renamed, meanwhile
		r.joined = false
		return false, nil
	}
	return false, err
}

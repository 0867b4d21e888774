package enginetest

import (
	"testing"

	"discussions/internal/sandboxtest"
	"discussions/messaging/xmpp"
)

// RFC 6121 §4.3: a client that missed a contact's presence can probe for it.
func TestAContactIsAskedWhetherTheyAreThere(t *testing.T) {
	sandboxtest.Each(t, func(t *testing.T, s *sandboxtest.Sandbox) {
		paul, claire := connect(t, s, s.Paul().JID), connect(t, s, s.Claire().JID)
		isThere := func(e xmpp.PresenceReceived) bool {
			return e.Presence.From.Bare().Equal(paul.jid.Bare()) && e.Presence.Type == ""
		}
		await(claire, isThere)
		claire.must(claire.SendPresence(xmpp.Presence{To: paul.jid.Bare(), Type: "probe"}))
		await(claire, isThere)
	})
}

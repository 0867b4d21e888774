package enginetest

import (
	"fmt"
	"testing"
	"time"

	"discussions/internal/sandboxtest"
	"discussions/messaging/xmpp"
)

// TestAFloodEndsNoSession: ejabberd ends a session in which more than its max_ack_queue of stanzas wait for their acknowledgement. Prosody
// ends none; it does not resume one that is lost then.
func TestAFloodEndsNoSession(t *testing.T) {
	s := sandboxtest.Shared(t)
	const count = 6000 // more than ejabberd's own limit, 5000
	written := make(chan struct{})
	cfg := config(t, s, s.Claire().JID)
	cfg.PingTimeout = patience // the server is busy
	claire := begin(t, cfg, func(e xmpp.Event) {
		if _, ok := e.(xmpp.MessageReceived); ok {
			<-written // the disk is slow, and the flood is not
		}
	})
	me := await(claire, func(xmpp.Connected) bool { return true }).JID
	claire.must(claire.SendPresence(xmpp.Presence{}))
	paul := dialRaw(t, s, s.Paul().JID)
	defer func() { _ = paul.ws.CloseNow() }()
	for i := range count {
		claire.must(paul.say(t.Context(), fmt.Sprintf(`<message xmlns="jabber:client" to="%s" type="headline" id="f%d"><body>x</body></message>`, me, i)))
	}
	claire.must(paul.settle(t.Context()))
	close(written)
	for came := 0; came < count; {
		select {
		case e := <-claire.events:
			switch e := e.(type) {
			case xmpp.Disconnected:
				t.Fatalf("after %d of %d: %v", came, count, e.Err)
			case xmpp.MessageReceived:
				came++
			}
		case <-time.After(patience):
			t.Fatalf("%d of %d", came, count)
		}
	}
}

package enginetest

import (
	"crypto/rand"
	"strings"
	"testing"

	"mellium.im/xmpp/jid"

	"discussions/internal/sandboxtest"
	"discussions/messaging/xmpp"
)

// TestALongMessageArrives: 15,000 letters of two bytes, and the longest that is sent, live and in the archive.
func TestALongMessageArrives(t *testing.T) { sandboxtest.Each(t, aLongMessageArrives) }

func aLongMessageArrives(t *testing.T, s *sandboxtest.Sandbox) {
	claire, paul := connect(t, s, s.Claire().JID), connect(t, s, s.Paul().JID)
	for _, body := range []string{strings.Repeat("é", 15_000), strings.Repeat("x", xmpp.MaxSent-1<<10)} {
		claire.must(claire.Send(xmpp.Message{ID: newID(), To: paul.jid, Type: "chat", Body: body, HasBody: true}))
		paul.message(withBody(body))
		page, err := paul.Archive(t.Context(), xmpp.ArchiveQuery{UseBefore: true, Max: 1})
		paul.must(err)
		if len(page.Messages) != 1 || page.Messages[0].Body != body {
			t.Errorf("archived: %d messages", len(page.Messages))
		}
	}
	// A page of many long ones is read as well.
	long := strings.Repeat("x", 60_000)
	for range 20 {
		claire.must(claire.Send(xmpp.Message{ID: newID(), To: paul.jid, Type: "chat", Body: long, HasBody: true}))
		paul.message(withBody(long))
	}
	page, err := paul.Archive(t.Context(), xmpp.ArchiveQuery{UseBefore: true, Max: 20})
	paul.must(err)
	for i, m := range page.Messages {
		if m.Body != long {
			t.Errorf("message %d of the page has %d bytes", i, len(m.Body))
		}
	}
	if len(page.Messages) != 20 {
		t.Errorf("%d messages in the page", len(page.Messages))
	}
}

// TestALongMessageThatIsCutInTheMiddleArrives loses the network within a stanza longer than a TLS record. Prosody 0.12 puts the half that came
// in front of what a resumed stream brings, and ends that: then a new session begins, and the message is sent again, as it is not acknowledged.
func TestALongMessageThatIsCutInTheMiddleArrives(t *testing.T) {
	sandboxtest.Each(t, aLongMessageThatIsCutInTheMiddleArrives)
}

func aLongMessageThatIsCutInTheMiddleArrives(t *testing.T, s *sandboxtest.Sandbox) {
	cfg := config(t, s, s.Claire().JID)
	n := newNetwork(t, cfg.Transport)
	paul := connect(t, s, s.Paul().JID)
	left := cutAfter(cfg.Transport, n)
	claire := begin(t, cfg, nil)
	await(claire, func(xmpp.Connected) bool { return true })
	for round := range int32(3) {
		m := xmpp.Message{ID: newID(), To: jid.MustParse(s.Paul().JID), Type: "chat", Body: strings.Repeat("x", 60_000), HasBody: true, Subject: newID()}
		left.Store(1 + round) // of four
		claire.must(claire.Send(m))
		await(claire, func(xmpp.Disconnected) bool { return true })
		left.Store(-1 << 20)
		n.set(up)
		claire.Retry()
		sessions := 0
		acked := func() bool {
			for {
				switch e := (<-claire.events).(type) {
				case xmpp.Connected:
					sessions++
					for _, id := range e.Unacked {
						if id == m.ID {
							claire.must(claire.Send(m))
						}
					}
				case xmpp.Acked:
					for _, id := range e.IDs {
						if id == m.ID {
							return true
						}
					}
				}
			}
		}
		acked()
		paul.message(func(in xmpp.Message) bool { return in.Subject == m.Subject && in.Body == m.Body })
		t.Logf("round %d: %d connections", round, sessions)
		if sessions > 2 {
			t.Errorf("round %d: %d connections until it is there", round, sessions)
		}
	}
}

func newID() string { return rand.Text() }

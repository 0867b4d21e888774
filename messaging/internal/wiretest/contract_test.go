package wiretest

import (
	"testing"

	"discussions/messaging/xmpp"
)

func TestTheScriptedServerKeepsTheContract(t *testing.T) {
	for name, anyID := range map[string]bool{"it refuses unknown ids": false, "it passes over unknown ids": true} {
		t.Run(name, func(t *testing.T) { testServer(t, anyID) })
	}
}

func testServer(t *testing.T, anyID bool) {
	s := New()
	s.AnyID, s.NoPictures = anyID, anyID
	events := make(chan xmpp.Event, 1000)
	s.Handle = func(e xmpp.Event) { events <- e }
	s.Connect(false)
	s.Says(Sophie, "hier")
	Test(t, &World{
		Wire: s, Idle: New(), Events: events, Own: Claire, Other: Sophie, Room: Garde, Flow: s.Flow,
		Says:       func(body string) { s.Live(s.Says(Sophie, body)) },
		SaysIn:     func(body string) { s.Live(s.SaysIn("Sophie", body)) },
		OtherSends: func(body string) { s.Live(s.SaysElsewhere(Sophie, body)) },
		Lose: func(m xmpp.Message) {
			s.NoAck, s.NoArchive = true, true
			if err := s.Send(m); err != nil {
				t.Error(err)
			}
			s.Cut()
			s.NoAck, s.NoArchive = false, false
			s.Connect(false)
		},
	})
}

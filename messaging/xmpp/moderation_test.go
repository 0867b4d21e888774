package xmpp

import (
	"errors"
	"testing"
)

func TestAModeratorAsksTheRoomToWithdraw(t *testing.T) {
	room := jidOf("room@muc.example.com")
	for _, test := range []struct {
		name, first, second string // what the room answers
		want                string
	}{
		{"it does", "", "", ""},
		{"it knows version 0 only", "feature-not-implemented", "", ""},
		{"it knows none", "service-unavailable", "service-unavailable", "service-unavailable"},
		{"it forbids it", "forbidden", "", "forbidden"},
	} {
		t.Run(test.name, func(t *testing.T) {
			withSession(t, func(t *testing.T, r *running, s *fakeConn) {
				wait := async(func() (struct{}, error) { return struct{}{}, r.Moderate(t.Context(), room, "stanza-id-1") })
				answer := func(q, condition string) {
					if condition == "" {
						s.write(answerTo(q, room.String(), ""))
						return
					}
					s.write(errorTo(q, room.String(), condition))
				}
				q := s.expect(`<moderate xmlns="urn:xmpp:message-moderate:1" id="stanza-id-1"><retract xmlns="urn:xmpp:message-retract:1"></retract></moderate>`)
				answer(q, test.first)
				if test.first == "feature-not-implemented" || test.first == "service-unavailable" {
					q = s.expect(`<apply-to xmlns="urn:xmpp:fasten:0" id="stanza-id-1"><moderate xmlns="urn:xmpp:message-moderate:0"><retract xmlns="urn:xmpp:message-retract:0"></retract></moderate></apply-to>`)
					answer(q, test.second)
				}
				_, err := wait()
				var refused *StanzaError
				if got := errors.As(err, &refused); got != (test.want != "") || got && refused.Condition != test.want {
					t.Errorf("%v, want %q", err, test.want)
				}
			})
		})
	}
}

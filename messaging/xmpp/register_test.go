package xmpp

import (
	"errors"
	"testing"
)

func TestAPlaceInARoomIsGivenUp(t *testing.T) {
	room := jidOf(exampleRoom)
	for name, condition := range map[string]string{"the room lets it": "", "the room does not know it": "service-unavailable"} {
		t.Run(name, func(t *testing.T) {
			withSession(t, func(t *testing.T, r *running, s *fakeConn) {
				wait := async(func() (struct{}, error) { return struct{}{}, r.Unregister(t.Context(), room) })
				q := s.expect(`<query xmlns="jabber:iq:register"><remove></remove></query>`)
				if condition == "" {
					s.write(answerTo(q, exampleRoom, ""))
				} else {
					s.write(errorTo(q, exampleRoom, condition))
				}
				_, err := wait()
				var refused *StanzaError
				if got := errors.As(err, &refused); got != (condition != "") || got && refused.Condition != condition {
					t.Errorf("%v, want %q", err, condition)
				}
			})
		})
	}
}

func TestADepartureIsAnnouncedInTheRoom(t *testing.T) {
	const remove = `<query xmlns='jabber:iq:register'><remove/></query>`
	for _, test := range []struct {
		name, kind, from, element string
		want                      bool
	}{
		{"an occupant", "groupchat", exampleRoom + "/Paul", remove, true},
		{"the room itself", "groupchat", exampleRoom, remove, false},
		{"not in a room", "chat", juliet, remove, false},
		{"a registration", "groupchat", exampleRoom + "/Paul", `<query xmlns='jabber:iq:register'><username>x</username></query>`, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := readMessage(t, test.kind, test.from, test.element)
			if got.GivesUp != test.want {
				t.Errorf("gives up: %t", got.GivesUp)
			}
		})
	}
}

func TestAReturnIsAnnouncedInTheRoom(t *testing.T) {
	const again = `<query xmlns='jabber:iq:register'><registered/><username>` + juliet + `</username></query>`
	for _, test := range []struct{ name, kind, from, element, want string }{
		{"by an occupant", "groupchat", exampleRoom + "/Paul", again, parseJID(juliet).Bare().String()},
		{"by the room itself", "groupchat", exampleRoom, again, ""},
		{"not in a room", "chat", juliet, again, ""},
		{"of nobody", "groupchat", exampleRoom + "/Paul", `<query xmlns='jabber:iq:register'><registered/></query>`, ""},
		{"of what is no address", "groupchat", exampleRoom + "/Paul", `<query xmlns='jabber:iq:register'><registered/><username>@</username></query>`, ""},
		{"of who gives it up", "groupchat", exampleRoom + "/Paul", `<query xmlns='jabber:iq:register'><registered/><remove/><username>` + juliet + `</username></query>`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := readMessage(t, test.kind, test.from, test.element).Returns; got.String() != test.want {
				t.Errorf("returns: %v", got)
			}
		})
	}
}

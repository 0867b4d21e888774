//go:build linux

// The servers of the sandbox run there only.

package messaging_test

import (
	"testing"

	"mellium.im/xmpp/jid"

	"discussions/internal/sandboxtest"
	"discussions/messaging"
	"discussions/messaging/xmpp"
)

// contactRequest is about a person with another client who asks to be a contact. The request waits at the server until it is answered.
func contactRequest(t *testing.T, s *sandboxtest.Sandbox) {
	paul, claire := s.Wire(t, s.Paul().JID, nil), jid.MustParse(s.Claire().JID)
	say := func(kind string) {
		check(t, paul.SendPresence(xmpp.Presence{To: claire, Type: kind, Status: "Je remplace Julien.", Nick: "Paul"}))
	}
	sees := func(want string) func() bool {
		return func() bool {
			items, err := paul.Roster(t.Context())
			check(t, err)
			for _, i := range items {
				if i.JID.Equal(claire) {
					return i.Subscription == want && i.Ask == ""
				}
			}
			return false
		}
	}
	want := messaging.ContactRequest{From: messaging.ConversationID(s.Paul().JID), Name: s.Paul().Name, Text: "Je remplace Julien."}
	dir := t.TempDir()
	open := func() *device {
		d := newDevice(t, s, s.Claire(), dir)
		d.Start()
		return d
	}
	requests := func(d *device, n int) func() bool { return func() bool { return len(d.ContactRequests()) == n } }

	d := open()
	d.until(t, "Paul", func() bool { return d.conversation(t, s.Paul().JID).Name == s.Paul().Name })
	say("unsubscribe") // he was a contact
	d.until(t, "the end of it", sees("from"))
	say("subscribe")
	d.until(t, "a request", requests(d, 1))
	same(t, "the request", d.ContactRequests()[0], want)
	check(t, d.AnswerContactRequest(want.From, false))
	d.until(t, "no request", requests(d, 0))
	d.until(t, "Paul is told", sees("from"))

	say("subscribe")
	d.until(t, "another request", requests(d, 1))
	check(t, d.Close())
	d = open()
	d.until(t, "the same request in the next session", requests(d, 1))
	check(t, d.AnswerContactRequest(want.From, true))
	d.until(t, "Paul sees Claire", sees("both"))
	d.until(t, "no request", requests(d, 0))
}

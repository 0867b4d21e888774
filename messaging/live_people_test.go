//go:build linux

// The servers of the sandbox run there only.

package messaging_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"mellium.im/xmpp/jid"

	"discussions/internal/sandboxtest"
	"discussions/messaging"
	"discussions/messaging/model"
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

// peopleElsewhere is about Paul, who uses another program: his card, what he says of himself, and that he is blocked.
func peopleElsewhere(t *testing.T, s *sandboxtest.Sandbox) {
	paul := startOther(t, s, s.Paul(), "")
	claire := start(t, s, s.Claire())
	him, me := messaging.ConversationID(s.Paul().JID), s.Claire().JID
	his := func() messaging.Conversation { return claire.conversation(t, s.Paul().JID) }

	paul.do("presence", "", "dnd", map[string]any{"body": "En visite"})
	claire.until(t, "that he is busy", func() bool { return his().Presence == messaging.Busy && his().Status == "En visite" })

	card, err := claire.FetchCard(t.Context(), him)
	check(t, err)
	same(t, "the card of the server", []string{card.Name, card.Job, card.Org, card.Mail}, []string{s.Paul().Name, s.Paul().Job, s.Paul().Organisation, s.Paul().Mail})
	if card.Phone == "" || card.Place == "" {
		t.Errorf("the card is %+v", card)
	}
	paul.do("card", "", "", map[string]any{"body": `<vcard xmlns="urn:ietf:params:xml:ns:vcard-4.0"><fn><text>Paul Durand</text></fn>` +
		`<title><text>Cadre de santé</text></title><tel><uri>tel:+33-4-65-71-00-00</uri></tel></vcard>`})
	paul.do("presence", "", "away", nil) // it comes once the card is published
	claire.until(t, "that he is away", func() bool { return his().Presence == messaging.Away })
	card, err = claire.FetchCard(t.Context(), him)
	check(t, err)
	same(t, "his own card, and what only the server's has", []string{card.Job, card.Phone, card.Org}, []string{"Cadre de santé", "+33-4-65-71-00-00", s.Paul().Organisation})

	for text, want := range map[string]string{"roux": s.Julien().JID, "cardiologie roux": s.Julien().JID, "montpellier bernard": s.Sophie().JID} {
		found, err := claire.FindPeople(t.Context(), text)
		check(t, err)
		if !slices.ContainsFunc(found, func(v messaging.Card) bool { return string(v.ID) == want }) {
			t.Errorf("%q finds %+v", text, found)
		}
	}

	check(t, claire.SetStatus(messaging.Status{Presence: messaging.Busy, Text: "Au bloc"}))
	seen := paul.until("that she is busy", func(m said) bool { return m.Show == "dnd" && m.Status == "Au bloc" })
	same(t, "of whom", bareOf(seen.From), me)

	second := start(t, s, s.Claire())
	check(t, claire.SetBlocked(t.Context(), him, true))
	second.until(t, "that he is blocked, on another device", func() bool { return second.conversation(t, s.Paul().JID).Blocked })
	paul.until("that she is gone", func(m said) bool { return m.Show == "unavailable" && bareOf(m.From) == me })
	paul.do("say", me, "chat", map[string]any{"id": "blocked-1", "body": "bloqué ?"})
	paul.until("the refusal", func(m said) bool { return m.ID == "blocked-1" && m.Type == "error" })
	if _, err := claire.Client.Send(him, messaging.Text{Body: "à un bloqué"}); err != nil {
		t.Fatal(err)
	}
	claire.until(t, "that nothing goes to him", func() bool {
		p, err := claire.Client.History(t.Context(), him, messaging.Cursor{}, 1, 0)
		check(t, err)
		return p.Messages[0].State == messaging.Failed
	})
	check(t, second.SetBlocked(t.Context(), him, false))
	claire.until(t, "that he is blocked no more", func() bool { return !his().Blocked })
	paul.do("say", me, "chat", map[string]any{"id": "free-1", "body": "débloqué"})
	claire.until(t, "what he writes then", func() bool {
		p, err := claire.Client.History(t.Context(), him, messaging.Cursor{}, 5, 0)
		check(t, err)
		got := slices.ContainsFunc(p.Messages, func(m messaging.Message) bool { return model.PlainText(m.Content) == "débloqué" })
		if slices.ContainsFunc(p.Messages, func(m messaging.Message) bool { return model.PlainText(m.Content) == "bloqué ?" }) {
			t.Error("what he wrote while he was blocked came")
		}
		return got
	})
	if err := claire.SetBlocked(t.Context(), messaging.ConversationID(me), true); !errors.Is(err, messaging.ErrNoConversation) {
		t.Errorf("oneself: %v", err)
	}
}

// TestTheDirectoryIsThatOfLDAP: ejabberd takes cards and directory from an LDAP server, configured as administrators are told to.
func TestTheDirectoryIsThatOfLDAP(t *testing.T) {
	s := sandboxtest.Start(t, "--ldap")
	claire := start(t, s, s.Claire())
	var atHome []string
	for _, p := range s.People {
		if strings.HasPrefix(p.Organisation, "Soins à domicile") {
			atHome = append(atHome, p.JID)
		}
	}
	for text, want := range map[string][]string{
		"roux":                     {s.Julien().JID},
		"cardiologue":              {s.Julien().JID},
		"Infirmière coordinatrice": {s.Sophie().JID},
		"cardiologie montpellier":  {s.Julien().JID, s.Sophie().JID},
		"tournefeuille":            atHome, // a place
		"domicile":                 atHome, // a word of an organisation
		"bernard toulouse":         nil,
		"*":                        nil,
		"x)(uid=*":                 nil,
	} {
		found, err := claire.FindPeople(t.Context(), text)
		check(t, err)
		var got []string
		for _, card := range found {
			got = append(got, string(card.ID))
		}
		slices.Sort(got)
		slices.Sort(want)
		same(t, text, got, want)
	}
	card, err := claire.FetchCard(t.Context(), messaging.ConversationID(s.Julien().JID))
	check(t, err)
	same(t, "the card", []string{card.Name, card.Job, card.Unit, card.Org, card.Place, card.Mail}, []string{
		s.Julien().Name, s.Julien().Job, "Cardiologie", s.Julien().Organisation, "Montpellier", s.Julien().Mail,
	})
	if card.Phone == "" {
		t.Error("the card has no telephone")
	}
}

// blockedByAColleague is about Nadia, who blocks Claire: nothing goes to her, and she is not seen.
func blockedByAColleague(t *testing.T, s *sandboxtest.Sandbox) {
	claire, nadia := start(t, s, s.Claire()), s.Person("Nadia Benali").JID
	presence := func() messaging.Presence { return claire.conversation(t, nadia).Presence }
	claire.until(t, "that she is there", func() bool { return presence() == messaging.Available })
	s.Block(t, nadia, s.Claire().JID, true)
	claire.until(t, "that she is gone", func() bool { return presence() == messaging.Absent })
	m, err := claire.Send(nadia, "bloquée ?")
	check(t, err)
	state := func() (state messaging.State) {
		p, err := claire.Client.History(t.Context(), messaging.ConversationID(nadia), messaging.Cursor{}, 5, 0)
		check(t, err)
		for _, v := range p.Messages {
			if v.ID == m.ID {
				state = v.State
			}
		}
		return state
	}
	claire.until(t, "that it did not go", func() bool { return state() == messaging.Failed })
	s.Block(t, nadia, s.Claire().JID, false)
	check(t, claire.Resend(m.ID))
	claire.until(t, "that it goes now", func() bool { return state() >= messaging.Sent && state() != messaging.Failed })
	s.WaitReceived(t, nadia, "bloquée ?")
	claire.until(t, "that she is there again", func() bool { return presence() == messaging.Available })
}

// bareOf is a JID without its resource.
func bareOf(full string) string { return jid.MustParse(full).Bare().String() }

package messaging

import (
	"fmt"
	"testing"

	"mellium.im/xmpp/jid"

	"discussions/messaging/internal/wiretest"
	"discussions/messaging/xmpp"
)

// full makes a client with 200 conversations of 50 messages.
func full(b *testing.B) (*Client, *wiretest.Server) {
	w := wiretest.New()
	c := newTest(b, b.TempDir(), w)
	for i := range 200 {
		who := jid.MustParse(fmt.Sprintf("contact%d@example.org", i))
		w.Contacts = append(w.Contacts, xmpp.RosterItem{JID: who, Name: fmt.Sprint("Contact ", i), Subscription: "both"})
	}
	w.Connect(false)
	for i := range 200 * 50 {
		w.Live(w.Says(w.Contacts[i%200].JID, "Bonjour, le compte rendu est parti ce matin."))
	}
	return c, w
}

func BenchmarkConversations200(b *testing.B) {
	c, _ := full(b)
	for b.Loop() {
		list, err := c.Conversations()
		check(b, err)
		if len(list) != 200 {
			b.Fatal(len(list))
		}
	}
}

func BenchmarkHistoryPageOf50FromTheCache(b *testing.B) {
	c, w := full(b)
	id := id(w.Contacts[7].JID)
	for b.Loop() {
		p, err := c.History(b.Context(), id, Cursor{}, 50, 0)
		check(b, err)
		if len(p.Messages) != 50 {
			b.Fatal(len(p.Messages))
		}
	}
}

func BenchmarkReceiveLive(b *testing.B) {
	_, w := full(b)
	for b.Loop() {
		w.Live(w.Says(w.Contacts[0].JID, "Bonjour, le compte rendu est parti ce matin."))
	}
}

func BenchmarkSend(b *testing.B) {
	c, w := full(b)
	send := func() {
		_, err := c.Send(id(w.Contacts[0].JID), Text{Body: "Bonjour, le compte rendu est parti ce matin."})
		check(b, err)
		w.Flow()
	}
	send() // writes to the disk what is left of the 10,000 before
	for b.Loop() {
		send()
	}
}

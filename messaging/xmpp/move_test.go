package xmpp

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"mellium.im/xmpp/jid"
)

func TestAnAddressThatTheServerNamesIsFollowedIfItIsTheOrganisations(t *testing.T) {
	const secure = "wss://chat.montague.example:5443/ws?x=1"
	for _, c := range []struct{ present, to, want string }{
		{secure, "chat.montague.example", "wss://chat.montague.example:5443/ws?x=1"},
		{secure, "node2.chat.montague.example", "wss://node2.chat.montague.example:5443/ws?x=1"},
		{secure, "node2.montague.example:443", "wss://node2.montague.example:443/ws?x=1"},
		{secure, "montague.example", "wss://montague.example:5443/ws?x=1"},
		{secure, "Node2.MONTAGUE.example.", "wss://Node2.MONTAGUE.example.:5443/ws?x=1"},
		{secure, "chat.verona.test", "wss://chat.verona.test:5443/ws?x=1"}, // the domain where the address was found
		{secure, "wss://node2.montague.example/other", "wss://node2.montague.example/other"},
		{"wss://[2001:db8::1]:5443/ws", "[2001:db8::1]:443", "wss://[2001:db8::1]:443/ws"},
		{"wss://[2001:db8::1]:5443/ws", "[2001:db8::1]", "wss://[2001:db8::1]:5443/ws"},
		{"ws://127.0.0.1:1/ws", "127.0.0.1:2", "ws://127.0.0.1:2/ws"},

		{secure, "evil.example", ""},
		{secure, "evilmontague.example", ""},
		{secure, "montague.example.evil.example", ""},
		{secure, "example", ""},
		{secure, "127.0.0.1", ""},
		{secure, "", ""},
		{secure, ":443", ""},
		{secure, ".", ""},
		{secure, "evil.example/.montague.example", ""},
		{secure, "evil.example#.montague.example", ""},
		{secure, "evil.example?.montague.example", ""},
		{secure, "x@evil.example", ""},
		{secure, "ws://chat.montague.example/ws", ""}, // not encrypted
		{secure, "https://chat.montague.example/ws", ""},
		{secure, "wss://x@chat.montague.example/ws", ""},
		{secure, "wss://evil.example/chat.montague.example", ""},
		{secure, "wss:///ws", ""},
		{secure, "wss:chat.montague.example", ""},
		{secure, "wss://chat.montague.example:port/ws", ""},
		{"wss://192.0.2.1/ws", "x.192.0.2.1", ""},
	} {
		client := New(Config{JID: jid.MustParse(romeo), Domain: "verona.test", Transport: &http.Transport{}})
		defer client.events.Close()
		client.moves.present = c.present
		if got, trusted := client.elsewhere(c.to); got != c.want || trusted != (c.want != "") {
			t.Errorf("%s, from %s: %q, %v, want %q", c.to, c.present, got, trusted, c.want)
		}
	}
}

const seeOther = `<stream:error xmlns:stream="http://etherx.jabber.org/streams"><see-other-host xmlns="urn:ietf:params:xml:ns:xmpp-streams">%s</see-other-host></stream:error>`

func TestTheStreamGoesOnAtTheOtherAddress(t *testing.T) {
	for name, end := range map[string]string{
		"see-other-host": fmt.Sprintf(seeOther, "127.0.0.1:9"),
		"see-other-uri":  `<close xmlns="urn:ietf:params:xml:ns:xmpp-framing" see-other-uri="ws://127.0.0.1:9/other"/>`,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				r := start(t, f.config())
				s := f.session()
				await[Connected](r)
				began := time.Now()
				s.write(end)
				s = f.resuming(`previd="sm1"`) // a node of the same cluster may have it
				if got := f.addresses(); got[len(got)-1] != "127.0.0.1:9" {
					t.Errorf("dialled %v", got)
				}
				s.write(`<resumed xmlns="urn:xmpp:sm:3" h="1" previd="sm1"/>`)
				if got := await[Connected](r); !got.Resumed || time.Since(began) > 0 {
					t.Errorf("%+v after %s", got, time.Since(began))
				}
				s.close() // the usual address is next
				f.resuming()
				if got := f.addresses(); got[len(got)-1] != "127.0.0.1:80" {
					t.Errorf("dialled %v", got)
				}
			})
		})
	}
}

func TestServersThatNameEachOtherAreNotFollowedForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		r := start(t, f.config())
		for range mostMoves + 1 {
			s := f.next()
			s.expect("<open ")
			s.write(fakeOpen)
			s.write(fmt.Sprintf(seeOther, "127.0.0.1:9"))
		}
		lost := await[Disconnected](r)
		if !errors.Is(lost.Err, ErrProtocol) || lost.Next.IsZero() {
			t.Errorf("lost: %v, next %s", lost.Err, lost.Next)
		}
		f.session()
		await[Connected](r)
		if got := f.addresses(); len(got) != mostMoves+2 || got[len(got)-1] != "127.0.0.1:80" {
			t.Errorf("dialled %v", got)
		}
	})
}

func TestTheUsualAddressIsNextWhereTheOtherDoesNotAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		r := start(t, f.config())
		s := f.session()
		await[Connected](r)
		f.setRefuse(errNoNetwork)
		s.write(fmt.Sprintf(seeOther, "127.0.0.1:9"))
		await[Disconnected](r)
		f.setRefuse(nil)
		f.resuming()
		if got := f.addresses(); got[len(got)-2] != "127.0.0.1:9" || got[len(got)-1] != "127.0.0.1:80" {
			t.Errorf("dialled %v", got)
		}
	})
}

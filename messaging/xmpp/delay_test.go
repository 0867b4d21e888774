package xmpp

import (
	"testing"
	"time"
)

// Stanzas that the server sends again after a loss have a stamp within the time of the loss; no other live stanza has
// one.
func TestADelayIsBelievedOfWhatCameWhileTheConnectionWasLost(t *testing.T) {
	stamped := func(id, by string, at time.Time) string {
		return `<message xmlns="jabber:client" from="` + juliet + `/b" id="` + id + `"><body>x</body>` + delayOf(by, at) + `</message>`
	}
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		f := s.fake
		time.Sleep(10 * time.Second)
		s.write(stamped("live", "montague.example", time.Now().Add(-time.Second)))
		if got := await[MessageReceived](r).Message.Delay; !got.IsZero() {
			t.Errorf("in a session that was not resumed: %v", got)
		}
		began := time.Now()
		f.setRefuse(errNoNetwork)
		s.close()
		time.Sleep(10 * time.Minute)
		f.setRefuse(nil)
		r.Retry()
		s = f.resuming()
		s.write(`<resumed xmlns="urn:xmpp:sm:3" h="1" previd="sm1"/>`)
		in := began.Add(5 * time.Minute)
		for _, c := range []struct {
			name, in string
			want     time.Time
		}{
			{"by the server", stamped("1", "montague.example", in), in},
			{"by the account", stamped("1", romeo, in), in},
			{"a little before, as clocks differ", stamped("1", romeo, began.Add(-time.Second)), began.Add(-time.Second)},
			{"by the sender", stamped("1", juliet, in), time.Time{}},
			{"by nobody", stamped("1", "", in), time.Time{}},
			{"before the loss", stamped("1", "montague.example", began.Add(-time.Hour)), time.Time{}},
			{"in the future", stamped("1", "montague.example", time.Now().Add(time.Hour)), time.Time{}},
			{"no time", stamped("1", "montague.example", time.Time{}), time.Time{}},
			{"a copy, stamped around it", `<message xmlns="jabber:client" from="` + romeo + `">` + delayOf("montague.example", in) +
				`<received xmlns="urn:xmpp:carbons:2"><forwarded xmlns="urn:xmpp:forward:0">` + stamped("1", "montague.example", began) + `</forwarded></received></message>`, in},
			{"a copy, stamped in it", `<message xmlns="jabber:client" from="` + romeo + `"><received xmlns="urn:xmpp:carbons:2"><forwarded xmlns="urn:xmpp:forward:0">` +
				stamped("1", "montague.example", in) + `</forwarded></received></message>`, time.Time{}},
		} {
			s.write(c.in)
			if got := await[MessageReceived](r).Message.Delay; !got.Equal(c.want) {
				t.Errorf("%s: %v, want %v", c.name, got, c.want)
			}
		}
		s.expect("<r ")
		s.write(`<a xmlns="urn:xmpp:sm:3" h="1"/>`)
		s.write(stamped("later", "montague.example", in))
		if got := await[MessageReceived](r).Message.Delay; !got.IsZero() {
			t.Errorf("after what was sent again: %v", got)
		}
	})
}

func delayOf(by string, at time.Time) string {
	return `<delay xmlns="urn:xmpp:delay" from="` + by + `" stamp="` + formatTime(at) + `"/>`
}

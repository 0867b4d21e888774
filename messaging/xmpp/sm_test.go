package xmpp

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"mellium.im/xmpp/jid"
)

func TestWhatIsNotAcknowledgedIsSentAgainOnResume(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		f := s.fake
		s.write(`<message xmlns="jabber:client" from="` + juliet + `/balcony" id="j1" type="chat"><body>Romeo?</body></message>`)
		await[MessageReceived](r)
		for i := range 5 {
			if err := r.Send(Message{ID: fmt.Sprint("m", i), To: jid.MustParse(juliet), Type: "chat", Body: fmt.Sprint(i)}); err != nil {
				t.Fatal(err)
			}
			s.expect(fmt.Sprintf(`id="m%d"`, i))
		}
		s.write(`<a xmlns="urn:xmpp:sm:3" h="3"/>`) // carbons, m0, m1
		if got := await[Acked](r); !cmp.Equal(got.IDs, []string{"m0", "m1"}) {
			t.Errorf("acked %v", got.IDs)
		}
		s.close()
		lost := await[Disconnected](r)
		if !errors.Is(lost.Err, ErrUnreachable) || time.Until(lost.Next) > firstDelay {
			t.Errorf("lost: %v, next in %s", lost.Err, time.Until(lost.Next))
		}
		if err := r.Send(Message{ID: "no", To: jid.MustParse(juliet)}); !errors.Is(err, ErrNotConnected) {
			t.Errorf("Send without a session: %v", err)
		}

		s = f.resuming(`h="2"`, `previd="sm1"`) // the answer to carbons, j1
		s.write(`<resumed xmlns="urn:xmpp:sm:3" h="4" previd="sm1"/>`)
		if got := await[Acked](r); !cmp.Equal(got.IDs, []string{"m2"}) {
			t.Errorf("acked %v", got.IDs)
		}
		if got := await[Connected](r); !got.Resumed || got.JID.String() != romeoFull || got.Unacked != nil {
			t.Errorf("connected: %+v", got)
		}
		s.expect(`id="m3"`)
		s.expect(`id="m4"`)
		s.expect("<r ")
		s.write(`<a xmlns="urn:xmpp:sm:3" h="6"/>`)
		if got := await[Acked](r); !cmp.Equal(got.IDs, []string{"m3", "m4"}) {
			t.Errorf("acked %v", got.IDs)
		}
	})
}

func TestARefusedResumeTellsWhatWasNotAcknowledged(t *testing.T) {
	for _, c := range []struct {
		name, failed string
		acked        []string
		unacked      []string
	}{
		{"without a count", `<failed xmlns="urn:xmpp:sm:3"><item-not-found xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></failed>`,
			nil, []string{"m0", "m1", "m2"}},
		{"with a count", `<failed xmlns="urn:xmpp:sm:3" h="2"><item-not-found xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></failed>`,
			[]string{"m0"}, []string{"m1", "m2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			withSession(t, func(t *testing.T, r *running, s *fakeConn) {
				f := s.fake
				for i := range 3 {
					if err := r.Send(Message{ID: fmt.Sprint("m", i), To: jid.MustParse(juliet)}); err != nil {
						t.Fatal(err)
					}
				}
				for i := range 3 {
					s.expect(fmt.Sprintf(`id="m%d"`, i))
				}
				s.close()
				await[Disconnected](r)
				s = f.resuming()
				s.write(c.failed)
				s.bind()
				if c.acked != nil {
					if got := await[Acked](r); !cmp.Equal(got.IDs, c.acked) {
						t.Errorf("acked %v", got.IDs)
					}
				}
				got := await[Connected](r)
				if got.Resumed || !cmp.Equal(got.Unacked, c.unacked) {
					t.Errorf("connected: %+v", got)
				}
				if err := r.Send(Message{ID: "m9", To: jid.MustParse(juliet)}); err != nil {
					t.Fatal(err)
				}
				s.expect(`id="m9"`) // and nothing from before
			})
		})
	}
}

func TestWhatWasUnacknowledgedIsToldEvenAfterAFailedAttempt(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		f := s.fake
		if err := r.Send(Message{ID: "m0", To: jid.MustParse(juliet)}); err != nil {
			t.Fatal(err)
		}
		s.expect(`id="m0"`)
		s.close()
		s = f.resuming()
		s.write(`<failed xmlns="urn:xmpp:sm:3"/>`)
		s.expect("<bind ")
		s.close()
		f.session()
		if got := await[Connected](r); !cmp.Equal(got.Unacked, []string{"m0"}) {
			t.Errorf("connected: %+v", got)
		}
	})
}

func TestAnAcknowledgementOfMoreThanWasSentEndsTheStream(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		f := s.fake
		s.write(`<a xmlns="urn:xmpp:sm:3" h="7"/>`)
		if got := await[Disconnected](r); !errors.Is(got.Err, ErrProtocol) {
			t.Errorf("lost: %v", got.Err)
		}
		f.session() // a new one: the counts are out of step
	})
}

func TestAStanzaIsAcknowledgedOnlyWhenItWasHandled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		cfg := f.config()
		var r *running
		release := make(chan struct{})
		defer func() { // also when the test fails
			select {
			case <-release:
			default:
				close(release)
			}
		}()
		cfg.Handle = func(e Event) {
			if _, ok := e.(MessageReceived); ok {
				<-release
			}
			r.events <- e
		}
		r = &running{t: t, events: make(chan Event, 100)}
		started := start(t, cfg)
		s := f.session()
		await[Connected](r)
		s.write(`<message xmlns="jabber:client" from="` + juliet + `"><body>1</body></message>`)
		s.write(`<r xmlns="urn:xmpp:sm:3"/>`)
		synctest.Wait()
		if _, err := started.Archive(canceled(t), ArchiveQuery{}); !errors.Is(err, context.Canceled) {
			t.Errorf("archive: %v", err)
		}
		s.expect("urn:xmpp:mam:2") // it was not delayed, and no <a/> came before it
		close(release)
		s.expect(`<a xmlns="urn:xmpp:sm:3" h="2"/>`)
	})
}

// A server that gets no answer for a minute ends the session: one that takes long is told what was handled so far.
func TestWhatWaitsToBeHandledIsNotAcknowledged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		cfg := f.config()
		r := &running{t: t, events: make(chan Event, 100)}
		room, full := make(chan struct{}), make(chan struct{})
		var lost context.Context
		cfg.Handle = func(e Event) {
			m, ok := e.(MessageReceived)
			if ok && m.Message.Body == "2" {
				close(full)
				<-room
			}
			if ok && m.Message.Body == "4" {
				<-lost.Done()
			}
			r.events <- e
		}
		started := start(t, cfg)
		ctx, cancel := context.WithCancel(t.Context())
		lost = ctx
		s := f.session()
		await[Connected](r)
		say := func(body string) {
			s.write(`<message xmlns="jabber:client" from="` + juliet + `"><body>` + body + `</body></message>`)
		}
		say("1")
		say("2")
		say("3")
		<-full
		s.write(`<r xmlns="urn:xmpp:sm:3"/>`)
		begun := time.Now()
		s.expect(`<a xmlns="urn:xmpp:sm:3" h="2"/>`) // the answer to carbons, and 1
		if took := time.Since(begun); took != ackLate {
			t.Errorf("answered after %v", took)
		}
		close(room)
		s.expect(`<a xmlns="urn:xmpp:sm:3" h="4"/>`) // as soon as it is handled
		say("4")
		s.write(`<r xmlns="urn:xmpp:sm:3"/>`)
		synctest.Wait()
		started.stop()
		cancel()
		for {
			_, rest, err := s.ws.Read(t.Context())
			if err != nil {
				break
			}
			if strings.Contains(string(rest), `h="5"`) {
				t.Errorf("at the end: %s", rest)
			}
		}
	})
}

// A stanza that is cut off by the end of the connection was not received: the server has to send it again.
func TestAStanzaThatIsCutOffIsNotCounted(t *testing.T) {
	const stanza = `<message xmlns="jabber:client" from="` + juliet + `" id="j1"><body>Romeo?</body></message>`
	data := append([]byte{0x81, byte(len(stanza))}, stanza...) // one WebSocket frame
	for at := range data {
		withSession(t, func(t *testing.T, r *running, s *fakeConn) {
			f := s.fake
			if _, err := s.raw.Write(data[:at]); err != nil {
				t.Fatal(err)
			}
			synctest.Wait() // the client has read that much, and asks for more
			_ = s.raw.Close()
			await[Disconnected](r)
			s = f.resuming(`h="1"`) // the answer to carbons
			s.write(`<resumed xmlns="urn:xmpp:sm:3" h="1" previd="sm1"/>`)
			s.write(stanza)
			if got := await[MessageReceived](r); got.Message.ID != "j1" {
				t.Errorf("cut at %d: told %+v", at, got.Message)
			}
		})
	}
}

func canceled(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

func TestAServerThatStopsIsResumed(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		f := s.fake
		s.write(`<stream:error xmlns:stream="http://etherx.jabber.org/streams"><system-shutdown xmlns="urn:ietf:params:xml:ns:xmpp-streams"/></stream:error>`)
		if got := await[Disconnected](r); !errors.Is(got.Err, ErrProtocol) {
			t.Errorf("lost: %v", got.Err)
		}
		f.resuming()
	})
}

// bindUnmanaged gives a new session whose server refuses stream management, as ejabberd does under load.
func (c *fakeConn) bindUnmanaged() {
	c.t.Helper()
	id := idOf(c.expect("<bind "))
	c.write(`<iq xmlns="jabber:client" type="result" id="` + id + `"><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"><jid>` + romeoFull + `</jid></bind></iq>`)
	c.expect("<enable ")
	id = idOf(c.expect("urn:xmpp:carbons:2"))
	c.write(`<failed xmlns="urn:xmpp:sm:3"/>`)
	c.write(`<iq xmlns="jabber:client" type="error" id="` + id + `"><error type="cancel"><service-unavailable xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></iq>`)
}

// withUnmanaged runs a test with such a session.
func withUnmanaged(t *testing.T, test func(t *testing.T, r *running, s *fakeConn)) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		r := start(t, f.config())
		s := f.next()
		s.login()
		s.bindUnmanaged()
		test(t, r, s)
	})
}

func TestWithoutStreamManagementRequestsEndWithTheSession(t *testing.T) {
	withUnmanaged(t, func(t *testing.T, r *running, s *fakeConn) {
		if got := await[Connected](r); got.Features.Acks || got.Features.Carbons {
			t.Errorf("connected: %+v", got)
		}
		done := make(chan error)
		go func() { _, err := r.Roster(t.Context()); done <- err }()
		s.expect("jabber:iq:roster")
		s.close()
		if err := <-done; !errors.Is(err, ErrNotConnected) {
			t.Errorf("a request of a lost session: %v", err)
		}
	})
}

// Without stream management an answer to a ping proves that what was sent before it is there; what was not proven is told to be uncertain.
func TestWithoutStreamManagementAPingProves(t *testing.T) {
	withUnmanaged(t, func(t *testing.T, r *running, s *fakeConn) {
		await[Connected](r)
		send := func(id string) string {
			if err := r.Send(Message{ID: id, To: jidOf(juliet), Body: "x"}); err != nil {
				t.Fatal(err)
			}
			s.expect(`id="` + id + `"`)
			return s.read()
		}
		ping := send("m0")
		if !strings.Contains(ping, `to="montague.example"`) || !strings.Contains(ping, "urn:xmpp:ping") {
			t.Errorf("after a message: %s", ping)
		}
		s.write(answerTo(ping, juliet, ""))
		s.write(answerTo(`<iq id="guess">`, "montague.example", ""))
		synctest.Wait()
		if got := r.unawaited(); len(got) != 0 {
			t.Errorf("told %+v", got)
		}
		if err := r.Send(Message{ID: "m1", To: jidOf(juliet), Body: "x"}); err != nil { // after the ping: not proven by it
			t.Fatal(err)
		}
		s.expect(`id="m1"`)
		s.write(answerTo(ping, "montague.example", ""))
		if got := await[Acked](r); !cmp.Equal(got.IDs, []string{"m0"}) {
			t.Errorf("acked %v", got.IDs)
		}
		if again := s.read(); !strings.Contains(again, "urn:xmpp:ping") {
			t.Errorf("after the answer: %s", again)
		}
		s.close()
		s.fake.session()
		if got := await[Connected](r); !got.Features.Acks || !cmp.Equal(got.Unacked, []string{"m1"}) {
			t.Errorf("connected: %+v", got)
		}
	})
}

func TestARequestOutlivesALossThatIsResumed(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		f := s.fake
		done := make(chan error)
		go func() {
			items, err := r.Roster(t.Context())
			if len(items) != 1 {
				err = fmt.Errorf("%d items, %w", len(items), err)
			}
			done <- err
		}()
		s.expect("jabber:iq:roster")
		s.close()
		s = f.resuming()
		s.write(`<resumed xmlns="urn:xmpp:sm:3" h="1" previd="sm1"/>`)
		id := idOf(s.expect("jabber:iq:roster"))
		s.write(`<iq xmlns="jabber:client" type="result" id="` + id + `"><query xmlns="jabber:iq:roster"><item jid="` + juliet + `"/></query></iq>`)
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// Handled stanzas are acknowledged from time to time, with or without a request: a server ends a session in which too
// much waits for that.
func TestAFloodIsAcknowledgedWhileItIsHandled(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		for i := range 3*ackHandled - 1 {
			s.write(fmt.Sprintf(`<message xmlns="jabber:client" from="%s" to="%s" type="chat" id="f%d"><body>x</body></message>`, juliet, romeoFull, i))
		}
		for _, h := range []int{ackHandled, 2 * ackHandled} {
			s.expect(fmt.Sprintf(`<a xmlns="urn:xmpp:sm:3" h="%d"`, h))
		}
	})
}

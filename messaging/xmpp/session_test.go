package xmpp

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"discussions/internal/secret"
	"github.com/google/go-cmp/cmp"
	"mellium.im/xmpp/jid"
)

func TestASessionIsBoundAndCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		r := start(t, f.config())
		s := f.session()
		got := await[Connected](r)
		want := Connected{JID: jid.MustParse(romeoFull), Features: Features{
			Acks: true, Resumable: true, Carbons: true, ClientState: true, Mechanism: "PLAIN"}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		r.stop()
		s.expect("<close ")
		s.write(string(closeFrame))
		<-r.ended
		if err := r.Send(Message{ID: "1", To: jid.MustParse(juliet)}); !errors.Is(err, ErrNotConnected) {
			t.Errorf("Send after the end: %v", err)
		}
	})
}

func TestASilentServerDoesNotDelayTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		r := start(t, f.config())
		f.session()
		await[Connected](r)
		began := time.Now()
		r.stop()
		<-r.ended
		if took := time.Since(began); took > closeGrace {
			t.Errorf("Run ended after %s", took)
		}
	})
}

func TestWhatIsNotAcknowledgedIsSentAgainOnResume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		r := start(t, f.config())
		s := f.session()
		await[Connected](r)
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

		s = f.next()
		s.login()
		s.expect("<resume ", `h="2"`, `previd="sm1"`) // the answer to carbons, j1
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
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				r := start(t, f.config())
				s := f.session()
				await[Connected](r)
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
				s = f.next()
				s.login()
				s.expect("<resume ")
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
				s.expect(`id="m9"`) // and nothing of before
			})
		})
	}
}

func TestWhatWasUnacknowledgedIsToldEvenAfterAFailedAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		r := start(t, f.config())
		s := f.session()
		await[Connected](r)
		if err := r.Send(Message{ID: "m0", To: jid.MustParse(juliet)}); err != nil {
			t.Fatal(err)
		}
		s.expect(`id="m0"`)
		s.close()
		s = f.next()
		s.login()
		s.expect("<resume ")
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
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		r := start(t, f.config())
		s := f.session()
		await[Connected](r)
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
		s.expect("urn:xmpp:mam:2") // it was not held up, and no <a/> came before it
		close(release)
		s.expect(`<a xmlns="urn:xmpp:sm:3" h="2"/>`)
	})
}

func canceled(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

func TestADeadNetworkIsNoticed(t *testing.T) {
	for name, silence := range map[string]func(*fakeConn){
		"nothing is read":     func(*fakeConn) {},
		"nothing is answered": func(c *fakeConn) { go c.drain() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				r := start(t, f.config())
				s := f.session()
				await[Connected](r)
				began := time.Now()
				silence(s)
				lost := await[Disconnected](r)
				if !errors.Is(lost.Err, ErrUnreachable) {
					t.Errorf("lost: %v", lost.Err)
				}
				if took := time.Since(began); took != 40*time.Second {
					t.Errorf("noticed after %s", took)
				}
			})
		})
	}
}

func TestRetryTestsALiveSessionAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		r := start(t, f.config())
		f.session()
		await[Connected](r)
		began := time.Now()
		r.Retry()
		await[Disconnected](r)
		if took := time.Since(began); took != 10*time.Second {
			t.Errorf("noticed after %s", took)
		}
	})
}

func TestASlowStanzaCannotHoldTheSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		r := start(t, f.config())
		s := f.session()
		await[Connected](r)
		began := time.Now()
		w, err := s.ws.Writer(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		go func() { // a byte a second, for ever
			for {
				select {
				case <-t.Context().Done():
					return
				case <-time.After(time.Second):
					_, _ = w.Write([]byte("<"))
				}
			}
		}()
		go s.drain()
		lost := await[Disconnected](r)
		if took := time.Since(began); took > 41*time.Second || !errors.Is(lost.Err, ErrUnreachable) {
			t.Errorf("after %s: %v", took, lost.Err)
		}
	})
}

func TestTheBackOffDoublesWithJitterAndRetryCutsItShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.setRefuse(errors.New("network is unreachable"))
		r := start(t, f.config())
		whole := firstDelay
		for i := range 9 {
			lost := await[Disconnected](r)
			if !errors.Is(lost.Err, ErrUnreachable) {
				t.Fatalf("lost: %v", lost.Err)
			}
			if d := time.Until(lost.Next); d < whole/2-time.Millisecond || d > whole {
				t.Errorf("wait %d is %s, want about %s", i, d, whole)
			}
			whole = min(2*whole, longestDelay)
		}
		synctest.Wait()
		before, dials := time.Now(), f.dialled()
		f.setRefuse(nil)
		r.Retry()
		f.session()
		await[Connected](r)
		if took := time.Since(before); took > 0 || f.dialled() != dials+1 {
			t.Errorf("Retry took %s and %d dials", took, f.dialled()-dials)
		}
	})
}

func TestASteadySessionStartsTheBackOffAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.setRefuse(errors.New("network is unreachable"))
		r := start(t, f.config())
		for range 6 {
			await[Disconnected](r)
		}
		f.setRefuse(nil)
		r.Retry()
		s := f.session()
		await[Connected](r)
		time.Sleep(steadyAfter)
		s.close()
		if d := time.Until(await[Disconnected](r).Next); d > firstDelay {
			t.Errorf("next in %s", d)
		}
	})
}

func TestARefusedTokenIsAskedForOnceMoreThenSlowly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		cfg := f.config()
		asked := 0
		cfg.Token = func(context.Context) (secret.Text, error) {
			asked++
			return secret.New(fmt.Sprint("token-", asked)), nil
		}
		r := start(t, cfg)
		whole := firstRefusedDelay
		for round := 1; round <= 6; round++ {
			for try := 1; try <= 2; try++ {
				s := f.next()
				s.expect("<open ")
				s.write(fakeOpen)
				s.write(saslFeatures("PLAIN"))
				auth := s.expect("<auth ")
				token := fmt.Sprintf("token-%d", 2*(round-1)+try)
				if !strings.Contains(auth, base64.StdEncoding.EncodeToString([]byte("\x00romeo\x00"+token))) {
					t.Errorf("round %d, try %d: %s", round, try, auth)
				}
				s.write(`<failure xmlns="urn:ietf:params:xml:ns:xmpp-sasl"><not-authorized/></failure>`)
			}
			lost := await[Disconnected](r)
			var refused *RefusedError
			if !errors.Is(lost.Err, ErrRefused) || !errors.As(lost.Err, &refused) || refused.Condition != "not-authorized" {
				t.Errorf("lost: %v", lost.Err)
			}
			if d := time.Until(lost.Next); d < whole/2-time.Millisecond || d > whole {
				t.Errorf("wait %d is %s, want about %s", round, d, whole)
			}
			whole = min(2*whole, longestRefusedDelay)
		}
	})
}

func TestNoTokenIsToldApartFromARefusedOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		cfg := f.config()
		mine := errors.New("login needed")
		cfg.Token = func(context.Context) (secret.Text, error) { return secret.Text{}, mine }
		r := start(t, cfg)
		if got := await[Disconnected](r); !errors.Is(got.Err, ErrToken) || !errors.Is(got.Err, mine) {
			t.Errorf("lost: %v", got.Err)
		}
		if f.dialled() != 0 {
			t.Error("connected without a token")
		}
	})
}

func TestAReplacedSessionDoesNotFightBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		r := start(t, f.config())
		s := f.session()
		await[Connected](r)
		s.write(`<stream:error xmlns:stream="http://etherx.jabber.org/streams"><conflict xmlns="urn:ietf:params:xml:ns:xmpp-streams"/></stream:error>`)
		lost := await[Disconnected](r)
		if !errors.Is(lost.Err, ErrReplaced) || !lost.Next.IsZero() {
			t.Errorf("lost: %v, next %s", lost.Err, lost.Next)
		}
		time.Sleep(24 * time.Hour)
		if f.dialled() != 1 {
			t.Errorf("%d connections", f.dialled())
		}
		r.Retry()
		f.session() // a new one, not a resume
		await[Connected](r)
	})
}

func TestAServerThatStopsIsResumed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		r := start(t, f.config())
		s := f.session()
		await[Connected](r)
		s.write(`<stream:error xmlns:stream="http://etherx.jabber.org/streams"><system-shutdown xmlns="urn:ietf:params:xml:ns:xmpp-streams"/></stream:error>`)
		if got := await[Disconnected](r); !errors.Is(got.Err, ErrProtocol) {
			t.Errorf("lost: %v", got.Err)
		}
		s = f.next()
		s.login()
		s.expect("<resume ")
	})
}

func TestAnAttemptThatHangsEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		r := start(t, f.config())
		s := f.next()
		s.expect("<open ")
		began := time.Now()
		lost := await[Disconnected](r)
		if took := time.Since(began); took != attemptTimeout || !errors.Is(lost.Err, ErrUnreachable) {
			t.Errorf("after %s: %v", took, lost.Err)
		}
	})
}

func TestWithoutStreamManagementThereAreNoAcks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		r := start(t, f.config())
		s := f.next()
		s.login()
		id := idOf(s.expect("<bind "))
		s.write(`<iq xmlns="jabber:client" type="result" id="` + id + `"><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"><jid>` + romeoFull + `</jid></bind></iq>`)
		s.expect("<enable ")
		id = idOf(s.expect("urn:xmpp:carbons:2"))
		s.write(`<failed xmlns="urn:xmpp:sm:3"/>`)
		s.write(`<iq xmlns="jabber:client" type="error" id="` + id + `"><error type="cancel"><service-unavailable xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></iq>`)
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

func TestARequestOutlivesALossThatIsResumed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		r := start(t, f.config())
		s := f.session()
		await[Connected](r)
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
		s = f.next()
		s.login()
		s.expect("<resume ")
		s.write(`<resumed xmlns="urn:xmpp:sm:3" h="1" previd="sm1"/>`)
		id := idOf(s.expect("jabber:iq:roster"))
		s.write(`<iq xmlns="jabber:client" type="result" id="` + id + `"><query xmlns="jabber:iq:roster"><item jid="` + juliet + `"/></query></iq>`)
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestWhatIsTooLongIsNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		r := start(t, f.config())
		f.session()
		await[Connected](r)
		if err := r.Send(Message{To: jid.MustParse(juliet), Body: strings.Repeat("x", MaxSent)}); !errors.Is(err, ErrTooLong) {
			t.Errorf("Send: %v", err)
		}
	})
}

package xmpp

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

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
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		began := time.Now()
		r.stop()
		<-r.ended
		if took := time.Since(began); took > closeGrace {
			t.Errorf("Run ended after %s", took)
		}
	})
}

func TestADeadNetworkIsNoticed(t *testing.T) {
	for name, silence := range map[string]func(*fakeConn){
		"nothing is read":     func(*fakeConn) {},
		"nothing is answered": func(c *fakeConn) { go c.drain() },
	} {
		t.Run(name, func(t *testing.T) {
			withSession(t, func(t *testing.T, r *running, s *fakeConn) {
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

func TestReadingPausesWhileHandleIsBehindAndTheSessionLives(t *testing.T) {
	const megabytes = 2 << 20 // less than in the program, so that the test does not take long
	for name, c := range map[string]struct{ length, bytes, most int }{
		"short stanzas": {200, 0, maxQueued},
		"long stanzas":  {100_000, megabytes, megabytes / 100_000},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				cfg := f.config()
				cfg.queuedBytes = c.bytes
				behind, handled, lost := make(chan struct{}), make(chan string, 3*c.most), make(chan error, 1)
				cfg.Handle = func(e Event) {
					switch e := e.(type) {
					case MessageReceived:
						<-behind
						handled <- e.Message.ID
					case Disconnected:
						select {
						case lost <- e.Err:
						default:
						}
					}
				}
				start(t, cfg)
				s := f.session()
				go s.drain() // pings are read and not answered
				var written atomic.Int64
				body := strings.Repeat("x", c.length)
				go func() {
					for i := range 3 * c.most {
						s.write(fmt.Sprintf(`<message xmlns="jabber:client" type="chat" from="%s" to="%s" id="%d"><body>%s</body></message>`, juliet, romeoFull, i, body))
						written.Add(1)
					}
				}()
				time.Sleep(10 * time.Minute)
				if n := int(written.Load()); n < c.most || n > 2*c.most {
					t.Errorf("%d stanzas were taken while none was handled, want about %d", n, c.most)
				}
				close(behind)
				for i := range 3 * c.most {
					select {
					case id := <-handled:
						if id != strconv.Itoa(i) {
							t.Fatalf("message %s was handled in place of %d", id, i)
						}
					case err := <-lost:
						t.Fatalf("disconnected after %d messages: %v", i, err)
					}
				}
			})
		})
	}
}

func TestRetryTestsALiveSessionAtOnce(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		began := time.Now()
		r.Retry()
		await[Disconnected](r)
		if took := time.Since(began); took != 5*time.Second {
			t.Errorf("noticed after %s", took)
		}
	})
}

// A message of the user also tests the connection: a dead network is noticed at once, and a slow or busy one is not taken for
// dead.
func TestADeadNetworkIsNoticedSoonAfterTheUserSends(t *testing.T) {
	text := Message{ID: "m", To: jid.MustParse(juliet), Body: "x", HasBody: true}
	sign := `<message xmlns="jabber:client" from="` + juliet + `"/>`
	for name, c := range map[string]struct {
		do   func(t *testing.T, r *running, s *fakeConn)
		want time.Duration // since the first message; 0: the session lives on
	}{
		"silence": {func(t *testing.T, r *running, s *fakeConn) {}, 5 * time.Second},
		"silence, and more is sent": {func(t *testing.T, r *running, s *fakeConn) {
			for range 4 {
				time.Sleep(time.Second)
				_ = r.Send(text)
			}
		}, 5 * time.Second},
		"an answer, then silence": {func(t *testing.T, r *running, s *fakeConn) {
			time.Sleep(2 * time.Second)
			s.write(`<a xmlns="urn:xmpp:sm:3" h="2"/>`)
			time.Sleep(time.Second)
			_ = r.Send(text)
		}, 8 * time.Second},
		"a busy server": {func(t *testing.T, r *running, s *fakeConn) {
			for range 20 {
				time.Sleep(4 * time.Second)
				s.write(sign)
				_ = r.Send(text)
			}
			s.write(sign)
		}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			withSession(t, func(t *testing.T, r *running, s *fakeConn) {
				go s.drain()
				time.Sleep(11 * time.Second)
				s.write(`<a xmlns="urn:xmpp:sm:3" h="1"/>`) // the carbons
				synctest.Wait()
				began := time.Now()
				if err := r.Send(text); err != nil {
					t.Fatal(err)
				}
				c.do(t, r, s)
				synctest.Wait()
				if c.want == 0 {
					if slices.ContainsFunc(r.unawaited(), func(e Event) bool { _, lost := e.(Disconnected); return lost }) {
						t.Error("the session was lost")
					}
					return
				}
				lost := await[Disconnected](r)
				if took := time.Since(began); took != c.want || !errors.Is(lost.Err, ErrUnreachable) {
					t.Errorf("noticed after %s, want %s: %v", took, c.want, lost.Err)
				}
				if next := time.Until(lost.Next); next > 250*time.Millisecond {
					t.Errorf("the next attempt is in %s", next)
				}
			})
		})
	}
}

// A network that was slow when the session began is given more time.
func TestASlowNetworkIsNotTakenForADeadOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		r := start(t, f.config())
		s := f.next()
		s.expect("<open ")
		time.Sleep(2 * time.Second)
		s.write(fakeOpen)
		s.write(saslFeatures("PLAIN"))
		s.expect("<auth ")
		s.write(`<success xmlns="urn:ietf:params:xml:ns:xmpp-sasl"/>`)
		s.expect("<open ")
		s.write(fakeOpen)
		s.write(fakeFeatures)
		s.bind()
		await[Connected](r)
		go s.drain()
		began := time.Now()
		r.Retry()
		await[Disconnected](r)
		if took := time.Since(began); took != 8*time.Second {
			t.Errorf("noticed after %s", took)
		}
	})
}

func TestASlowStanzaCannotHoldTheSession(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
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

func TestRetryBeginsAHangingAttemptAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		r := start(t, f.config())
		f.next().expect("<open ") // and silence
		began := time.Now()
		r.Retry()
		f.session()
		await[Connected](r)
		if took := time.Since(began); took > 0 {
			t.Errorf("took %s", took)
		}
		for _, e := range r.unawaited() {
			if lost, ok := e.(Disconnected); ok {
				t.Errorf("told %v", lost.Err)
			}
		}
	})
}

// A server that has taken a resume may refuse the next one.
func TestRetryLeavesAResumeAloneThatTheServerMayAnswer(t *testing.T) {
	for _, c := range []struct {
		name     string
		answer   func(c *fakeConn)
		uprooted bool
		took     time.Duration
		dials    int
	}{
		{"it is answered", func(c *fakeConn) { c.write(`<resumed xmlns="urn:xmpp:sm:3" previd="sm1" h="1"/>`) }, false, 0, 2},
		{"no answer comes", func(*fakeConn) {}, false, 5 * time.Second, 3},
		{"the address of this computer has gone", func(*fakeConn) {}, true, 0, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			withSession(t, func(t *testing.T, r *running, s *fakeConn) {
				s.close()
				await[Disconnected](r)
				again := s.fake.resuming()
				if c.uprooted {
					r.mu.Lock()
					r.resuming.conn.local = &net.TCPAddr{IP: net.IPv4(192, 0, 2, 99)}
					r.mu.Unlock()
				}
				began := time.Now()
				r.Retry()
				synctest.Wait()
				c.answer(again)
				if c.dials > 2 {
					s.fake.resuming().write(`<resumed xmlns="urn:xmpp:sm:3" previd="sm1" h="1"/>`)
				}
				if connected := await[Connected](r); !connected.Resumed {
					t.Error("not resumed")
				}
				if took := time.Since(began); took != c.took || s.fake.dialled() != c.dials {
					t.Errorf("took %s and %d dials", took, s.fake.dialled())
				}
			})
		})
	}
}

// What waits to be handled is lost if the program is killed: the server has to keep it, and nothing comes twice by that.
func TestAResumeTellsWhatIsHandled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		cfg := f.config()
		room := make(chan struct{})
		var handled []string
		cfg.Handle = func(e Event) {
			if m, ok := e.(MessageReceived); ok {
				<-room
				handled = append(handled, m.Message.Body)
			}
		}
		start(t, cfg)
		s := f.session()
		say := func(bodies ...string) {
			for _, body := range bodies {
				s.write(`<message xmlns="jabber:client" from="` + juliet + `"><body>` + body + `</body></message>`)
			}
		}
		resume := func(h string) {
			synctest.Wait()
			s.close()
			s = f.resuming(`h="` + h + `"`)
			s.write(`<resumed xmlns="urn:xmpp:sm:3" h="1" previd="sm1"/>`)
		}
		say("1", "2", "3")
		resume("1") // the answer to carbons
		say("1")    // again, and cut off
		resume("1")
		say("1", "2", "3", "4")
		room <- struct{}{}
		resume("2")
		say("2", "3", "4")
		close(room)
		say("5")
		s.write(`<r xmlns="urn:xmpp:sm:3"/>`)
		s.expect(`<a xmlns="urn:xmpp:sm:3" h="6"/>`)
		if d := cmp.Diff([]string{"1", "2", "3", "4", "5"}, handled); d != "" {
			t.Errorf("-want +handled:\n%s", d)
		}
	})
}

func TestWhatIsTooLongIsNotSent(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, _ *fakeConn) {
		if err := r.Send(Message{To: jid.MustParse(juliet), Body: strings.Repeat("x", MaxSent)}); !errors.Is(err, ErrTooLong) {
			t.Errorf("Send: %v", err)
		}
	})
}

package xmpp

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// collect gathers what the client says.
func (c *fakeConn) collect() (said func() []string) {
	var mu sync.Mutex
	var all []string
	go func() {
		for {
			_, data, err := c.ws.Read(c.t.Context())
			if err != nil {
				return
			}
			mu.Lock()
			all = append(all, string(data))
			mu.Unlock()
		}
	}()
	return func() []string {
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		out := all
		all = nil
		return out
	}
}

func requests(said []string) (n int) {
	for _, text := range said {
		if text == string(ackRequest) {
			n++
		}
	}
	return n
}

func TestAnAcknowledgementIsAskedForWhenItServes(t *testing.T) {
	receipt := func(r *running, n int) {
		for i := range n {
			if err := r.Send(Message{ID: fmt.Sprint("r", i), To: jidOf(juliet), Received: "x"}); err != nil {
				t.Error(err)
			}
		}
	}
	text := func(r *running) {
		if err := r.Send(Message{ID: "m", To: jidOf(juliet), Body: "x", HasBody: true}); err != nil {
			t.Error(err)
		}
	}
	ack := func(s *fakeConn, h int) { s.write(fmt.Sprintf(`<a xmlns="urn:xmpp:sm:3" h="%d"/>`, h)) }
	for name, test := range map[string]func(t *testing.T, r *running, s *fakeConn, said func() []string){
		"at once for what somebody wrote": func(t *testing.T, r *running, s *fakeConn, said func() []string) {
			text(r)
			if got := said(); requests(got) != 1 || got[len(got)-1] != string(ackRequest) {
				t.Errorf("said %v", got)
			}
		},
		"a second after what nobody waits for, once": func(t *testing.T, r *running, s *fakeConn, said func() []string) {
			receipt(r, 3)
			time.Sleep(ackIdle - time.Millisecond)
			if got := said(); requests(got) != 0 || len(got) != 3 {
				t.Errorf("said %v", got)
			}
			time.Sleep(2 * time.Millisecond)
			if got := said(); requests(got) != 1 || len(got) != 1 {
				t.Errorf("said %v", got)
			}
			ack(s, 4)
			time.Sleep(20 * time.Second) // no ping yet
			if got := said(); len(got) != 0 {
				t.Errorf("said %v", got)
			}
		},
		"now and then while there is no rest": func(t *testing.T, r *running, s *fakeConn, said func() []string) {
			for range 5 * ackEvery {
				receipt(r, 1)
				time.Sleep(time.Millisecond)
				if n := requests(said()); n > 0 {
					ack(s, 1)
				}
			}
			if got := said(); requests(got) > 1 {
				t.Errorf("said %v", got)
			}
		},
		"not again while an answer is on its way, and then for what came since": func(t *testing.T, r *running, s *fakeConn, said func() []string) {
			for range 5 {
				text(r)
				time.Sleep(time.Millisecond)
			}
			if got := said(); requests(got) != 1 || len(got) != 6 {
				t.Errorf("said %v", got)
			}
			ack(s, 2)
			if got := said(); requests(got) != 1 || len(got) != 1 {
				t.Errorf("after the answer: %v", got)
			}
			ack(s, 6)
			if got := said(); len(got) != 0 {
				t.Errorf("after the last answer: %v", got)
			}
		},
		"again when the answer does not come": func(t *testing.T, r *running, s *fakeConn, said func() []string) {
			text(r)
			said()
			for range ackLost / time.Second { // it is not silent otherwise
				time.Sleep(time.Second)
				s.write(`<message xmlns="jabber:client" from="` + juliet + `"/>`)
			}
			text(r)
			if got := said(); requests(got) != 1 {
				t.Errorf("said %v", got)
			}
		},
		"for the rest, when the answer comes late": func(t *testing.T, r *running, s *fakeConn, said func() []string) {
			text(r)
			said()
			receipt(r, 1)
			time.Sleep(4 * time.Second)
			said()
			ack(s, 2)
			time.Sleep(2 * time.Second)
			if got := said(); requests(got) != 1 {
				t.Errorf("said %v", got)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			withSession(t, func(t *testing.T, r *running, s *fakeConn) {
				said := s.collect()
				time.Sleep(2 * time.Second)
				if n := requests(said()); n > 1 {
					t.Fatalf("%d requests after the login", n)
				}
				ack(s, 1) // carbons
				synctest.Wait()
				test(t, r, s, said)
			})
		})
	}
}

// countingConn counts the pieces that are written.
type countingConn struct {
	net.Conn
	mu     sync.Mutex
	pieces []int
}

func (c *countingConn) Write(p []byte) (int, error) {
	c.mu.Lock()
	c.pieces = append(c.pieces, len(p))
	c.mu.Unlock()
	return c.Conn.Write(p)
}

func (c *countingConn) written() []int {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := c.pieces
	c.pieces = nil
	return out
}

// A piece is written at once, and holds whole stanzas: what is lost with a connection begins with a stanza.
func TestSeveralStanzasGoOutInOnePiece(t *testing.T) {
	for name, c := range map[string]struct{ count, size, pieces int }{
		"a few small ones":            {20, 100, 1},
		"more than fits":              {10, 5_000, 4},
		"one that fills a TLS record": {2, maxRecord - 8, 3}, // a frame of 8 bytes more
		"long ones":                   {3, 60_000, 4},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				var counted *countingConn
				f.pair = func() (net.Conn, net.Conn) {
					client, server := net.Pipe()
					counted = &countingConn{Conn: client}
					return counted, server
				}
				cfg := f.config()
				connected := make(chan struct{}, 1)
				cfg.Handle = func(e Event) {
					if _, ok := e.(Connected); ok {
						connected <- struct{}{}
					}
				}
				client := start(t, cfg)
				s := f.session()
				<-connected
				counted.written()
				client.mu.Lock() // all are queued before the first is written
				for i := range c.count {
					client.session.push(sent{data: []byte(`<message xmlns="jabber:client"><body>` + strings.Repeat("x", c.size-57) + fmt.Sprint(i) + `</body></message>`), prove: true})
				}
				client.mu.Unlock()
				for i := range c.count {
					s.expect(fmt.Sprint("x", i, "</body>"))
				}
				s.expect("<r ")
				if got := counted.written(); len(got) != c.pieces || c.size < maxRecord && slices.Max(got) > maxRecord {
					t.Errorf("pieces of %v bytes", got)
				}
			})
		})
	}
}

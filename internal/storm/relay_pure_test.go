//go:build linux

package storm

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/coder/websocket"
	"github.com/google/go-cmp/cmp"
)

// ends are both sides of a relay: the test plays the program and the server.
type ends struct {
	*testing.T
	relay     *relay
	accepted  chan *websocket.Conn
	up, other *websocket.Conn // the program's and the server's
}

func newEnds(t *testing.T) *ends {
	e := &ends{T: t, accepted: make(chan *websocket.Conn)}
	over := make(chan struct{})
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"xmpp"}})
		if err != nil {
			return
		}
		e.accepted <- c
		<-over
	}))
	e.relay = newRelay("wss://"+server.Listener.Addr().String(), server.Client().Transport.(*http.Transport))
	t.Cleanup(func() {
		close(over)
		e.relay.close()
		server.Close()
	})
	e.connect()
	return e
}

func (e *ends) connect() {
	c, _, err := websocket.Dial(e.Context(), e.relay.webSocket(), &websocket.DialOptions{Subprotocols: []string{"xmpp"}, HTTPClient: e.relay.server.Client()})
	check(e, err)
	e.up, e.other = c, <-e.accepted
}

// passes sends elements in one direction, and expects others on the far side.
func (e *ends) passes(up bool, said []string, want ...string) {
	e.Helper()
	from, to := e.other, e.up
	if up {
		from, to = to, from
	}
	for _, text := range said {
		check(e, from.Write(context.Background(), websocket.MessageText, []byte(text)))
	}
	var got []string
	for range want {
		_, data, err := to.Read(e.Context())
		check(e, err)
		got = append(got, string(data))
	}
	if d := cmp.Diff(want, got); d != "" {
		e.Errorf("(-want +got):\n%s", d)
	}
}

const (
	up   = true
	down = false

	enable  = `<enable xmlns="urn:xmpp:sm:3" resume="true"/>`
	enabled = `<enabled xmlns='urn:xmpp:sm:3' id='s1' resume='true'/>`
)

func acks(h string) string { return `<a xmlns="urn:xmpp:sm:3" h="` + h + `"/>` }

func message(id string) string { return `<message id="` + id + `"/>` }

func TestACopyThatItsSenderKnows(t *testing.T) {
	e := newEnds(t)
	e.passes(up, []string{enable}, enable)
	e.passes(down, []string{enabled}, enabled)
	for _, direction := range []bool{up, down} {
		e.relay.sendTwice(twice{up: direction, message: true, told: true})
		e.passes(direction, []string{`<iq id="1"/>`, message("1"), message("2")}, `<iq id="1"/>`, message("1"), message("1"), message("2"))
		// Who receives has counted four; three were sent.
		e.passes(!direction, []string{acks("4"), acks("2")}, acks("3"), acks("2"))
	}
	// The program has lost the last of the four. The server had sent three, and is told that two have come: it sends the third again.
	e.connect()
	e.passes(up, []string{`<resume xmlns="urn:xmpp:sm:3" h="3" previd="s1"/>`}, `<resume xmlns="urn:xmpp:sm:3" h="2" previd="s1"/>`)
	e.passes(down, []string{`<resumed xmlns='urn:xmpp:sm:3' h='4' previd='s1'/>`, message("2")}, `<resumed xmlns='urn:xmpp:sm:3' h='3' previd='s1'/>`, message("2"))
	e.passes(up, []string{acks("4")}, acks("3"))
}

func TestADuplicateThatItsSenderDidNotCount(t *testing.T) {
	e := newEnds(t)
	e.passes(up, []string{enable}, enable)
	e.passes(down, []string{enabled}, enabled)
	e.relay.sendTwice(twice{late: 2})
	e.passes(down, []string{message("1"), `<r/>`, message("2")}, message("1"), `<r/>`, message("2"), message("1"))
	e.passes(up, []string{acks("3")}, acks("3"))
}

func TestAResumeIsRefused(t *testing.T) {
	e := newEnds(t)
	e.relay.refuseResume()
	ask := `<resume xmlns="urn:xmpp:sm:3" h="3" previd="s1"/>`
	e.passes(up, []string{ask, ask}, `<resume xmlns="urn:xmpp:sm:3" h="3" previd="unknown"/>`, ask)
}

func TestWhatAProgramHasAcknowledged(t *testing.T) {
	e := newEnds(t)
	said := func(text string) string { return `<message id="` + text + `"><body>` + text + `</body></message>` }
	taken := func(want ...string) {
		t.Helper()
		if d := cmp.Diff(want, slices.Sorted(maps.Keys(e.relay.acknowledged()))); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
	}
	e.passes(up, []string{enable}, enable)
	e.passes(down, []string{enabled, said("a"), message("x"), said("b"), said("c")}, enabled, said("a"), message("x"), said("b"), said("c"))
	e.passes(up, []string{said("own"), acks("2")}, said("own"), acks("2"))
	taken("a")
	// The program has lost the third, and gets it and the fourth once more.
	e.connect()
	resume := `<resume xmlns="urn:xmpp:sm:3" h="2" previd="s1"/>`
	resumed := `<resumed xmlns='urn:xmpp:sm:3' h='1' previd='s1'/>`
	e.passes(up, []string{resume}, resume)
	e.passes(down, []string{resumed, said("b"), said("c")}, resumed, said("b"), said("c"))
	taken("a")
	e.passes(up, []string{acks("3")}, acks("3"))
	taken("a", "b")
}

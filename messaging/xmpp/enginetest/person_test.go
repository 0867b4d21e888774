// Package enginetest tries the wire against real servers. It is apart from package xmpp, whose own tests need no server.
package enginetest

import (
	"context"
	"os"
	"testing"
	"time"

	"mellium.im/xmpp/jid"

	"discussions/internal/sandboxtest"
	"discussions/internal/secret"
	"discussions/messaging/xmpp"
)

func TestMain(m *testing.M) {
	os.Exit(sandboxtest.MainOfEach(m, []string{"--history", "1200", "--pairs", "1"}, []string{"--history", "1200", "--pairs", "1", "--engine", "prosody"}))
}

// patience is how long anything may take.
const patience = 30 * time.Second

// person is a client of the real engine and what it told.
type person struct {
	*xmpp.Client
	t      testing.TB
	jid    jid.JID
	events chan xmpp.Event
	ended  chan struct{}
	cancel context.CancelFunc
}

// config is that of a client of the account, quick to notice a dead network.
func config(t testing.TB, s *sandboxtest.Sandbox, account string) xmpp.Config {
	return xmpp.Config{
		JID: jid.MustParse(account), WebSocket: s.WebSocket, Transport: s.Transport(t),
		Token:     func(context.Context) (secret.Text, error) { return secret.New(s.Token(t, account)), nil },
		PingEvery: time.Second, PingTimeout: time.Second,
	}
}

// given is a Token function for a token that lives long enough.
func given(token string) func(context.Context) (secret.Text, error) {
	return func(context.Context) (secret.Text, error) { return secret.New(token), nil }
}

// begin runs a client to the end of the test; handle, if not nil, sees each event first.
func begin(t testing.TB, cfg xmpp.Config, handle func(xmpp.Event)) *person {
	p := &person{t: t, jid: cfg.JID, events: make(chan xmpp.Event, 100_000), ended: make(chan struct{})}
	cfg.Handle = func(e xmpp.Event) {
		if handle != nil {
			handle(e)
		}
		p.events <- e
	}
	p.Client = xmpp.New(cfg)
	ctx, cancel := context.WithCancel(context.Background())
	p.cancel = cancel
	go func() {
		defer close(p.ended)
		_ = p.Run(ctx)
	}()
	t.Cleanup(p.stop)
	return p
}

func (p *person) stop() {
	p.cancel()
	<-p.ended
}

// connect gives an account a session, and presence that the server has seen: it answers in order.
func connect(t testing.TB, s *sandboxtest.Sandbox, account string) *person {
	t.Helper()
	p := begin(t, config(t, s, account), nil)
	await(p, func(xmpp.Connected) bool { return true })
	p.must(p.SendPresence(xmpp.Presence{}))
	_, err := p.Roster(context.Background())
	p.must(err)
	return p
}

func (p *person) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// await returns the next event of a type that is wanted, passing over others.
func await[E xmpp.Event](p *person, wanted func(E) bool) E {
	p.t.Helper()
	limit := time.After(patience)
	for {
		select {
		case e := <-p.events:
			if e, ok := e.(E); ok && wanted(e) {
				return e
			}
		case <-limit:
			var want E
			p.t.Fatalf("%s: no %T came", p.jid, want)
		}
	}
}

// message awaits a message that is wanted.
func (p *person) message(wanted func(xmpp.Message) bool) xmpp.Message {
	p.t.Helper()
	return await(p, func(e xmpp.MessageReceived) bool { return wanted(e.Message) }).Message
}

func withBody(body string) func(xmpp.Message) bool {
	return func(m xmpp.Message) bool { return m.Body == body }
}

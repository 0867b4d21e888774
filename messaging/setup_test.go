package messaging

import (
	"testing"

	"mellium.im/xmpp/jid"

	"discussions/internal/secret"
	"discussions/messaging/internal/wiretest"
	"discussions/messaging/model"
)

var (
	claire, sophie, julien, garde = wiretest.Claire, wiretest.Sophie, wiretest.Julien, wiretest.Garde

	start = wiretest.Start
	key   = secret.NewKey([]byte("0123456789abcdef0123456789abcdef"))
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// newTest makes an unlocked client on a fake wire, in a synctest bubble.
func newTest(t testing.TB, dir string, w *wiretest.Server) *Client {
	t.Helper()
	return newTestWith(t, Config{Dir: dir}, w)
}

// newTestWith makes an unlocked client with that configuration.
func newTestWith(t testing.TB, cfg Config, w *wiretest.Server) *Client {
	t.Helper()
	cfg.JID, cfg.Name = claire.String(), "Dr Claire Martin"
	c := newClient(cfg)
	c.wire, w.Handle = w, c.handle
	check(t, c.Unlock(key))
	c.Start()
	t.Cleanup(func() { check(t, c.Close()) })
	return c
}

// id is the conversation with somebody.
func id(j jid.JID) ConversationID { return ConversationID(j.String()) }

// body is the text of a message.
func body(m Message) string { return model.PlainText(m.Content) }

func history(t testing.TB, c *Client, of jid.JID, n int) (bodies []string) {
	t.Helper()
	p, err := c.History(t.Context(), id(of), Cursor{}, n, 0)
	check(t, err)
	for _, m := range p.Messages {
		bodies = append(bodies, body(m))
	}
	return bodies
}

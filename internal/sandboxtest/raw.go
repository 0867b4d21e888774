package sandboxtest

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// Raw logs a device of an account in, and binds a resource, by nothing but a WebSocket: for who says, or reads, what no client would.
func (s *Sandbox) Raw(t testing.TB, account, resource string) *websocket.Conn {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	http1 := s.Transport(t)
	http1.Protocols = new(http.Protocols)
	http1.Protocols.SetHTTP1(true)
	ws, _, err := websocket.Dial(ctx, s.WebSocket, &websocket.DialOptions{Subprotocols: []string{"xmpp"}, HTTPClient: &http.Client{Transport: http1}})
	if err != nil {
		t.Fatal(err)
	}
	ws.SetReadLimit(-1)
	open := fmt.Sprintf(`<open xmlns="urn:ietf:params:xml:ns:xmpp-framing" to="%s" version="1.0"/>`, s.Domain)
	local, _, _ := strings.Cut(account, "@")
	auth := base64.StdEncoding.EncodeToString([]byte("\x00" + local + "\x00" + s.TokenFor(t, account, time.Hour)))
	for _, step := range []struct{ say, until string }{
		{open, "features"},
		{`<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="PLAIN">` + auth + `</auth>`, "<success"},
		{open, "features"},
		{`<iq xmlns="jabber:client" type="set" id="b"><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"><resource>` + resource + `</resource></bind></iq>`, "<jid>"},
	} {
		if err := ws.Write(ctx, websocket.MessageText, []byte(step.say)); err != nil {
			t.Fatal(err)
		}
		for {
			_, data, err := ws.Read(ctx)
			if err != nil {
				t.Fatalf("%v, after %.60s", err, step.say)
			}
			if strings.Contains(string(data), step.until) {
				break
			}
		}
	}
	return ws
}

package main

import (
	"context"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"discussions/internal/sandboxtest"

	"github.com/coder/websocket"
)

const patience = 20 * time.Second

// wire is a bare XMPP client over the websocket (RFC 7395): the minimum that an
// application would use.
type wire struct {
	t    *testing.T
	conn *websocket.Conn
}

// stanza is whatever came, decoded loosely.
type stanza struct {
	XMLName xml.Name
	ID      string `xml:"id,attr"`
	From    string `xml:"from,attr"`
	Type    string `xml:"type,attr"`
	Body    string `xml:"body"`
	Inner   string `xml:",innerxml"`
}

func dial(t *testing.T, s *sandboxtest.Sandbox) (*websocket.Conn, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, s.WebSocket, &websocket.DialOptions{
		HTTPClient:   &http.Client{Transport: s.Transport(t)},
		Subprotocols: []string{"xmpp"},
	})
	if err == nil {
		conn.SetReadLimit(16 << 20)
		t.Cleanup(func() { _ = conn.CloseNow() })
	}
	return conn, err
}

// connect logs the person in with a token of the control service and makes them
// available.
func connect(t *testing.T, s *sandboxtest.Sandbox, p sandboxtest.Person) *wire {
	t.Helper()
	w, err := login(t, s, p, s.Token(t, p.JID))
	if err != nil {
		t.Fatal(err)
	}
	w.send("<presence xmlns='jabber:client'/>")
	return w
}

func login(t *testing.T, s *sandboxtest.Sandbox, p sandboxtest.Person, token string) (*wire, error) {
	t.Helper()
	conn, err := dial(t, s)
	if err != nil {
		return nil, err
	}
	w := &wire{t, conn}
	open := "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='" + s.Domain + "' version='1.0'/>"
	w.send(open)
	w.until("features")
	local, _, _ := strings.Cut(p.JID, "@")
	plain := base64.StdEncoding.EncodeToString([]byte("\x00" + local + "\x00" + token))
	w.send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>" + plain + "</auth>")
	if answer := w.next(); answer.XMLName.Local != "success" {
		return nil, fmt.Errorf("login: %s %s", answer.XMLName.Local, answer.Inner)
	}
	w.send(open)
	w.until("features")
	w.ask("set", "", "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>")
	t.Cleanup(w.close)
	return w, nil
}

func (w *wire) send(text string) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	if err := w.conn.Write(ctx, websocket.MessageText, []byte(text)); err != nil {
		w.t.Fatal(err)
	}
}

// close ends the stream in order: ejabberd may keep the session of a client that
// vanishes while something is being written to it.
func (w *wire) close() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_ = w.conn.Write(ctx, websocket.MessageText, []byte("<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>"))
	for {
		if _, _, err := w.conn.Read(ctx); err != nil {
			return
		}
	}
}

func (w *wire) read() (s stanza, err error) {
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	_, data, err := w.conn.Read(ctx)
	if err != nil {
		return s, err
	}
	return s, xml.Unmarshal(data, &s)
}

func (w *wire) next() stanza {
	w.t.Helper()
	s, err := w.read()
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

func (w *wire) until(name string) {
	w.t.Helper()
	for w.next().XMLName.Local != name {
	}
}

// contacts waits for the presence of n contacts.
func (w *wire) contacts(n int) {
	w.t.Helper()
	seen := make(map[string]bool)
	for len(seen) < n {
		if s := w.next(); s.XMLName.Local == "presence" && s.Type == "" {
			bare, _, _ := strings.Cut(s.From, "/")
			seen[bare] = true
		}
	}
}

// body waits for a message with a body.
func (w *wire) body() stanza {
	w.t.Helper()
	for {
		if s := w.next(); s.Body != "" {
			return s
		}
	}
}

// ask sends an IQ and collects what comes before its answer.
func (w *wire) ask(kind, to, payload string) (answer stanza, before []stanza) {
	w.t.Helper()
	if to != "" {
		to = " to='" + to + "'"
	}
	id := fmt.Sprint("q", time.Now().UnixNano())
	w.send("<iq xmlns='jabber:client' type='" + kind + "' id='" + id + "'" + to + ">" + payload + "</iq>")
	for {
		s := w.next()
		if s.XMLName.Local == "iq" && s.ID == id {
			if s.Type == "error" {
				w.t.Fatalf("%s: %s", payload, s.Inner)
			}
			return s, before
		}
		before = append(before, s)
	}
}

// say writes a message with a receipt request and a markable mark.
func (w *wire) say(to, kind, id, body string) {
	w.t.Helper()
	w.send("<message xmlns='jabber:client' to='" + to + "' type='" + kind + "' id='" + id + "'><body>" + body +
		"</body><request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/></message>")
}

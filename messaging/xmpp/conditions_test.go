package xmpp

import (
	"context"
	"encoding/xml"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const quoted = "canary7f3c9d"

// No error quotes a name that a server or another person chose, wherever it stands.
func TestNoErrorQuotesAPeer(t *testing.T) {
	element := func(text string) *nonza {
		n := new(nonza)
		if err := xml.Unmarshal([]byte(text), n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	decoded := func(text string) error {
		f, err := decodeFrame([]byte(text), nil)
		if err == nil && f.refused != nil {
			return f.refused
		}
		return errors.Join(err, unexpected(f))
	}
	bounce := func(text string) error {
		var e errorElement
		if err := xml.Unmarshal([]byte(text), &e); err != nil {
			t.Fatal(err)
		}
		return e.decode()
	}
	for name, err := range map[string]error{
		"a stanza's condition": bounce("<error type='" + quoted + "'><" + quoted + " xmlns='" + nsStanzaErrors + "'/><text xmlns='" + nsStanzaErrors + "'>" + quoted + "</text></error>"),
		"a stream's condition": streamEnd(frame{name: xml.Name{Space: nsStream, Local: "error"}, nonza: element("<error><" + quoted + " xmlns='" + nsStreamErrors + "'/></error>")}),
		"a login's condition":  failure(element("<failure><"+quoted+" xmlns='"+nsSASL+"'/></failure>"), &RefusedError{Mechanism: "PLAIN"}),
		"mechanisms": func() error {
			_, err := new(conn).authenticate(context.Background(), []string{quoted, "SCRAM-SHA-1"}, nil, credentials{})
			return err
		}(),
		"an element":                  decoded("<" + quoted + " xmlns='urn:x'/>"),
		"an element of a namespace":   decoded("<x xmlns='" + quoted + "'/>"),
		"an element that is not shut": decoded("<x><" + quoted + "></x>"),
		"a stanza that is not shut":   decoded("<message xmlns='jabber:client'><" + quoted + "></message>"),
		"an attribute":                decoded("<x " + quoted + "=1/>"),
		"an entity":                   decoded("<x>&" + quoted + ";</x>"),
		"an address": func() error {
			_, err := dial(context.Background(), "wss://chat.example/%zz"+quoted, nil, 0)
			return err
		}(),
		"an address that is no JID": func() error { _, err := ParseJID(quoted + "@@" + quoted); return err }(),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		} else if strings.Contains(err.Error(), quoted) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAHostMetaIsNotQuoted(t *testing.T) {
	for _, body := range []string{`{"` + quoted, "<" + quoted + ">", quoted} {
		s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) }))
		_, err := Discover(t.Context(), s.Client(), strings.TrimPrefix(s.URL, "https://"))
		s.Close()
		if err == nil || strings.Contains(err.Error(), quoted) {
			t.Errorf("%q: %v", body, err)
		}
	}
}

func TestWhatIsKnownKeepsItsName(t *testing.T) {
	for _, condition := range stanzaConditions {
		e := errorElement{Type: "wait", Conditions: []named{{XMLName: xml.Name{Space: nsStanzaErrors, Local: condition}}}}
		if got := e.decode(); got.Condition != condition || got.Type != "wait" {
			t.Errorf("%s becomes %+v", condition, got)
		}
	}
	if got := strings.Join(knownMechanisms([]string{"PLAIN", quoted, "PLAIN", "EXTERNAL"}), " "); got != "PLAIN EXTERNAL others" {
		t.Errorf("mechanisms %q", got)
	}
}

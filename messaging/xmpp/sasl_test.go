package xmpp

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
)

func TestMechanismsAreTriedBestFirst(t *testing.T) {
	for _, c := range []struct {
		offered []string
		before  string
		want    []string
	}{
		{[]string{"PLAIN", "X-OAUTH2", "OAUTHBEARER", "SCRAM-SHA-1"}, "", []string{"OAUTHBEARER", "X-OAUTH2", "PLAIN"}},
		{[]string{"PLAIN", "X-OAUTH2"}, "PLAIN", []string{"PLAIN", "X-OAUTH2"}},
		{[]string{"PLAIN"}, "OAUTHBEARER", []string{"PLAIN"}},
		{[]string{"SCRAM-SHA-1", "EXTERNAL"}, "", nil},
	} {
		if diff := cmp.Diff(c.want, mechanisms(c.offered, c.before)); diff != "" {
			t.Errorf("%v: %s", c.offered, diff)
		}
	}
}

// offering starts a client whose server offers these mechanisms.
func offering(t *testing.T, test func(t *testing.T, r *running, s *fakeConn), offered ...string) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		r := start(t, f.config())
		s := f.next()
		s.expect("<open ")
		s.write(fakeOpen)
		s.write(saslFeatures(offered...))
		test(t, r, s)
	})
}

func payload(t *testing.T, text string) string {
	t.Helper()
	_, rest, _ := strings.Cut(text, ">")
	encoded, _, _ := strings.Cut(rest, "<")
	data, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestOAuthBearerAndItsFailureDocument(t *testing.T) {
	offering(t, func(t *testing.T, r *running, s *fakeConn) {
		got := payload(t, s.expect(`mechanism="OAUTHBEARER"`))
		if want := "n,a=romeo@montague.example,\x01auth=Bearer token-1\x01\x01"; got != want {
			t.Errorf("%q", got)
		}
		// RFC 7628 §4.3
		document := `{"status":"invalid_token","scope":"example_scope","openid-configuration":"https://example.com/.well-known/openid-configuration"}`
		s.write(`<challenge xmlns="urn:ietf:params:xml:ns:xmpp-sasl">` + base64.StdEncoding.EncodeToString([]byte(document)) + `</challenge>`)
		if got := payload(t, s.expect("<response ")); got != "\x01" {
			t.Errorf("%q", got)
		}
		s.write(`<failure xmlns="urn:ietf:params:xml:ns:xmpp-sasl"><not-authorized/></failure>`)
		s.expect(`mechanism="PLAIN"`) // the other way, before giving up
		s.write(`<failure xmlns="urn:ietf:params:xml:ns:xmpp-sasl"><not-authorized/></failure>`)
		s.drain()
	}, "OAUTHBEARER", "PLAIN")
}

func TestARefusalTellsWhereToLogIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		r := start(t, f.config())
		for range 2 {
			s := f.next()
			s.expect("<open ")
			s.write(fakeOpen)
			s.write(saslFeatures("OAUTHBEARER"))
			s.expect("<auth ")
			s.write(`<challenge xmlns="urn:ietf:params:xml:ns:xmpp-sasl">` +
				base64.StdEncoding.EncodeToString([]byte(`{"status":"invalid_token","openid-configuration":"https://id.example/.well-known/openid-configuration"}`)) + `</challenge>`)
			s.expect("<response ")
			s.write(`<failure xmlns="urn:ietf:params:xml:ns:xmpp-sasl"><credentials-expired/></failure>`)
		}
		var got *RefusedError
		if lost := await[Disconnected](r); !errors.As(lost.Err, &got) || !errors.Is(lost.Err, ErrRefused) {
			t.Fatal(lost.Err)
		}
		want := &RefusedError{Mechanism: "OAUTHBEARER", Condition: "credentials-expired", Status: "invalid_token",
			OpenIDConfiguration: "https://id.example/.well-known/openid-configuration"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestWhatEndsALogin(t *testing.T) {
	for _, c := range []struct {
		name, answer string
		offered      string
		want         error
	}{
		{"no mechanism for a token", "", "SCRAM-SHA-256", ErrNoMechanism},
		{"a server that cannot decide", `<failure xmlns="urn:ietf:params:xml:ns:xmpp-sasl"><temporary-auth-failure/></failure>`, "PLAIN", ErrProtocol},
		{"a challenge where none belongs", `<challenge xmlns="urn:ietf:params:xml:ns:xmpp-sasl"/>`, "PLAIN", ErrProtocol},
		{"nonsense", `<a/>`, "X-OAUTH2", ErrProtocol},
		{"the stream's end", `<close xmlns="urn:ietf:params:xml:ns:xmpp-framing"/>`, "PLAIN", ErrUnreachable},
		{"a stream error", `<stream:error xmlns:stream="http://etherx.jabber.org/streams"><host-unknown xmlns="urn:ietf:params:xml:ns:xmpp-streams"/></stream:error>`,
			"PLAIN", ErrProtocol},
	} {
		t.Run(c.name, func(t *testing.T) {
			offering(t, func(t *testing.T, r *running, s *fakeConn) {
				if c.answer != "" {
					s.expect("<auth ")
					s.write(c.answer)
				}
				if got := await[Disconnected](r); !errors.Is(got.Err, c.want) || errors.Is(got.Err, ErrRefused) {
					t.Errorf("lost: %v", got.Err)
				}
			}, c.offered)
		})
	}
}

func TestTheNameInAGS2HeaderIsEscaped(t *testing.T) {
	if got := gs2Name("a=b,c@d"); got != "a=3Db=2Cc@d" {
		t.Error(got)
	}
}

package xmpp

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"discussions/internal/secret"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

const (
	hostMetaJSON = `{"links": [{"rel": "urn:xmpp:alt-connections:xbosh", "href": "https://web.example.com:5280/bosh"},
		{"rel": "urn:xmpp:alt-connections:websocket", "href": "wss://web.example.com:443/ws"},
		{"rel": "http://openid.net/specs/connect/1.0/issuer", "href": "https://id.example.com/realms/sante"}]}`
	hostMetaXML = `<?xml version='1.0' encoding='utf-8'?>
		<XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'>
		<Link rel="urn:xmpp:alt-connections:xbosh" href="https://web.example.com:5280/bosh" />
		<Link rel="urn:xmpp:alt-connections:websocket" href="wss://web.example.com:443/ws" /></XRD>`
)

// tlsServer does not print that clients refuse its certificate.
func tlsServer(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

// domain serves documents as example.com over TLS.
func domain(t *testing.T, handler http.HandlerFunc) *http.Client {
	server := tlsServer(t, handler)
	client := server.Client()
	client.Transport.(*http.Transport).DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
	}
	t.Cleanup(client.CloseIdleConnections)
	return client
}

func TestADomainTellsItsAddress(t *testing.T) {
	both := Endpoints{WebSocket: "wss://web.example.com:443/ws", Issuer: "https://id.example.com/realms/sante"}
	alone := Endpoints{WebSocket: both.WebSocket}
	for _, c := range []struct {
		name, json, xml string
		want            Endpoints
		err             error
	}{
		{"by JSON", hostMetaJSON, "", both, nil},
		{"by XML", "", hostMetaXML, alone, nil},
		{"by XML, as the JSON is broken", "{", hostMetaXML, alone, nil},
		{"by XML, as the JSON has none", `{"links":[]}`, hostMetaXML, alone, nil},
		{"not at all", "", "", Endpoints{}, ErrDiscovery},
		{"not encrypted", strings.Replace(hostMetaJSON, "wss:", "ws:", 1), "", Endpoints{}, ErrDiscovery},
		{"on this computer", strings.Replace(hostMetaJSON, "wss://web.example.com:443", "ws://127.0.0.1:5280", 1), "",
			Endpoints{WebSocket: "ws://127.0.0.1:5280/ws", Issuer: both.Issuer}, nil},
		{"an issuer that is not encrypted", strings.Replace(hostMetaJSON, "https://id", "http://id", 1), "", alone, nil},
		{"a DTD", "", `<!DOCTYPE XRD [<!ENTITY a "b">]>` + hostMetaXML, Endpoints{}, ErrDiscovery},
		{"too long", hostMetaJSON + strings.Repeat(" ", maxHostMeta), "", Endpoints{}, ErrDiscovery},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := domain(t, func(w http.ResponseWriter, r *http.Request) {
				text := map[string]string{"/.well-known/host-meta.json": c.json, "/.well-known/host-meta": c.xml}[r.URL.Path]
				if text == "" || r.Host != "example.com" {
					http.NotFound(w, r)
					return
				}
				_, _ = w.Write([]byte(text))
			})
			got, err := Discover(t.Context(), client, "example.com")
			if diff := cmp.Diff(c.want, got); diff != "" || !errors.Is(err, c.err) {
				t.Error(diff, err)
			}
		})
	}
}

func TestDiscoveryDoesNotFollowToAnUnencryptedPlace(t *testing.T) {
	plain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		t.Error("asked without encryption")
		_, _ = w.Write([]byte(hostMetaJSON))
	}))
	defer plain.Close()
	client := domain(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, plain.URL, http.StatusFound) })
	if got, err := Discover(t.Context(), client, "example.com"); err == nil {
		t.Errorf("found %+v", got)
	}
}

func TestDiscoveryNamesItsFailures(t *testing.T) {
	client := domain(t, http.NotFound)
	if _, err := Discover(t.Context(), client, "other.example"); !errors.Is(err, ErrCertificate) {
		t.Errorf("another's certificate: %v", err)
	}
	client.Transport.(*http.Transport).DialContext = func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("no route to host")
	}
	if _, err := Discover(t.Context(), client, "example.com"); !errors.Is(err, ErrUnreachable) {
		t.Errorf("no network: %v", err)
	}
}

// connectTo runs a client over real sockets until its first attempt has failed.
func connectTo(t *testing.T, address string, transport *http.Transport) error {
	t.Helper()
	r := start(t, Config{JID: jidOf(romeo), WebSocket: address, Transport: transport,
		Token: func(context.Context) (secret.Text, error) { return secret.New("t"), nil }})
	for {
		select {
		case e := <-r.events:
			if lost, ok := e.(Disconnected); ok {
				return lost.Err
			}
		case <-time.After(attemptTimeout):
			t.Fatal("nothing happened")
		}
	}
}

func TestAServerWithoutAnXMPPWebSocketIsNamed(t *testing.T) {
	redirected := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a redirect was followed") }))
	defer redirected.Close()
	server := tlsServer(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/redirect":
			http.Redirect(w, r, redirected.URL, http.StatusFound)
		case "/down":
			http.Error(w, "", http.StatusBadGateway)
		}
	})
	trusted := server.Client().Transport.(*http.Transport)
	address := "wss" + strings.TrimPrefix(server.URL, "https")
	for _, c := range []struct {
		name, address string
		transport     *http.Transport
		want          error
	}{
		{"no websocket", address + "/", trusted, ErrProtocol},
		{"a gateway without its server", address + "/down", trusted, ErrProtocol},
		{"a redirect", address + "/redirect", trusted, ErrProtocol},
		{"an unknown authority", address, &http.Transport{}, ErrCertificate},
		{"nobody listens", "ws://127.0.0.1:1/ws", nil, ErrUnreachable},
		{"an unencrypted address", "ws://192.0.2.1/ws", nil, ErrNoMechanism},
		{"another scheme", "http://127.0.0.1/ws", nil, ErrNoMechanism},
		{"nonsense", "wss://%", nil, ErrDiscovery},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := connectTo(t, c.address, c.transport)
			if !errors.Is(err, c.want) {
				t.Errorf("error: %v", err)
			}
			var unknown x509.UnknownAuthorityError
			if c.want == ErrCertificate && !errors.As(err, &unknown) {
				t.Errorf("the cause is lost: %v", err)
			}
		})
	}
}

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

package xmpp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"discussions/internal/secret"
)

// network answers plain HTTP as a network does, without a connection.
type network func(*http.Request) (*http.Response, error)

func (n network) RoundTrip(r *http.Request) (*http.Response, error) { return n(r) }

func answers(status int, location string) network {
	return func(r *http.Request) (*http.Response, error) {
		header := http.Header{}
		if location != "" {
			header.Set("Location", location)
		}
		return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader("")), Request: r}, nil
	}
}

func TestACaptivePortalIsRecognised(t *testing.T) {
	for name, c := range map[string]struct {
		network network
		want    bool
	}{
		"a portal on another site":        {answers(302, "https://login.hotel.example.net/?url=x"), true},
		"a portal at an address":          {answers(307, "http://192.168.1.1/login"), true},
		"a portal that says so":           {answers(511, ""), true},
		"a server that leads to HTTPS":    {answers(301, "https://xmpp.chu.example.org/"), false},
		"a server that leads to its site": {answers(301, "https://www.example.org/"), false},
		"a relative redirect":             {answers(302, "/login"), false},
		"a page":                          {answers(200, ""), false},
		"not found":                       {answers(404, ""), false},
		"a redirect to nowhere":           {answers(302, ""), false},
		"a redirect that is no address":   {answers(302, "http://[::1"), false},
		"no answer":                       {func(*http.Request) (*http.Response, error) { return nil, errors.New("refused") }, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := behindPortal(t.Context(), c.network, "xmpp.chu.example.org"); got != c.want {
				t.Errorf("%t", got)
			}
		})
	}
}

func TestThePortalIsAskedForNothingOfTheAccount(t *testing.T) {
	behindPortal(t.Context(), network(func(r *http.Request) (*http.Response, error) {
		if got := fmt.Sprint(r.Method, " ", r.URL, len(r.Header), r.Body); got != "GET http://chu.example.org/ 0 <nil>" {
			t.Error(got)
		}
		return nil, errors.New("seen")
	}), "chu.example.org")
}

func TestAPortalThatDoesNotAnswerIsNotWaitedForForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		got := behindPortal(t.Context(), network(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}), "chu.example.org")
		if got || time.Since(begun) != portalPatience {
			t.Errorf("%t after %v", got, time.Since(begun))
		}
	})
}

func TestOnlyAFailureOfTheNetworkIsExplainedByAPortal(t *testing.T) {
	// The transport leads each connection to a portal, as the network of a hotel does.
	portal := newPortal(t)
	for name, c := range map[string]struct {
		cfg  Config
		err  error
		want bool
	}{
		"unreachable":           {Config{WebSocket: "wss://xmpp.chu.example.org/ws"}, ErrUnreachable, true},
		"by its domain":         {Config{Domain: "chu.example.org"}, ErrUnreachable, true},
		"another's certificate": {Config{Domain: "chu.example.org"}, ErrCertificate, true},
		"no token":              {Config{Domain: "chu.example.org"}, ErrToken, true},
		"a refused token":       {Config{Domain: "chu.example.org"}, ErrRefused, false},
		"the server's error":    {Config{Domain: "chu.example.org"}, ErrProtocol, false},
		"this computer":         {Config{WebSocket: "wss://127.0.0.1:5443/ws", Domain: "chu.example.org"}, ErrUnreachable, false},
	} {
		t.Run(name, func(t *testing.T) {
			c.cfg.Transport, c.cfg.Log = portal, slog.New(slog.DiscardHandler)
			client := New(c.cfg)
			err := client.explainPortal(t.Context(), c.err)
			if errors.Is(err, ErrPortal) != c.want || !errors.Is(err, c.err) {
				t.Errorf("%v", err)
			}
			ended, cancel := context.WithCancel(t.Context())
			cancel()
			if err := client.explainPortal(ended, c.err); errors.Is(err, ErrPortal) {
				t.Errorf("at the end of the program: %v", err)
			}
		})
	}
}

// newPortal is a transport on which every connection ends at a server that leads to a login page.
func newPortal(t *testing.T) *http.Transport {
	portal := httptest.NewServer(http.RedirectHandler("http://login.hotel.example.net/", http.StatusFound))
	transport := &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, portal.Listener.Addr().String())
	}}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		portal.Close()
	})
	return transport
}

func TestTheUserIsToldOfAPortal(t *testing.T) {
	told := make(chan error, 1)
	client := New(Config{
		JID: jidOf(juliet), WebSocket: "wss://xmpp.chu.example.org/ws", Transport: newPortal(t), Log: slog.New(slog.DiscardHandler),
		Token: func(context.Context) (secret.Text, error) { return secret.New("t"), nil },
		Handle: func(e Event) {
			if d, ok := e.(Disconnected); ok {
				select {
				case told <- d.Err:
				default:
				}
			}
		},
	})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = client.Run(ctx)
	}()
	if err := <-told; !errors.Is(err, ErrPortal) {
		t.Errorf("told of %v", err)
	}
	cancel()
	<-ended
}

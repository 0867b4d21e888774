package xmpp

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"discussions/internal/secret"
)

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

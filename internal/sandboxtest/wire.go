package sandboxtest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"os"
	"testing"
	"time"

	"mellium.im/xmpp/jid"

	"discussions/internal/secret"
	"discussions/messaging/xmpp"
)

// Transport returns a transport that trusts the organisation's certificates. Its idle connections are closed at the end of the test.
func (s *Sandbox) Transport(t testing.TB) *http.Transport {
	t.Helper()
	pem, err := os.ReadFile(s.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		t.Fatal("no certificate in the CA file")
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

// Wire connects a device of an account that is no program: what it is told goes to handle, which may be nil. It ends with the test.
func (s *Sandbox) Wire(t testing.TB, account string, handle func(xmpp.Event)) *xmpp.Client {
	t.Helper()
	token := secret.New(s.TokenFor(t, account, time.Hour))
	c, end, err := Connect(xmpp.Config{
		JID: jid.MustParse(account), WebSocket: s.WebSocket, Transport: s.Transport(t), Handle: handle,
		Token: func(context.Context) (secret.Text, error) { return token, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(end)
	return c
}

// Connect returns a client that has connected, and runs until end is called.
func Connect(cfg xmpp.Config) (c *xmpp.Client, end func(), err error) {
	connected := make(chan struct{}, 1)
	handle := cfg.Handle
	cfg.Handle = func(e xmpp.Event) {
		if _, ok := e.(xmpp.Connected); ok {
			select {
			case connected <- struct{}{}:
			default:
			}
		}
		if handle != nil {
			handle(e)
		}
	}
	c = xmpp.New(cfg)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = c.Run(ctx)
	}()
	end = func() {
		cancel()
		<-ended
	}
	select {
	case <-connected:
		return c, end, nil
	case <-time.After(patience):
		end()
		return nil, nil, errors.New("sandboxtest: " + cfg.JID.String() + " does not connect")
	}
}

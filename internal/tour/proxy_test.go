//go:build linux

package tour

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/chromedp/chromedp"

	"discussions/internal/proxy"
)

// TestBehindAProxy: the names of the servers mean nothing on this computer, and the proxy of the environment is the only way to them. Login,
// code and messages go through it. While it is gone the program says that it is offline; when it is back, what was written leaves.
func TestBehindAProxy(t *testing.T) {
	w := newWalkIn(t, *out, "--proxied")
	way := wayOut(t, w.org.Behind)
	address := "http://" + way.Address()
	t.Setenv("HTTP_PROXY", address)
	t.Setenv("HTTPS_PROXY", address)
	t.Setenv("NO_PROXY", "")
	w.chromium.options = []chromedp.ExecAllocatorOption{chromedp.ProxyServer(address), chromedp.IgnoreCertErrors}
	network := func(state proxy.State) {
		t.Helper()
		if err := way.Set(state, 0, 0); err != nil {
			t.Fatal(err)
		}
	}
	claire, sophie := w.org.Claire(), w.org.Sophie()

	network(proxy.Cut)
	w.open("failure", "--lang", "fr")
	w.picture(w.main, "25-no-proxy-login")
	network(proxy.Up)
	w.keys("Tab", "Return") // Réessayer
	w.p.screen("browser")
	w.chromium.withMail(w.p.address(), claire, "25-proxy")
	w.chooseCode(w.p, w.main, claireCode)
	w.p.screen("list")
	w.p.await("connected")
	w.p.listed()

	w.find(sophie.Name)
	withSophie := w.window(sophie.Name)
	w.focus(withSophie)
	w.write("Bonjour par le proxy")
	w.keys("Return")
	w.org.WaitReceived(t, sophie.JID, "Bonjour par le proxy")
	w.p.await("message drawn") // she answers by herself

	network(proxy.Cut)
	w.p.await("disconnected")
	w.write("Sans le proxy")
	w.keys("Return")
	w.picture(withSophie, "25-no-proxy")
	network(proxy.Up)
	w.org.WaitReceived(t, sophie.JID, "Sans le proxy")
	mark := w.p.mark()
	w.org.Say(t, sophie.JID, claire.JID, "Avec lui")
	w.p.next(mark, "message drawn")
	w.picture(withSophie, "25-proxy-back")

	w.p.stop() // the next start refreshes the tokens, through the proxy too
	network(proxy.Cut)
	w.open("accounts", "--lang", "en")
	w.keys("Tab", "Return")
	w.p.screen("code")
	w.code(claireCode)
	w.p.screen("list")
	w.p.listed()
	w.p.await("disconnected")
	w.picture(w.main, "25-no-proxy-english")
	network(proxy.Up)
	w.org.WaitOnline(t, claire.JID)
}

// wayOut is an HTTP proxy that leads to some hosts (RFC 9110, section 9.3.6), and can be cut.
func wayOut(t *testing.T, hosts map[string]string) *proxy.Proxy {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, known := hosts[r.Host]
		if r.Method != http.MethodConnect || !known {
			http.Error(w, "not from here", http.StatusBadGateway)
			return
		}
		outside, err := net.Dial("tcp", host)
		if err != nil {
			http.Error(w, "out of reach", http.StatusBadGateway)
			return
		}
		defer outside.Close()
		inside, come, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer inside.Close()
		_, _ = io.WriteString(inside, "HTTP/1.1 200 OK\r\n\r\n")
		go func() {
			defer outside.Close() // one end is the end of both
			_, _ = io.Copy(outside, come)
		}()
		_, _ = io.Copy(inside, outside)
	}))
	t.Cleanup(server.Close)
	way, err := proxy.Listen(func(ctx context.Context) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", server.Listener.Addr().String())
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = way.Close() })
	return way
}

package settings

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/net/http/httpproxy"
)

// Network says how the servers are reached.
type Network struct {
	CAFile string // absolute path of PEM certificates, trusted besides those of the operating system; empty: none
	Proxy  string // http, https or socks5 address, used in place of the environment's proxies; empty: theirs
}

// Transport reaches the servers over HTTP, and by its clone over a websocket: TLS 1.2 or newer, the trust store of the
// operating system and CAFile, and the proxy, which is never used for this computer itself nor for NO_PROXY.
// Connecting takes at most 10 s, the TLS handshake 10 s, the first line of an answer 20 s.
func (n Network) Transport() (*http.Transport, error) {
	var roots *x509.CertPool // nil: the operating system's
	if n.CAFile != "" {
		system, err := x509.SystemCertPool()
		if err != nil {
			return nil, fmt.Errorf("read the trust store of the operating system: %w", err)
		}
		if roots, err = readCA(n.CAFile, system); err != nil {
			return nil, fmt.Errorf("trust the organisation's certificates: %w", err)
		}
	}
	proxies := httpproxy.FromEnvironment()
	if n.Proxy != "" {
		proxies.HTTPProxy, proxies.HTTPSProxy = n.Proxy, n.Proxy
	}
	proxy := proxies.ProxyFunc()
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:                 func(r *http.Request) (*url.URL, error) { return proxy(r.URL) },
		DialContext:           dialer.DialContext,
		TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots},
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: 20 * time.Second,
		ExpectContinueTimeout: time.Second,
		IdleConnTimeout:       90 * time.Second,
		MaxIdleConns:          8,
		ForceAttemptHTTP2:     true,
	}, nil
}

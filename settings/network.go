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

// Network is how to reach the servers.
type Network struct {
	CAFile string // absolute path of further trusted certificates (PEM); empty: none
	Proxy  string // http, https or socks5 URL, instead of the environment's proxies; empty: the environment's
}

// Transport is an HTTP transport to the servers; a clone of it also serves WebSocket. It uses TLS 1.2 or newer, trusts the
// operating system's certificates and CAFile, and uses the proxy except for this computer and NO_PROXY. It waits at most
// 10 s for a connection, 10 s for the TLS handshake and 20 s for the header of an answer.
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
	// IPv6 first, and IPv4 beside it where that does not answer (RFC 8305, section 5).
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second, FallbackDelay: 250 * time.Millisecond}
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

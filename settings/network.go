package settings

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/net/http/httpproxy"

	"discussions/internal/systemproxy"
)

// Network is how to reach the servers.
type Network struct {
	CAFile string // absolute path of further trusted certificates (PEM); empty: none
	CA     []byte // their content, see Read; it is used instead of the file
	Proxy  string // http, https or socks5 URL, empty: those of the environment, else of the system
}

// Read is n with the content of CAFile, which may change, in CA. The error is that of [Network.Transport].
func (n Network) Read() (Network, error) {
	if n.CAFile == "" {
		return n, nil
	}
	var err error
	if _, n.CA, err = readCA(n.CAFile, x509.NewCertPool()); err != nil {
		return n, fmt.Errorf("trust the organisation's certificates: %w", err)
	}
	return n, nil
}

// Fingerprint names what [Network.Read] returned.
func (n Network) Fingerprint() string {
	h := sha256.New()
	fmt.Fprintf(h, "discussions network v1\x00%q", n.Proxy)
	h.Write(n.CA)
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// Transport is an HTTP transport to the servers; a clone of it also serves WebSocket. It uses TLS 1.2 or newer, trusts the
// operating system's certificates and CAFile, and uses the proxy except for this computer and what NO_PROXY names. It waits at most
// 10 s for a connection, 10 s for the TLS handshake and 20 s for the header of an answer.
func (n Network) Transport() (*http.Transport, error) {
	var roots *x509.CertPool // nil: the operating system's
	if n.CA == nil {
		var err error
		if n, err = n.Read(); err != nil {
			return nil, err
		}
	}
	if n.CA != nil {
		var err error
		if roots, err = x509.SystemCertPool(); err != nil {
			return nil, fmt.Errorf("read the trust store of the operating system: %w", err)
		}
		if !roots.AppendCertsFromPEM(n.CA) {
			return nil, errors.New("trust the organisation's certificates: there is none in PEM form")
		}
	}
	// IPv6 first, and IPv4 beside it where that does not answer (RFC 8305, section 5).
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second, FallbackDelay: 250 * time.Millisecond}
	return &http.Transport{
		Proxy:                 n.proxy(*httpproxy.FromEnvironment(), new(systemproxy.Finder).Find),
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

// proxy is the function of a transport that chooses the proxy of a request: n's own, else the environment's, else the system's. This
// computer, and what NO_PROXY names, is always reached directly.
func (n Network) proxy(environment httpproxy.Config, system func(context.Context, *url.URL) (*url.URL, error)) func(*http.Request) (*url.URL, error) {
	named := n.Proxy != "" || environment.HTTPProxy != "" || environment.HTTPSProxy != ""
	switch {
	case n.Proxy != "":
		environment.HTTPProxy, environment.HTTPSProxy = n.Proxy, n.Proxy
	case !named: // by any, to see what NO_PROXY excepts
		environment.HTTPProxy, environment.HTTPSProxy = "http://any.invalid", "http://any.invalid"
	}
	choose := environment.ProxyFunc()
	return func(r *http.Request) (*url.URL, error) {
		proxy, err := choose(r.URL)
		if named || proxy == nil || err != nil {
			return proxy, err
		}
		proxy, err = system(r.Context(), r.URL)
		if err != nil {
			return nil, nil // a connection without a proxy may work; if not, its error says more
		}
		return proxy, nil
	}
}

package auth

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestProvidersThatAreRefused(t *testing.T) {
	set := func(name string, value any) func(map[string]any) {
		return func(d map[string]any) { d[name] = value }
	}
	tests := []struct {
		name      string
		discovery func(map[string]any)
		want      error
	}{
		{"says nothing of PKCE", func(d map[string]any) { delete(d, "code_challenge_methods_supported") }, ErrNoPKCE},
		{"offers plain PKCE only", set("code_challenge_methods_supported", []string{"plain"}), ErrNoPKCE},
		{"another issuer", set("issuer", "https://"+canary), ErrProvider},
		{"the issuer with a slash", set("issuer", fakeIssuer+"/"), ErrProvider},
		{"no login page", set("authorization_endpoint", ""), ErrProvider},
		{"a login page in clear", set("authorization_endpoint", "http://id.test/authorize"), ErrProvider},
		{"a login page on this computer", set("authorization_endpoint", "http://127.0.0.1/authorize"), ErrProvider},
		{"a login page that is a script", set("authorization_endpoint", "javascript:alert(1)"), ErrProvider},
		{"a login page that is a file", set("authorization_endpoint", "file:///etc/passwd"), ErrProvider},
		{"tokens in clear", set("token_endpoint", "http://id.test/token"), ErrProvider},
		{"no keys", set("jwks_uri", nil), ErrProvider},
		{"user information in clear", set("userinfo_endpoint", "http://id.test/userinfo"), ErrProvider},
		{"revocation in clear", set("revocation_endpoint", "http://id.test/revoke"), ErrProvider},
		{"an end of session that is a script", set("end_session_endpoint", "javascript:alert(1)"), ErrProvider},
		{"wrong types", set("code_challenge_methods_supported", 7), ErrProvider},
		{"a giant document", set("x", strings.Repeat(canary, 1<<20)), ErrProvider},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t)
			f.discovery = tt.discovery
			p, err := Discover(t.Context(), f.config())
			if p != nil || !errors.Is(err, tt.want) {
				t.Errorf("error %v, want %v", err, tt.want)
			}
			checkSafeError(t, err)
		})
	}
}

func TestAnswersThatAreNoDiscoveryDocument(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"a page": broken(200), "not found": broken(404), "a server error": broken(500), "a bad gateway": broken(502),
		"elsewhere, by redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://"+canary+"/", http.StatusFound)
		},
		"nothing": func(http.ResponseWriter, *http.Request) {},
		"deep":    func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, strings.Repeat("[", 1<<19)) },
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			f.intercept["/.well-known/openid-configuration"] = h
			_, err := Discover(t.Context(), f.config())
			if !errors.Is(err, ErrProvider) {
				t.Errorf("error %v", err)
			}
			checkSafeError(t, err)
		})
	}
}

func TestTheIssuerIsAnHTTPSAddress(t *testing.T) {
	for _, issuer := range []string{"", "id.test", "http://id.test", "ftp://id.test", "https://", "https://user:" + canary + "@id.test", "http://127.0.0.1.evil.test", "javascript:alert(1)", "https://id.test\n"} {
		_, err := Discover(t.Context(), Config{Issuer: issuer, ClientID: fakeClient})
		if !errors.Is(err, ErrProvider) {
			t.Errorf("%q: error %v", issuer, err)
		}
		checkSafeError(t, err)
	}
}

func TestAProviderThatIsNotThere(t *testing.T) {
	closed, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	rude, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			c, err := rude.Accept()
			if err != nil {
				return
			}
			c.Close()
		}
	}()
	defer rude.Close()
	transport := &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		if strings.HasPrefix(address, "no-such-host") {
			return nil, &net.OpError{Op: "dial", Net: network, Err: &net.DNSError{Err: "no such host", Name: "no-such-host", IsNotFound: true}}
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	}}
	for name, issuer := range map[string]string{
		"nobody listens": "http://" + closed.Addr().String(), "nobody listens, TLS": "https://" + closed.Addr().String(),
		"it hangs up": "http://" + rude.Addr().String(), "it hangs up, TLS": "https://" + rude.Addr().String(), "no such host": "https://no-such-host.test",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Discover(t.Context(), Config{Issuer: issuer, ClientID: fakeClient, HTTPClient: &http.Client{Transport: transport}})
			if !errors.Is(err, ErrUnreachable) {
				t.Errorf("error %v", err)
			}
			checkSafeError(t, err)
		})
	}
}

func TestAProviderThatIsGoneWhenTheLoginStarts(t *testing.T) {
	f := newFake(t)
	p := f.provider()
	f.before = func(*http.Request) bool { return false }
	if _, err := p.StartLogin(t.Context(), LoginOptions{}); !errors.Is(err, ErrUnreachable) {
		t.Errorf("error %v", err)
	}
	f.before = nil
	f.intercept["/.well-known/openid-configuration"] = broken(503)
	if _, err := p.StartLogin(t.Context(), LoginOptions{}); !errors.Is(err, ErrProvider) {
		t.Errorf("error %v", err)
	}
}

func TestTheCallerMayStopDiscovery(t *testing.T) {
	f := newFake(t)
	f.intercept["/.well-known/openid-configuration"] = silent
	ctx, stop := context.WithCancel(t.Context())
	f.before = func(*http.Request) bool { stop(); return true }
	if _, err := Discover(ctx, f.config()); !errors.Is(err, ErrCancelled) {
		t.Errorf("error %v", err)
	}
}

// TestCertificates uses real TLS, to test with the errors of the standard library.
func TestCertificates(t *testing.T) {
	now := time.Now()
	tests := []struct {
		name        string
		from, until time.Time
		host        string
		trusted     bool
		want        error
	}{
		{"good", now.Add(-time.Hour), now.Add(time.Hour), "127.0.0.1", true, nil},
		{"nobody knows it", now.Add(-time.Hour), now.Add(time.Hour), "127.0.0.1", false, ErrCertificate},
		{"another host's", now.Add(-time.Hour), now.Add(time.Hour), "127.0.0.9", true, ErrCertificate},
		{"ended", now.Add(-2 * time.Hour), now.Add(-time.Hour), "127.0.0.1", true, ErrCertificate},
		{"of tomorrow: this clock is behind", now.Add(24 * time.Hour), now.Add(48 * time.Hour), "127.0.0.1", true, ErrClock},
		{"of in a minute", now.Add(time.Minute), now.Add(48 * time.Hour), "127.0.0.1", true, ErrCertificate},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t)
			certificate := certify(t, tt.host, tt.from, tt.until)
			s := httptest.NewUnstartedServer(f)
			s.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
			s.Config.ErrorLog = log.New(io.Discard, "", 0)
			s.StartTLS()
			defer s.Close()
			f.issuer = s.URL + "/realms/sante"
			roots := x509.NewCertPool()
			if tt.trusted {
				roots.AddCert(certificate.Leaf)
			}
			transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, DisableKeepAlives: true}
			_, err := Discover(t.Context(), Config{Issuer: f.issuer, ClientID: fakeClient, HTTPClient: &http.Client{Transport: transport}})
			if !errors.Is(err, tt.want) {
				t.Errorf("error %v, want %v", err, tt.want)
			}
			if errors.Is(err, ErrClock) && errors.Is(err, ErrCertificate) {
				t.Error("two sentences for one error")
			}
			checkSafeError(t, err)
		})
	}
}

func certify(t *testing.T, host string, from, until time.Time) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: from, NotAfter: until, IPAddresses: []net.IP{net.ParseIP(host)},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

func TestAPlainAddressIsForLoopbackOnly(t *testing.T) {
	for address, want := range map[string]bool{
		"https://id.test": true, "http://127.0.0.1:8080": true, "http://[::1]:8080/x": true, "http://localhost:8080": true, "http://127.1.2.3": true,
		"http://id.test": false, "http://10.0.0.1": false, "http://127.0.0.1.evil.test": false, "http://127.0.0.1@evil.test": false, "http://localhost.evil.test": false,
		"ftp://127.0.0.1": false, "//127.0.0.1": false, "": false,
	} {
		if got := isSecureURL(address, true); got != want {
			t.Errorf("%q: %v, want %v", address, got, want)
		}
	}
}

// behindPortal is a network that wants a login in the browser first: it answers for everybody.
type behindPortal struct{ tls error }

func (n behindPortal) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme == "https" {
		return nil, n.tls
	}
	header := http.Header{"Location": {"http://login.hotel.example.net/"}}
	return &http.Response{StatusCode: http.StatusFound, Header: header, Body: io.NopCloser(strings.NewReader("")), Request: r}, nil
}

func TestACaptivePortalBeforeTheProviderIsTold(t *testing.T) {
	for name, c := range map[string]struct{ tls, want error }{
		"nobody answers":             {errors.New("refused"), ErrUnreachable},
		"the portal answers for all": {x509.HostnameError{Certificate: &x509.Certificate{}, Host: "id.test"}, ErrCertificate},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			_, err := Discover(t.Context(), Config{Issuer: fakeIssuer, HTTPClient: &http.Client{Transport: behindPortal{c.tls}}})
			if !errors.Is(err, ErrPortal) || !errors.Is(err, c.want) {
				t.Errorf("discover: %v", err)
			}
			p, err := Discover(t.Context(), f.config())
			if err != nil {
				t.Fatal(err)
			}
			p.transport.base = behindPortal{c.tls}
			if _, err := p.StartLogin(t.Context(), LoginOptions{}); !errors.Is(err, ErrPortal) || !errors.Is(err, c.want) {
				t.Errorf("start login: %v", err)
			}
		})
	}
}

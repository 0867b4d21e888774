package settings

import (
	"cmp"
	"context"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/net/http/httpproxy"
)

var quiet = log.New(io.Discard, "", 0)

func TestTheOrganisationsCertificatesAreTrustedBesidesTheSystems(t *testing.T) {
	server := httptest.NewUnstartedServer(nil)
	server.Config.ErrorLog = quiet
	server.StartTLS()
	defer server.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		network Network
		trusted bool
	}{{Network{CAFile: ca}, true}, {Network{}, false}} {
		transport, err := c.network.Transport()
		if err != nil {
			t.Fatal(err)
		}
		defer transport.CloseIdleConnections()
		response, err := (&http.Client{Transport: transport}).Get(server.URL)
		if err == nil {
			response.Body.Close()
		}
		var untrusted *tls.CertificateVerificationError
		if c.trusted != (err == nil) || !c.trusted && !errors.As(err, &untrusted) {
			t.Errorf("%+v: %v", c.network, err)
		}
	}
	if _, err := (Network{CAFile: ca + ".gone"}).Transport(); err == nil {
		t.Error("a file of certificates that has gone since is no mistake")
	}
}

func TestOldTLSIsRefused(t *testing.T) {
	server := httptest.NewUnstartedServer(nil)
	server.Config.ErrorLog = quiet
	server.TLS = &tls.Config{MaxVersion: tls.VersionTLS11}
	server.StartTLS()
	defer server.Close()
	transport, err := Network{}.Transport()
	if err != nil {
		t.Fatal(err)
	}
	_, err = (&http.Client{Transport: transport}).Get(server.URL)
	var alert *net.OpError
	if !errors.As(err, &alert) || alert.Op != "remote error" { // the server's, for a client that offers nothing old
		t.Errorf("got %v, want an alert about the version", err)
	}
}

func TestTheProxyIsUsedForOthersOnly(t *testing.T) {
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "REQUEST_METHOD"} {
		t.Setenv(name, "")
	}
	t.Setenv("HTTPS_PROXY", "http://environment.example.org:3128")
	t.Setenv("NO_PROXY", "internal.example.org")
	for _, c := range []struct{ own, url, want string }{
		{"", "https://chat.example.org/ws", "http://environment.example.org:3128"},
		{"http://own.example.org:8080", "https://chat.example.org/ws", "http://own.example.org:8080"},
		{"http://own.example.org:8080", "http://chat.example.org/ws", "http://own.example.org:8080"},
		{"http://own.example.org:8080", "https://internal.example.org/", ""},
		{"http://own.example.org:8080", "https://127.0.0.1:1234/", ""},
		{"http://own.example.org:8080", "http://localhost:1234/", ""},
		{"socks5://own.example.org:1080", "https://chat.example.org/ws", "socks5://own.example.org:1080"},
	} {
		transport, err := Network{Proxy: c.own}.Transport()
		if err != nil {
			t.Fatal(err)
		}
		request, err := http.NewRequest(http.MethodGet, c.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := transport.Proxy(request)
		if err != nil || c.want == "" && got != nil || c.want != "" && (got == nil || got.String() != c.want) {
			t.Errorf("%s by %q: %v, %v, want %q", c.url, c.own, got, err, c.want)
		}
	}
}

func TestAServerThatDoesNotAnswerIsAnError(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	transport, err := Network{}.Transport()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (&http.Client{Transport: transport}).Get("http://" + l.Addr().String()); err == nil {
		t.Error("no error")
	}
}

func TestTheFilesProxyGoesBeforeTheEnvironmentsAndThatBeforeTheSystems(t *testing.T) {
	const system, environment, file = "http://system.example.org:1", "http://environment.example.org:2", "http://file.example.org:3"
	for name, c := range map[string]struct {
		network     Network
		environment httpproxy.Config
		failing     bool // the system does not answer
		to, want    string
	}{
		"the system's":                     {to: "https://chu.example.org", want: system},
		"the environment's":                {environment: httpproxy.Config{HTTPSProxy: environment}, to: "https://chu.example.org", want: environment},
		"the file's":                       {network: Network{Proxy: file}, environment: httpproxy.Config{HTTPSProxy: environment}, to: "https://chu.example.org", want: file},
		"the environment's is for HTTP":    {environment: httpproxy.Config{HTTPProxy: environment}, to: "https://chu.example.org"},
		"excepted from the system's":       {environment: httpproxy.Config{NoProxy: "example.org"}, to: "https://chu.example.org"},
		"this computer":                    {to: "https://localhost:5443"},
		"this computer by its address":     {to: "https://127.0.0.1:5443"},
		"a system that does not answer":    {failing: true, to: "https://chu.example.org"},
		"the file's, whatever else is set": {network: Network{Proxy: file}, failing: true, to: "http://chu.example.org", want: file},
	} {
		t.Run(name, func(t *testing.T) {
			choose := c.network.proxy(c.environment, func(context.Context, *url.URL) (*url.URL, error) {
				if c.failing {
					return nil, errors.New("no answer")
				}
				return url.Parse(system)
			})
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.to, nil)
			if err != nil {
				t.Fatal(err)
			}
			got, err := choose(request)
			if err != nil {
				t.Fatal(err)
			}
			if text := fmt.Sprint(got); text != cmp.Or(c.want, "<nil>") {
				t.Errorf("%s, want %s", text, c.want)
			}
		})
	}
}

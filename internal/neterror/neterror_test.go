package neterror

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

const canary = "canary7f3c9d"

func TestEveryErrorHasWordsOfOurOwn(t *testing.T) {
	certificate := &x509.Certificate{Subject: pkix.Name{CommonName: canary}, DNSNames: []string{canary + ".example"}}
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"authority":  {x509.UnknownAuthorityError{Cert: certificate}, "certificate of an unknown authority"},
		"name":       {x509.HostnameError{Certificate: certificate, Host: canary}, "certificate for another name"},
		"expired":    {x509.CertificateInvalidError{Cert: certificate, Reason: x509.Expired, Detail: canary}, "certificate expired, or not valid yet"},
		"invalid":    {x509.CertificateInvalidError{Cert: certificate, Reason: x509.NotAuthorizedToSign, Detail: canary}, "certificate not valid"},
		"verified":   {&tls.CertificateVerificationError{Err: errors.New(canary)}, "certificate not valid"},
		"no TLS":     {tls.RecordHeaderError{Msg: canary}, "no TLS at the other side"},
		"alert":      {tls.AlertError(40), "tls: handshake failure"},
		"no host":    {&net.DNSError{Name: canary, IsNotFound: true}, "no such host"},
		"no DNS":     {&net.DNSError{Name: canary, Err: canary}, "no answer of the name service"},
		"refused":    {&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}, syscall.ECONNREFUSED.Error()},
		"slow":       {&url.Error{URL: canary, Err: os.ErrDeadlineExceeded}, "no answer in time"},
		"cancelled":  {fmt.Errorf("%s: %w", canary, context.Canceled), "cancelled"},
		"closed":     {fmt.Errorf("%s: %w", canary, io.ErrUnexpectedEOF), "connection closed"},
		"of a peer":  {errors.New("malformed HTTP response \"" + canary + "\""), "other"},
		"unreadable": {nil, "other"},
	} {
		if got := Describe(c.err); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if c.err != nil && (Quiet(c.err).Error() != c.want || !errors.Is(Quiet(c.err), c.err) && name != "authority" && name != "name") {
			t.Errorf("%s: %v", name, Quiet(c.err))
		}
	}
}

// A real peer that puts words into its certificate.
func TestACertificateIsNotQuoted(t *testing.T) {
	s := httptest.NewTLSServer(http.NotFoundHandler())
	defer s.Close()
	c := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	_, err := c.Get(s.URL)
	if err == nil {
		t.Fatal("trusted")
	}
	if got := Describe(err); !strings.HasPrefix(got, "certificate ") || strings.Contains(got, "127.0.0.1") {
		t.Errorf("%q", got)
	}
}

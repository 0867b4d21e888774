package xmpp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/net/publicsuffix"
)

// portalPatience is how long the question for a captive portal may take. It is asked after a failed attempt, before the user is told.
const portalPatience = 3 * time.Second

// explainPortal wraps the error of an attempt in [ErrPortal] where a captive portal is the reason.
func (c *Client) explainPortal(ctx context.Context, err error) error {
	if ctx.Err() != nil || errors.Is(err, ErrPortal) || !errors.Is(err, ErrUnreachable) && !errors.Is(err, ErrCertificate) && !errors.Is(err, ErrToken) {
		return err
	}
	if host := c.host(); host != "" && behindPortal(ctx, c.transport, host) {
		return fmt.Errorf("%w: %w", ErrPortal, err)
	}
	return err
}

// host is the name of the server, "" for this computer.
func (c *Client) host() string {
	host := c.cfg.Domain
	if u, err := url.Parse(c.cfg.WebSocket); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	if ip := net.ParseIP(host); host == "localhost" || ip.IsLoopback() {
		return ""
	}
	return host
}

// behindPortal asks the server for a page over plain HTTP, as browsers and operating systems do to find a portal: what answers
// leads to another site, or says so (RFC 6585 section 6). Nothing of the account is sent.
func behindPortal(ctx context.Context, transport http.RoundTripper, host string) bool {
	ctx, cancel := context.WithTimeout(ctx, portalPatience)
	defer cancel()
	asked := &url.URL{Scheme: "http", Host: host, Path: "/"}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, asked.String(), nil)
	if err != nil {
		return false
	}
	answer, err := transport.RoundTrip(request) // follows no redirect
	if err != nil {
		return false
	}
	_ = answer.Body.Close()
	if answer.StatusCode == http.StatusNetworkAuthenticationRequired {
		return true
	}
	if answer.StatusCode < 300 || answer.StatusCode > 399 {
		return false
	}
	to, err := answer.Location()
	return err == nil && to.Hostname() != "" && site(to.Hostname()) != site(host)
}

// site is the part of a name that belongs to one owner, such as "example.org"; an address is its own.
func site(host string) string {
	if s, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil && net.ParseIP(host) == nil {
		return s
	}
	return host
}

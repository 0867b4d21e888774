// Package portal finds captive portals: networks that want a login in the browser first, as those of hotels and hospitals do.
package portal

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/net/publicsuffix"
)

// patience is how long the question may take. It is asked after a failed attempt, before the user is told.
const patience = 3 * time.Second

// Before reports whether a portal stands before the server of an address. It asks for a page over plain HTTP, as browsers and operating
// systems do to find one: what answers leads to another site, or says so (RFC 6585 section 6). Nothing of the account is sent, and nothing
// is asked of this computer.
func Before(ctx context.Context, transport http.RoundTripper, address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return false
	}
	host := u.Hostname()
	if ip := net.ParseIP(host); host == "localhost" || ip.IsLoopback() {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
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

package xmpp

import (
	"cmp"
	"errors"
	"net"
	"net/url"
	"strings"
)

// A server may end a stream and name another address: <see-other-host/> (RFC 6120 §4.9.3.19), or "see-other-uri" of <close/> (RFC 7395
// §3.6.1), when a node of a cluster is emptied for instance.

// mostMoves is how often an address is followed before a session lasts.
const mostMoves = 3

// movedError is the end of a stream with the address of another one. It matches [ErrProtocol].
type movedError struct{ to string }

func (e *movedError) Error() string { return "the server names another address" }

func (e *movedError) Is(target error) bool { return target == ErrProtocol }

// moves are the addresses that the server names. Only Run's goroutine touches them.
type moves struct {
	present string // the address of the last connection
	next    string // where to connect next; "": the usual address
	number  int    // since the last session that lasted
}

// take returns the address to connect to, once: if that fails, the usual address is next.
func (m *moves) take() (address string, moved bool) {
	address, m.next = m.next, ""
	return address, address != ""
}

// move reports whether err names an address, to be connected to at once.
func (c *Client) move(err error) bool {
	var moved *movedError
	if !errors.As(err, &moved) {
		return false
	}
	c.moves.number++
	address, trusted := c.elsewhere(moved.to)
	if !trusted || c.moves.number > mostMoves {
		c.log.Warn("the server names another address, which is not followed", "trusted", trusted, "number", c.moves.number)
		return false
	}
	c.log.Info("the server names another address", "number", c.moves.number)
	c.moves.next = address
	return true
}

// elsewhere returns the address for what the server named, if it is the organisation's: the token is sent there. It must be as secure as
// the present one, and its host the present one, one below it, or one of the account's domain. TLS checks it like any other.
func (c *Client) elsewhere(to string) (address string, trusted bool) {
	present, err := url.Parse(c.moves.present)
	if err != nil {
		return "", false
	}
	u := *present
	if strings.Contains(to, "://") {
		named, err := url.Parse(to)
		if err != nil || named.User != nil || named.Opaque != "" || named.Scheme != present.Scheme {
			return "", false
		}
		u = url.URL{Scheme: named.Scheme, Host: named.Host, Path: named.Path, RawPath: named.RawPath, RawQuery: named.RawQuery}
	} else {
		host, port, err := net.SplitHostPort(to)
		if err != nil {
			host, port = strings.Trim(to, "[]"), present.Port()
		}
		if strings.ContainsAny(host, "/?#@\\ ") {
			return "", false
		}
		u.Host = strings.TrimSuffix(net.JoinHostPort(host, port), ":")
	}
	if again, err := url.Parse(u.String()); err != nil || again.Hostname() == "" {
		return "", false
	}
	host := hostName(u.Hostname())
	for _, own := range []string{present.Hostname(), c.own.Domainpart(), c.cfg.Domain} {
		own = hostName(own)
		if host == own || net.ParseIP(host) == nil && net.ParseIP(own) == nil && strings.HasSuffix(host, "."+own) {
			return u.String(), true
		}
	}
	return "", false
}

func hostName(host string) string {
	return cmp.Or(strings.TrimSuffix(strings.ToLower(host), "."), "invalid")
}

//go:build linux || windows

package auth

import (
	"net"
	"net/netip"
	"testing"
)

// TestTheSystemTellsWhoseConnectionItIs, on the systems that do.
func TestTheSystemTellsWhoseConnectionItIs(t *testing.T) {
	l, err := listenLoopback()
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := net.Dial("tcp4", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	server, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	from, to := netip.MustParseAddrPort(server.RemoteAddr().String()), netip.MustParseAddrPort(server.LocalAddr().String())
	if who := whoConnects(from, to); who != peerOwn {
		t.Errorf("the user's own: %v", who)
	}
	if nobody := whoConnectsNow(netip.AddrPortFrom(from.Addr(), 1), to); nobody != peerOther {
		t.Errorf("a connection that is not there: %v", nobody)
	}
	_ = c.Close()
	_ = server.Close()
	if gone := whoConnectsNow(from, to); gone != peerOther {
		t.Errorf("a connection that has ended: %v", gone)
	}
}

//go:build linux || windows

package auth

import (
	"net"
	"net/netip"
	"runtime"
	"testing"
	"time"
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
	who := whoConnects(from, to)
	for deadline := time.Now().Add(10 * time.Second); who == peerUnknown && runtime.GOOS == "windows" && time.Now().Before(deadline); who = whoConnects(from, to) {
		time.Sleep(time.Millisecond) // its table may be late
	}
	if who != peerOwn {
		t.Errorf("the user's own: %v", who)
	}
	if nobody := whoConnects(netip.AddrPortFrom(from.Addr(), 1), to); nobody == peerOwn || runtime.GOOS == "linux" && nobody != peerOther {
		t.Errorf("a connection that is not there: %v", nobody)
	}
	_ = c.Close()
	_ = server.Close()
	if gone := whoConnects(from, to); gone == peerOwn || runtime.GOOS == "linux" && gone != peerOther {
		t.Errorf("a connection that has ended: %v", gone)
	}
}

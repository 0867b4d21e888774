package xmpp

import (
	"errors"
	"net"
	"testing"
	"time"
)

// ownAddress is an address of this computer that others can reach; nil: there is none.
func ownAddress(t *testing.T) net.IP {
	t.Helper()
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addresses {
		if n, ok := a.(*net.IPNet); ok && n.IP.IsGlobalUnicast() {
			return n.IP
		}
	}
	return nil
}

func TestAConnectionIsUprootedWhenItsAddressHasGone(t *testing.T) {
	gone := net.IPv4(192, 0, 2, 99) // for documentation (RFC 5737)
	for _, c := range []struct {
		local net.Addr
		want  bool
	}{
		{&net.TCPAddr{IP: gone, Port: 1}, true},
		{&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1}, false},
		{&net.TCPAddr{IP: net.IPv6loopback, Port: 1}, false},
		{&net.TCPAddr{IP: ownAddress(t), Port: 1}, ownAddress(t) == nil},
		{nil, false},
		{&net.UnixAddr{Name: "x"}, false},
	} {
		if got := (&conn{local: c.local}).uprooted(); got != c.want {
			t.Errorf("%v: %v", c.local, got)
		}
	}
}

// After a change of network nothing is waited for on a connection whose address this computer has no more.
func TestAnUprootedSessionEndsAtOnce(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		r.mu.Lock()
		r.session.conn.local = &net.TCPAddr{IP: net.IPv4(192, 0, 2, 99)}
		r.mu.Unlock()
		began := time.Now()
		r.Retry()
		lost := await[Disconnected](r)
		if took := time.Since(began); took > 0 || !errors.Is(lost.Err, ErrUnreachable) {
			t.Errorf("after %s: %v", took, lost.Err)
		}
	})
}

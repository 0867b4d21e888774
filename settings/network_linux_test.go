package settings

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
	"golang.org/x/sys/unix"
)

// A host whose IPv6 address does not answer is reached by IPv4 at once (RFC 8305): such a network is common, and the wait would be 5 s.
func TestIPv6AndIPv4AreRaced(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	port := server.Listener.Addr().(*net.TCPAddr).Port
	asked := resolve(t, "both.test.", net.IPv6loopback, net.IPv4(127, 0, 0, 1))
	blackHole(t, port)

	transport, err := Network{}.Transport()
	if err != nil {
		t.Fatal(err)
	}
	defer transport.CloseIdleConnections()
	began := time.Now()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://both.test:"+server.URL[len("http://127.0.0.1:"):], http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	transport.Proxy = nil
	response, err := transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if took := time.Since(began); took > 4*time.Second {
		t.Errorf("IPv4 came after %s", took)
	}
	if got := asked(); !got[dnsmessage.TypeAAAA] || !got[dnsmessage.TypeA] {
		t.Errorf("asked for %v", got)
	}
}

// blackHole has [::1]:port answer nothing: its queue of connections is full. Where there is no IPv6 it does not answer either.
func blackHole(t *testing.T, port int) {
	fd, err := unix.Socket(unix.AF_INET6, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return
	}
	t.Cleanup(func() { _ = unix.Close(fd) })
	_ = unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 1)
	address := &unix.SockaddrInet6{Port: port}
	copy(address.Addr[:], net.IPv6loopback)
	if unix.Bind(fd, address) != nil {
		return
	}
	if err := unix.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		c, err := net.DialTimeout("tcp6", (&net.TCPAddr{IP: net.IPv6loopback, Port: port}).String(), 200*time.Millisecond)
		if err != nil {
			return
		}
		t.Cleanup(func() { _ = c.Close() })
	}
	t.Fatal("the queue is never full")
}

// resolve has a name mean two addresses, for the test. The result lists what was asked for.
func resolve(t *testing.T, name string, six, four net.IP) (asked func() map[dnsmessage.Type]bool) {
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	types := map[dnsmessage.Type]bool{}
	var done sync.WaitGroup
	done.Go(func() {
		buffer := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buffer[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			q := m.Questions[0]
			mu.Lock()
			types[q.Type] = true
			mu.Unlock()
			answer := dnsmessage.Message{Header: dnsmessage.Header{ID: m.ID, Response: true, RecursionAvailable: true}, Questions: m.Questions}
			head := dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 1}
			switch {
			case q.Name.String() != name:
				answer.RCode = dnsmessage.RCodeNameError
			case q.Type == dnsmessage.TypeAAAA:
				answer.Answers = []dnsmessage.Resource{{Header: head, Body: &dnsmessage.AAAAResource{AAAA: [16]byte(six.To16())}}}
			case q.Type == dnsmessage.TypeA:
				answer.Answers = []dnsmessage.Resource{{Header: head, Body: &dnsmessage.AResource{A: [4]byte(four.To4())}}}
			}
			if packed, err := answer.Pack(); err == nil {
				_, _ = conn.WriteTo(packed, from)
			}
		}
	})
	before := net.DefaultResolver
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp4", conn.LocalAddr().String())
	}}
	t.Cleanup(func() {
		net.DefaultResolver = before
		_ = conn.Close()
		done.Wait()
	})
	return func() map[dnsmessage.Type]bool {
		mu.Lock()
		defer mu.Unlock()
		return types
	}
}

package settings

import (
	"context"
	"encoding/pem"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	"discussions/internal/secret"
	"discussions/messaging/xmpp"
	"golang.org/x/net/dns/dnsmessage"
	"golang.org/x/sys/unix"
	"mellium.im/xmpp/jid"
)

// If one address of a host does not answer, the other is used at once (RFC 8305): such a network is common, and the wait would be 5 s. HTTP
// and the WebSocket of messages use the same transport.
func TestIPv6AndIPv4AreRaced(t *testing.T) {
	six, four := net.IPv6loopback, net.IPv4(127, 0, 0, 1)
	asked := resolve(t, "example.com.", six, four) // the name in the test server's certificate
	for _, c := range []struct {
		name             string
		answers, doesNot net.IP
	}{
		{"IPv6 does not answer", four, six},
		{"IPv4 does not answer", six, four},
	} {
		t.Run(c.name, func(t *testing.T) {
			listener, err := net.Listen("tcp", net.JoinHostPort(c.answers.String(), "0"))
			if err != nil {
				return // without IPv6 there is one way only
			}
			paths := make(chan string, 10)
			server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				paths <- r.URL.Path
			})}}
			server.StartTLS()
			defer server.Close()
			port := listener.Addr().(*net.TCPAddr).Port
			blackHole(t, c.doesNot, port)
			transport, err := Network{CA: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})}.Transport()
			if err != nil {
				t.Fatal(err)
			}
			defer transport.CloseIdleConnections()
			transport.Proxy = nil
			host := net.JoinHostPort("example.com", strconv.Itoa(port))
			for path, ask := range map[string]func(ctx context.Context) error{
				"/http": func(ctx context.Context) error {
					request, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+host+"/http", http.NoBody)
					if err != nil {
						return err
					}
					response, err := transport.RoundTrip(request)
					if err != nil {
						return err
					}
					return response.Body.Close()
				},
				"/ws": xmpp.New(xmpp.Config{
					JID: jid.MustParse("claire@example.com"), WebSocket: "wss://" + host + "/ws", Transport: transport,
					Token: func(context.Context) (secret.Text, error) { return secret.New("token"), nil },
				}).Run,
			} {
				ctx, cancel := context.WithCancel(t.Context())
				began := time.Now()
				ended := make(chan error, 1)
				go func() { ended <- ask(ctx) }()
				for path != <-paths { // the WebSocket may be asked for more than once
				}
				if took := time.Since(began); took > 4*time.Second {
					t.Errorf("%s came after %s", path, took)
				}
				cancel()
				if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
					t.Errorf("%s: %v", path, err)
				}
			}
		})
	}
	if got := asked(); !got[dnsmessage.TypeAAAA] || !got[dnsmessage.TypeA] {
		t.Errorf("asked for %v", got)
	}
}

// blackHole makes a port of a loopback address that never answers, as its queue of connections is full. Without IPv6 it does not answer
// either.
func blackHole(t *testing.T, ip net.IP, port int) {
	family, address := unix.AF_INET, unix.Sockaddr(&unix.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}})
	if ip.To4() == nil {
		family, address = unix.AF_INET6, &unix.SockaddrInet6{Port: port, Addr: [16]byte(ip)}
	}
	fd, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return
	}
	t.Cleanup(func() { _ = unix.Close(fd) })
	if family == unix.AF_INET6 {
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 1)
	}
	if unix.Bind(fd, address) != nil {
		return
	}
	if err := unix.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		c, err := net.DialTimeout("tcp", (&net.TCPAddr{IP: ip, Port: port}).String(), 200*time.Millisecond)
		if err != nil {
			return
		}
		t.Cleanup(func() { _ = c.Close() })
	}
	t.Fatal("the queue is never full")
}

// resolve gives a name two addresses for the test. The result lists the lookups.
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

package proxy

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// echo is a server that sends every line back, with a proxy before it.
func echo(t *testing.T) *Proxy {
	t.Helper()
	server, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			c, err := server.Accept()
			if err != nil {
				return
			}
			go func() {
				_, _ = io.Copy(c, c)
				_ = c.Close()
			}()
		}
	}()
	p, err := Listen(func(ctx context.Context) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "tcp4", server.Addr().String())
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
		_ = server.Close()
		<-ended
	})
	return p
}

type line struct {
	t *testing.T
	net.Conn
	r *bufio.Reader
}

func open(t *testing.T, p *Proxy) line {
	t.Helper()
	l, err := tryOpen(t, p)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func tryOpen(t *testing.T, p *Proxy) (line, error) {
	t.Helper()
	c, err := net.Dial("tcp4", p.Address())
	if err != nil {
		return line{}, err
	}
	t.Cleanup(func() { _ = c.Close() })
	return line{t, c, bufio.NewReader(c)}, c.SetDeadline(time.Now().Add(20 * time.Second))
}

func (l line) exchange(text string) error {
	if _, err := io.WriteString(l.Conn, text+"\n"); err != nil {
		return err
	}
	got, err := l.r.ReadString('\n')
	if err == nil && got != text+"\n" {
		l.t.Errorf("got %q, want %q", got, text)
	}
	return err
}

func (l line) must(text string) {
	l.t.Helper()
	if err := l.exchange(text); err != nil {
		l.t.Fatal(err)
	}
}

func set(t *testing.T, p *Proxy, s State, delay, d time.Duration) {
	t.Helper()
	if err := p.Set(s, delay, d); err != nil {
		t.Fatal(err)
	}
}

func TestUpForwards(t *testing.T) {
	l := open(t, echo(t))
	l.must("un")
	l.must(strings.Repeat("long", 100_000))
}

func TestEndIsPassedOn(t *testing.T) {
	l := open(t, echo(t))
	l.must("un")
	if err := l.Conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if _, err := l.r.ReadByte(); !errors.Is(err, io.EOF) {
		t.Errorf("after the end: %v, want EOF", err)
	}
}

func TestCut(t *testing.T) {
	p := echo(t)
	l := open(t, p)
	l.must("un")
	set(t, p, Cut, 0, 0)
	if err := l.exchange("deux"); err == nil {
		t.Error("the connection goes on")
	}
	if refused, err := tryOpen(t, p); err == nil { // else it was reset within the dial
		if refused.exchange("trois") == nil {
			t.Error("a new connection passes")
		}
	}
	set(t, p, Up, 0, 0)
	open(t, p).must("quatre")
}

func TestBlackholeKeepsWhatWasSent(t *testing.T) {
	p := echo(t)
	l := open(t, p)
	l.must("un")
	const silence = 150 * time.Millisecond
	began := time.Now()
	set(t, p, Blackhole, 0, silence)
	l.must("deux") // arrives when the network is up by itself
	if took := time.Since(began); took < silence {
		t.Errorf("passed after %s of %s", took, silence)
	}
}

func TestLaterStateCancelsTheReturn(t *testing.T) {
	p := echo(t)
	set(t, p, Blackhole, 0, time.Hour)
	set(t, p, Slow, 20*time.Millisecond, 0)
	open(t, p).must("un")
}

func TestSlowDelaysBothWays(t *testing.T) {
	p := echo(t)
	l := open(t, p)
	set(t, p, Slow, 60*time.Millisecond, 0)
	began := time.Now()
	l.must("un")
	if took := time.Since(began); took < 120*time.Millisecond {
		t.Errorf("there and back took %s", took)
	}
}

func TestImpersonate(t *testing.T) {
	p := echo(t)
	other := httptest.NewTLSServer(nil)
	defer other.Close()
	certificate := other.TLS.Certificates[0]
	l := open(t, p)
	l.must("un")
	p.Impersonate(&certificate)
	if err := l.exchange("deux"); err == nil {
		t.Error("the connection goes on")
	}
	var unknown x509.UnknownAuthorityError
	_, err := tls.Dial("tcp4", p.Address(), &tls.Config{ServerName: "example.com", RootCAs: x509.NewCertPool()})
	if !errors.As(err, &unknown) {
		t.Errorf("the handshake fails with %v", err)
	}
	p.Impersonate(nil)
	open(t, p).must("trois")
}

func TestACutAfterAnyByte(t *testing.T) {
	for _, toServer := range []bool{true, false} {
		p := echo(t)
		l := open(t, p)
		l.must("un")
		p.CutAfter(7, toServer)
		got := 0
		if _, err := io.WriteString(l.Conn, "abcd\n"); err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{"abcd\n", "efgh\n"} {
			if text == "efgh\n" {
				if _, err := io.WriteString(l.Conn, text); err != nil {
					t.Fatal(err)
				}
			}
			b := make([]byte, 5)
			n, err := io.ReadFull(l.r, b)
			if got += n; err != nil {
				break
			}
		}
		if !toServer && got != 7 && got != 5 { // a reset may overtake the last bytes
			t.Errorf("%d bytes came back", got)
		}
		if toServer && got > 7 {
			t.Errorf("%d bytes came back", got)
		}
		if err := l.exchange("encore"); err == nil {
			t.Error("it was not cut")
		}
		open(t, p).must("neuf")
	}
}

func TestWhatVanishesIsNotToldToTheServer(t *testing.T) {
	server, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	p, err := Listen(func(ctx context.Context) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "tcp4", server.Addr().String())
	})
	if err != nil {
		t.Fatal(err)
	}
	client := open(t, p)
	atServer, err := server.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer atServer.Close()
	if _, err := io.WriteString(client.Conn, "x"); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 1)
	if _, err := io.ReadFull(atServer, b); err != nil {
		t.Fatal(err)
	}
	p.Vanish()
	if _, err := client.r.ReadByte(); err == nil {
		t.Error("the client is not told")
	}
	if err := p.Set(Cut, 0, 0); err != nil { // not even by what comes later
		t.Fatal(err)
	}
	_ = atServer.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if _, err := atServer.Read(b); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the server is told: %v", err)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	_ = atServer.SetReadDeadline(time.Now().Add(20 * time.Second))
	if _, err := atServer.Read(b); !errors.Is(err, io.EOF) && !strings.Contains(err.Error(), "reset") {
		t.Errorf("at the end: %v", err)
	}
}

func TestUnknownState(t *testing.T) {
	if echo(t).Set("sideways", 0, 0) == nil {
		t.Error("an unknown state is accepted")
	}
}

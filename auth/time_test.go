package auth

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener without a network, for synctest.
type pipes struct {
	calls chan net.Conn
	once  sync.Once
	done  chan struct{}
}

func newPipes() *pipes { return &pipes{calls: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.calls:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}
func (p *pipes) Close() error   { p.once.Do(func() { close(p.done) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 4711} }

func (p *pipes) browser() *http.Client {
	return &http.Client{Jar: browser.Jar, Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		here, there := net.Pipe()
		select {
		case p.calls <- there:
			return here, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}}}
}

func pipedProvider(f *fake) (*Provider, *pipes) {
	p, l := f.provider(), newPipes()
	p.listen = func() (net.Listener, error) { return l, nil }
	return p, l
}

func TestAnUnfinishedLoginTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, listener := pipedProvider(newFake(t))
		start := time.Now()
		l := startLogin(t, p, LoginOptions{})
		_, err := l.Wait(t.Context())
		if !errors.Is(err, ErrTimeout) || time.Since(start) != 10*time.Minute {
			t.Errorf("after %v: %v", time.Since(start), err)
		}
		synctest.Wait()
		select {
		case <-listener.done:
		default:
			t.Error("the listener is still there")
		}
	})
}

func TestALoginEndsByItselfWhenNobodyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, _ := pipedProvider(newFake(t))
		l, err := p.StartLogin(t.Context(), LoginOptions{Timeout: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		select {
		case <-l.done:
		default:
			t.Error("it goes on")
		}
		if p.current != nil {
			t.Error("the provider still holds it")
		}
	})
}

func TestALoginIsCancelled(t *testing.T) {
	tests := map[string]struct {
		end  func(l *Login, stop context.CancelFunc)
		want error
	}{
		"by Cancel":             {func(l *Login, _ context.CancelFunc) { l.Cancel() }, ErrCancelled},
		"by Cancel twice":       {func(l *Login, _ context.CancelFunc) { l.Cancel(); l.Cancel() }, ErrCancelled},
		"by the caller":         {func(_ *Login, stop context.CancelFunc) { stop() }, ErrCancelled},
		"by the caller's limit": {func(*Login, context.CancelFunc) {}, ErrTimeout},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, _ := pipedProvider(newFake(t))
				l := startLogin(t, p, LoginOptions{Timeout: 2 * time.Hour})
				ctx, stop := context.WithTimeout(t.Context(), 30*time.Minute)
				defer stop()
				go tt.end(l, stop)
				if _, err := l.Wait(ctx); !errors.Is(err, tt.want) {
					t.Errorf("error %v, want %v", err, tt.want)
				}
			})
		})
	}
}

// The browser has returned, but the provider no longer answers.
func TestTheProviderStopsAnsweringInTheMiddle(t *testing.T) {
	for _, path := range []string{"/token", "/keys"} {
		for _, cancel := range []bool{false, true} {
			name, want, limit := path, ErrUnreachable, requestTimeout
			if cancel {
				name, want, limit = path+" and the person cancels", ErrCancelled, time.Second
			}
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					f := newFake(t)
					p, listener := pipedProvider(f)
					l := startLogin(t, p, LoginOptions{})
					f.intercept[path] = silent
					start := time.Now()
					go func() {
						resp, err := listener.browser().Get(f.authorize(l.asks()))
						if err == nil {
							resp.Body.Close()
						}
					}()
					if cancel {
						time.Sleep(time.Second)
						l.Cancel()
					}
					_, err := l.Wait(t.Context())
					checkSafeError(t, err)
					if !errors.Is(err, want) || time.Since(start) != limit {
						t.Errorf("after %v: %v", time.Since(start), err)
					}
					time.Sleep(time.Minute) // go-oidc's own fetch of the keys runs into its limit
				})
			})
		}
	}
}

func TestASilentProviderDoesNotHangTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		p, _ := pipedProvider(f)
		f.intercept["/.well-known/openid-configuration"] = silent
		start := time.Now()
		_, err := p.StartLogin(t.Context(), LoginOptions{})
		checkSafeError(t, err)
		if !errors.Is(err, ErrUnreachable) || time.Since(start) != requestTimeout {
			t.Errorf("after %v: %v", time.Since(start), err)
		}
		if _, err = Discover(t.Context(), f.config()); !errors.Is(err, ErrUnreachable) || time.Since(start) != 2*requestTimeout {
			t.Errorf("after %v: %v", time.Since(start), err)
		}
	})
}

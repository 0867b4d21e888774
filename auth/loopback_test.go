package auth

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"
)

// browser opens one URL and keeps no connection. It has the cookie of every login, as if it had been led there.
var browser = &http.Client{
	Jar:       newJar(),
	Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 30 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func visit(t testing.TB, address string) (status int, body string) {
	t.Helper()
	resp, err := browser.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(b), canary) {
		t.Errorf("the page echoes:\n%s", b)
	}
	return resp.StatusCode, string(b)
}

// raw sends a request unchanged and returns the status.
func raw(t testing.TB, host, request string) int {
	t.Helper()
	c, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(30 * time.Second))
	if _, err := io.WriteString(c, request); err != nil {
		t.Fatal(err)
	}
	method, _, _ := strings.Cut(request, " ")
	resp, err := http.ReadResponse(bufio.NewReader(c), &http.Request{Method: method})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

func startLogin(t testing.TB, p *Provider, o LoginOptions) *Login {
	t.Helper()
	l, err := p.StartLogin(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Cancel(); <-l.done })
	callback, err := url.Parse(l.loopback.redirect())
	if err != nil {
		t.Fatal(err)
	}
	browser.Jar.SetCookies(callback, []*http.Cookie{l.loopback.start.cookie})
	return l
}

func newJar() http.CookieJar {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err)
	}
	return jar
}

// asks is the address of the login page, where the browser is led.
func (l *Login) asks() string {
	l.loopback.start.mu.Lock()
	defer l.loopback.start.mu.Unlock()
	return l.loopback.start.target.Reveal()
}

// TestNothingButTheAnswerEndsALogin attacks the listener in every way that is refused, one after the other, and then logs in.
func TestNothingButTheAnswerEndsALogin(t *testing.T) {
	f := newFake(t)
	l := startLogin(t, f.provider(), LoginOptions{})
	good := f.authorize(l.asks())
	u, err := url.Parse(good)
	if err != nil {
		t.Fatal(err)
	}
	host, query := u.Host, u.RawQuery
	get := func(target, host string) string {
		return "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n"
	}
	port := u.Port()
	state := "state=" + url.QueryEscape(u.Query().Get("state"))
	attacks := []struct {
		name, request string
		status        int
	}{
		{"a rebound name", get("/callback?"+query, "evil.test:"+port), 421},
		{"localhost instead of the literal address", get("/callback?"+query, "localhost:"+port), 421},
		{"the address without the port", get("/callback?"+query, "127.0.0.1"), 421},
		{"another port", get("/callback?"+query, "127.0.0.1:1"), 421},
		{"another loopback address", get("/callback?"+query, "127.0.0.2:"+port), 421},
		{"another host in the request line", get("http://evil.test/callback?"+query, host), 421},
		{"no Host at all", "GET /callback?" + query + " HTTP/1.1\r\n\r\n", 400},
		{"HTTP/1.0 without Host", "GET /callback?" + query + " HTTP/1.0\r\n\r\n", 421},
		{"two Hosts", "GET /callback?" + query + " HTTP/1.1\r\nHost: " + host + "\r\nHost: evil.test\r\n\r\n", 400},
		{"the root", get("/?"+query, host), 404},
		{"a path below", get("/callback/?"+query, host), 404},
		{"a path beside", get("/callbackx?"+query, host), 404},
		{"a doubled slash", get("//callback?"+query, host), 404},
		{"an escaped path", get("/%63allback?"+query, host), 404},
		{"a path with dots", get("/x/../callback?"+query, host), 404},
		{"another case", get("/Callback?"+query, host), 404},
		{"the icon", get("/favicon.ico", host), 404},
		{"HEAD", "HEAD /callback?" + query + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n", 405},
		{"OPTIONS", "OPTIONS /callback?" + query + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n", 405},
		{"POST with the parameters in the address", "POST /callback?" + query + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 0\r\n\r\n", 405},
		{"POST with the parameters in the body", fmt.Sprintf("POST /callback HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", host, len(query), query), 405},
		{"an invented method", "get /callback?" + query + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n", 405},
		{"a repeated code", get("/callback?"+query+"&code=x", host), 400},
		{"a repeated state", get("/callback?"+query+"&"+state, host), 400},
		{"a repeated parameter of no meaning", get("/callback?"+query+"&x=1&x=2", host), 400},
		{"a semicolon", get("/callback?"+query+";x=1", host), 400},
		{"a bad escape", get("/callback?"+query+"&x=%zz", host), 400},
		{"no parameters", get("/callback", host), 400},
		{"no state", get("/callback?code=x", host), 400},
		{"an empty state", get("/callback?code=x&state=", host), 400},
		{"a wrong state", get("/callback?code=x&state=wrong", host), 400},
		{"a refusal with a wrong state", get("/callback?error=access_denied&state=wrong", host), 400},
		{"the start of the state", get("/callback?code=x&"+state[:len(state)-1], host), 400},
		{"a giant header", "GET /callback HTTP/1.1\r\nHost: " + host + "\r\nX: " + strings.Repeat("x", 64<<10) + "\r\n\r\n", 431},
	}
	for _, a := range attacks {
		t.Run(a.name, func(t *testing.T) {
			if got := raw(t, host, a.request); got != a.status {
				t.Errorf("status %d, want %d", got, a.status)
			}
			select {
			case <-l.done:
				t.Fatal("it ended the login")
			default:
			}
		})
	}
	if n := f.count("/token"); n != 0 {
		t.Fatalf("%d codes were redeemed", n)
	}
	if status, body := visit(t, good); status != 200 || !strings.Contains(body, "Connexion réussie") {
		t.Errorf("status %d, page:\n%s", status, body)
	}
	if _, err := l.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, a := range attacks { // as long as the page stays
		if got := raw(t, host, a.request); got != a.status {
			t.Errorf("after the login: %s: status %d, want %d", a.name, got, a.status)
		}
	}
	l.Cancel()
	<-l.done
	if _, err := net.Dial("tcp", host); err == nil {
		t.Error("the listener is still there")
	}
}

func TestTheListenerIsOnTheLiteralLoopbackAddress(t *testing.T) {
	f := newFake(t)
	p := f.provider()
	seen := map[string]bool{}
	for range 3 {
		l := startLogin(t, p, LoginOptions{})
		u, err := url.Parse(mustQuery(t, l.asks()).Get("redirect_uri"))
		if err != nil {
			t.Fatal(err)
		}
		if u.Scheme != "http" || u.Hostname() != "127.0.0.1" || u.Port() == "" || u.Path != "/callback" || u.RawQuery != "" {
			t.Errorf("redirect to %s", u)
		}
		if c, err := net.Dial("tcp", net.JoinHostPort("127.0.0.2", u.Port())); err == nil {
			c.Close()
			t.Error("it listens on other addresses as well")
		}
		seen[u.Port()] = true
	}
	if len(seen) < 2 {
		t.Error("the port is always the same")
	}
}

func TestOnlyTheFirstOfManyAnswersCounts(t *testing.T) {
	f := newFake(t)
	hold := make(chan struct{})
	f.intercept["/token"] = func(w http.ResponseWriter, r *http.Request) {
		<-hold
		f.serveToken(w, r)
	}
	l := startLogin(t, f.provider(), LoginOptions{})
	good := f.authorize(l.asks())

	const hits = 50
	bodies := make(chan string, hits)
	for range hits {
		go func() {
			_, body := visit(t, good)
			bodies <- body
		}()
	}
	close(hold)
	for range hits {
		if body := <-bodies; !strings.Contains(body, "Connexion réussie") {
			t.Errorf("page:\n%s", body)
		}
	}
	if _, err := l.Wait(t.Context()); err != nil {
		t.Error(err)
	}
	if n := f.count("/token"); n != 1 {
		t.Errorf("the code was redeemed %d times", n)
	}
}

// TestThePageOfAFailedLoginStaysToo: with its own text, until the next login begins.
func TestThePageOfAFailedLoginStaysToo(t *testing.T) {
	f := newFake(t)
	f.callback = func(q url.Values) { q.Del("code"); q.Set("error", "access_denied") }
	p := f.provider()
	l := startLogin(t, p, LoginOptions{})
	address := f.authorize(l.asks())
	for range 3 {
		if status, body := visit(t, address); status != http.StatusForbidden || !strings.Contains(body, "Connexion annulée") {
			t.Errorf("status %d, page:\n%s", status, body)
		}
	}
	if _, err := l.Wait(t.Context()); !errors.Is(err, ErrDenied) {
		t.Errorf("error %v", err)
	}
	startLogin(t, p, LoginOptions{})
	<-l.done
}

// TestThePageEndsWithTheContext of the program.
func TestThePageEndsWithTheContext(t *testing.T) {
	f := newFake(t)
	l := startLogin(t, f.provider(), LoginOptions{})
	visit := make(chan struct{})
	go func() {
		defer close(visit)
		if resp, err := browser.Get(f.authorize(l.asks())); err == nil {
			resp.Body.Close()
		}
	}()
	ctx, end := context.WithCancel(t.Context())
	if _, err := l.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	end()
	<-l.done
	<-visit
}

func TestThePersonMayCloseThePageBeforeTheOutcome(t *testing.T) {
	f := newFake(t)
	arrived, hold := make(chan struct{}), make(chan struct{})
	f.intercept["/token"] = func(w http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-hold
		f.serveToken(w, r)
	}
	l := startLogin(t, f.provider(), LoginOptions{})
	ctx, closePage := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, f.authorize(l.asks()), nil)
	if err != nil {
		t.Fatal(err)
	}
	gone := make(chan error, 1)
	go func() {
		_, err := browser.Do(r)
		gone <- err
	}()
	<-arrived
	closePage()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	close(hold)
	if _, err := l.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}

func mustQuery(t testing.TB, address string) url.Values {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

package auth

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"discussions/internal/secret"
)

// stranger is a browser without the cookie of any login.
var stranger = &http.Client{
	Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 30 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func get(t testing.TB, c *http.Client, address string, header http.Header) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if header != nil {
		r.Header = header.Clone()
	}
	resp, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || strings.Contains(string(body), canary) {
		t.Errorf("%v, page:\n%s", err, body)
	}
	return resp
}

func always(p peer) whoFunc { return func(_, _ netip.AddrPort) peer { return p } }

func TestTheBrowserIsLedToTheLoginByAShortAddress(t *testing.T) {
	f := newFake(t)
	l := startLogin(t, f.provider(), LoginOptions{LoginHint: "claire@example.org"})
	address := l.Address()
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" || u.Hostname() != "127.0.0.1" || u.RawQuery != "" || len(address) > 64 {
		t.Fatalf("address %s", address)
	}
	q := mustQuery(t, l.asks())
	for _, name := range []string{"state", "nonce", "code_challenge", "login_hint"} {
		if strings.Contains(address, q.Get(name)) {
			t.Errorf("the address has the login's %s", name)
		}
	}
	resp := get(t, stranger, address, nil)
	for name, want := range map[string]string{"Location": l.asks(), "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"} {
		if got := resp.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	cookies := resp.Cookies()
	if resp.StatusCode != http.StatusSeeOther || len(cookies) != 1 {
		t.Fatalf("status %d, cookies %v", resp.StatusCode, cookies)
	}
	if c := cookies[0]; !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != callbackPath || len(c.Value) < 26 {
		t.Errorf("cookie %+v", c)
	}
	if again := l.Address(); again == address {
		t.Error("two addresses are one")
	}
	if strings.Contains(f.log.String(), u.Path) {
		t.Error("the log has the address")
	}
}

// Only the browser that began a login can end it. Somebody who learns its state cannot end it with their own account.
func TestAnotherBrowserCannotEndALogin(t *testing.T) {
	f := newFake(t)
	l := startLogin(t, f.provider(), LoginOptions{})
	good := f.authorize(l.asks())
	forged := l.loopback.start.cookie.Name + "=guessed"
	for name, header := range map[string]http.Header{
		"no cookie": nil, "a guessed cookie": {"Cookie": {forged}}, "an empty one": {"Cookie": {l.loopback.start.cookie.Name + "="}},
		"another login's": {"Cookie": {"discussions-login-1=" + l.loopback.start.cookie.Value}},
		"two":             {"Cookie": {forged + "; " + l.loopback.start.cookie.String()}},
	} {
		if resp := get(t, stranger, good, header); resp.StatusCode != http.StatusForbidden {
			t.Errorf("%s: status %d", name, resp.StatusCode)
		}
	}
	if n := f.count("/token"); n != 0 {
		t.Fatalf("%d codes were redeemed", n)
	}
	if status, body := visit(t, good); status != http.StatusOK {
		t.Errorf("status %d, page:\n%s", status, body)
	}
	if _, err := l.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestOnlyProcessesOfTheUserAreServed(t *testing.T) {
	f := newFake(t)
	p := f.provider()
	p.who = always(peerOther)
	l := startLogin(t, p, LoginOptions{Timeout: time.Minute})
	for _, address := range []string{l.Address(), f.authorize(l.asks())} {
		resp := get(t, browser, address, nil)
		if resp.StatusCode != http.StatusForbidden || resp.Header.Get("Location") != "" || len(resp.Cookies()) > 0 {
			t.Errorf("status %d, %v", resp.StatusCode, resp.Header)
		}
	}
	if n := f.count("/token"); n != 0 {
		t.Errorf("%d codes were redeemed", n)
	}
}

// Where the system tells which user a browser belongs to, it may ask repeatedly, as a browser that loads ahead does.
func TestTheUsersOwnBrowserIsLedOnAgain(t *testing.T) {
	f := newFake(t)
	p := f.provider()
	p.who = always(peerOwn)
	l := startLogin(t, p, LoginOptions{})
	address := l.Address()
	for _, header := range []http.Header{{"Sec-Purpose": {"prefetch"}}, nil, nil} {
		if resp := get(t, browser, address, header); resp.StatusCode != http.StatusSeeOther {
			t.Errorf("%v: status %d", header, resp.StatusCode)
		}
	}
	visit(t, f.authorize(l.asks()))
	if _, err := l.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	if resp := get(t, browser, address, nil); resp.StatusCode != http.StatusGone || resp.Header.Get("Location") != "" {
		t.Errorf("after the login: status %d", resp.StatusCode)
	}
}

// Where the system does not tell, an attacker who reads the command line is noticed if faster than the browser, and gets
// nothing if slower.
func TestAnAddressLeadsOnOnceWhereTheSystemDoesNotTellWhoAsks(t *testing.T) {
	f := newFake(t)
	p := f.provider()
	p.who = always(peerUnknown)
	l := startLogin(t, p, LoginOptions{})
	address := l.Address()
	for _, c := range []struct {
		name   string
		header http.Header
		status int
	}{
		{"a browser that loads ahead", http.Header{"Sec-Purpose": {"prefetch;prerender"}}, http.StatusServiceUnavailable},
		{"an older one", http.Header{"X-Moz": {"prefetch"}}, http.StatusServiceUnavailable},
		{"a preview", http.Header{"X-Purpose": {"preview"}}, http.StatusServiceUnavailable},
		{"the person", nil, http.StatusSeeOther},
		{"somebody else, later", nil, http.StatusGone},
	} {
		if resp := get(t, browser, address, c.header); resp.StatusCode != c.status {
			t.Errorf("%s: status %d, want %d", c.name, resp.StatusCode, c.status)
		}
	}
	if resp := get(t, browser, l.Address(), nil); resp.StatusCode != http.StatusSeeOther {
		t.Errorf("a new address: status %d", resp.StatusCode)
	}
}

func TestAGuessedAddressLeadsNowhere(t *testing.T) {
	f := newFake(t)
	l := startLogin(t, f.provider(), LoginOptions{})
	address := l.Address()
	for _, bad := range []string{
		"http://" + l.loopback.host + handoverPath, "http://" + l.loopback.host + handoverPath + "guessed", address + "/", address + "?x=1",
		address[:len(address)-1],
	} {
		if resp := get(t, browser, bad, nil); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d", bad, resp.StatusCode)
		}
	}
	if got := raw(t, l.loopback.host, "GET "+strings.TrimPrefix(address, "http://"+l.loopback.host)+" HTTP/1.1\r\nHost: evil.test\r\n\r\n"); got != 421 {
		t.Errorf("a rebound name: status %d", got)
	}
}

func TestAnAddressThatNobodyElseLearns(t *testing.T) {
	target := "https://id.test/logout?id_token_hint=" + strings.Repeat("x", 6000)
	u, err := LeadTo(secret.New(target), "fr", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer u.Close()
	if len(u.Address) > 64 {
		t.Errorf("address %s", u.Address)
	}
	select {
	case <-u.Loaded():
		t.Error("loaded by nobody")
	default:
	}
	if resp := get(t, browser, u.Address, nil); resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Location") != target {
		t.Errorf("status %d", resp.StatusCode)
	}
	<-u.Loaded()
	if resp := get(t, browser, "http://"+u.host+callbackPath+"?state=x", nil); resp.StatusCode != http.StatusNotFound {
		t.Errorf("a callback where no login is: status %d", resp.StatusCode)
	}
	u.Close()
	if _, err := net.Dial("tcp", u.host); err == nil {
		t.Error("the listener is still there")
	}
}

func TestABrowserIsOpenedWithoutTheAddressOfTheLogin(t *testing.T) {
	f := newFake(t)
	l := startLogin(t, f.provider(), LoginOptions{})
	if err := openBrowser(t.Context(), "/no/such/browser", l.Address(), time.Minute); !errors.Is(err, ErrBrowser) {
		t.Error(err) // a loopback address is one to open
	}
	for _, command := range [][]string{systemBrowser(l.Address()), browserCommands("firefox -new-window %s", l.Address())[0]} {
		line := strings.Join(command, " ")
		if strings.Contains(line, "state") || strings.Contains(line, mustQuery(t, l.asks()).Get("state")) || !strings.Contains(line, handoverPath) {
			t.Errorf("command %q", line)
		}
	}
}

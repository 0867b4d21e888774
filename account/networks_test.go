package account

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"discussions/account/vault"
	"discussions/settings"
)

const someSocket, otherSocket = "wss://chat.example.org/ws", "wss://chat.evil.example/ws"

// proxyOf is the proxy by which the client of a drawer reaches its server.
func (l *lab) proxyOf(id string) string {
	l.t.Helper()
	r, err := http.NewRequest(http.MethodGet, "https://chat.example.org/", nil)
	must(l.t, err)
	proxy, err := l.client(id).c.Transport.Proxy(r)
	must(l.t, err)
	if proxy == nil {
		return ""
	}
	return (&url.URL{Scheme: proxy.Scheme, Host: proxy.Host}).String()
}

// where gives the server and the proxy to which a drawer sends its tokens.
func (l *lab) where(id string) string { return l.client(id).c.WebSocket + " by " + l.proxyOf(id) }

func TestWhereTheTokensOfADrawerAreSent(t *testing.T) {
	const ours, theirs = "http://proxy.example.org:3128", "http://proxy.evil.example:1"
	t.Setenv("HTTPS_PROXY", "")
	for name, c := range map[string]struct {
		change func(l *lab)
		login  bool // in full, instead of the code alone
		want   string
	}{
		"the same file": {func(*lab) {}, false, someSocket + " by " + ours},
		"an administrators' file that has changed": {func(l *lab) {
			l.webSocket, l.network.Proxy = otherSocket, theirs
		}, false, otherSocket + " by " + theirs},
		"a file of anybody of the same issuer": {func(l *lab) {
			l.unprotected, l.webSocket, l.network.Proxy = true, otherSocket, theirs
		}, false, someSocket + " by " + ours},
		"such a file, after a full login": {func(l *lab) {
			l.unprotected, l.webSocket, l.network.Proxy = true, otherSocket, theirs
		}, true, otherSocket + " by " + theirs},
		"a file of another issuer": {func(l *lab) {
			l.issuer, l.webSocket, l.network.Proxy = "https://id.other.example", otherSocket, theirs
		}, false, someSocket + " by " + ours},
		"such a file of anybody": {func(l *lab) {
			l.issuer, l.unprotected, l.webSocket, l.network.Proxy = "https://id.other.example", true, otherSocket, theirs
		}, false, someSocket + " by " + ours},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t)
			l.webSocket, l.network.Proxy = someSocket, ours
			l.restart()
			id := l.add(claire)
			c.change(l)
			l.restart()
			if c.login {
				_, err := l.logIn(claire, id).Resume(context.Background(), code)
				must(t, err)
			} else {
				must(t, l.unlock(id, code))
			}
			if got := l.where(id); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// A drawer of an earlier version does not name its network: that of the first deployment file is sealed.
func TestAnOlderDrawerKeepsTheWayOfTheNextOpening(t *testing.T) {
	l := newLab(t)
	id := l.add(claire)
	r := l.find(id).running
	s := r.site
	s.Network = ""
	must(t, l.find(id).writeTokens(r.tokens, loginRecord{r.lastLogin, r.person, s, r.tokenSource().Tokens()}))
	l.network.Proxy, l.unprotected = "http://proxy.example.org:3128", true
	l.restart()
	must(t, l.unlock(id, code))
	want := "http://proxy.example.org:3128"
	if got := l.proxyOf(id); got != want {
		t.Errorf("by %s", got)
	}
	l.pass(1 << 40)
	_, err := l.client(id).c.Token(context.Background()) // seals the new tokens
	must(t, err)
	l.network.Proxy = "http://proxy.evil.example:1"
	l.restart()
	must(t, l.unlock(id, code))
	if got := l.proxyOf(id); got != want {
		t.Errorf("with another file, by %s", got)
	}
}

func TestASealedWayHasItsFingerprint(t *testing.T) {
	ways, file, err := newNetworks(settings.Network{Proxy: "http://a.example:1"})
	must(t, err)
	if ways.seal(plain) != nil || ways.seal("unknown") != nil || ways.seal(file) == nil {
		t.Error("what is sealed")
	}
	must(t, ways.unseal(plain, nil))
	want(t, ways.unseal(file, &sealedNetwork{Proxy: "http://b.example:1"}), vault.ErrDamaged)
}

package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"discussions/internal/secret"
)

// handoverPath begins the short addresses that lead to a secret one.
const handoverPath = "/go/"

// handover leads the browser to an address that no other user may see. Every user of a computer can read the arguments of all
// processes, and the browser is opened by a command: so the command has a short address of ours, which leads on once.
//
// Where the system tells which user a connection comes from, only the user's own processes are answered, as often as they
// ask, so a scanner or a browser that loads pages ahead does no harm. Elsewhere an address works only once, so that an
// attacker who was faster is noticed.
type handover struct {
	log    *slog.Logger
	cookie *http.Cookie // nil: none; distinguishes the browser that was redirected from all others

	mu     sync.Mutex
	target secret.Text
	made   map[string]*ticket
	loaded chan struct{} // closed when the browser has been redirected
	once   sync.Once
}

type ticket struct{ used bool }

func newHandover(target secret.Text, cookie *http.Cookie, logger *slog.Logger) *handover {
	return &handover{log: logger, cookie: cookie, target: target, made: map[string]*ticket{}, loaded: make(chan struct{})}
}

// path is the path of a new address.
func (h *handover) path() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	name := rand.Text()
	h.made[name] = new(ticket)
	return handoverPath + name
}

// end disables the addresses.
func (h *handover) end() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.target.Wipe()
	h.target = secret.Text{}
}

// serve answers a request for one of its paths. It returns the reason of a refusal.
func (h *handover) serve(w http.ResponseWriter, r *http.Request) (status int, reason string) {
	name, ours := strings.CutPrefix(r.URL.EscapedPath(), handoverPath)
	h.mu.Lock()
	defer h.mu.Unlock()
	var found *ticket
	for made, t := range h.made {
		if subtle.ConstantTimeCompare([]byte(made), []byte(name)) == 1 {
			found = t
		}
	}
	switch known := peerOf(r) == peerOwn; {
	case !ours || found == nil || r.URL.RawQuery != "":
		return http.StatusNotFound, "path"
	case h.target.IsZero():
		return http.StatusGone, "the login has ended"
	case !known && loadsAhead(r):
		return http.StatusServiceUnavailable, "loaded ahead"
	case !known && found.used:
		return http.StatusGone, "used before"
	}
	found.used = true
	if h.cookie != nil {
		http.SetCookie(w, h.cookie)
	}
	leadTo(w, h.target.Reveal())
	h.once.Do(func() { close(h.loaded) })
	return 0, ""
}

// leadTo sends the browser to an address that nobody else may learn.
func leadTo(w http.ResponseWriter, target string) {
	h := w.Header()
	h.Set("Location", target)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	w.WriteHeader(http.StatusSeeOther)
}

// loadsAhead reports whether a browser says that it only loads the page ahead, before anybody asked for it.
func loadsAhead(r *http.Request) bool {
	for _, name := range []string{"Sec-Purpose", "Purpose", "X-Moz", "X-Purpose"} {
		if v := strings.ToLower(r.Header.Get(name)); strings.Contains(v, "prefetch") || strings.Contains(v, "preview") {
			return true
		}
	}
	return false
}

// bindingCookie marks the browser that was led to a login: only that browser can end it.
func bindingCookie(port, value string) *http.Cookie {
	return &http.Cookie{
		Name: "discussions-login-" + port, Value: value, Path: callbackPath, HttpOnly: true,
		SameSite: http.SameSiteLaxMode, // it is sent when the provider leads back here
	}
}

// bound reports whether the request has the cookie.
func (h *handover) bound(r *http.Request) bool {
	c, err := r.Cookie(h.cookie.Name)
	return err == nil && subtle.ConstantTimeCompare([]byte(c.Value), []byte(h.cookie.Value)) == 1
}

type peerKey struct{}

func peerOf(r *http.Request) peer {
	if who, ok := r.Context().Value(peerKey{}).(func() peer); ok {
		return who()
	}
	return peerUnknown
}

// serveLocal serves a handler on a listener. Connections of other users are refused, where the system tells.
func serveLocal(l net.Listener, who whoFunc, handler http.Handler) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 5 * time.Second, MaxHeaderBytes: 32 << 10,
		ErrorLog: log.New(io.Discard, "", 0), // it could contain parts of requests
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			from, err := netip.ParseAddrPort(c.RemoteAddr().String())
			to, err2 := netip.ParseAddrPort(c.LocalAddr().String())
			if err != nil || err2 != nil {
				return ctx
			}
			// Once for a connection, at its first request: it may take a while.
			return context.WithValue(ctx, peerKey{}, sync.OnceValue(func() peer { return who(from, to) }))
		},
	}
}

// Unseen is an address that leads the browser to another one, which no other user of the computer can read. Close it after
// use.
type Unseen struct {
	Address string `json:"-"` // to open in the browser

	handover *handover
	server   *http.Server
	host     string
	language string
	served   chan struct{}
}

// LeadTo makes an address on 127.0.0.1 that leads the browser to target. Language (BCP 47) is that of the page which other
// browsers get.
func LeadTo(target secret.Text, language string, logger *slog.Logger) (*Unseen, error) {
	l, err := listenLoopback()
	if err != nil {
		return nil, err
	}
	return leadFrom(l, whoConnects, target, language, logger), nil
}

func leadFrom(l net.Listener, who whoFunc, target secret.Text, language string, logger *slog.Logger) *Unseen {
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	u := &Unseen{
		handover: newHandover(target, nil, logger), host: l.Addr().String(), language: language, served: make(chan struct{}),
	}
	u.Address = "http://" + u.host + u.handover.path()
	u.server = serveLocal(l, who, u)
	go func() {
		defer close(u.served)
		_ = u.server.Serve(l)
	}()
	return u
}

// Loaded is closed when the browser has been redirected.
func (u *Unseen) Loaded() <-chan struct{} { return u.handover.loaded }

// Close stops it when the answer that is under way has been sent.
func (u *Unseen) Close() { stop(u.server, u.served) }

// ServeHTTP implements [http.Handler].
func (u *Unseen) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status, reason := checkRequest(r, u.host)
	if status == 0 {
		status, reason = u.handover.serve(w, r)
	}
	if status != 0 {
		refuse(w, u.language, u.handover.log, status, reason)
	}
}

package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"discussions/internal/secret"
)

// callbackPath is the only path that the listener serves.
const callbackPath = "/callback"

// pageLimit is the time in which a browser must fetch a page.
const pageLimit = 2 * time.Second

func listenLoopback() (net.Listener, error) { return net.Listen("tcp4", "127.0.0.1:0") }

// answer is the provider's response, sent through the browser.
type answer struct {
	code    secret.Text
	problem string // an OAuth error code
	issuer  string // RFC 9207
	named   bool   // the response has an issuer
}

// pageStays is how long the page of a login that has ended can be loaded again. A browser or a scanner may have loaded it ahead of
// the person, who may also reload it or come back to it.
const pageStays = 10 * time.Second

// loopback receives the answer of one login. It refuses requests without the login's state: any web page can send a browser
// to 127.0.0.1, and must not be able to end the login. The first request with the right state is the answer, and the only one
// that is read. Every request with the right state gets the same page, which waits until the result of the login is known. If
// the provider is asked once more, a request with the earlier state leads there.
//
// The state is in the browser's history and at the provider. So an answer must come from the browser that was led to the login as
// well, which a cookie tells, and from a process of this user, where the system tells: otherwise somebody could end the
// login with an account of their own.
type loopback struct {
	server   *http.Server
	host     string // the only accepted Host header: others may come from DNS rebinding
	language string
	log      *slog.Logger
	arrived  chan answer   // receives the answers, one for each round
	served   chan struct{} // closed when the server's goroutine has ended

	mu     sync.Mutex
	rounds []*round // one for each question to the provider; the last one is the present one

	start *handover // leads the browser to the first question
}

// round is one question to the provider, and its answer.
type round struct {
	state   secret.Text
	taken   atomic.Bool   // the answer has been received
	outcome chan struct{} // closed when result or next is set
	result  page
	next    string // the address of the next question, instead of a page
}

func newLoopback(l net.Listener, language string, logger *slog.Logger) *loopback {
	return &loopback{
		host: l.Addr().String(), language: language, log: logger, arrived: make(chan answer, 1), served: make(chan struct{}),
	}
}

// serve leads the browser to the first question, whose answer has that state, and waits for the answer.
func (b *loopback) serve(l net.Listener, who whoFunc, state secret.Text, question string) {
	_, port, _ := net.SplitHostPort(b.host)
	b.start = newHandover(secret.New(question), bindingCookie(port, rand.Text()), b.log)
	b.begin(state)
	b.server = serveLocal(l, who, b)
	go func() {
		defer close(b.served)
		_ = b.server.Serve(l) // after an error of the listener, the login ends on its timeout
	}()
}

// address is a new address that leads the browser to the first question.
func (b *loopback) address() string { return "http://" + b.host + b.start.path() }

// redirect is the redirect_uri of this login.
func (b *loopback) redirect() string { return "http://" + b.host + callbackPath }

// begin waits for the answer to the next question.
func (b *loopback) begin(state secret.Text) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rounds = append(b.rounds, &round{state: state, outcome: make(chan struct{})})
}

// again sends the browser to the next question, whose answer has that state.
func (b *loopback) again(state secret.Text, next string) {
	present := b.present()
	b.begin(state)
	present.next = next
	close(present.outcome)
}

// finish sends the result to the pages that wait, and to those that come later.
func (b *loopback) finish(result page) {
	present := b.present()
	present.result = result
	close(present.outcome)
}

func (b *loopback) present() *round {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.rounds[len(b.rounds)-1]
}

// asked returns the round with that state; nil: none.
func (b *loopback) asked(state string) (found *round) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, r := range b.rounds {
		if subtle.ConstantTimeCompare([]byte(state), []byte(r.state.Reveal())) == 1 {
			found = r
		}
	}
	return found
}

// close stops the server when the pages that are under way have been sent.
func (b *loopback) close() { stop(b.server, b.served) }

// stop stops a server when the pages that are under way have been sent.
func stop(s *http.Server, served <-chan struct{}) {
	ctx, cancel := context.WithTimeout(context.Background(), pageLimit)
	defer cancel()
	_ = s.Shutdown(ctx)
	_ = s.Close() // if a page was not fetched in time
	<-served
}

// checkRequest refuses requests that no browser of this user sends to this address. Status 0: the request is allowed.
func checkRequest(r *http.Request, host string) (status int, reason string) {
	switch {
	case peerOf(r) == peerOther:
		return http.StatusForbidden, "another user"
	case r.Host != host:
		return http.StatusMisdirectedRequest, "host"
	case r.URL.EscapedPath() != callbackPath && !strings.HasPrefix(r.URL.EscapedPath(), handoverPath):
		return http.StatusNotFound, "path"
	case r.Method != http.MethodGet:
		return http.StatusMethodNotAllowed, "method"
	}
	return 0, ""
}

// ServeHTTP implements [http.Handler].
func (b *loopback) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status, reason := checkRequest(r, b.host)
	switch {
	case status != 0:
	case r.URL.EscapedPath() == callbackPath:
		status, reason = b.receive(w, r)
	default:
		status, reason = b.start.serve(w, r)
	}
	if status != 0 {
		refuse(w, b.language, b.log, status, reason)
	}
}

// receive answers a request with the provider's answer.
func (b *loopback) receive(w http.ResponseWriter, r *http.Request) (status int, reason string) {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || repeated(q) {
		return http.StatusBadRequest, "parameters"
	}
	of := b.asked(q.Get("state"))
	switch {
	case of == nil:
		return http.StatusBadRequest, "state"
	case !b.start.bound(r):
		return http.StatusForbidden, "another browser"
	}
	if of.taken.CompareAndSwap(false, true) {
		b.arrived <- answer{code: newSecret(q.Get("code")), problem: q.Get("error"), issuer: q.Get("iss"), named: q.Has("iss")}
	} else {
		b.log.Debug("login page loaded again")
	}
	<-of.outcome // the login goes on even if the user closes the page
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(pageLimit))
	if of.next != "" {
		leadTo(w, of.next)
		return 0, ""
	}
	writePage(w, b.language, of.result)
	return 0, ""
}

func refuse(w http.ResponseWriter, language string, logger *slog.Logger, status int, reason string) {
	logger.Debug("request of a browser refused", "reason", reason)
	stray := pageStray
	if status == http.StatusForbidden || status == http.StatusGone {
		stray = pageElsewhere
	}
	if stray.status = status; status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", http.MethodGet)
	}
	writePage(w, language, stray)
}

func repeated(q url.Values) bool {
	for _, values := range q {
		if len(values) > 1 {
			return true
		}
	}
	return false
}

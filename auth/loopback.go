package auth

import (
	"context"
	"crypto/subtle"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/url"
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
type loopback struct {
	server   *http.Server
	host     string // the only accepted Host header: others may come from DNS rebinding
	language string
	log      *slog.Logger
	arrived  chan answer   // receives the answers, one for each round
	served   chan struct{} // closed when the server's goroutine has ended

	mu     sync.Mutex
	rounds []*round // one for each question to the provider; the last one is the present one
}

// round is one question to the provider, and its answer.
type round struct {
	state   secret.Text
	taken   atomic.Bool   // the answer has been received
	outcome chan struct{} // closed when result or next is set
	result  page
	next    string // the address of the next question, instead of a page
}

func serveLoopback(l net.Listener, state secret.Text, language string, logger *slog.Logger) *loopback {
	b := &loopback{
		host: l.Addr().String(), language: language, log: logger, arrived: make(chan answer, 1), served: make(chan struct{}),
	}
	b.begin(state)
	b.server = &http.Server{
		Handler: b, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 5 * time.Second, MaxHeaderBytes: 32 << 10,
		ErrorLog: log.New(io.Discard, "", 0), // it could contain parts of requests
	}
	go func() {
		defer close(b.served)
		_ = b.server.Serve(l) // after an error of the listener, the login ends on its timeout
	}()
	return b
}

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
func (b *loopback) close() {
	ctx, cancel := context.WithTimeout(context.Background(), pageLimit)
	defer cancel()
	_ = b.server.Shutdown(ctx)
	_ = b.server.Close() // where a page was not fetched in time
	<-b.served
}

// ServeHTTP implements [http.Handler].
func (b *loopback) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Host != b.host:
		b.refuse(w, http.StatusMisdirectedRequest, "host")
		return
	case r.URL.EscapedPath() != callbackPath:
		b.refuse(w, http.StatusNotFound, "path")
		return
	case r.Method != http.MethodGet:
		w.Header().Set("Allow", http.MethodGet)
		b.refuse(w, http.StatusMethodNotAllowed, "method")
		return
	}
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || repeated(q) {
		b.refuse(w, http.StatusBadRequest, "parameters")
		return
	}
	of := b.asked(q.Get("state"))
	if of == nil {
		b.refuse(w, http.StatusBadRequest, "state")
		return
	}
	if of.taken.CompareAndSwap(false, true) {
		b.arrived <- answer{code: newSecret(q.Get("code")), problem: q.Get("error"), issuer: q.Get("iss"), named: q.Has("iss")}
	} else {
		b.log.Debug("login page loaded again")
	}
	<-of.outcome // the login goes on even if the user closes the page
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(pageLimit))
	if of.next != "" {
		h := w.Header()
		h.Set("Location", of.next)
		h.Set("Cache-Control", "no-store")
		h.Set("Referrer-Policy", "no-referrer")
		w.WriteHeader(http.StatusSeeOther)
		return
	}
	writePage(w, b.language, of.result)
}

func (b *loopback) refuse(w http.ResponseWriter, status int, reason string) {
	b.log.Debug("login callback refused", "reason", reason)
	stray := pageStray
	stray.status = status
	writePage(w, b.language, stray)
}

func repeated(q url.Values) bool {
	for _, values := range q {
		if len(values) > 1 {
			return true
		}
	}
	return false
}

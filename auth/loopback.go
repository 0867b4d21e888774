package auth

import (
	"crypto/subtle"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"discussions/internal/secret"
)

// callbackPath is the one path that the listener answers.
const callbackPath = "/callback"

func listenLoopback() (net.Listener, error) { return net.Listen("tcp4", "127.0.0.1:0") }

// answer is what the provider sent back through the browser.
type answer struct {
	code    secret.Text
	problem string // an OAuth error code
	issuer  string // RFC 9207
	named   bool   // issuer was given
}

// loopback receives the answer of one login. Whatever does not carry the login's own state is refused and forgotten: any web
// page can send a browser to 127.0.0.1, and none may end a login that way. The first request with the right state is
// the answer; its page waits for the outcome, so that it tells the truth.
type loopback struct {
	server   *http.Server
	host     string // the only Host header that is served: another one is a rebound DNS name
	state    secret.Text
	language string
	log      *slog.Logger

	taken    atomic.Bool
	arrived  chan answer   // the one answer
	outcome  chan struct{} // closed when result is set
	answered chan struct{} // closed when the page of the answer is on its way
	served   chan struct{} // closed when the server's goroutine has ended
	result   page
}

func serveLoopback(l net.Listener, state secret.Text, language string, logger *slog.Logger) *loopback {
	b := &loopback{
		host: l.Addr().String(), state: state, language: language, log: logger,
		arrived: make(chan answer, 1), outcome: make(chan struct{}), answered: make(chan struct{}), served: make(chan struct{}),
	}
	b.server = &http.Server{
		Handler: b, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 5 * time.Second, MaxHeaderBytes: 32 << 10,
		ErrorLog: log.New(io.Discard, "", 0), // it would quote requests
	}
	go func() {
		defer close(b.served)
		_ = b.server.Serve(l) // always ends with ErrServerClosed or the listener's error: the login then runs into its time-out
	}()
	return b
}

// redirect is the redirect_uri of this login.
func (b *loopback) redirect() string { return "http://" + b.host + callbackPath }

// close tells the waiting page how the login went, lets it leave, and ends the server.
func (b *loopback) close(result page) {
	b.result = result
	close(b.outcome)
	if b.taken.Load() {
		<-b.answered // bounded by the write deadline of the page
	}
	_ = b.server.Close()
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
	if subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(b.state.Reveal())) != 1 {
		b.refuse(w, http.StatusBadRequest, "state")
		return
	}
	if !b.taken.CompareAndSwap(false, true) {
		b.log.Debug("login callback refused", "reason", "second hit")
		writePage(w, b.language, pageUsed)
		return
	}
	defer close(b.answered)
	a := answer{code: newSecret(q.Get("code")), problem: q.Get("error"), issuer: q.Get("iss"), named: q.Has("iss")}
	b.arrived <- a
	<-b.outcome // the person may close the page meanwhile: the login goes on without it
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(2 * time.Second))
	writePage(w, b.language, b.result)
	_ = http.NewResponseController(w).Flush() // before close cuts the connection
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

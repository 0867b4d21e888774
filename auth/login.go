package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"golang.org/x/oauth2"

	"discussions/internal/secret"
)

// loginTimeout is the default time to finish a login.
const loginTimeout = 10 * time.Minute

// Method is one of the ways to log in that the organisation offers.
type Method struct {
	Name string
	Hint map[string]string // extra parameters of the authorization request, e.g. kc_idp_hint
}

// LoginOptions are the choices for one login.
type LoginOptions struct {
	Method     Method
	LoginHint  string        // the expected user, to fill in the provider's form
	ForceLogin bool          // ask for the credentials even if the browser has a session with the provider
	Language   string        // BCP 47, of the last page and, if it can, of the provider's pages; "": French, and the provider's choice
	Timeout    time.Duration // default 10 minutes
}

// Grant is the result of a login.
type Grant struct {
	Tokens   Tokens
	Identity Identity
}

// Login is a login in progress. It ends on the provider's answer, on Cancel, on the next StartLogin of the same provider or on its
// timeout; Wait returns the result. Its listener ends with it. Only after the provider's answer it shows the page with the result
// for some seconds more, until one of the others comes.
type Login struct {
	// URL is the page to open in the browser. It holds the login's state and nonce: show it to this user only.
	URL string `json:"-"`

	provider        *Provider
	verifier, nonce secret.Text
	loopback        *loopback
	life            context.Context // ends with the listener
	end             context.CancelCauseFunc
	ended           chan struct{} // closed when the result is known
	done            chan struct{} // closed when the listener has ended too
	waited          atomic.Bool
	grant           Grant // with err, set before ended is closed
	err             error
}

// StartLogin listens on 127.0.0.1 and builds the URL of the login page. It first checks that the provider answers
// ([ErrUnreachable], [ErrCertificate], [ErrProvider]) and that the clocks agree ([ErrClock]). A login of the same provider
// that is still in progress ends with [ErrCancelled]. The context bounds the start, not the login.
func (p *Provider) StartLogin(ctx context.Context, o LoginOptions) (*Login, error) {
	if err := p.probe(ctx, "start login"); err != nil {
		return nil, err
	}
	if d, known := p.transport.difference(); known {
		if err := clockError(d); err != nil {
			return nil, fmt.Errorf("start login: %w", err)
		}
	}
	hints, err := o.Method.options()
	if err != nil {
		return nil, fmt.Errorf("start login: %w", err)
	}
	listener, err := p.listen()
	if err != nil {
		return nil, fmt.Errorf("start login: listen on 127.0.0.1: %w", err)
	}

	state := secret.New(rand.Text())
	l := &Login{
		provider: p, nonce: secret.New(rand.Text()), verifier: secret.New(oauth2.GenerateVerifier()),
		loopback: serveLoopback(listener, state, o.Language, p.config.Log), ended: make(chan struct{}), done: make(chan struct{}),
	}
	l.URL = p.oauth(l.loopback.redirect()).AuthCodeURL(state.Reveal(), append(hints, l.options(o)...)...)

	if o.Timeout <= 0 {
		o.Timeout = loginTimeout
	}
	l.life, l.end = context.WithCancelCause(context.Background())
	p.replace(l)
	go l.run(o.Timeout)
	p.config.Log.Debug("login started", "method", o.Method.Name)
	return l, nil
}

// replace makes l the current login and cancels the previous one.
func (p *Provider) replace(l *Login) {
	p.mu.Lock()
	before := p.current
	p.current = l
	p.mu.Unlock()
	if before != nil {
		before.Cancel()
	}
}

// forget removes l, which has ended.
func (p *Provider) forget(l *Login) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.current == l {
		p.current = nil
	}
}

// options are the hints as parameters of the authorization request. A hint for a parameter that the program sets itself is
// an error.
func (m Method) options() ([]oauth2.AuthCodeOption, error) {
	var options []oauth2.AuthCodeOption
	for name, value := range m.Hint {
		switch name {
		case "response_type", "response_mode", "client_id", "redirect_uri", "scope", "state", "nonce",
			"code_challenge", "code_challenge_method", "request", "request_uri":
			return nil, fmt.Errorf("login method %q: its hint must not set %s", m.Name, name)
		}
		options = append(options, oauth2.SetAuthURLParam(name, value))
	}
	return options, nil
}

func (l *Login) options(o LoginOptions) []oauth2.AuthCodeOption {
	options := []oauth2.AuthCodeOption{
		oauth2.S256ChallengeOption(l.verifier.Reveal()),
		oauth2.SetAuthURLParam("nonce", l.nonce.Reveal()),
	}
	if o.ForceLogin {
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"))
	}
	if o.LoginHint != "" {
		options = append(options, oauth2.SetAuthURLParam("login_hint", o.LoginHint))
	}
	if o.Language != "" {
		options = append(options, oauth2.SetAuthURLParam("ui_locales", o.Language))
	}
	return options
}

// Wait returns the result. Call it once: a second call is an error. The end of ctx ends the login, and after the login its
// listener. Errors: [ErrCancelled], [ErrTimeout], [ErrDenied], [ErrUnreachable], [ErrCertificate], [ErrProvider], [ErrClock],
// [ErrUntrusted], [ErrNoJID].
func (l *Login) Wait(ctx context.Context) (Grant, error) {
	if l.waited.Swap(true) {
		return Grant{}, errors.New("log in: waited for already")
	}
	select {
	case <-l.ended:
		stop := context.AfterFunc(ctx, l.Cancel)
		context.AfterFunc(l.life, func() { stop() })
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			l.end(ErrTimeout)
		} else {
			l.end(ErrCancelled)
		}
		<-l.ended
	}
	grant := l.grant
	l.grant = Grant{}
	return grant, l.err
}

// Format implements [fmt.Formatter]: it always prints [login], so that the URL cannot leak.
func (l *Login) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[login]") }

// Cancel ends the login and its listener: Wait returns [ErrCancelled], unless the login has ended before.
func (l *Login) Cancel() { l.end(ErrCancelled) }

func (l *Login) run(timeout time.Duration) {
	defer close(l.done)
	defer l.end(nil)
	ctx, stop := context.WithTimeoutCause(l.life, timeout, ErrTimeout)
	defer stop()

	err, answered := ErrTimeout, false
	select {
	case a := <-l.loopback.arrived:
		answered = true
		l.grant, err = l.finish(ctx, a)
	case <-ctx.Done():
	}
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = cause // err is only a consequence
	}
	if err != nil {
		l.err = fmt.Errorf("log in: %w", err)
	}
	l.provider.config.Log.Debug("login ended", "error", l.err)
	l.loopback.finish(pageFor(l.err))
	close(l.ended)
	if answered {
		select {
		case <-time.After(pageStays):
		case <-l.life.Done():
		}
	}
	l.provider.forget(l)
	l.loopback.close()
}

// finish turns the answer into a grant.
func (l *Login) finish(ctx context.Context, a answer) (Grant, error) {
	p := l.provider
	switch {
	case a.named && a.issuer != p.config.Issuer: // RFC 9207: mix-up attack
		return Grant{}, fmt.Errorf("%w: the answer names another issuer", ErrUntrusted)
	case !a.named && p.meta.SendsIssuer:
		return Grant{}, fmt.Errorf("%w: the answer lacks its issuer", ErrUntrusted)
	case a.problem == "access_denied":
		return Grant{}, ErrDenied
	case a.problem != "":
		return Grant{}, fmt.Errorf("%w: %s", ErrProvider, registeredCode(a.problem))
	case a.code.IsZero():
		return Grant{}, fmt.Errorf("%w: an answer without a code", ErrProvider)
	}
	return p.exchange(ctx, a.code, l.verifier, l.nonce, l.loopback.redirect())
}

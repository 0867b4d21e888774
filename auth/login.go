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

// loginTimeout is how long a person has, unless the caller says otherwise.
const loginTimeout = 10 * time.Minute

// Method is one of the ways in that the organisation offers; the provider's pages do the rest.
type Method struct {
	Name string
	Hint map[string]string // further parameters of the authorization request, e.g. kc_idp_hint
}

// LoginOptions are the choices for one login.
type LoginOptions struct {
	Method     Method
	LoginHint  string        // who is expected: fills in the provider's form
	ForceLogin bool          // ask for the credentials even where the browser has a session of the provider
	Language   string        // BCP 47, of the last page and, if it can, of the provider's pages; "": French, and the provider's choice
	Timeout    time.Duration // default 10 minutes
}

// Grant is the outcome of a login.
type Grant struct {
	Tokens   Tokens
	Identity Identity
}

// Login is one login under way. It ends, and its listener with it, at the provider's answer, by Cancel, by the next
// StartLogin of the same provider, or when its time is over; Wait tells how.
type Login struct {
	// URL is the page to open in the browser. It holds the login's state and nonce: show it to nobody but this person.
	URL string `json:"-"`

	provider        *Provider
	verifier, nonce secret.Text
	loopback        *loopback
	end             context.CancelCauseFunc
	done            chan struct{}
	waited          atomic.Bool
	grant           Grant // with err, set before done is closed
	err             error
}

// StartLogin listens on 127.0.0.1 and makes the URL of the login page. It asks the provider first whether it is there:
// [ErrUnreachable], [ErrCertificate], [ErrProvider]; and whether the clocks agree: [ErrClock]. A login of the same
// provider that is still under way ends with [ErrCancelled]. The context bounds the start, not the login.
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
		loopback: serveLoopback(listener, state, o.Language, p.config.Log), done: make(chan struct{}),
	}
	l.URL = p.oauth(l.loopback.redirect()).AuthCodeURL(state.Reveal(), append(hints, l.options(o)...)...)

	if o.Timeout <= 0 {
		o.Timeout = loginTimeout
	}
	life, end := context.WithCancelCause(context.Background())
	l.end = end
	p.replace(l)
	go l.run(life, o.Timeout)
	p.config.Log.Debug("login started", "method", o.Method.Name)
	return l, nil
}

// replace makes l the login under way and ends the one before it.
func (p *Provider) replace(l *Login) {
	p.mu.Lock()
	before := p.current
	p.current = l
	p.mu.Unlock()
	if before != nil {
		before.Cancel()
	}
}

// forget drops l, which has ended.
func (p *Provider) forget(l *Login) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.current == l {
		p.current = nil
	}
}

// options of the authorization request that no hint of the deployment may set are set by [oauth2.Config] and by
// [Login.options]; these here are refused rather than silently lost.
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

// Wait returns the outcome: once, a second call is an error. When ctx ends first the login ends with it. Errors:
// [ErrCancelled], [ErrTimeout], [ErrDenied], [ErrUnreachable], [ErrCertificate], [ErrProvider], [ErrClock], [ErrUntrusted],
// [ErrNoJID].
func (l *Login) Wait(ctx context.Context) (Grant, error) {
	if l.waited.Swap(true) {
		return Grant{}, errors.New("log in: waited for already")
	}
	select {
	case <-l.done:
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			l.end(ErrTimeout)
		} else {
			l.end(ErrCancelled)
		}
		<-l.done
	}
	grant := l.grant
	l.grant = Grant{}
	return grant, l.err
}

// Format implements [fmt.Formatter]: for every verb it prints that it is a login, not what is in it.
func (l *Login) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[login]") }

// Cancel ends the login: Wait returns [ErrCancelled], unless the outcome was already there.
func (l *Login) Cancel() { l.end(ErrCancelled) }

func (l *Login) run(life context.Context, timeout time.Duration) {
	defer close(l.done)
	defer l.end(nil)
	ctx, stop := context.WithTimeoutCause(life, timeout, ErrTimeout)
	defer stop()

	err := ErrTimeout
	select {
	case a := <-l.loopback.arrived:
		l.grant, err = l.finish(ctx, a)
	case <-ctx.Done():
	}
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = cause // whatever it looked like
	}
	if err != nil {
		l.err = fmt.Errorf("log in: %w", err)
	}
	l.provider.forget(l)
	l.provider.config.Log.Debug("login ended", "error", l.err)
	l.loopback.close(pageFor(l.err))
}

// finish turns the answer into a grant.
func (l *Login) finish(ctx context.Context, a answer) (Grant, error) {
	p := l.provider
	switch {
	case a.named && a.issuer != p.config.Issuer: // RFC 9207: the answer of another provider, mixed up
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

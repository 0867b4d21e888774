package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
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

	scope string // what the provider says that it granted; "": it does not say, so what was asked for
}

// Login is a login in progress. It ends on the provider's answer, on Cancel, on the next StartLogin of the same provider or on its
// timeout; Wait returns the result. Its listener ends with it. Only after the provider's answer it shows the page with the result
// for some seconds more, until one of the others comes.
type Login struct {
	provider        *Provider
	choices         LoginOptions
	verifier, nonce secret.Text // of the present question to the provider
	loopback        *loopback
	life            context.Context // ends with the listener
	end             context.CancelCauseFunc
	ended           chan struct{} // closed when the result is known
	done            chan struct{} // closed when the listener has ended too
	waited          atomic.Bool
	grant           Grant // with err, set before ended is closed
	err             error
}

// Address is an address on 127.0.0.1 to open in the browser. It leads to the login page, whose own address holds the login's state
// and nonce and must not stand on a command line. Take a new one for each opening: where the system does not tell which user's
// browser comes, an address works only once. The login can be ended only in a browser that was led there.
func (l *Login) Address() string { return l.loopback.address() }

// StartLogin listens on 127.0.0.1 and builds the address of the login page. It first checks that the provider answers
// ([ErrUnreachable], [ErrCertificate], [ErrPortal], [ErrProvider]) and that the clocks agree ([ErrClock]). A login of the same provider
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
	if err := o.Method.check(); err != nil {
		return nil, fmt.Errorf("start login: %w", err)
	}
	listener, err := p.listen()
	if err != nil {
		return nil, fmt.Errorf("start login: listen on 127.0.0.1: %w", err)
	}

	state := secret.New(rand.Text())
	l := &Login{
		provider: p, choices: o, loopback: newLoopback(listener, o.Language, p.config.Log),
		ended: make(chan struct{}), done: make(chan struct{}),
	}
	prompt := ""
	if o.ForceLogin {
		prompt = "login"
	}
	l.loopback.serve(listener, p.who, state, l.question(state, prompt))

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

// check returns an error for a hint that sets a parameter which the program sets itself.
func (m Method) check() error {
	for name := range m.Hint {
		switch name {
		case "response_type", "response_mode", "client_id", "redirect_uri", "scope", "state", "nonce",
			"code_challenge", "code_challenge_method", "request", "request_uri":
			return fmt.Errorf("login method %q: its hint must not set %s", m.Name, name)
		}
	}
	return nil
}

// question returns the address that asks the provider for a code, with a nonce and a verifier of its own.
func (l *Login) question(state secret.Text, prompt string) string {
	l.nonce, l.verifier = secret.New(rand.Text()), secret.New(oauth2.GenerateVerifier())
	options := []oauth2.AuthCodeOption{
		oauth2.S256ChallengeOption(l.verifier.Reveal()),
		oauth2.SetAuthURLParam("nonce", l.nonce.Reveal()),
	}
	set := func(name, value string) {
		if value != "" {
			options = append(options, oauth2.SetAuthURLParam(name, value))
		}
	}
	for name, value := range l.choices.Method.Hint {
		set(name, value)
	}
	set("prompt", prompt)
	set("login_hint", l.choices.LoginHint)
	set("ui_locales", l.choices.Language)
	return l.provider.oauth(l.loopback.redirect()).AuthCodeURL(state.Reveal(), options...)
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

// Format implements [fmt.Formatter]: it always prints [login], so that nothing of it can leak.
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
		if l.grant, err = l.finish(ctx, a); err == nil {
			l.grant, err = l.withRefreshToken(ctx, l.grant)
		}
	case <-ctx.Done():
	}
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = cause // err is only a consequence
	}
	if err != nil {
		l.err = fmt.Errorf("log in: %w", err)
	}
	l.provider.config.Log.Debug("login ended", "error", l.err)
	l.loopback.start.end()
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

// withRefreshToken returns a grant with a refresh token, if the provider can give one: a provider that follows OpenID Connect Core
// 1.0, section 11, to the letter grants offline_access only if the request has prompt=consent. Other providers would show a page for
// nothing, so consent is asked for only after an answer that lacks offline_access, in the same tab of the browser. Without consent
// the grant lasts as long as its access token.
func (l *Login) withRefreshToken(ctx context.Context, first Grant) (Grant, error) {
	if !first.Tokens.Refresh.IsZero() {
		return first, nil
	}
	log := l.provider.config.Log
	if !l.provider.needsConsent(first) {
		log.Warn("the provider gives no refresh token: a full login will be needed when the access token expires",
			"granted", first.grants(oidc.ScopeOfflineAccess), "offered", slices.Contains(l.provider.meta.Scopes, oidc.ScopeOfflineAccess))
		return first, nil
	}
	log.Info("the provider gives no refresh token without consent: asking for it")
	second, err := l.consent(ctx)
	switch {
	case err == nil && !second.Tokens.Refresh.IsZero():
		return second, nil
	case errors.Is(context.Cause(ctx), ErrCancelled):
		l.provider.discard(ctx, first.Tokens)
		return Grant{}, ErrCancelled
	case err == nil:
		first = second
	}
	log.Warn("no refresh token, with consent asked for: a full login will be needed when the access token expires", "error", err)
	return first, nil
}

// needsConsent reports whether the provider offers offline_access and did not grant it.
func (p *Provider) needsConsent(g Grant) bool {
	return slices.Contains(p.meta.Scopes, oidc.ScopeOfflineAccess) && (g.scope == "" || !g.grants(oidc.ScopeOfflineAccess))
}

func (g Grant) grants(scope string) bool { return slices.Contains(strings.Fields(g.scope), scope) }

// consent sends the browser to the provider once more.
func (l *Login) consent(ctx context.Context) (Grant, error) {
	state := secret.New(rand.Text())
	l.loopback.again(state, l.question(state, "consent"))
	select {
	case a := <-l.loopback.arrived:
		return l.finish(ctx, a)
	case <-ctx.Done():
		return Grant{}, context.Cause(ctx)
	}
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

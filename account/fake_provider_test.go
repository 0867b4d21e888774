package account

import (
	"context"
	"fmt"
	"sync"
	"time"

	"discussions/auth"
	"discussions/internal/secret"
)

// fakeProvider issues tokens, rotates refresh tokens and detects their reuse.
type fakeProvider struct {
	mu      sync.Mutex
	now     func() time.Time
	issuer  string
	next    auth.Identity // who logs in
	err     error         // of everything
	hung    chan struct{} // until it is closed, a revocation or a refresh that was sent has no answer
	serial  int
	live    map[string]bool // refresh tokens that are good
	used    map[string]bool
	reused  int
	revoked []string
	options []auth.LoginOptions
}

func (p *fakeProvider) login(i auth.Identity) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.next = i
}

func (p *fakeProvider) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err = err
}

// hang has the provider not answer until the channel is closed.
func (p *fakeProvider) hang(until chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hung = until
}

// wait is what a request does before its answer, however little the caller's patience.
func (p *fakeProvider) wait() {
	p.mu.Lock()
	hung := p.hung
	p.mu.Unlock()
	if hung != nil {
		<-hung
	}
}

// kill makes all refresh tokens worthless.
func (p *fakeProvider) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.live)
}

// issue needs mu.
func (p *fakeProvider) issue(subject string) auth.Tokens {
	p.serial++
	refresh := fmt.Sprintf("canary-refresh-%d", p.serial)
	p.live[refresh] = true
	return auth.Tokens{
		Access: secret.New(fmt.Sprintf("canary-access-%d", p.serial)), Refresh: secret.New(refresh), ID: secret.New("canary-id"),
		Obtained: p.now(), Expiry: p.now().Add(5 * time.Minute), Issuer: p.issuer, ClientID: "client", Subject: subject,
	}
}

func (p *fakeProvider) StartLogin(_ context.Context, o auth.LoginOptions) (flow, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err != nil {
		return nil, p.err
	}
	p.options = append(p.options, o)
	return &fakeFlow{p}, nil
}

func (p *fakeProvider) Refresh(_ context.Context, t auth.Tokens) (auth.Tokens, error) {
	p.wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err != nil {
		return auth.Tokens{}, p.err
	}
	refresh := t.Refresh.Reveal()
	if p.used[refresh] {
		p.reused++
		clear(p.live)
	}
	if !p.live[refresh] {
		return auth.Tokens{}, auth.ErrLoginNeeded
	}
	delete(p.live, refresh)
	p.used[refresh] = true
	return p.issue(t.Subject), nil
}

func (p *fakeProvider) Revoke(_ context.Context, t auth.Tokens) error {
	p.wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err != nil {
		return p.err
	}
	delete(p.live, t.Refresh.Reveal())
	p.revoked = append(p.revoked, t.Refresh.Reveal())
	return nil
}

func (p *fakeProvider) EndSessionURL(auth.Tokens) (string, bool) { return p.issuer + "/end", true }

type fakeFlow struct{ p *fakeProvider }

func (f *fakeFlow) Wait(context.Context) (auth.Grant, error) {
	f.p.mu.Lock()
	defer f.p.mu.Unlock()
	if f.p.err != nil {
		return auth.Grant{}, f.p.err
	}
	return auth.Grant{Tokens: f.p.issue(f.p.next.Subject), Identity: f.p.next}, nil
}

func (f *fakeFlow) Cancel()         {}
func (f *fakeFlow) address() string { return f.p.issuer + "/login" }

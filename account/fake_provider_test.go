package account

import (
	"context"
	"fmt"
	"maps"
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
	logins  int
	live    map[string]int // refresh tokens that are good, with the login that they come from
	used    map[string]int
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

// hang makes the provider wait with its answers until the channel is closed.
func (p *fakeProvider) hang(until chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hung = until
}

// wait delays the answer to a request, even if the caller gives up earlier.
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

func newFakeProvider(now func() time.Time) *fakeProvider {
	return &fakeProvider{now: now, issuer: "https://id.example.org", live: map[string]int{}, used: map[string]int{}}
}

// issue needs mu.
func (p *fakeProvider) issue(subject string, login int) auth.Tokens {
	p.serial++
	refresh := fmt.Sprintf("canary-refresh-%d", p.serial)
	p.live[refresh] = login
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
	return &fakeFlow{p: p, page: p.issuer + "/login"}, nil
}

func (p *fakeProvider) Refresh(_ context.Context, t auth.Tokens) (auth.Tokens, error) {
	p.wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err != nil {
		return auth.Tokens{}, p.err
	}
	refresh := t.Refresh.Reveal()
	if login, used := p.used[refresh]; used {
		p.reused++
		maps.DeleteFunc(p.live, func(_ string, other int) bool { return other == login })
	}
	login, live := p.live[refresh]
	if !live {
		return auth.Tokens{}, auth.ErrLoginNeeded
	}
	delete(p.live, refresh)
	p.used[refresh] = login
	return p.issue(t.Subject, login), nil
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

// fakeFlow is a login that the person has finished, unless it is cancelled.
type fakeFlow struct {
	p         *fakeProvider
	page      string
	cancelled bool
}

func (f *fakeFlow) Wait(ctx context.Context) (auth.Grant, error) {
	f.p.mu.Lock()
	defer f.p.mu.Unlock()
	if f.p.err != nil {
		return auth.Grant{}, f.p.err
	}
	if f.cancelled || ctx.Err() != nil {
		return auth.Grant{}, auth.ErrCancelled
	}
	f.p.logins++
	return auth.Grant{Tokens: f.p.issue(f.p.next.Subject, f.p.logins), Identity: f.p.next}, nil
}

func (f *fakeFlow) Cancel() {
	f.p.mu.Lock()
	defer f.p.mu.Unlock()
	f.cancelled = true
}

func (f *fakeFlow) address() string { return f.page }

package ui

import (
	"context"

	"discussions/account"
	"discussions/internal/secret"
)

type fakeLogin struct {
	manager   *fakeManager
	outcome   chan error // Wait returns it, or pending where it is nil
	pending   *fakePending
	reopened  int
	cancelled bool
}

func (l *fakeLogin) URL() string { return "https://id.example.org/login" }

func (l *fakeLogin) Reopen() error { l.reopened++; return nil }

func (l *fakeLogin) Cancel() { l.cancelled = true }

func (l *fakeLogin) Wait(ctx context.Context) (account.SignIn, error) {
	select {
	case err := <-l.outcome:
		if err != nil {
			return nil, err
		}
		return l.pending, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

type fakePending struct {
	person    account.Person
	manager   *fakeManager
	opens     account.Account
	err       error
	hold      chan struct{} // nil: SetCode does not wait
	ended     bool
	abandoned bool
}

func (p *fakePending) Person() account.Person { return p.person }

func (p *fakePending) SetCode(ctx context.Context, code secret.Text) (string, error) {
	p.manager.see(code)
	if p.hold != nil {
		<-p.hold
	}
	if p.err != nil {
		return "", p.err
	}
	p.manager.codeTaken = append(p.manager.codeTaken, code.Reveal())
	p.manager.mu.Lock()
	p.manager.accounts = append(p.manager.accounts, p.opens)
	p.manager.mu.Unlock()
	p.ended = true
	return p.opens.ID, nil
}

func (p *fakePending) SetCodeInMemory(ctx context.Context, code secret.Text) (string, error) {
	p.err = nil
	p.opens.Ephemeral = true
	return p.SetCode(ctx, code)
}

func (p *fakePending) Resume(ctx context.Context, code secret.Text) (string, error) {
	p.manager.see(code)
	if p.err != nil {
		return "", p.err
	}
	if err := p.manager.try(p.opens.ID, code); err != nil {
		return "", err
	}
	p.manager.set(p.opens.ID, func(a *account.Account) { a.State, a.NeedsLogin = account.Open, false })
	p.ended = true
	return p.opens.ID, nil
}

func (p *fakePending) Abandon() { p.abandoned = p.abandoned || !p.ended }

type loginCall struct {
	method int
	id     string
}

func (m *fakeManager) StartLogin(ctx context.Context, method int, id string) (account.Login, error) {
	m.logins = append(m.logins, loginCall{method, id})
	if m.login == nil {
		return nil, m.loginErr
	}
	return m.login, m.loginErr
}

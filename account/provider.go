package account

import (
	"context"
	"net/http"
	"sync"

	"discussions/auth"
)

// provider is the part of an OpenID provider that this package uses: [auth.Provider], through realProvider.
type provider interface {
	StartLogin(ctx context.Context, o auth.LoginOptions) (flow, error)
	Refresh(ctx context.Context, t auth.Tokens) (auth.Tokens, error)
	Revoke(ctx context.Context, t auth.Tokens) error
	EndSessionURL(t auth.Tokens) (string, bool)
}

// flow is one login in the browser: [auth.Login].
type flow interface {
	Wait(ctx context.Context) (auth.Grant, error)
	Cancel()
	address() string
}

type realProvider struct{ *auth.Provider }

func (p realProvider) StartLogin(ctx context.Context, o auth.LoginOptions) (flow, error) {
	l, err := p.Provider.StartLogin(ctx, o)
	if err != nil {
		return nil, err
	}
	return realFlow{l}, nil
}

type realFlow struct{ *auth.Login }

func (f realFlow) address() string { return f.Address() }

func discoverProvider(ctx context.Context, c auth.Config) (provider, error) {
	p, err := auth.Discover(ctx, c)
	if err != nil {
		return nil, err
	}
	return realProvider{p}, nil
}

// providers discovers each provider once.
type providers struct {
	config   auth.Config // issuer, client, claim and transport are filled in
	networks *networks
	discover func(context.Context, auth.Config) (provider, error)

	mu    sync.Mutex
	known map[site]*found
}

// found is one provider. Only one discovery of it runs at a time.
type found struct {
	turn     chan struct{} // full during a discovery: a lock whose wait ends with a context
	provider provider
}

// of returns the provider of a site, which it discovers at the first call. Errors are those of [auth.Discover].
func (p *providers) of(ctx context.Context, s site) (provider, error) {
	s.Domain, s.WebSocket = "", ""
	p.mu.Lock()
	f := p.known[s]
	if f == nil {
		f = &found{turn: make(chan struct{}, 1)}
		p.known[s] = f
	}
	p.mu.Unlock()
	select {
	case f.turn <- struct{}{}:
		defer func() { <-f.turn }()
	case <-ctx.Done():
		return nil, auth.ErrUnreachable
	}
	if f.provider != nil {
		return f.provider, nil
	}
	c := p.config
	c.Issuer, c.ClientID, c.JIDClaim = s.Issuer, s.ClientID, s.JIDClaim
	c.HTTPClient = &http.Client{Transport: p.networks.of(s.Network).transport}
	found, err := p.discover(ctx, c)
	if err != nil {
		return nil, err
	}
	f.provider = found
	return found, nil
}

func newProviders(o Options, ways *networks) *providers {
	discover := o.discover
	if discover == nil {
		discover = discoverProvider
	}
	return &providers{
		config: auth.Config{Log: o.Log, Now: o.Now}, networks: ways,
		discover: discover,
		known:    map[site]*found{},
	}
}

package main

import (
	"context"
	"fmt"
	"time"

	"discussions/cmd/sandbox/internal/authority"
	"discussions/cmd/sandbox/internal/people"
	"discussions/cmd/sandbox/internal/provider"
	"discussions/cmd/sandbox/internal/proxy"
)

// Token implements [control.Sandbox].
func (s *sandbox) Token(jid string, life time.Duration) (string, error) {
	p, ok := people.ByJID(s.everyone, jid)
	if !ok {
		return "", fmt.Errorf("nobody has the address %q", jid)
	}
	if life <= 0 {
		life = s.tokenLife
	}
	return s.signer.AccessToken(s.issuer, p, life)
}

// Network implements [control.Sandbox].
func (s *sandbox) Network(what, state string, delay, d time.Duration) error {
	switch what {
	case "websocket":
		return s.chat.Set(proxy.State(state), delay, d)
	case "provider":
		return s.identity.Set(proxy.State(state), delay, d)
	}
	return fmt.Errorf("unknown network %q: websocket or provider", what)
}

// Engine implements [control.Sandbox].
func (s *sandbox) Engine(ctx context.Context, state string) error {
	switch state {
	case "stop":
		return s.engine.Stop(ctx)
	case "start":
		return s.engine.Start(ctx)
	case "kill":
		s.engine.Kill()
		return nil
	}
	return fmt.Errorf("unknown state of the engine %q: stop, start or kill", state)
}

// Code implements [control.Sandbox].
func (s *sandbox) Code(ctx context.Context, mail string) (string, bool) {
	return s.provider.Code(ctx, mail)
}

// Tokens implements [control.Sandbox].
func (s *sandbox) Tokens(state string) error {
	return s.provider.SetTokens(provider.TokenState(state))
}

// Clock implements [control.Sandbox].
func (s *sandbox) Clock(offset time.Duration) {
	s.provider.SetClock(offset)
}

// Certificate implements [control.Sandbox].
func (s *sandbox) Certificate(state string) error {
	switch state {
	case "trusted":
		s.chat.Impersonate(nil)
		return nil
	case "untrusted":
		stranger, err := authority.New("Autorité inconnue")
		if err != nil {
			return err
		}
		both, err := stranger.Issue("localhost", people.Domain)
		if err != nil {
			return err
		}
		certificate, err := authority.Pair(both)
		if err != nil {
			return err
		}
		s.chat.Impersonate(&certificate)
		return nil
	}
	return fmt.Errorf("unknown state of the certificate %q: trusted or untrusted", state)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"discussions/cmd/sandbox/internal/authority"
	"discussions/cmd/sandbox/internal/people"
	"discussions/cmd/sandbox/internal/players"
	"discussions/cmd/sandbox/internal/provider"
	"discussions/internal/proxy"
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
	case "all":
		return errors.Join(s.chat.Set(proxy.State(state), delay, d), s.identity.Set(proxy.State(state), delay, d))
	}
	return fmt.Errorf("unknown network %q: websocket, provider or all", what)
}

// Engine implements [control.Sandbox].
func (s *sandbox) Engine(ctx context.Context, state string, node int) error {
	switch state {
	case "stop":
		return s.engines.Stop(ctx, node)
	case "start":
		return s.engines.Start(ctx, node)
	case "kill":
		return s.engines.KillNode(node)
	}
	return fmt.Errorf("unknown state of the engine %q: stop, start or kill", state)
}

// KillRoom implements [control.Sandbox].
func (s *sandbox) KillRoom(ctx context.Context, jid string) error {
	return s.engines.KillRoom(ctx, jid)
}

// Code implements [control.Sandbox].
func (s *sandbox) Code(ctx context.Context, mail string) (string, bool) {
	return s.provider.Code(ctx, mail)
}

// Say implements [control.Sandbox].
func (s *sandbox) Say(ctx context.Context, from, to, body string) (string, error) {
	return s.troupe.Say(ctx, from, to, body)
}

// Correct implements [control.Sandbox].
func (s *sandbox) Correct(ctx context.Context, from, to, message, body string) (string, error) {
	return s.troupe.Correct(ctx, from, to, message, body)
}

// Retract implements [control.Sandbox].
func (s *sandbox) Retract(ctx context.Context, from, to, message string) error {
	return s.troupe.Retract(ctx, from, to, message)
}

// React implements [control.Sandbox].
func (s *sandbox) React(ctx context.Context, from, to, message string, emoji []string) error {
	return s.troupe.React(ctx, from, to, message, emoji)
}

// Read implements [control.Sandbox].
func (s *sandbox) Read(ctx context.Context, from, to, message string) error {
	return s.troupe.Read(ctx, from, to, message)
}

// Reply implements [control.Sandbox].
func (s *sandbox) Reply(ctx context.Context, from, to string, r players.Reply) (string, error) {
	return s.troupe.Reply(ctx, from, to, r)
}

// Found implements [control.Sandbox].
func (s *sandbox) Found(ctx context.Context, from, group, name string) error {
	return s.troupe.Found(ctx, from, group, name)
}

// Rename implements [control.Sandbox].
func (s *sandbox) Rename(ctx context.Context, from, group, name string) error {
	return s.troupe.Rename(ctx, from, group, name)
}

// Affiliate implements [control.Sandbox].
func (s *sandbox) Affiliate(ctx context.Context, from, group, who, affiliation string) error {
	return s.troupe.Affiliate(ctx, from, group, who, affiliation)
}

// Invite implements [control.Sandbox].
func (s *sandbox) Invite(ctx context.Context, from, to, group, words string) error {
	return s.troupe.Invite(ctx, from, to, group, words)
}

// Mention implements [control.Sandbox].
func (s *sandbox) Mention(ctx context.Context, from, to string, m players.Mention) (string, error) {
	return s.troupe.Mention(ctx, from, to, m)
}

// Type implements [control.Sandbox].
func (s *sandbox) Type(ctx context.Context, from, to string, on bool) error {
	return s.troupe.Type(ctx, from, to, on)
}

// Presence implements [control.Sandbox].
func (s *sandbox) Presence(ctx context.Context, jid, show, status string) error {
	return s.troupe.Presence(ctx, jid, show, status)
}

// Block implements [control.Sandbox].
func (s *sandbox) Block(ctx context.Context, from, who string, on bool) error {
	return s.troupe.Block(ctx, from, who, on)
}

// Online implements [control.Sandbox].
func (s *sandbox) Online(ctx context.Context, jid, not string) ([]string, bool) {
	return s.troupe.Online(ctx, jid, not)
}

// Received implements [control.Sandbox].
func (s *sandbox) Received(ctx context.Context, jid, body string, after int) ([]players.Received, bool) {
	return s.troupe.Received(ctx, jid, body, after)
}

// Tokens implements [control.Sandbox].
func (s *sandbox) Tokens(state string) error {
	return s.provider.SetTokens(provider.TokenState(state))
}

// Consent implements [control.Sandbox].
func (s *sandbox) Consent(state string) error {
	if state != "always" && state != "never" {
		return fmt.Errorf("unknown state of the consent %q: always or never", state)
	}
	s.provider.SetStrict(state == "always")
	return nil
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

package auth

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"discussions/internal/secret"
)

func (p *Provider) oauth(redirect string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.config.ClientID, RedirectURL: redirect,
		Scopes: []string{oidc.ScopeOpenID, oidc.ScopeProfile, oidc.ScopeEmail, oidc.ScopeOfflineAccess},
		// Set the style: otherwise x/oauth2 tries twice to find it, which uses up a code or a refresh token.
		Endpoint: oauth2.Endpoint{AuthURL: p.meta.Authorization, TokenURL: p.meta.Token, AuthStyle: oauth2.AuthStyleInParams},
	}
}

// exchange redeems the code and checks the answer.
func (p *Provider) exchange(ctx context.Context, code, verifier, nonce secret.Text, redirect string) (Grant, error) {
	token, err := p.oauth(redirect).Exchange(p.context(ctx), code.Reveal(), oauth2.VerifierOption(verifier.Reveal()))
	if err != nil {
		return Grant{}, p.tokenError("redeem the code", err)
	}
	tokens, err := p.tokens(token)
	if err != nil {
		return Grant{}, err
	}
	identity, err := p.check(ctx, tokens, nonce)
	if err != nil {
		p.discard(ctx, tokens)
		return Grant{}, err
	}
	tokens.Subject = identity.Subject
	scope, _ := token.Extra("scope").(string)
	return Grant{Tokens: tokens, Identity: identity, scope: scope}, nil
}

// check verifies that the tokens are for this login and returns whose they are.
func (p *Provider) check(ctx context.Context, tokens Tokens, nonce secret.Text) (Identity, error) {
	if tokens.ID.IsZero() {
		return Identity{}, fmt.Errorf("%w: no ID token", ErrProvider)
	}
	id, claims, err := p.verify(ctx, tokens)
	if err != nil {
		return Identity{}, err
	}
	if id.Nonce != nonce.Reveal() {
		return Identity{}, fmt.Errorf("%w: the ID token is for another login", ErrUntrusted)
	}
	if err := p.checkTimes(id, claims); err != nil {
		return Identity{}, err
	}
	return p.identity(ctx, id, claims, tokens)
}

// discard tries to revoke tokens that will not be used.
func (p *Provider) discard(ctx context.Context, tokens Tokens) {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer stop()
	if err := p.Revoke(ctx, tokens); err != nil {
		p.config.Log.Debug("tokens of a failed login not revoked", "error", err)
	}
}

// tokens converts a token response. An access token without a lifetime counts as valid for 5 minutes.
func (p *Provider) tokens(token *oauth2.Token) (Tokens, error) {
	if !strings.EqualFold(token.Type(), "Bearer") {
		return Tokens{}, fmt.Errorf("%w: not a bearer token", ErrProvider)
	}
	life := 5 * time.Minute
	if token.ExpiresIn > 0 {
		life = time.Duration(min(token.ExpiresIn, 365*24*3600)) * time.Second
	}
	raw, _ := token.Extra("id_token").(string)
	now := p.config.Now().Round(0)
	return Tokens{
		Access: newSecret(token.AccessToken), Refresh: newSecret(token.RefreshToken), ID: newSecret(raw),
		Obtained: now, Expiry: now.Add(life), Issuer: p.config.Issuer, ClientID: p.config.ClientID,
	}, nil
}

// tokenError wraps an error of the token endpoint in its sentinel. It drops the text of [oauth2.RetrieveError], which
// contains the response body.
func (p *Provider) tokenError(doing string, err error) error {
	var (
		retrieve  *oauth2.RetrieveError
		transport *url.Error
	)
	switch {
	case errors.As(err, &retrieve) && retrieve.ErrorCode == "access_denied":
		return fmt.Errorf("%s: %w", doing, ErrDenied)
	case errors.As(err, &retrieve) && retrieve.ErrorCode != "":
		return fmt.Errorf("%s: %w: status %d, %s", doing, ErrProvider, retrieve.Response.StatusCode, registeredCode(retrieve.ErrorCode))
	case errors.As(err, &retrieve):
		return fmt.Errorf("%s: %w: status %d", doing, ErrProvider, retrieve.Response.StatusCode)
	case errors.As(err, &transport):
		return requestError(doing, err, p.config.Now())
	}
	return fmt.Errorf("%s: %w: no usable token answer", doing, ErrProvider)
}

// checkTimes distinguishes a stale ID token from a wrong clock. The nonce has been checked, so the provider made the token
// moments ago by its own clock.
func (p *Provider) checkTimes(id *oidc.IDToken, claims claims) error {
	now := p.config.Now()
	late := now.Sub(id.Expiry) > tolerance
	early := id.IssuedAt.Sub(now) > tolerance || claims.NotBefore.Sub(now) > tolerance
	if !late && !early {
		return nil
	}
	difference, known := p.transport.difference()
	if !known {
		difference = now.Sub(id.IssuedAt)
	}
	if err := clockError(difference); err != nil {
		return err
	}
	return fmt.Errorf("%w: the ID token is not of now", ErrUntrusted)
}

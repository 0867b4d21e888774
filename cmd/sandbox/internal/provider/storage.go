package provider

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"time"

	"discussions/cmd/sandbox/internal/people"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
	"golang.org/x/text/language"
)

// storage is the provider as op wants to see it.
type storage struct{ *Provider }

var (
	_ op.Storage                        = storage{}
	_ op.CanSetUserinfoFromRequest      = storage{}
	_ op.CanTerminateSessionFromRequest = storage{}
)

// CreateAuthRequest refuses what op lets through: no PKCE, or "plain".
func (s storage) CreateAuthRequest(ctx context.Context, in *oidc.AuthRequest, _ string) (op.AuthRequest, error) {
	if in.CodeChallenge == "" || in.CodeChallengeMethod != oidc.CodeChallengeMethodS256 {
		return nil, oidc.ErrInvalidRequest().WithDescription("PKCE with S256 is required")
	}
	a := askedFrom(ctx)
	r := &request{AuthRequest: in, id: rand.Text(), hint: a.hint, created: time.Now(), left: tries}
	if slices.Contains(in.Prompt, oidc.PromptNone) && !r.served(a.session, s.o.People) {
		return nil, oidc.ErrLoginRequired()
	}
	if s.isStrict() && !slices.Contains(in.Prompt, oidc.PromptConsent) {
		in.Scopes = slices.DeleteFunc(slices.Clone(in.Scopes), func(scope string) bool { return scope == oidc.ScopeOfflineAccess })
	}
	s.requests.add(r)
	return r, nil
}

func (s storage) AuthRequestByID(_ context.Context, id string) (op.AuthRequest, error) {
	return orNil(s.requests.get(id))
}

func (s storage) AuthRequestByCode(_ context.Context, code string) (op.AuthRequest, error) {
	return orNil(s.requests.byCode(code))
}

// orNil keeps a nil pointer out of the interface.
func orNil(r *request, err error) (op.AuthRequest, error) {
	if err != nil {
		return nil, err
	}
	return r, nil
}

func (s storage) SaveAuthCode(_ context.Context, id, code string) error {
	r, err := s.requests.get(id)
	if err != nil {
		return err
	}
	return r.setCode(code)
}

func (s storage) DeleteAuthRequest(_ context.Context, id string) error {
	s.requests.drop(id)
	return nil
}

// CreateAccessToken serves a client that did not ask for offline_access.
func (s storage) CreateAccessToken(_ context.Context, r op.TokenRequest) (string, time.Time, error) {
	in, err := grantOf(r)
	if err != nil {
		return "", time.Time{}, err
	}
	id, _ := s.grants.open(in) // the refresh token stays here
	return id, s.expiry(), nil
}

func (s storage) CreateAccessAndRefreshTokens(_ context.Context, r op.TokenRequest, current string) (string, string, time.Time, error) {
	if current != "" {
		id, refresh, err := s.grants.rotate(current)
		if err != nil {
			return "", "", time.Time{}, oidc.ErrInvalidGrant().WithParent(err)
		}
		return id, refresh, s.expiry(), nil
	}
	in, err := grantOf(r)
	if err != nil {
		return "", "", time.Time{}, err
	}
	id, refresh := s.grants.open(in)
	return id, refresh, s.expiry(), nil
}

func grantOf(r op.TokenRequest) (*grant, error) {
	in, ok := r.(*request)
	if !ok || !in.Done() {
		return nil, errors.New("only a login gives tokens")
	}
	login := in.login()
	return &grant{
		subject:  login.person.Subject(),
		clientID: in.ClientID,
		scopes:   in.Scopes,
		amr:      login.amr,
		authTime: login.at,
		session:  login.id,
	}, nil
}

// expiry of an access token that is issued now, by the provider's clock.
func (s storage) expiry() time.Time {
	return s.now().Add(s.o.TokenLife)
}

func (s storage) TokenRequestByRefreshToken(_ context.Context, token string) (op.RefreshTokenRequest, error) {
	r, err := s.grants.find(token)
	if err != nil {
		return nil, err
	}
	return r, nil
}

func (s storage) GetRefreshTokenInfo(_ context.Context, _, token string) (userID, tokenID string, err error) {
	subject, ok := s.grants.subjectOf(token)
	if !ok {
		return "", "", op.ErrInvalidRefreshToken
	}
	return subject, token, nil
}

func (s storage) RevokeToken(_ context.Context, tokenOrID, _, _ string) *oidc.Error {
	s.grants.revoke(tokenOrID)
	return nil
}

// TerminateSessionFromRequest ends the session that the id_token_hint names.
func (s storage) TerminateSessionFromRequest(_ context.Context, r *op.EndSessionRequest) (string, error) {
	if r.IDTokenHintClaims != nil {
		if id, ok := r.IDTokenHintClaims.Claims["sid"].(string); ok {
			s.sessions.end(id)
			s.grants.revokeSession(id)
		}
	}
	return r.RedirectURI, nil
}

// TerminateSession is replaced by TerminateSessionFromRequest.
func (s storage) TerminateSession(context.Context, string, string) error { return nil }

func (s storage) GetClientByClientID(_ context.Context, id string) (op.Client, error) {
	if id != ClientID {
		return nil, errors.New("unknown client")
	}
	return client{tokenLife: s.o.TokenLife, skew: s.skew()}, nil
}

func (s storage) AuthorizeClientIDSecret(context.Context, string, string) error {
	return errors.New("the client has no secret")
}

// SetUserinfoFromScopes is deprecated in op.
func (s storage) SetUserinfoFromScopes(context.Context, *oidc.UserInfo, string, string, []string) error {
	return nil
}

func (s storage) SetUserinfoFromRequest(_ context.Context, info *oidc.UserInfo, r op.IDTokenRequest, scopes []string) error {
	switch in := r.(type) {
	case *request:
		info.AppendClaims("sid", in.login().id)
	case *refreshing:
		info.AppendClaims("sid", in.session)
	}
	return s.setUserinfo(info, r.GetSubject(), scopes)
}

func (s storage) SetUserinfoFromToken(_ context.Context, info *oidc.UserInfo, tokenID, subject, _ string) error {
	if !s.grants.good(tokenID) {
		return errors.New("the access token was revoked")
	}
	return s.setUserinfo(info, subject, []string{oidc.ScopeOpenID, oidc.ScopeProfile, oidc.ScopeEmail})
}

func (s storage) setUserinfo(info *oidc.UserInfo, subject string, scopes []string) error {
	p, err := s.person(subject)
	if err != nil {
		return err
	}
	info.Subject = subject
	info.AppendClaims("jid", p.JID)
	if slices.Contains(scopes, oidc.ScopeEmail) {
		info.Email, info.EmailVerified = p.Mail, true
	}
	if slices.Contains(scopes, oidc.ScopeProfile) {
		info.Name = p.Name
		info.Locale = oidc.NewLocale(language.French)
		info.AppendClaims("organization", p.Organisation)
		info.AppendClaims("job_title", p.Job)
	}
	return nil
}

func (s storage) person(subject string) (people.Person, error) {
	p, ok := hinted(subject, s.o.People)
	if !ok {
		return p, errors.New("unknown user")
	}
	return p, nil
}

func (s storage) GetPrivateClaimsFromScopes(_ context.Context, subject, _ string, _ []string) (map[string]any, error) {
	p, err := s.person(subject)
	if err != nil {
		return nil, err
	}
	return map[string]any{"jid": p.JID}, nil
}

func (s storage) SetIntrospectionFromToken(context.Context, *oidc.IntrospectionResponse, string, string, string) error {
	return errors.New("there is no introspection")
}

func (s storage) SigningKey(context.Context) (op.SigningKey, error) {
	return signingKey{s.o.Signer}, nil
}

func (s storage) SignatureAlgorithms(context.Context) ([]jose.SignatureAlgorithm, error) {
	return []jose.SignatureAlgorithm{jose.RS256}, nil
}

func (s storage) KeySet(context.Context) ([]op.Key, error) {
	return []op.Key{publicKey{s.o.Signer}}, nil
}

func (s storage) GetKeyByIDAndClientID(context.Context, string, string) (*jose.JSONWebKey, error) {
	return nil, errors.New("the client has no key")
}

func (s storage) ValidateJWTProfileScopes(context.Context, string, []string) ([]string, error) {
	return nil, errors.New("there is no JWT profile")
}

func (s storage) Health(context.Context) error { return nil }

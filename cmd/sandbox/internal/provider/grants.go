package provider

import (
	"crypto/rand"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/zitadel/oidc/v3/pkg/op"
)

// grant is what one login gave: a family of refresh tokens, of which only the
// newest is good, with the access tokens that came with them.
type grant struct {
	subject  string
	clientID string
	scopes   []string
	amr      []string
	authTime time.Time
	session  string // id of the browser session it began in

	current string // refresh token
	revoked bool
}

// refreshing is a grant while it is refreshed; it implements
// [op.RefreshTokenRequest].
type refreshing struct {
	*grant
	scopes []string
}

var _ op.RefreshTokenRequest = (*refreshing)(nil)

func (r *refreshing) GetAMR() []string             { return r.amr }
func (r *refreshing) GetAudience() []string        { return []string{r.clientID} }
func (r *refreshing) GetAuthTime() time.Time       { return r.authTime }
func (r *refreshing) GetClientID() string          { return r.clientID }
func (r *refreshing) GetScopes() []string          { return r.scopes }
func (r *refreshing) GetSubject() string           { return r.subject }
func (r *refreshing) SetCurrentScopes(to []string) { r.scopes = to }

// grants are all logins that gave tokens.
type grants struct {
	mu      sync.Mutex
	refresh map[string]*grant // every refresh token ever, used ones as well
	access  map[string]*grant // by id of the access token
}

var errRefreshToken = errors.New("the refresh token is unknown, revoked or used")

// open begins a family.
func (g *grants) open(in *grant) (accessID, refreshToken string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.refresh == nil {
		g.refresh, g.access = make(map[string]*grant), make(map[string]*grant)
	}
	return g.issue(in)
}

// issue is called with the lock held.
func (g *grants) issue(in *grant) (accessID, refreshToken string) {
	accessID, refreshToken = rand.Text(), rand.Text()+rand.Text()
	in.current = refreshToken
	g.refresh[refreshToken] = in
	g.access[accessID] = in
	return accessID, refreshToken
}

// find gives the grant of a refresh token that is good. The reuse of a refresh
// token means that two parties have it: the whole family ends.
func (g *grants) find(token string) (*refreshing, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	in := g.refresh[token]
	if in == nil || in.revoked {
		return nil, errRefreshToken
	}
	if in.current != token {
		in.revoked = true
		return nil, errRefreshToken
	}
	return &refreshing{grant: in, scopes: slices.Clone(in.scopes)}, nil
}

// rotate spends a refresh token for the next ones. Of two at the same time only
// one gets them, and the other ends the family.
func (g *grants) rotate(token string) (accessID, refreshToken string, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	in := g.refresh[token]
	if in == nil || in.revoked {
		return "", "", errRefreshToken
	}
	if in.current != token {
		in.revoked = true
		return "", "", errRefreshToken
	}
	accessID, refreshToken = g.issue(in)
	return accessID, refreshToken, nil
}

// revoke ends the family of a refresh token, or of an access token given by id.
// What is unknown is ignored (RFC 7009, section 2.2).
func (g *grants) revoke(tokenOrID string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if in := g.refresh[tokenOrID]; in != nil {
		in.revoked = true
	}
	delete(g.access, tokenOrID)
}

// revokeSession ends what began in a browser session.
func (g *grants) revokeSession(session string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, in := range g.refresh {
		if in.session == session {
			in.revoked = true
		}
	}
}

// subjectOf returns the owner of a refresh token, valid or not.
func (g *grants) subjectOf(token string) (string, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if in := g.refresh[token]; in != nil {
		return in.subject, true
	}
	return "", false
}

// good says whether the access token may still read the user's information.
func (g *grants) good(accessID string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	in := g.access[accessID]
	return in != nil && !in.revoked
}

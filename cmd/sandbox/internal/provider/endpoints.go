package provider

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// discover adds to op's metadata that the response names the issuer (RFC 9207).
func (p *Provider) discover(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(struct {
		*oidc.DiscoveryConfiguration
		ResponseIssuer bool `json:"authorization_response_iss_parameter_supported"`
	}{op.CreateDiscoveryConfig(r.Context(), p.op, storage{p}), true})
}

// asked is what op does not hand to the storage of an authorization request.
type asked struct {
	hint    string // kc_idp_hint
	session *session
}

type askedKey struct{}

func askedFrom(ctx context.Context) asked {
	a, _ := ctx.Value(askedKey{}).(asked)
	return a
}

func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	a := asked{hint: r.FormValue("kc_idp_hint"), session: p.sessions.of(r)}
	r = r.WithContext(context.WithValue(r.Context(), askedKey{}, a))
	p.identified(p.op).ServeHTTP(w, r)
}

// identified adds "iss" to redirections that answer the client.
func (p *Provider) identified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(&namingWriter{ResponseWriter: w, issuer: p.o.Issuer}, r)
	})
}

type namingWriter struct {
	http.ResponseWriter
	issuer string
}

func (w *namingWriter) WriteHeader(status int) {
	location, err := url.Parse(w.Header().Get("Location"))
	if err == nil && location.Host != "" && !strings.HasPrefix(location.String(), w.issuer+"/") {
		query := location.Query()
		query.Set("iss", w.issuer)
		location.RawQuery = query.Encode()
		w.Header().Set("Location", location.String())
	}
	w.ResponseWriter.WriteHeader(status)
}

// token is op's token endpoint with the faults that were asked for.
func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	switch state := p.tokenState(); {
	case state == Down:
		http.Error(w, "service unavailable", http.StatusServiceUnavailable)
	case state == Refuse && r.FormValue("grant_type") == string(oidc.GrantTypeRefreshToken):
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(oidc.ErrInvalidGrant().WithDescription("refused by the sandbox"))
	default:
		p.op.ServeHTTP(w, r)
	}
}

// endSession ends the browser's session besides what op does for the one that
// the id_token_hint names.
func (p *Provider) endSession(w http.ResponseWriter, r *http.Request) {
	if s := p.sessions.of(r); s != nil {
		p.sessions.end(s.id)
		p.grants.revokeSession(s.id)
	}
	p.sessions.forget(w)
	p.op.ServeHTTP(w, r)
}

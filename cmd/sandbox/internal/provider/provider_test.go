package provider

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestLoginByCard(t *testing.T) {
	s := newSite(t)
	out := s.login("kc_idp_hint", "psc")
	id := s.claims(out.ID)
	for claim, want := range map[string]any{
		"iss": s.issuer, "sub": s.claire().Subject(), "nonce": "n1", "jid": s.claire().JID, "name": s.claire().Name,
		"email": s.claire().Mail, "organization": s.claire().Organisation, "job_title": s.claire().Job, "acr": "eidas1",
	} {
		if id[claim] != want {
			t.Errorf("claim %s is %v, want %v", claim, id[claim], want)
		}
	}
	access := s.claims(out.Access)
	if access["jid"] != s.claire().JID || access["exp"] == nil {
		t.Errorf("the message server wants jid and exp in the access token: %v", access)
	}
	if out.Expires < 295 || out.Expires > 300 {
		t.Errorf("the access token lives %d s, want 300", out.Expires)
	}
}

func TestLoginByMail(t *testing.T) {
	s := newSite(t)
	v := s.authorize()
	id := v.id()
	if !strings.Contains(v.body, "Pro Santé Connect") || !strings.Contains(v.body, "Mot de passe") {
		t.Error("the page does not offer both ways")
	}
	v = s.submit("/login/mail", id, "mail", "Claire.Martin@spico.test", "password", "wrong")
	if !strings.Contains(v.body, "incorrect") {
		t.Error("a wrong password is not refused")
	}
	v = s.submit("/login/mail", id, "mail", "Claire.Martin@spico.test", "password", s.claire().Password)
	if v.url.Path != "/login/code" {
		t.Fatalf("after the password: %s", v.url)
	}
	if v = s.submit("/login/code", id, "code", "x"); !strings.Contains(v.body, "incorrect") {
		t.Error("a wrong code is not refused")
	}
	code, ok := s.Code(context.Background(), s.claire().Mail)
	if !ok {
		t.Fatal("no code arrived")
	}
	if inbox := s.visit(s.browser.Get(s.issuer + "/messages")); !strings.Contains(inbox.body, code) {
		t.Error("the code is not on the page /messages")
	}
	v = s.submit("/login/code", id, "code", code)
	if s.exchange(v.query.Get("code")).Access == "" {
		t.Errorf("no tokens: %v", v.query)
	}
	if _, ok := s.Code(canceled(), s.claire().Mail); ok {
		t.Error("a used code is still good")
	}
}

func canceled() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

func TestResponseNamesIssuer(t *testing.T) {
	s := newSite(t)
	v := s.authorize()
	v = s.submit("/login/psc", v.id(), "card", s.claire().Card, "code", s.claire().CardCode)
	if v.query.Get("iss") != s.issuer || v.query.Get("state") != "s1" {
		t.Errorf("the response is %v", v.query)
	}
}

func TestPKCEIsRequired(t *testing.T) {
	for name, changes := range map[string][]string{
		"no challenge": {"code_challenge", "-", "code_challenge_method", "-"},
		"plain":        {"code_challenge", verifier, "code_challenge_method", "plain"},
		"no method":    {"code_challenge_method", "-"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := newSite(t).authorize(changes...).query.Get("error"); got != "invalid_request" {
				t.Errorf("error is %q, want invalid_request", got)
			}
		})
	}
	t.Run("wrong verifier", func(t *testing.T) {
		s := newSite(t)
		v := s.submit("/login/psc", s.authorize().id(), "card", s.claire().Card, "code", s.claire().CardCode)
		out := s.token("grant_type", "authorization_code", "code", v.query.Get("code"), "redirect_uri", loopback, "code_verifier", rand.Text()+rand.Text())
		if out.Error != "invalid_grant" {
			t.Errorf("error is %q, want invalid_grant", out.Error)
		}
	})
}

func TestForeignRedirectIsNotFollowed(t *testing.T) {
	s := newSite(t)
	v := s.authorize("redirect_uri", "https://elsewhere.example/callback")
	if v.query != nil || v.url.Path != "/authorize" {
		t.Errorf("the browser went to %s", v.url)
	}
}

func TestRefreshRotates(t *testing.T) {
	s := newSite(t)
	first := s.login()
	second := s.refresh(first.Refresh)
	if second.Access == "" || second.Refresh == "" || second.Refresh == first.Refresh {
		t.Fatalf("no rotation: %+v", second)
	}
	if again := s.refresh(first.Refresh); again.Error != "invalid_grant" {
		t.Errorf("a used refresh token gives %q, want invalid_grant", again.Error)
	}
	if after := s.refresh(second.Refresh); after.Error != "invalid_grant" {
		t.Errorf("after a reuse the family gives %q, want invalid_grant", after.Error)
	}
}

func TestRevocationEndsTheFamily(t *testing.T) {
	s := newSite(t)
	out := s.login()
	r, err := http.PostForm(s.issuer+"/revoke", url.Values{"token": {out.Refresh}, "client_id": {ClientID}})
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != http.StatusOK {
		t.Errorf("revocation answers %s", r.Status)
	}
	if after := s.refresh(out.Refresh); after.Error != "invalid_grant" {
		t.Errorf("a revoked refresh token gives %q", after.Error)
	}
}

func TestSingleSignOn(t *testing.T) {
	s := newSite(t)
	s.login()
	if v := s.authorize(); v.query.Get("code") == "" {
		t.Error("the second login asks again")
	}
	if v := s.authorize("prompt", "login"); v.query != nil {
		t.Error("prompt=login does not ask again")
	}
	if v := s.authorize("login_hint", s.o.People[1].Mail); v.query != nil {
		t.Error("another person's login_hint is served with this session")
	}
	if v := s.authorize("login_hint", s.claire().Mail, "prompt", "none"); v.query.Get("code") == "" {
		t.Error("prompt=none with a session fails")
	}
	s.newBrowser()
	if v := s.authorize("prompt", "none"); v.query.Get("error") != "login_required" {
		t.Errorf("prompt=none without a session: %v", v.query)
	}
}

func TestLoginHintFillsIn(t *testing.T) {
	s := newSite(t)
	if v := s.authorize("login_hint", s.claire().JID); !strings.Contains(v.body, `value="claire.martin@spico.test"`) {
		t.Error("the mail address is not filled in")
	}
	v := s.authorize("login_hint", s.claire().Mail, "kc_idp_hint", "psc")
	if !strings.Contains(v.body, s.claire().Card) || strings.Contains(v.body, s.o.People[1].Name) {
		t.Error("the card is not chosen")
	}
}

func TestEndSession(t *testing.T) {
	s := newSite(t)
	out := s.login()
	v := s.visit(s.browser.Get(s.issuer + "/end_session?" + url.Values{"id_token_hint": {out.ID}}.Encode()))
	if !strings.Contains(v.body, "déconnecté") {
		t.Errorf("end_session leads to %s", v.url)
	}
	if v := s.authorize(); v.query != nil {
		t.Error("the browser is still logged in")
	}
	if after := s.refresh(out.Refresh); after.Error != "invalid_grant" {
		t.Errorf("a refresh token of the ended session gives %q", after.Error)
	}

	back := s.login()
	s.newBrowser() // the hint alone names the session
	v = s.visit(s.browser.Get(s.issuer + "/end_session?" + url.Values{"id_token_hint": {back.ID}, "post_logout_redirect_uri": {loopback}}.Encode()))
	if v.query == nil {
		t.Errorf("post_logout_redirect_uri is not followed: %s %s", v.url, v.body)
	}
	if after := s.refresh(back.Refresh); after.Error != "invalid_grant" {
		t.Errorf("a refresh token of the ended session gives %q", after.Error)
	}
}

func TestCancelAndTooManyTries(t *testing.T) {
	s := newSite(t)
	if v := s.submit("/login/cancel", s.authorize().id()); v.query.Get("error") != "access_denied" || v.query.Get("state") != "s1" {
		t.Errorf("cancelling gives %v", v.query)
	}
	id := s.authorize().id()
	var v visited
	for range tries {
		v = s.submit("/login/psc", id, "card", s.claire().Card, "code", "0000")
	}
	if v.query.Get("error") != "access_denied" {
		t.Errorf("after %d wrong codes: %v", tries, v.query)
	}
	if v = s.submit("/login/psc", id, "card", s.claire().Card, "code", s.claire().CardCode); v.query != nil {
		t.Error("a refused login can go on")
	}
}

func TestFaults(t *testing.T) {
	s := newSite(t)
	out := s.login()
	if err := s.SetTokens(Refuse); err != nil {
		t.Fatal(err)
	}
	if got := s.refresh(out.Refresh); got.Error != "invalid_grant" || got.status != http.StatusBadRequest {
		t.Errorf("refused: %+v", got)
	}
	if err := s.SetTokens(Down); err != nil {
		t.Fatal(err)
	}
	if got := s.refresh(out.Refresh); got.status != http.StatusServiceUnavailable {
		t.Errorf("down: %+v", got)
	}
	if err := s.SetTokens(Accept); err != nil {
		t.Fatal(err)
	}
	if got := s.refresh(out.Refresh); got.Access == "" {
		t.Errorf("accepted again: %+v", got)
	}
	if s.SetTokens("other") == nil {
		t.Error("an unknown state is accepted")
	}
}

func TestClock(t *testing.T) {
	for _, offset := range []time.Duration{24 * time.Hour, -24 * time.Hour} {
		s := newSite(t)
		s.SetClock(offset)
		out := s.login()
		now := float64(time.Now().Add(offset).Unix())
		for name, token := range map[string]string{"ID token": out.ID, "access token": out.Access} {
			claims := s.claims(token)
			iat, exp := claims["iat"].(float64), claims["exp"].(float64)
			if iat < now-10 || iat > now+10 || exp-iat < 290 || exp-iat > 310 {
				t.Errorf("offset %s: the %s is good from %v for %v s", offset, name, iat-now, exp-iat)
			}
		}
		if out.Expires < 290 || out.Expires > 310 {
			t.Errorf("offset %s: expires_in is %d", offset, out.Expires)
		}
	}
}

func TestDiscovery(t *testing.T) {
	s := newSite(t)
	r, err := http.Get(s.issuer + "/.well-known/openid-configuration")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	var d struct {
		Issuer     string   `json:"issuer"`
		Methods    []string `json:"code_challenge_methods_supported"`
		Revocation string   `json:"revocation_endpoint"`
		EndSession string   `json:"end_session_endpoint"`
		Names      bool     `json:"authorization_response_iss_parameter_supported"`
	}
	if err := json.NewDecoder(r.Body).Decode(&d); err != nil {
		t.Fatal(err)
	}
	if d.Issuer != s.issuer || !slices.Contains(d.Methods, "S256") || d.Revocation == "" || d.EndSession == "" || !d.Names {
		t.Errorf("discovery: %+v", d)
	}
}

func TestAStrictProviderGivesARefreshTokenOnlyWithConsent(t *testing.T) {
	s := newSite(t)
	if out := s.login(); out.Refresh == "" {
		t.Fatal("no refresh token from a provider that is not strict")
	}
	s.SetStrict(true)
	if out := s.exchange(s.authorize().query.Get("code")); out.Refresh != "" || out.Access == "" {
		t.Errorf("without consent: %+v", out)
	}
	v := s.authorize("prompt", "consent")
	if v.query != nil || !strings.Contains(v.body, "/login/consent") {
		t.Fatalf("consent is not asked for: %v", v.url)
	}
	out := s.exchange(s.submit("/login/consent", v.id()).query.Get("code"))
	if out.Refresh == "" {
		t.Error("with consent: no refresh token")
	}
	if again := s.refresh(out.Refresh); again.Access == "" {
		t.Errorf("refreshed: %+v", again)
	}
	if v := s.submit("/login/cancel", s.authorize("prompt", "consent").id()); v.query.Get("error") != "access_denied" {
		t.Errorf("no consent: %v", v.query)
	}
}

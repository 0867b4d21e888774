package provider

import (
	"errors"
	"slices"
	"sync"
	"time"

	"discussions/cmd/sandbox/internal/people"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// requestLife is how long a login may take.
const requestLife = 30 * time.Minute

// tries is how many wrong passwords, card codes or one-time codes are allowed in one login.
const tries = 5

// request is an authorization request on its way through the login page.
type request struct {
	*oidc.AuthRequest
	id      string
	hint    string // kc_idp_hint
	created time.Time

	mu      sync.Mutex
	session *session // who has logged in; nil before
	mail    string   // whose one-time code is awaited
	left    int      // tries left
	code    string   // authorization code, once
}

var _ op.AuthRequest = (*request)(nil)

func (r *request) GetID() string          { return r.id }
func (r *request) GetAudience() []string  { return []string{r.ClientID} }
func (r *request) GetClientID() string    { return r.ClientID }
func (r *request) GetNonce() string       { return r.Nonce }
func (r *request) GetScopes() []string    { return r.Scopes }
func (r *request) GetRedirectURI() string { return r.RedirectURI }
func (r *request) GetState() string       { return r.State }

func (r *request) GetResponseType() oidc.ResponseType { return r.ResponseType }
func (r *request) GetResponseMode() oidc.ResponseMode { return r.ResponseMode }

func (r *request) GetCodeChallenge() *oidc.CodeChallenge {
	return &oidc.CodeChallenge{Challenge: r.CodeChallenge, Method: r.CodeChallengeMethod}
}

func (r *request) login() *session {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.session
}

func (r *request) Done() bool { return r.login() != nil }

func (r *request) GetACR() string {
	if s := r.login(); s != nil {
		return s.acr
	}
	return ""
}

func (r *request) GetAMR() []string {
	if s := r.login(); s != nil {
		return s.amr
	}
	return nil
}

func (r *request) GetAuthTime() time.Time {
	if s := r.login(); s != nil {
		return s.at
	}
	return time.Time{}
}

func (r *request) GetSubject() string {
	if s := r.login(); s != nil {
		return s.person.Subject()
	}
	return ""
}

// served says whether an existing session is enough for this request.
func (r *request) served(s *session, everyone []people.Person) bool {
	if s == nil || slices.Contains(r.Prompt, oidc.PromptLogin) || slices.Contains(r.Prompt, oidc.PromptSelectAccount) {
		return false
	}
	if r.MaxAge != nil && time.Since(s.at) > time.Duration(*r.MaxAge)*time.Second {
		return false
	}
	hinted, ok := hinted(r.LoginHint, everyone)
	return !ok || hinted == s.person
}

// hinted finds the person of a login_hint: a mail address, a JID or a subject.
func hinted(hint string, everyone []people.Person) (people.Person, bool) {
	for _, p := range everyone {
		if hint != "" && (hint == p.Mail || hint == p.JID || hint == p.Subject()) {
			return p, true
		}
	}
	return people.Person{}, false
}

// miss counts a wrong try; false: no more.
func (r *request) miss() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.left--
	return r.left > 0
}

func (r *request) spent() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.left <= 0
}

func (r *request) setMail(mail string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mail = mail
}

func (r *request) awaited() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.mail
}

func (r *request) complete(s *session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.session = s
}

// requests are the logins under way.
type requests struct {
	mu   sync.Mutex
	byID map[string]*request
}

var errNoRequest = errors.New("the login request is unknown or has expired")

func (q *requests) add(r *request) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.byID == nil {
		q.byID = make(map[string]*request)
	}
	for id, old := range q.byID {
		if time.Since(old.created) > requestLife {
			delete(q.byID, id)
		}
	}
	q.byID[r.id] = r
}

func (q *requests) get(id string) (*request, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	r, ok := q.byID[id]
	if !ok || time.Since(r.created) > requestLife {
		return nil, errNoRequest
	}
	return r, nil
}

func (q *requests) byCode(code string) (*request, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, r := range q.byID {
		if r.matches(code) {
			return r, nil
		}
	}
	return nil, errNoRequest
}

func (r *request) matches(code string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.code != "" && r.code == code
}

// setCode remembers the authorization code; there is only ever one.
func (r *request) setCode(code string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.code != "" {
		return errors.New("this login has been answered already")
	}
	r.code = code
	return nil
}

func (q *requests) drop(id string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.byID, id)
}

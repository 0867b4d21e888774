package provider

import (
	"crypto/rand"
	"net/http"
	"sync"
	"time"

	"discussions/cmd/sandbox/internal/people"
)

// session is a browser that has logged in: the single-sign-on cookie.
type session struct {
	id     string
	person people.Person
	at     time.Time // of the login
	amr    []string  // ways of proof (RFC 8176)
	acr    string    // level of proof
}

type sessions struct {
	mu   sync.Mutex
	byID map[string]*session
}

const cookieName = "sandbox_sso"

// begin opens a session and sets its cookie in the browser.
func (s *sessions) begin(w http.ResponseWriter, p people.Person, amr []string, acr string) *session {
	opened := &session{id: rand.Text(), person: p, at: time.Now(), amr: amr, acr: acr}
	s.mu.Lock()
	if s.byID == nil {
		s.byID = make(map[string]*session)
	}
	s.byID[opened.id] = opened
	s.mu.Unlock()
	http.SetCookie(w, &http.Cookie{Name: cookieName, Value: opened.id, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	return opened
}

// of finds the browser's session; nil when it has none.
func (s *sessions) of(r *http.Request) *session {
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byID[cookie.Value]
}

func (s *sessions) end(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byID, id)
}

// forget takes the cookie from the browser.
func (s *sessions) forget(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{Name: cookieName, Path: "/", HttpOnly: true, MaxAge: -1})
}

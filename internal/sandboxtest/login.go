package sandboxtest

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// Login walks through the provider's login page as the person would in a
// browser that nobody is logged in with, from the authorization address to the
// redirection to the application's loopback listener. The method is "psc" or
// "mail".
func (s *Sandbox) Login(t testing.TB, loginURL string, person Person, method string) {
	t.Helper()
	if err := s.NewBrowser().Login(loginURL, person, method); err != nil {
		t.Fatalf("log %s in: %v", person.Name, err)
	}
}

// Browser keeps the provider's cookies from one login to the next.
type Browser struct {
	sandbox *Sandbox
	client  *http.Client
}

// NewBrowser returns a browser without cookies.
func (s *Sandbox) NewBrowser() *Browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err) // never, says its documentation
	}
	return &Browser{s, &http.Client{
		Jar:       jar,
		Timeout:   patience,
		Transport: &http.Transport{DisableKeepAlives: true},
	}}
}

// Get opens an address and follows its redirections; it tells where they led
// and the page there.
func (b *Browser) Get(address string) (at *url.URL, body string, err error) {
	return read(b.client.Get(address))
}

// Post submits a form to a path of the provider.
func (b *Browser) Post(path string, form url.Values) (at *url.URL, body string, err error) {
	return read(b.client.PostForm(b.sandbox.Issuer+path, form))
}

func read(r *http.Response, err error) (*url.URL, string, error) {
	if err != nil {
		return nil, "", err
	}
	defer r.Body.Close()
	text, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	return r.Request.URL, string(text), err
}

// Login is [Sandbox.Login] in this browser: when it is still logged in and the
// application does not insist, no form is shown. Where consent is asked for, the
// person consents.
func (b *Browser) Login(loginURL string, person Person, method string) error {
	at, page, err := b.Get(loginURL)
	if err != nil {
		return err
	}
	if !b.atProvider(at) {
		return nil // single sign-on
	}
	if asksConsent(page) {
		return b.consent(at, page)
	}
	id := url.Values{"id": {at.Query().Get("id")}}
	if id.Get("id") == "" {
		return fmt.Errorf("the provider shows no login page at %s", at.Path)
	}
	switch method {
	case "psc":
		at, page, err = b.Post("/login/psc", with(id, "card", person.Card, "code", person.CardCode))
	case "mail":
		if _, _, err = b.Post("/login/mail", with(id, "mail", person.Mail, "password", person.Password)); err != nil {
			return err
		}
		var code string
		if code, err = b.sandbox.code(person.Mail); err != nil {
			return err
		}
		at, page, err = b.Post("/login/code", with(id, "code", code))
	default:
		return fmt.Errorf("unknown way to log in %q: psc or mail", method)
	}
	if err != nil {
		return err
	}
	return b.consent(at, page)
}

// consent goes on from the page after the login.
func (b *Browser) consent(at *url.URL, page string) error {
	if b.atProvider(at) && asksConsent(page) {
		id := idField.FindStringSubmatch(page)
		if id == nil {
			return errors.New("the page of the consent names no request")
		}
		var err error
		if at, _, err = b.Post("/login/consent", url.Values{"id": {id[1]}}); err != nil {
			return err
		}
	}
	if b.atProvider(at) {
		return errors.New("the provider refused the login at " + at.Path)
	}
	return nil
}

func asksConsent(page string) bool { return strings.Contains(page, `action="/login/consent"`) }

var idField = regexp.MustCompile(`name="id" value="([^"]+)"`)

func (b *Browser) atProvider(at *url.URL) bool {
	return strings.HasPrefix(at.String(), b.sandbox.Issuer+"/")
}

func with(form url.Values, pairs ...string) url.Values {
	more := url.Values{}
	for k, v := range form {
		more[k] = v
	}
	for i := 0; i < len(pairs); i += 2 {
		more.Set(pairs[i], pairs[i+1])
	}
	return more
}

// code waits for the newest unused code of the mail address.
func (s *Sandbox) code(mail string) (string, error) {
	var out struct {
		Code string `json:"code"`
	}
	query := url.Values{"mail": {mail}, "wait": {waitParameter(patience)}}
	err := s.call(http.MethodGet, "/code?"+query.Encode(), http.NoBody, &out)
	return out.Code, err
}

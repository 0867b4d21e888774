package provider

import (
	"crypto/subtle"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"discussions/cmd/sandbox/internal/people"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

func (p *Provider) pages(mux *http.ServeMux) {
	mux.HandleFunc("GET /login", p.forRequest(p.enter))
	mux.HandleFunc("GET /login/psc", p.forRequest(p.cards))
	mux.HandleFunc("POST /login/psc", p.forRequest(p.checkCard))
	mux.HandleFunc("POST /login/mail", p.forRequest(p.checkPassword))
	mux.HandleFunc("GET /login/code", p.forRequest(p.askCode))
	mux.HandleFunc("POST /login/code", p.forRequest(p.checkCode))
	mux.HandleFunc("POST /login/again", p.forRequest(p.sendAgain))
	mux.HandleFunc("POST /login/consent", p.forRequest(p.consent))
	mux.HandleFunc("POST /login/cancel", p.forRequest(p.cancel))
	mux.HandleFunc("GET /messages", p.messages)
	mux.HandleFunc("GET /logged-out", p.loggedOut)
}

// forRequest finds the authorization request that a page belongs to.
func (p *Provider) forRequest(h func(http.ResponseWriter, *http.Request, *request)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		found, err := p.requests.get(r.FormValue("id"))
		switch {
		case err != nil:
			p.show(w, http.StatusNotFound, "note.html", page{
				Title: "Cette connexion a expiré",
				Text:  "Retournez dans l’application et recommencez la connexion.",
			})
		case found.spent():
			p.refuse(w, r, found, oidc.ErrAccessDenied().WithDescription("too many tries"))
		default:
			h(w, r, found)
		}
	}
}

// enter is where op sends the browser: past the page when the browser's session
// will do, and to the way that the application hinted at.
func (p *Provider) enter(w http.ResponseWriter, r *http.Request, in *request) {
	switch s := p.sessions.of(r); {
	case in.served(s, p.o.People):
		p.finish(w, r, in, s)
	case in.hint == "psc":
		p.cards(w, r, in)
	default:
		p.showLogin(w, http.StatusOK, in, in.LoginHint, "")
	}
}

func (p *Provider) showLogin(w http.ResponseWriter, status int, in *request, mail, problem string) {
	if hinted, ok := hinted(mail, p.o.People); ok {
		mail = hinted.Mail
	}
	p.show(w, status, "login.html", page{
		Title: "Connexion", Problem: problem, ID: in.id, Mail: mail, People: p.o.People,
	})
}

// cards offers the cards of the simulated Pro Santé Connect, or asks for the
// code of the chosen one; login_hint chooses.
func (p *Provider) cards(w http.ResponseWriter, r *http.Request, in *request) {
	person, ok := p.byCard(r.FormValue("card"))
	if !ok && r.FormValue("other") == "" {
		person, ok = hinted(in.LoginHint, p.o.People)
	}
	if ok {
		p.showCard(w, http.StatusOK, in, person, "")
		return
	}
	p.show(w, http.StatusOK, "cards.html", page{Title: "Pro Santé Connect (simulé)", ID: in.id, People: p.o.People})
}

func (p *Provider) showCard(w http.ResponseWriter, status int, in *request, person people.Person, problem string) {
	p.show(w, status, "card.html", page{
		Title: "Pro Santé Connect (simulé)", Problem: problem, ID: in.id, Person: person,
	})
}

func (p *Provider) checkCard(w http.ResponseWriter, r *http.Request, in *request) {
	person, ok := p.byCard(r.FormValue("card"))
	if !ok {
		p.cards(w, r, in)
		return
	}
	if !equal(r.FormValue("code"), person.CardCode) {
		p.missed(w, r, in, func(status int) {
			p.showCard(w, status, in, person, "Code incorrect. Vérifiez le code de votre carte.")
		})
		return
	}
	p.finish(w, r, in, p.sessions.begin(w, person, []string{"sc", "pin"}, "eidas1"))
}

func (p *Provider) checkPassword(w http.ResponseWriter, r *http.Request, in *request) {
	mail := strings.ToLower(strings.TrimSpace(r.FormValue("mail")))
	person, ok := p.byMail(mail)
	if !ok || !equal(r.FormValue("password"), person.Password) {
		p.missed(w, r, in, func(status int) {
			p.showLogin(w, status, in, mail, "Adresse mail ou mot de passe incorrect.")
		})
		return
	}
	in.setMail(mail)
	p.sendAgain(w, r, in)
}

func (p *Provider) sendAgain(w http.ResponseWriter, r *http.Request, in *request) {
	mail := in.awaited()
	if mail == "" {
		p.showLogin(w, http.StatusBadRequest, in, "", "")
		return
	}
	if err := p.codes.send(mail); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	http.Redirect(w, r, "/login/code?"+url.Values{"id": {in.id}}.Encode(), http.StatusSeeOther)
}

func (p *Provider) askCode(w http.ResponseWriter, _ *http.Request, in *request) {
	p.showCode(w, http.StatusOK, in, "")
}

func (p *Provider) showCode(w http.ResponseWriter, status int, in *request, problem string) {
	mail := in.awaited()
	if mail == "" {
		p.showLogin(w, http.StatusBadRequest, in, "", "")
		return
	}
	p.show(w, status, "code.html", page{
		Title: "Code à usage unique", Problem: problem, ID: in.id, Mail: mail,
	})
}

func (p *Provider) checkCode(w http.ResponseWriter, r *http.Request, in *request) {
	mail := in.awaited()
	person, ok := p.byMail(mail)
	if !ok || !p.codes.use(mail, r.FormValue("code")) {
		p.missed(w, r, in, func(status int) {
			p.showCode(w, status, in, "Code incorrect. Saisissez le dernier code reçu.")
		})
		return
	}
	p.finish(w, r, in, p.sessions.begin(w, person, []string{"pwd", "otp"}, ""))
}

// missed counts a wrong try: again, or the login is refused.
func (p *Provider) missed(w http.ResponseWriter, r *http.Request, in *request, again func(status int)) {
	if in.miss() {
		again(http.StatusUnprocessableEntity)
		return
	}
	p.refuse(w, r, in, oidc.ErrAccessDenied().WithDescription("too many tries"))
}

func (p *Provider) cancel(w http.ResponseWriter, r *http.Request, in *request) {
	p.refuse(w, r, in, oidc.ErrAccessDenied().WithDescription("the user cancelled"))
}

// refuse sends the browser back to the application with an error.
func (p *Provider) refuse(w http.ResponseWriter, r *http.Request, in *request, err *oidc.Error) {
	p.requests.drop(in.id)
	op.AuthRequestError(&namingWriter{ResponseWriter: w, issuer: p.o.Issuer}, r, in, err, p.op)
}

// finish sends the browser to where op answers the application, after the person's consent if it was asked for.
func (p *Provider) finish(w http.ResponseWriter, r *http.Request, in *request, s *session) {
	in.complete(s)
	if slices.Contains(in.Prompt, oidc.PromptConsent) {
		p.show(w, http.StatusOK, "consent.html", page{Title: "Autorisation", ID: in.id, Person: s.person})
		return
	}
	p.answer(w, r, in)
}

func (p *Provider) consent(w http.ResponseWriter, r *http.Request, in *request) {
	if !in.Done() {
		p.showLogin(w, http.StatusBadRequest, in, "", "")
		return
	}
	p.answer(w, r, in)
}

func (p *Provider) answer(w http.ResponseWriter, r *http.Request, in *request) {
	http.Redirect(w, r, op.AuthCallbackURL(p.op)(r.Context(), in.id), http.StatusSeeOther)
}

func (p *Provider) messages(w http.ResponseWriter, _ *http.Request) {
	p.show(w, http.StatusOK, "messages.html", page{Title: "Boîte mail", Letters: p.codes.all(), Refresh: 5})
}

func (p *Provider) loggedOut(w http.ResponseWriter, _ *http.Request) {
	p.show(w, http.StatusOK, "note.html", page{
		Title: "Vous êtes déconnecté",
		Text:  "Votre session est terminée. Vous pouvez fermer cette page.",
	})
}

func (p *Provider) byCard(card string) (people.Person, bool) {
	for _, person := range p.o.People {
		if card != "" && person.Card == card {
			return person, true
		}
	}
	return people.Person{}, false
}

func (p *Provider) byMail(mail string) (people.Person, bool) {
	for _, person := range p.o.People {
		if mail != "" && person.Mail == mail {
			return person, true
		}
	}
	return people.Person{}, false
}

func equal(a, b string) bool {
	return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}

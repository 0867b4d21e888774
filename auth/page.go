package auth

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"errors"
	"html/template"
	"net/http"
	"strconv"
	"strings"
)

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

var pageTemplate = template.Must(template.New("page").Parse(pageHTML))

// page is one of the fixed pages that the browser may show at the end. Nothing of a request is ever on it.
type page struct {
	status  int
	tone    string // done, failed or calm: the picture and its colour
	french  words
	english words
}

type words struct{ title, text string }

var (
	pageDone = page{http.StatusOK, "done",
		words{"Connexion réussie", "Vous pouvez fermer cette page et revenir dans Discussions."},
		words{"You are logged in", "You may close this page and go back to Discussions."}}
	pageDenied = page{http.StatusForbidden, "calm",
		words{"Connexion annulée", "Rien n’a été enregistré. Vous pouvez fermer cette page et recommencer depuis Discussions."},
		words{"Login cancelled", "Nothing was kept. You may close this page and start again from Discussions."}}
	pageFailed = page{http.StatusBadGateway, "failed",
		words{"La connexion n’a pas abouti", "Revenez dans Discussions\u00a0: la raison y est indiquée, et vous pourrez recommencer."},
		words{"The login did not succeed", "Go back to Discussions: it tells the reason, and you may start again there."}}
	pageUsed = page{http.StatusGone, "calm",
		words{"Cette page a déjà servi", "Revenez dans Discussions pour continuer."},
		words{"This page has been used already", "Go back to Discussions to continue."}}
	pageStray = page{http.StatusBadRequest, "calm",
		words{"Rien à voir ici", "Cette adresse ne correspond pas à la connexion en cours. Revenez dans Discussions."},
		words{"Nothing here", "This address does not belong to the login under way. Go back to Discussions."}}
)

// pageFor is the page that tells how a login ended.
func pageFor(err error) page {
	switch {
	case err == nil:
		return pageDone
	case errors.Is(err, ErrDenied), errors.Is(err, ErrCancelled):
		return pageDenied
	}
	return pageFailed
}

// pagePolicy forbids everything but the page's own style, which is named by its hash: no script, no image, no frame, no form.
func pagePolicy() string {
	sum := sha256.Sum256([]byte(pageCSS))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

func writePage(w http.ResponseWriter, language string, p page) {
	lang, text := "fr", p.french
	if strings.HasPrefix(language, "en") {
		lang, text = "en", p.english
	}
	var body bytes.Buffer
	// The template and its data are constants: it cannot fail, as the tests show for each page.
	_ = pageTemplate.Execute(&body, map[string]any{
		"Language": lang, "Title": text.title, "Text": text.text, "Tone": p.tone, "Style": template.CSS(pageCSS),
	})
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(body.Len()))
	h.Set("Content-Security-Policy", pagePolicy())
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	w.WriteHeader(p.status)
	_, _ = w.Write(body.Bytes())
}

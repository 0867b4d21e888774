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

	"discussions/internal/i18n"
)

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

var pageTemplate = template.Must(template.New("page").Parse(pageHTML))

// A page is one of the pages that the browser may show at the end of a login.
// Nothing of a request is ever on it: its texts are "loginPage.<name>.title"
// and "loginPage.<name>.text".
type page struct {
	name   string
	status int
	tone   string // done, failed or calm: the picture and its colour
}

var (
	pageDone   = page{"done", http.StatusOK, "done"}
	pageDenied = page{"denied", http.StatusForbidden, "calm"}
	pageFailed = page{"failed", http.StatusBadGateway, "failed"}
	pageStray  = page{"stray", http.StatusBadRequest, "calm"}
	// pageElsewhere is for a browser other than the one in which the login was begun, and for an address that was used before.
	pageElsewhere = page{"elsewhere", http.StatusForbidden, "calm"}
)

// pageFor is the page for the result of a login.
func pageFor(err error) page {
	switch {
	case err == nil:
		return pageDone
	case errors.Is(err, ErrDenied), errors.Is(err, ErrCancelled):
		return pageDenied
	}
	return pageFailed
}

// pagePolicy is a Content-Security-Policy that allows only the page's own style, by its hash.
func pagePolicy() string {
	sum := sha256.Sum256([]byte(pageCSS))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

// writePage answers with a page in a language (BCP 47), or in the one that fits it best.
func writePage(w http.ResponseWriter, language string, p page) {
	words := i18n.In(language)
	var body bytes.Buffer
	// The template cannot fail: the tests execute it for each page and language.
	_ = pageTemplate.Execute(&body, map[string]any{
		"Language": words.Language, "Tone": p.tone, "Style": template.CSS(pageCSS),
		"Title": words.T("loginPage." + p.name + ".title"), "Text": words.T("loginPage." + p.name + ".text"),
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

package auth

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"errors"
	"html"
	"net/http"
	"strconv"
	"strings"

	"discussions/internal/i18n"
)

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

// A page is one of the pages that the browser may show at the end of a login.
// Nothing of a request is ever on it: its texts are "loginPage.<name>.title"
// and "loginPage.<name>.text".
type page struct {
	name   string
	status int
	tone   string // done, failed or calm: the picture and its colour
}

// picture is the sign in the circle, the path of an SVG.
func (p page) picture() string {
	if p.tone == "done" {
		return "m14.5 24.5 6.5 6.5 12.5-13.5" // a tick
	}
	return "M24 13v14M24 34v.5" // an exclamation mark
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
	text := func(key string) string { return html.EscapeString(words.T("loginPage." + p.name + "." + key)) }
	// Not html/template: it keeps every method of the program alive, which makes the program a tenth larger.
	body := strings.NewReplacer("{language}", html.EscapeString(string(words.Language)), "{tone}", p.tone, "{picture}", p.picture(),
		"{style}", pageCSS, "{title}", text("title"), "{text}", text("text")).Replace(pageHTML)
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Content-Security-Policy", pagePolicy())
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	w.WriteHeader(p.status)
	_, _ = w.Write([]byte(body))
}

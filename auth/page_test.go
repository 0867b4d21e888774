package auth

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var everyPage = map[string]page{"done": pageDone, "denied": pageDenied, "failed": pageFailed, "used": pageUsed, "stray": pageStray}

func TestPagesStandAlone(t *testing.T) {
	for name, p := range everyPage {
		for language, words := range map[string]words{"fr": p.french, "": p.french, "de": p.french, "en": p.english, "en-GB": p.english} {
			w := httptest.NewRecorder()
			writePage(w, language, p)
			body, header := w.Body.String(), w.Result().Header
			if !strings.Contains(body, words.title) || !strings.Contains(body, words.text) || !strings.HasSuffix(body, "</html>\n") {
				t.Errorf("%s in %q is not whole:\n%s", name, language, body)
			}
			if lang := map[bool]string{true: "en", false: "fr"}[strings.HasPrefix(language, "en")]; !strings.Contains(body, `<html lang="`+lang+`">`) {
				t.Errorf("%s in %q does not say its language", name, language)
			}
			for _, foreign := range []string{"<script", "<img", "<link", "<iframe", "<form", "<a ", "src=", "href=", "url(", "@import", "http:", "https:", "ZgotmplZ"} {
				if strings.Contains(body, foreign) {
					t.Errorf("%s holds %q", name, foreign)
				}
			}
			for field, want := range map[string]string{
				"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
				"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Cross-Origin-Opener-Policy": "same-origin",
			} {
				if got := header.Get(field); got != want {
					t.Errorf("%s: %s is %q", name, field, got)
				}
			}
			policy := header.Get("Content-Security-Policy")
			for _, rule := range []string{"default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"} {
				if !strings.Contains(policy, rule) {
					t.Errorf("%s: policy %q lacks %s", name, policy, rule)
				}
			}
			if strings.Contains(policy, "unsafe") {
				t.Errorf("%s: policy %q", name, policy)
			}
			style := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(body)
			sum := sha256.Sum256([]byte(style[1]))
			if !strings.Contains(policy, "style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") {
				t.Errorf("%s: the policy forbids the page's own style", name)
			}
			if strings.Contains(body, "style=") {
				t.Errorf("%s: the policy forbids style attributes", name)
			}
		}
	}
}

func TestThePageTellsHowItEnded(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want page
	}{{nil, pageDone}, {ErrDenied, pageDenied}, {ErrCancelled, pageDenied}, {ErrUnreachable, pageFailed}, {ErrNoJID, pageFailed}, {errors.New("x"), pageFailed}} {
		if got := pageFor(tt.err); got != tt.want {
			t.Errorf("%v: %+v", tt.err, got)
		}
	}
}

// TestWritePages writes the pages as files for the eye: PAGES=folder go test -run WritePages ./auth
func TestWritePages(t *testing.T) {
	dir := os.Getenv("PAGES")
	if dir == "" {
		dir = t.TempDir()
	}
	for name, p := range everyPage {
		for _, language := range []string{"fr", "en"} {
			w := httptest.NewRecorder()
			writePage(w, language, p)
			if err := os.WriteFile(filepath.Join(dir, name+"-"+language+".html"), w.Body.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

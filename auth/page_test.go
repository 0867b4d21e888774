package auth

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"html"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"discussions/internal/i18n"
	"discussions/internal/i18n/i18ntest"
)

var everyPage = map[string]page{"done": pageDone, "denied": pageDenied, "failed": pageFailed, "stray": pageStray}

func TestPagesStandAlone(t *testing.T) {
	i18ntest.AddPolish(t)
	for name, p := range everyPage {
		for language, want := range map[string]i18n.Language{"fr": "fr", "": "fr", "la": "fr", "en": "en", "en-GB": "en", "x\"><b>": "fr", "pl": "pl"} {
			words := i18n.In(string(want))
			title, text := words.T("loginPage."+name+".title"), words.T("loginPage."+name+".text")
			if strings.HasPrefix(title, "loginPage.") || strings.HasPrefix(text, "loginPage.") {
				t.Fatalf("%s has no texts in %q", name, want)
			}
			w := httptest.NewRecorder()
			writePage(w, language, p)
			body, header := w.Body.String(), w.Result().Header
			if !strings.Contains(body, html.EscapeString(title)) || !strings.Contains(body, html.EscapeString(text)) || !strings.HasSuffix(body, "</html>\n") {
				t.Errorf("%s in %q is not whole:\n%s", name, language, body)
			}
			if !strings.Contains(body, `<html lang="`+string(want)+`">`) {
				t.Errorf("%s in %q does not say its language", name, language)
			}
			for _, foreign := range []string{"<script", "<img", "<link", "<iframe", "<form", "<a ", "src=", "href=", "url(", "@import", "http:", "https:", "{title}", "{text}", "{tone}", "{picture}", "{style}"} {
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

// TestWritePages writes the pages to files, to look at them: PAGES=folder go test -run WritePages ./auth
func TestWritePages(t *testing.T) {
	dir := os.Getenv("PAGES")
	if dir == "" {
		dir = t.TempDir()
	}
	for name, p := range everyPage {
		for _, language := range i18n.All() {
			w := httptest.NewRecorder()
			writePage(w, string(language.Language), p)
			if err := os.WriteFile(filepath.Join(dir, name+"-"+string(language.Language)+".html"), w.Body.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

package provider

import (
	"crypto/rand"
	"embed"
	"hash/fnv"
	"html/template"
	"net/http"
	"strings"
	"unicode/utf8"

	"discussions/cmd/sandbox/internal/people"
)

//go:embed pages
var files embed.FS

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"initials": initials,
	"colour":   colour,
}).ParseFS(files, "pages/*.html"))

var style = func() template.CSS {
	text, err := files.ReadFile("pages/style.css")
	if err != nil {
		panic(err) // it is embedded
	}
	return template.CSS(text)
}()

// page is what the templates may show.
type page struct {
	Title        string
	Organisation string
	Problem      string // what went wrong at the last try
	Text         string
	ID           string // of the authorization request
	Mail         string
	Person       people.Person
	People       []people.Person
	Letters      []letter
	Refresh      int // seconds

	Nonce string
	Style template.CSS
}

// show answers with the template called name.
func (p *Provider) show(w http.ResponseWriter, status int, name string, data page) {
	data.Organisation = p.o.Name
	data.Nonce = rand.Text()
	data.Style = style
	var text strings.Builder
	if err := templates.ExecuteTemplate(&text, name, data); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	// Browsers apply form-action to the redirection that ends the login as well.
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'nonce-"+data.Nonce+
		"'; form-action 'self' http://127.0.0.1:*; base-uri 'none'; frame-ancestors 'none'")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text.String())) // an error means that the browser has gone
}

// initials of a name, without its title.
func initials(name string) (letters string) {
	for _, word := range strings.Fields(strings.TrimPrefix(name, "Dr ")) {
		r, _ := utf8.DecodeRuneInString(word)
		letters += string(r)
	}
	return letters
}

// colour chooses one of the avatars' seven colours.
func colour(name string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name))
	return h.Sum32() % 7
}

package files

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestSafeNames(t *testing.T) {
	for in, want := range map[string]string{
		"ordonnance.pdf":                  "ordonnance.pdf",
		"Œil droit – 12 h 30.jpg":         "Œil droit – 12 h 30.jpg",
		"../../.ssh/authorized_keys":      "authorized_keys",
		`C:\Windows\system32\cmd.exe`:     "cmd.exe",
		"..":                              "fichier",
		"":                                "fichier",
		".bashrc":                         "bashrc",
		"con":                             "_con",
		"NUL.txt":                         "_NUL.txt",
		"Com1.tar.gz":                     "_Com1.tar.gz",
		"COM¹":                            "_COM¹",
		"COM10.txt":                       "COM10.txt",
		"console.log":                     "console.log",
		"a:b<c>d|e?f*g\"h":                "a_b_c_d_e_f_g_h",
		"facture\u202Efdp.exe":            "facturefdp.exe",
		"a\x00b\nc\u200b.txt":             "abc.txt",
		"programme.exe. .":                "programme.exe",
		"un \u00a0 nom.txt ":              "un   nom.txt",
		strings.Repeat("é", 300) + ".pdf": strings.Repeat("é", 116) + ".pdf",
		"x." + strings.Repeat("y", 300):   "x." + strings.Repeat("y", 118),
		"nom .pdf":                        "nom.pdf",
		"\xff\xfe.txt":                    "txt",
	} {
		if got := SafeName(in, "fichier"); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		in := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.RuneFrom([]rune("./\\: .conaux1\u202e\x00é")))).Draw(r, "name")
		name := SafeName(in, "fichier")
		if name == "" || utf8.RuneCountInString(name) > maxName+1 || strings.ContainsAny(name, "/\\:*?\"<>|\x00") || strings.HasPrefix(name, ".") ||
			strings.HasSuffix(name, ".") || strings.HasSuffix(name, " ") || !utf8.ValidString(name) {
			r.Fatalf("%q becomes %q", in, name)
		}
		if again := SafeName(name, "fichier"); again != name {
			r.Fatalf("%q becomes %q, then %q", in, name, again)
		}
	})
}

func TestWhatASystemExecutes(t *testing.T) {
	for name, want := range map[string]bool{
		"a.exe": true, "A.EXE": true, "facture.pdf.js": true, "a.docm": true, "a.desktop": true, "a.AppImage": true, "a.lnk": true, "a.html": true,
		"a.pdf": false, "a.docx": false, "a.jpg": false, "exe": false, "a.": false, "a. exe ": false, "ordonnance.txt": false,
	} {
		if Executes(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
}

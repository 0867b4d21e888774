package wording

import (
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"discussions/internal/i18n"
	"discussions/internal/i18n/i18ntest"
	"discussions/messaging"
	"discussions/ui/look"

	"fyne.io/fyne/v2/test"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) {
	test.NewApp()
	os.Exit(m.Run())
}

func TestTypingNamesUpToTwo(t *testing.T) {
	person := messaging.Conversation{Name: "Dr Julien Roux", Typing: []string{"Dr Julien Roux"}}
	group := messaging.Conversation{Group: true, Typing: []string{"A", "B"}}
	i18ntest.Speak(t, "fr")
	for _, c := range []struct{ got, want string }{
		{Typing(nil), ""},
		{Typing([]string{"Dr Julien Roux"}), "Dr Julien Roux écrit…"},
		{Typing([]string{"A", "B\u202e"}), "A et B écrivent…"},
		{Typing([]string{"A", "B", "C"}), "Plusieurs personnes écrivent…"},
		{TypingIn(person), "écrit…"},
		{TypingIn(group), "A et B écrivent…"},
		{TypingIn(messaging.Conversation{}), ""},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestEveryTroubleWithTheConnectionHasItsWords(t *testing.T) {
	for _, c := range i18n.All() {
		language := c.Language
		i18ntest.Speak(t, language)
		for p := messaging.None; p <= messaging.Portal; p++ {
			for _, s := range []messaging.ConnState{messaging.Offline, messaging.Connecting} {
				got := Connection(messaging.Connection{State: s, Problem: p}, time.Now())
				if got.Text == "" || strings.HasPrefix(got.Text, "connection.") || strings.HasPrefix(got.Button, "connection.") || (got.Button == "") != (got.Remedy == NoRemedy) {
					t.Errorf("%s, %s, %s: %+v", language, s, p, got)
				}
			}
		}
	}
	for _, s := range []messaging.ConnState{messaging.Offline, messaging.Connecting, messaging.Online} {
		if got := Connection(messaging.Connection{State: s, DiskFull: true, Next: time.Now().Add(time.Minute)}, time.Now()); got.Text != i18n.T("connection.diskFull") || got.Remedy != Retry {
			t.Errorf("full disk, %s: %+v", s, got)
		}
	}
	i18ntest.Speak(t, "fr")
	if got := Connection(messaging.Connection{State: messaging.Online, Behind: true}, time.Now()); got != (Trouble{Text: "Récupération des messages manqués…"}) {
		t.Errorf("behind: %+v", got)
	}
	if got := Connection(messaging.Connection{State: messaging.Online, Problem: messaging.Server}, time.Now()); got != (Trouble{}) {
		t.Errorf("online: %+v", got)
	}
	for p, want := range map[messaging.Problem]Remedy{messaging.LoginNeeded: LogIn, messaging.TokenRefused: Retry, messaging.Unreachable: Retry, messaging.Replaced: Retry} {
		if got := Connection(messaging.Connection{Problem: p}, time.Now()); got.Remedy != want {
			t.Errorf("%s: %+v", p, got)
		}
	}
}

func TestTheNextAttemptIsCountedDown(t *testing.T) {
	i18ntest.Speak(t, "fr")
	const offline = "Hors ligne – vos messages partiront dès le retour du réseau."
	now := time.Now()
	for _, c := range []struct {
		problem      messaging.Problem
		state        messaging.ConnState
		in           time.Duration // 0: there is none
		text, button string
		again        time.Duration
	}{
		{messaging.Unreachable, messaging.Offline, 12 * time.Second, offline + " Reconnexion dans 12\u00a0s.", "Maintenant", time.Second},
		{messaging.Unreachable, messaging.Offline, 11*time.Second + 400*time.Millisecond, offline + " Reconnexion dans 12\u00a0s.", "Maintenant", 400 * time.Millisecond},
		{messaging.Unreachable, messaging.Offline, time.Millisecond, offline + " Reconnexion dans 1\u00a0s.", "Maintenant", time.Millisecond},
		{messaging.Unreachable, messaging.Offline, 14*time.Minute + time.Second, offline + " Reconnexion dans 15\u00a0min.", "Maintenant", time.Second},
		{messaging.Unreachable, messaging.Offline, 91 * time.Second, offline + " Reconnexion dans 2\u00a0min.", "Maintenant", 31 * time.Second},
		{messaging.Unreachable, messaging.Offline, 0, offline, "Réessayer", 0},
		{messaging.Unreachable, messaging.Offline, -time.Second, offline, "Réessayer", 0},
		{messaging.Unreachable, messaging.Connecting, time.Minute, "Reconnexion…", "", 0},
		{messaging.LoginNeeded, messaging.Offline, time.Minute, "Votre session a expiré : reconnectez-vous pour recevoir vos messages.", "Se connecter", 0},
		{messaging.Unreachable, messaging.Online, time.Minute, "", "", 0},
	} {
		connection := messaging.Connection{State: c.state, Problem: c.problem}
		if c.in != 0 {
			connection.Next = now.Add(c.in)
		}
		if got := Connection(connection, now); got.Text != c.text || got.Button != c.button || got.Again != c.again {
			t.Errorf("%s, %s, in %s: %+v", c.problem, c.state, c.in, got)
		}
	}
}

func TestNamesOfStrangersStayOnTheirLine(t *testing.T) {
	for in, want := range map[string]string{
		"Dr Claire Martin":              "Dr Claire Martin",
		" a\n b\t\u202ec ":              "a b c",
		strings.Repeat("é", nameMost):   strings.Repeat("é", nameMost),
		strings.Repeat("é", nameMost+1): strings.Repeat("é", nameMost-1) + "…",
		strings.Repeat("é", 1_000_000):  strings.Repeat("é", nameMost-1) + "…",
	} {
		if got := Name(in); got != want {
			t.Errorf("%.40q: %q", in, got)
		}
	}
}

func TestPreviewOfEachContent(t *testing.T) {
	i18ntest.Speak(t, "fr")
	for _, c := range []struct {
		content messaging.Content
		want    string
	}{
		{messaging.Text{Body: " Bonjour\n\n\tClaire "}, "Bonjour Claire"},
		{messaging.Text{Subject: "URGENT : Mme B.", Body: "Rappelez-moi"}, "URGENT : Mme B. — Rappelez-moi"},
		{messaging.Text{Subject: "Relève"}, "Relève"},
		{messaging.Text{Body: "pa\u200bss \u202egpj"}, "pass gpj"},
		{messaging.File{Name: "bilan.pdf", MediaType: "application/pdf"}, "📄 bilan.pdf"},
		{messaging.File{URL: "https://x.example/a/radio.dcm?k=1"}, "📄 radio.dcm"},
		{messaging.File{}, "📄 Fichier"},
		{messaging.File{Name: "a.pdf"}.With([]messaging.File{{Name: "b.pdf"}, {Name: "c.pdf"}}), "📄 a.pdf (+2)"},
		{messaging.File{Name: "IMG_1.jpg", MediaType: "image/jpeg"}, "📷 Photo"},
		{messaging.File{Name: "IMG_1.jpg", MediaType: "image/jpeg", Description: "La plaie ce matin"}, "📷 Photo — La plaie ce matin"},
		{messaging.Unreadable{Reason: messaging.Encrypted, Scheme: "OMEMO"}, "Message chiffré"},
		{messaging.Unreadable{Reason: messaging.Unsupported}, "Message qui ne peut pas être affiché"},
		{messaging.Retracted{By: "Paul"}, "Message retiré"},
		{messaging.Notice{Kind: messaging.Joined, Who: "Paul"}, "Paul a rejoint le groupe"},
		{messaging.Notice{Kind: messaging.Left, Who: "Paul"}, "Paul a quitté le groupe"},
		{messaging.Notice{Kind: messaging.FromRoom, Text: "Le groupe\nest fermé"}, "Le groupe est fermé"},
		{nil, "Message qui ne peut pas être affiché"},
	} {
		if got := Preview(messaging.Message{Content: c.content}); got != c.want {
			t.Errorf("%#v: %q, want %q", c.content, got, c.want)
		}
	}
}

func TestPreviewIsOneSafeLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		for _, c := range []messaging.Content{
			messaging.Text{Subject: text, Body: text}, messaging.File{Name: text, MediaType: text, Description: text, URL: text},
			messaging.Notice{Who: text, Text: text}, messaging.Retracted{By: text}, messaging.Unreadable{Scheme: text},
		} {
			got := Preview(messaging.Message{Content: c})
			if utf8.RuneCountInString(got) > 3*previewMost || !utf8.ValidString(got) || strings.ContainsAny(got, "\n\t\u202e") {
				t.Fatalf("%#v: %+q", c, got)
			}
		}
	})
}

func TestEveryStateOfAnOwnMessageHasItsIcon(t *testing.T) {
	seen := map[look.Icon]bool{}
	for _, s := range []messaging.State{messaging.Queued, messaging.Sent, messaging.Delivered, messaging.Read} {
		icon, ok := StateIcon(s)
		if !ok || seen[icon] {
			t.Errorf("%v: %v %v", s, icon, ok)
		}
		seen[icon] = true
	}
	for _, s := range []messaging.State{messaging.Received, messaging.Failed} {
		if _, ok := StateIcon(s); ok {
			t.Errorf("%v has an icon", s)
		}
	}
}

func TestWhatAMessageAnswers(t *testing.T) {
	for want, q := range map[string]messaging.Quote{
		"Combien ?":        {Text: "Combien\n?"},
		"📷 Photo":          {Text: "IMG_1.jpg", File: messaging.File{Name: "IMG_1.jpg", MediaType: "image/jpeg"}},
		"📄 ordonnance.pdf": {Text: "pour Mme B.", File: messaging.File{Name: "ordonnance.pdf", Description: "pour Mme B."}},
		"Message retiré":   {Gone: true, File: messaging.File{Name: "x"}},
		"":                 {},
	} {
		if got := Quoted(&q); got != want {
			t.Errorf("%+v: %q, want %q", q, got, want)
		}
	}
}

// The author of an answer can quote words that were never written: a quote that is not on this computer is not shown as
// theirs.
func TestAQuoteThatOnlyTheAnswerVouchesForSaysSo(t *testing.T) {
	for want, q := range map[string]messaging.Quote{
		"Claire Martin": {ID: "q", Author: "Claire Martin", Text: "Donnez 1 mg"},
		"Citation non vérifiée de Claire Martin": {Author: "Claire Martin", Text: "Donnez 10 mg"},
		"Citation non vérifiée":                  {Text: "Donnez 10 mg"},
		"":                                       {},
	} {
		if got := QuotedBy(&q); got != want {
			t.Errorf("%+v: %q, want %q", q, got, want)
		}
	}
}

package conversation

import (
	"slices"
	"strings"
	"testing"

	"discussions/internal/i18n"
	"discussions/internal/i18n/i18ntest"
	"discussions/messaging"
	"discussions/messaging/messagingtest"

	"fyne.io/fyne/v2"
	"github.com/google/go-cmp/cmp"
)

// one shows a conversation of one message.
func one(t *testing.T, m messaging.Message) (*stage, *messageView) {
	t.Helper()
	c := onCall()
	c.edit(func(v *messagingtest.Conversation) {
		v.Unread, v.FirstUnread, v.Messages = 0, messaging.Cursor{}, []messaging.Message{m}
	})
	s := newStage(t, c, 560, 640).open()
	s.finish()
	for _, shown := range s.messageViews() {
		if shown.row.e.ID == m.ID {
			return s, shown
		}
	}
	t.Fatalf("nothing is shown:\n%s", s.words())
	return nil, nil
}

func (r *messageView) names() []string {
	var names []string
	for _, a := range r.v.actionsOf(r.row.e, r.l) {
		names = append(names, a.name)
	}
	return names
}

func TestEveryContentIsShownWithItsActions(t *testing.T) {
	received := at(0, "Sophie Bernard", "s", 9, 12, "")
	with := func(m messaging.Message, c messaging.Content) messaging.Message { m.Content = c; return m }
	quoting := func(q messaging.Quote) messaging.Message {
		m := with(received, messaging.Text{Body: "Oui."})
		m.ReplyTo = &q
		return m
	}
	edited := with(received, messaging.Text{Body: "1 mg"})
	edited.Edited = edited.Time
	reacted := with(received, messaging.Text{Body: "Merci"})
	reacted.Reactions = []messaging.Reaction{{Emoji: "👍", By: []string{"a", "b"}, Own: true}, {Emoji: "🙏", By: []string{"c"}}}
	for _, c := range []struct {
		name    string
		m       messaging.Message
		shown   []string
		hidden  []string
		actions []string
	}{
		{"a text", with(received, messaging.Text{Body: "Bonjour"}), []string{"Bonjour", "9:12", "Sophie Bernard"}, nil, []string{"Répondre", "Réagir…", "Copier"}},
		{"a subject stands above its body", with(received, messaging.Text{Subject: "URGENT", Body: "Rappelez-moi"}), []string{"URGENT\nRappelez-moi"}, nil, []string{"Répondre", "Réagir…", "Copier"}},
		{"a subject alone", with(received, messaging.Text{Subject: "URGENT"}), []string{"URGENT"}, nil, []string{"Répondre", "Réagir…"}},
		{"a file", with(received, messaging.File{Name: "a.pdf", MediaType: "application/pdf", Size: 184_000, URL: "https://x/a.pdf"}),
			[]string{"a.pdf", "PDF · 184\u00a0Ko", "Télécharger"}, nil, []string{"Répondre", "Réagir…", "Télécharger", "Copier le lien"}},
		{"a file without an address", with(received, messaging.File{Name: "a.pdf"}), []string{"a.pdf", "PDF"}, []string{"Copier le lien"}, []string{"Répondre", "Réagir…", "Télécharger"}},
		{"a picture with its description", with(received, messaging.File{Name: "b.jpg", MediaType: "image/jpeg", Width: 800, Height: 600, Description: "Avant"}),
			[]string{"Afficher la photo", "Avant"}, []string{"b.jpg"}, []string{"Répondre", "Réagir…", "Télécharger", "Copier"}},
		{"an encrypted message", with(received, messaging.Unreadable{Reason: messaging.Encrypted, Scheme: "OMEMO"}),
			[]string{"Ce message est chiffré d’une façon que Discussions ne sait\npas lire"}, []string{"OMEMO"}, []string{"Répondre", "Réagir…"}},
		{"a message of an unknown kind", with(received, messaging.Unreadable{Reason: messaging.Unsupported}), []string{"Discussions ne sait pas afficher ce message"}, nil, []string{"Répondre", "Réagir…"}},
		{"a retracted message", with(received, messaging.Retracted{By: "Sophie Bernard"}), []string{"Message retiré par Sophie Bernard", "9:12"}, nil, nil},
		{"a message retracted by nobody knows whom", with(received, messaging.Retracted{}), []string{"Message retiré"}, []string{"Message retiré par"}, nil},
		{"an own retracted message has no tick", own(with(received, messaging.Retracted{ByMe: true}), messaging.Read, ""), []string{"Vous avez retiré ce message"}, nil, nil},
		{"a message of another that the user retracted", with(received, messaging.Retracted{By: "Dr Claire Martin", ByMe: true}), []string{"Vous avez retiré ce message"}, nil, nil},
		{"an own message retracted by another", own(with(received, messaging.Retracted{By: "Paul", ByJID: "paul@x"}), messaging.Read, ""), []string{"Message retiré par Paul"}, nil, nil},
		{"somebody joined", with(received, messaging.Notice{Kind: messaging.Joined, Who: "Paul Durand"}), []string{"Paul Durand a rejoint le groupe"}, []string{"9:12", "Sophie Bernard"}, nil},
		{"somebody left", with(received, messaging.Notice{Kind: messaging.Left, Who: "Paul Durand"}), []string{"Paul Durand a quitté le groupe"}, nil, nil},
		{"what the room said", with(received, messaging.Notice{Kind: messaging.FromRoom, Text: "Salon\u202e archivé"}), []string{"Salon archivé"}, nil, nil},
		{"a quote of a message that is here", quoting(messaging.Quote{ID: "q", Cursor: messaging.Cursor{Time: 1}, Author: "Paul", Text: "On y va ?"}),
			[]string{"Paul", "On y va ?\nOui."}, nil, []string{"Répondre", "Réagir…", "Voir le message d’origine", "Copier"}},
		{"a quote of a message that was withdrawn", quoting(messaging.Quote{ID: "q", Cursor: messaging.Cursor{Time: 1}, Author: "Paul", Gone: true}),
			[]string{"Paul", "Message retiré\nOui."}, nil, []string{"Répondre", "Réagir…", "Voir le message d’origine", "Copier"}},
		{"a quote of a message that is not", quoting(messaging.Quote{Author: "Paul", Text: "On y va ?"}), []string{"Citation non vérifiée de Paul\nOn y va ?\nOui."}, nil, []string{"Répondre", "Réagir…", "Copier"}},
		{"a quote of which nothing is known", quoting(messaging.Quote{}), []string{"Message d’origine\nOui."}, nil, []string{"Répondre", "Réagir…", "Copier"}},
		{"a corrected message", edited, []string{"1 mg", "modifié", " · 9:12"}, nil, []string{"Répondre", "Réagir…", "Copier", "Versions précédentes"}},
		{"reactions", reacted, []string{"👍 2", "🙏 1"}, nil, []string{"Répondre", "Réagir…", "Copier", "Voir les réactions"}},
		{"a refused message", own(with(received, messaging.Text{Body: "Non"}), messaging.Failed, "forbidden"),
			[]string{"Non envoyé", "Réessayer", "Supprimer", "Vous n’avez pas le droit"}, []string{"9:12"}, []string{"Modifier", "Copier", "Réessayer", "Supprimer"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, shown := one(t, c.m)
			words := s.words()
			for _, want := range c.shown {
				if !strings.Contains(words, want) {
					t.Errorf("%q is missing in:\n%s", want, words)
				}
			}
			for _, not := range c.hidden {
				if strings.Contains(words, not) {
					t.Errorf("%q is shown in:\n%s", not, words)
				}
			}
			names := slices.DeleteFunc(shown.names(), func(name string) bool { return name == "Épingler" }) // TestAPinned… is about it
			if diff := cmp.Diff(c.actions, names); diff != "" {
				t.Errorf("actions: %s", diff)
			}
			if _, gone := c.m.Content.(messaging.Retracted); gone && len(s.icons(shown)) > 1 {
				t.Errorf("icons %q: a tick stands beside what is gone", s.icons(shown))
			}
		})
	}
}

// icons are the names of the icons in a row.
func (s *stage) icons(r *messageView) []string {
	var names []string
	for _, i := range r.painter.icons.all[:r.painter.icons.used] {
		names = append(names, i.image.Resource.Name())
	}
	return names
}

// messageViews are the rows of messages on the screen.
func (s *stage) messageViews() []*messageView {
	var out []*messageView
	for y := float32(0); y < s.timeline.Size().Height; y++ {
		o, _ := s.timeline.ObjectAt(y)
		if r, ok := o.(*messageView); ok && !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}

// copyOf is the action of a row that copies its text.
func (s *stage) copyOf(r *messageView) action {
	list := s.actionsOf(r.row.e, r.l)
	return list[slices.IndexFunc(list, func(a action) bool { return a.name == "Copier" })]
}

func TestCopyingTakesAllOfAMessage(t *testing.T) {
	m := at(0, "Sophie Bernard", "s", 9, 12, "")
	m.Content = messaging.Text{Subject: "URGENT", Body: "Rappelez-moi\u202e"}
	s, shown := one(t, m)
	s.copyOf(shown).do()
	if got := fyne.CurrentApp().Clipboard().Content(); got != "URGENT\nRappelez-moi" {
		t.Errorf("copied %q", got)
	}
	s.mark(shown.row.e, 0, 8)
	s.copyOf(shown).do()
	if got := fyne.CurrentApp().Clipboard().Content(); got != "Rappelez" {
		t.Errorf("with a mark: copied %q", got)
	}
}

// TestAStrangersFieldsCannotBreakARow: each field of a message is as long and odd as a stranger can make it.
func TestAStrangersFieldsCannotBreakARow(t *testing.T) {
	for name, text := range hostile() {
		m := at(0, text, "s", 9, 12, "")
		m.ReplyTo = &messaging.Quote{Cursor: messaging.Cursor{Time: 1}, Author: text, Text: text}
		for range 100 {
			m.Reactions = append(m.Reactions, messaging.Reaction{Emoji: text, By: make([]string, 1000)})
		}
		for _, content := range []messaging.Content{
			messaging.Text{Subject: text, Body: text}, messaging.File{Name: text, MediaType: text, URL: text, Description: text, Size: 1 << 62, Width: -1},
			messaging.Retracted{By: text}, messaging.Unreadable{Reason: messaging.UnreadableReason(text), Scheme: text},
			messaging.Notice{Kind: messaging.Joined, Who: text}, messaging.Notice{Kind: messaging.FromRoom, Text: text}, messaging.Notice{},
		} {
			m.Content = content
			e := newEntry(m)
			for _, width := range []float32{120, 320, 560} {
				metrics := newMetrics(nil)
				l := metrics.layout(e, 0, position{head: true, time: true}, true, width)
				if l.height > 100*metrics.textLine {
					t.Errorf("%s, %T, width %v: %v high", name, content, width, l.height)
				}
				for _, b := range l.blocks {
					if width >= 320 && (b.at.x < 0 || b.at.x+b.at.w > width+1) {
						t.Errorf("%s, %T, width %v: %T stands at %v", name, content, width, b.block, b.at)
					}
				}
			}
		}
	}
}

func TestTheWordsOfTheBlocksAreThereInEveryLanguage(t *testing.T) {
	for _, c := range i18n.All() {
		language := c.Language
		i18ntest.Speak(t, language)
		for _, m := range rich().messages() {
			for _, b := range contentOf(nil, newEntry(m), 0) {
				if r, ok := b.(*remarkBlock); ok && strings.HasPrefix(r.words, "conversation.") {
					t.Errorf("%s: %q", language, r.words)
				}
			}
		}
	}
}

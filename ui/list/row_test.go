package list

import (
	"strings"
	"testing"
	"time"

	"discussions/internal/i18n/i18ntest"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/look/looktest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func message(c messaging.Content) *messaging.Message {
	return &messaging.Message{Author: "Dr Roux", Content: c, Time: time.Now()}
}

func TestARowShowsThePictureOfAGroup(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(look.New(look.Light, 1))
	r := newRow()
	group := messaging.Conversation{Group: true, Name: "Équipe de nuit", Avatar: looktest.Photograph()}
	for i, c := range []messaging.Conversation{group, {Name: "Sophie Bernard"}, group} { // the rows are used again
		if r.set(c, time.Now(), false); looktest.ShowsPicture(r.avatar) != c.Group {
			t.Errorf("row %d, a picture: %t", i, !c.Group)
		}
	}
	group.Avatar = nil // taken away
	if r.set(group, time.Now(), false); looktest.ShowsPicture(r.avatar) {
		t.Error("a picture that was taken away is shown")
	}
}

func TestTheSecondLineOfARow(t *testing.T) {
	test.NewTempApp(t)
	i18ntest.Speak(t, "fr")
	own := func(s messaging.State, body string) *messaging.Message {
		m := message(messaging.Text{Body: body})
		m.Own, m.State = true, s
		return m
	}
	for _, c := range []struct {
		name string
		c    messaging.Conversation
		want string
		icon bool
	}{
		{"a message of a person", messaging.Conversation{Last: message(messaging.Text{Body: "Bien reçu"})}, "Bien reçu", false},
		{"a message in a group", messaging.Conversation{Group: true, Last: message(messaging.Text{Body: "Bien reçu"})}, "Dr Roux : Bien reçu", false},
		{"an own one", messaging.Conversation{Last: own(messaging.Read, "Merci")}, "Vous : Merci", true},
		{"one that was refused", messaging.Conversation{Last: own(messaging.Failed, "Merci")}, "Non envoyé : Merci", false},
		{"somebody is typing", messaging.Conversation{Last: own(messaging.Read, "Merci"), Typing: []string{"Dr Roux"}}, "écrit…", false},
		{"two are typing in a group", messaging.Conversation{Group: true, Typing: []string{"Paul", "Zoé"}}, "Paul et Zoé écrivent…", false},
		{"a draft", messaging.Conversation{Last: own(messaging.Read, "Merci"), Draft: true}, "Message commencé", false},
		{"a draft under a new message", messaging.Conversation{Last: message(messaging.Text{Body: "Oui"}), Draft: true, Unread: 1}, "Oui", false},
		{"no message yet", messaging.Conversation{Detail: "Sage-femme"}, "Sage-femme", false},
		{"a group without messages", messaging.Conversation{Group: true, Members: 5}, "5 membres", false},
		{"a group whose members are not known yet", messaging.Conversation{Group: true}, "", false},
		{"an encrypted one", messaging.Conversation{Last: message(messaging.Unreadable{Reason: messaging.Encrypted}), Unread: 1}, "Message chiffré", false},
		{"an encrypted one in a group", messaging.Conversation{Group: true, Last: message(messaging.Unreadable{Reason: messaging.Encrypted})}, "Dr Roux : Message chiffré", false},
		{"who came into a group", messaging.Conversation{Group: true, Last: message(messaging.Notice{Kind: messaging.Joined, Who: "Paul"})}, "Paul a rejoint le groupe", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _ := lastLine(c.c)
			if got = strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(got); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
			if _, icon := tickOf(c.c); icon != c.icon {
				t.Errorf("an icon: %v", icon)
			}
		})
	}
}

// TestARowIsOneLineHighWhateverOthersSend: names and messages with line breaks, hidden or reversed characters, or of
// any length.
func TestARowIsOneLineHighWhateverOthersSend(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(look.New(look.Light, 1))
	i18ntest.Speak(t, "fr")
	plain := newRow()
	plain.set(messaging.Conversation{Name: "Paul", Last: message(messaging.Text{Body: "Oui"})}, time.Now(), false)
	high := plain.MinSize().Height
	for name, text := range map[string]string{
		"lines":         strings.Repeat("a\n", 30_000),
		"one word":      strings.Repeat("a", 60_000),
		"emoji":         strings.Repeat("👩‍⚕️", 15_000),
		"turned around": "\u202egpj.tnemucod\u202c",
		"marks":         "e" + strings.Repeat("\u0301", 10_000),
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			r := newRow()
			m := message(messaging.Text{Body: text})
			m.Author = text
			r.set(messaging.Conversation{Group: true, Name: text, Detail: text, Last: m, Unread: 1}, time.Now(), false)
			w := test.NewTempWindow(t, r)
			w.Resize(fyne.NewSize(420, 80))
			if took := time.Since(began); took > 10*time.Second { // milliseconds, without the race detector
				t.Errorf("it took %v", took)
			}
			if got := r.MinSize().Height; got != high {
				t.Errorf("the row is %v high, want %v", got, high)
			}
			for _, shown := range []string{r.title.Text, r.line.Text} {
				if strings.ContainsAny(shown, "\n\u202e") {
					t.Errorf("it shows %+q", shown)
				}
			}
		})
	}
}

// TestARowIsDrawnAsIfItHadShownNothingElse: only changes are drawn, so a reused row must not keep anything of its earlier content.
func TestARowIsDrawnAsIfItHadShownNothingElse(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(look.New(look.Light, 1))
	i18ntest.Speak(t, "fr")
	now := time.Date(2026, 11, 27, 3, 0, 0, 0, time.UTC)
	draw := func(r *row) string {
		r.Resize(fyne.NewSize(420, 80))
		return test.RenderObjectToMarkup(r)
	}
	used := newRow()
	draw(used)
	rapid.Check(t, func(t *rapid.T) {
		some := func(label string) bool { return rapid.Bool().Draw(t, label) }
		c := messaging.Conversation{
			Name: rapid.SampledFrom([]string{"Paul", "Dr Claire Martin"}).Draw(t, "name"), Group: some("group"), Favourite: some("favourite"),
			Unread: rapid.SampledFrom([]int{0, 1, 12}).Draw(t, "unread"), MarkedUnread: some("marked"), Mentioned: some("mentioned"), Draft: some("draft"),
			Presence: rapid.SampledFrom([]messaging.Presence{messaging.Absent, messaging.Available, messaging.Away}).Draw(t, "presence"),
		}
		if some("muted") {
			c.MutedUntil = now.Add(time.Hour)
		}
		if some("typing") {
			c.Typing = []string{"Paul"}
		}
		if some("has a message") {
			state := rapid.SampledFrom([]messaging.State{messaging.Queued, messaging.Read, messaging.Failed}).Draw(t, "state")
			c.Last = &messaging.Message{Own: some("own"), State: state, Author: "Zoé", Time: now, Content: messaging.Text{Body: "Oui"}}
		}
		chosen := some("chosen")
		used.set(c, now, chosen)
		fresh := newRow()
		fresh.set(c, now, chosen)
		if d := cmp.Diff(draw(fresh), draw(used)); d != "" {
			t.Fatalf("-fresh +used:\n%s", d)
		}
	})
}

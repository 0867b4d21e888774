package conversation

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"discussions/messaging"
	"discussions/messaging/messagingtest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"github.com/google/go-cmp/cmp"
)

// two is a conversation of an own message and one of Sophie.
func two(t *testing.T) *stage {
	t.Helper()
	c := newClient(messaging.Conversation{ID: sophie, Name: "Sophie Bernard"},
		own(at(0, "", "", 11, 50, "Donner 10 mg"), messaging.Sent, ""),
		at(1, "Sophie Bernard", sophie, 11, 52, "Vous êtes sûre ?"))
	s := newStage(t, c, 560, 640).open()
	s.finish()
	s.InFront(true)
	s.Focus()
	s.finish()
	c.Calls()
	return s
}

// did are the calls that changed something, except for drafts, typing and reading.
func (s *stage) did() []string {
	s.t.Helper()
	s.finish()
	return slices.DeleteFunc(append([]string{}, s.client.Calls()...), func(call string) bool {
		return strings.HasPrefix(call, "draft") || strings.HasPrefix(call, "typing") || call == "read"
	})
}

// text is what a message of the conversation says now.
func (s *stage) text(i int) string { return s.client.messages()[i].Content.(messaging.Text).Body }

// do does what an action of a message's menu does.
func (s *stage) do(i int, name string) {
	s.t.Helper()
	e := s.thread.entries[i]
	list := s.actionsOf(e, rows{s.View}.layout(row{kind: messageRow, e: e}, s.timeline.Size().Width))
	at := slices.IndexFunc(list, func(a action) bool { return a.name == name })
	if at < 0 {
		s.t.Fatalf("no %q in the menu", name)
	}
	list[at].do()
	s.finish()
}

func (s *stage) can(i int, name string) bool {
	return slices.ContainsFunc(s.actionsOf(s.thread.entries[i], nil), func(a action) bool { return a.name == name })
}

func check(t *testing.T, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s: %s", what, d)
	}
}

func TestUpInAnEmptyBoxCorrectsTheLastOwnMessage(t *testing.T) {
	s := two(t)
	s.key(fyne.KeyUp)
	check(t, "in the box", s.composer.input.Text, "Donner 10 mg")
	check(t, "said over it", s.composer.about.what, "Modification du message")
	s.composer.input.SetText("Donner 1 mg")
	s.key(fyne.KeyReturn)
	check(t, "done", s.did(), []string{"correct Donner 1 mg"})
	check(t, "the message", s.text(0), "Donner 1 mg")
	check(t, "the box", s.composer.input.Text, "")
	check(t, "over it", s.composer.about.Hidden, true)
	if words := s.words(); !strings.Contains(words, "modifié") || !strings.Contains(words, "Donner 1 mg") {
		t.Errorf("shown:\n%s", words)
	}
	s.do(0, "Versions précédentes")
	s.runUntil(func() bool { return s.window.Canvas().Overlays().Top() != nil })
	if words := wordsIn(s.window.Canvas().Overlays().Top()); !strings.Contains(words, "Donner 10 mg") {
		t.Errorf("versions: %s", words)
	}
}

func TestACorrectionCanBeGivenUp(t *testing.T) {
	s := two(t)
	s.composer.input.SetText("à moitié écrit")
	s.key(fyne.KeyUp)
	check(t, "Up in a box with text", s.task.kind, writing)
	s.do(0, "Modifier")
	check(t, "in the box", s.composer.input.Text, "Donner 10 mg")
	s.key(fyne.KeyEscape)
	check(t, "what was written", s.composer.input.Text, "à moitié écrit")
	check(t, "done", s.did(), []string{})
}

func TestOnlyOwnTextsCanBeCorrectedAndOnlyForAWhile(t *testing.T) {
	s := two(t)
	check(t, "own", s.can(0, "Modifier"), true)
	check(t, "somebody else's", s.can(1, "Modifier"), false)
	s.clock = s.clock.Add(25 * time.Hour)
	check(t, "after a day", s.can(0, "Modifier"), false)
	s.key(fyne.KeyUp)
	check(t, "by Up", s.task.kind, writing)
	s.o.EditWithin = 48 * time.Hour
	check(t, "where the organisation allows it", s.can(0, "Modifier"), true)
}

func TestWhatCouldNotBeCorrectedStaysInTheBox(t *testing.T) {
	s := two(t)
	s.key(fyne.KeyUp)
	s.composer.input.SetText("Donner 1 mg")
	s.client.Fail("Correct", messaging.ErrLocked)
	s.key(fyne.KeyReturn)
	s.finish()
	check(t, "in the box", s.composer.input.Text, "Donner 1 mg")
	check(t, "still a correction", s.task.kind, correcting)
	check(t, "said", s.status.trouble != "", true)
	s.client.Fail("Correct", nil)
	s.key(fyne.KeyReturn)
	check(t, "done", s.did(), []string{"correct Donner 1 mg"})
}

func TestAMessageThatIsWithdrawnMeanwhileLeavesWhatWasTyped(t *testing.T) {
	s := two(t)
	s.key(fyne.KeyUp)
	s.composer.input.SetText("Donner 1 mg")
	if err := s.client.Retract(sophie, s.client.messages()[0].ID); err != nil {
		t.Fatal(err)
	}
	s.finish()
	check(t, "in the box", s.composer.input.Text, "Donner 1 mg")
	check(t, "a new message", s.task.kind, writing)
}

func TestAnAnswerQuotesAndLeadsToItsMessage(t *testing.T) {
	s := two(t)
	s.do(1, "Répondre")
	check(t, "over the box", []string{s.composer.about.what, s.composer.about.words}, []string{"Réponse à Sophie Bernard", "Vous êtes sûre ?"})
	s.composer.input.SetText("Oui")
	s.key(fyne.KeyReturn)
	check(t, "done", s.did(), []string{"send Oui"})
	check(t, "answers", s.client.messages()[2].ReplyTo.ID, s.client.messages()[1].ID)
	check(t, "over it", s.composer.about.Hidden, true)
	s.composer.input.SetText("Merci")
	s.key(fyne.KeyReturn)
	s.finish()
	check(t, "the next one answers nothing", s.client.messages()[3].ReplyTo, (*messaging.Quote)(nil))
}

func TestQuotesFollowTheirMessage(t *testing.T) {
	s := two(t)
	if _, err := s.client.Reply(sophie, s.client.messages()[0].ID, messaging.Text{Body: "Noté"}); err != nil {
		t.Fatal(err)
	}
	quoted := func() string { s.finish(); return newQuote(s.thread.entries[2].ReplyTo).text }
	check(t, "at first", quoted(), "Donner 10 mg")
	if err := s.client.Correct(sophie, s.client.messages()[0].ID, messaging.Text{Body: "Donner 1 mg"}); err != nil {
		t.Fatal(err)
	}
	check(t, "corrected", quoted(), "Donner 1 mg")
	if err := s.client.Retract(sophie, s.client.messages()[0].ID); err != nil {
		t.Fatal(err)
	}
	check(t, "withdrawn", quoted(), "Message retiré")
}

func TestWithdrawingAsksAndErases(t *testing.T) {
	s := two(t)
	check(t, "somebody else's", s.can(1, "Retirer"), false)
	s.do(0, "Retirer")
	check(t, "before the answer", s.did(), []string{})
	buttonIn(s.window.Canvas().Overlays().Top(), "Retirer").Tapped(nil)
	check(t, "done", s.did(), []string{"retract Donner 10 mg"})
	if words := s.words(); strings.Contains(words, "10 mg") || !strings.Contains(words, "Vous avez retiré ce message") {
		t.Errorf("shown:\n%s", words)
	}
	check(t, "what can be done with it", len(s.actionsOf(s.thread.entries[0], nil)), 0)
}

func TestAModeratorWithdrawsWhatOthersWrote(t *testing.T) {
	s := two(t)
	check(t, "without the role", s.can(1, "Retirer du groupe"), false)
	s.client.edit(func(v *messagingtest.Conversation) { v.Moderator = true })
	s.client.Tell(messaging.ConversationChanged{ID: sophie})
	s.runUntil(func() bool { return s.can(1, "Retirer du groupe") })
	check(t, "an own message", s.can(0, "Retirer du groupe"), false)
	s.do(1, "Retirer du groupe")
	buttonIn(s.window.Canvas().Overlays().Top(), "Retirer").Tapped(nil)
	s.runUntil(func() bool { return isGone(s.thread.entries[1]) })
	check(t, "done", s.did(), []string{"moderate Vous êtes sûre ?"})
}

func TestAGroupTellsWhoHasReadAMessage(t *testing.T) {
	s := newStage(t, onCall(), 560, 640).open()
	s.finish()
	s.client.Read(s.client.messages()[2].ID, messaging.Reader{Name: "Sophie Bernard", Time: noon}, messaging.Reader{Name: "Dr Julien Roux", Time: noon.Add(-time.Hour)})
	s.finish()
	check(t, "beside another's", s.can(0, "Lu par"), false)
	s.press("lu 2")
	s.runUntil(func() bool { return s.window.Canvas().Overlays().Top() != nil })
	words := wordsIn(s.window.Canvas().Overlays().Top())
	for _, want := range []string{"Sophie Bernard · 12:00", "Dr Julien Roux · 11:00", "Moussa Keïta"} {
		if !strings.Contains(words, want) {
			t.Errorf("%q is missing in:\n%s", want, words)
		}
	}
	if strings.Contains(words, "Claire") {
		t.Errorf("the author is named:\n%s", words)
	}
}

func TestReactionsFromTheBarAndTheChips(t *testing.T) {
	s := two(t)
	e := s.thread.entries[1]
	s.bar.enterRow(e)
	check(t, "shown", s.bar.Visible(), true)
	test.TapAt(s.bar, fyne.NewPos(barPad+barCell/2, barPad+barCell/2))
	check(t, "done", s.did(), []string{"react 👍 true"})
	var view *messageView
	for _, r := range s.messageViews() {
		if r.row.e == s.thread.entries[1] {
			view = r
		}
	}
	chip := fyne.Position{}
	for _, placed := range view.l.blocks {
		if b, ok := placed.block.(*reactionsBlock); ok {
			chip = fyne.NewPos(placed.at.x+b.chips[0].at.x+4, placed.at.y+b.chips[0].at.y+4)
		}
	}
	view.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: chip}})
	check(t, "who", s.tip.label.Text, "👍  Dr Claire Martin")
	view.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: chip}, Button: desktop.MouseButtonPrimary})
	check(t, "taken back", s.did(), []string{"react 👍 false"})
	view.MouseOut()
	s.finish()
	check(t, "hidden", s.bar.Visible() || s.tip.Visible(), false)
	s.bar.enterRow(s.thread.entries[0])
	check(t, "over an own message", s.bar.Visible(), true)
	if err := s.client.Retract(sophie, s.client.messages()[0].ID); err != nil {
		t.Fatal(err)
	}
	s.finish()
	check(t, "over one that is withdrawn", s.bar.Visible(), false)
}

func TestReactionsAreFoundByTheirNames(t *testing.T) {
	all := allEmoji()
	if n := len(all); n < 60 || n > 120 {
		t.Errorf("%d can be picked", n)
	}
	for i, e := range suggested() { // by keyboard they are as quick to reach
		check(t, "the first", all[i].text, e)
	}
	seen := map[string]bool{}
	for _, e := range all {
		if seen[e.text] || strings.Count(e.names, "|") != 1 {
			t.Errorf("%s %q", e.text, e.names)
		}
		seen[e.text] = true
	}
	for wanted, first := range map[string]string{
		"coeur": "❤️", "pouce": "👍", "thumbs": "👍", "SERINGUE": "💉", "médicament": "💊", "pansement": "🩹", "stetho": "🩺", "prise de sang": "🩸", "💉": "💉",
	} {
		found := findEmoji(all, wanted)
		if len(found) == 0 || found[0].text != first {
			t.Errorf("%q: %v, want %s", wanted, found, first)
		}
	}
	if found := findEmoji(all, "xyz"); len(found) > 0 {
		t.Errorf("xyz: %v", found)
	}
	s := two(t)
	s.do(1, "Réagir…")
	for _, r := range "seringue" {
		s.window.Canvas().Focused().TypedRune(r)
	}
	s.window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	check(t, "done", s.did(), []string{"react 💉 true"})
}

func TestALinkOpensOutsideAndOnlyAfterAQuestionWhereItIsNotClear(t *testing.T) {
	c := newClient(messaging.Conversation{ID: sophie, Name: "Sophie Bernard"},
		at(0, "Sophie Bernard", sophie, 11, 50, "Voir https://example.org/dossier et tel:+33467000000."),
		at(1, "Sophie Bernard", sophie, 11, 51, "https://www.аmeli.fr/connexion"))
	s := newStage(t, c, 560, 640).open()
	var opened []string
	s.o.open = func(u *url.URL) error {
		s.todo <- func() { opened = append(opened, u.String()) }
		return nil
	}
	s.finish()
	press := func(r *messageView, words string) {
		s.clock = s.clock.Add(time.Second)
		text, place := r.l.text()
		line := text.lines[0]
		x := text.m.textRuler.Width(r.row.e.text[line.Start:line.Start+strings.Index(r.row.e.text, words)]) + 4
		e := &desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(place.x+x, place.y+text.m.textLine/2)}, Button: desktop.MouseButtonPrimary}
		r.MouseMoved(e)
		r.MouseDown(e)
		r.MouseUp(e)
	}
	row := s.row("Voir https://example.org/dossier et tel:+33467000000.")
	press(row, "https")
	check(t, "cursor", row.Cursor(), desktop.Cursor(desktop.PointerCursor))
	s.runUntil(func() bool { return len(opened) == 1 })
	press(row, "tel:")
	s.runUntil(func() bool { return len(opened) == 2 })
	press(row, "Voir")
	check(t, "cursor over words", row.Cursor(), desktop.Cursor(desktop.TextCursor))
	s.do(0, "Ouvrir https://example.org/dossier")
	s.runUntil(func() bool { return len(opened) == 3 })
	check(t, "opened", opened, []string{"https://example.org/dossier", "tel:+33467000000", "https://example.org/dossier"})

	press(s.row("https://www.аmeli.fr/connexion"), "https")
	top := s.window.Canvas().Overlays().Top()
	if top == nil || !strings.Contains(wordsIn(top), "www.xn--meli-43d.fr") {
		t.Fatal("not asked")
	}
	buttonIn(top, "Annuler").Tapped(nil)
	press(s.row("https://www.аmeli.fr/connexion"), "https")
	buttonIn(s.window.Canvas().Overlays().Top(), "Ouvrir").Tapped(nil)
	s.runUntil(func() bool { return len(opened) == 4 })
	check(t, "opened after the question", opened[3], "https://www.xn--meli-43d.fr/connexion")

	s.o.open = func(*url.URL) error { return errors.New("no browser") }
	s.do(0, "Ouvrir https://example.org/dossier")
	s.runUntil(func() bool { return s.status.trouble != "" })
}

func TestMarkingALinkDoesNotOpenIt(t *testing.T) {
	c := newClient(messaging.Conversation{ID: sophie, Name: "Sophie Bernard"}, at(0, "Sophie Bernard", sophie, 11, 50, "https://example.org/dossier"))
	s := newStage(t, c, 560, 640).open()
	s.o.open = func(*url.URL) error { t.Error("opened"); return nil }
	s.finish()
	row := s.row("https://example.org/dossier")
	_, place := row.l.text()
	at := func(x float32) fyne.PointEvent { return fyne.PointEvent{Position: fyne.NewPos(place.x+x, place.y+8)} }
	row.MouseDown(&desktop.MouseEvent{PointEvent: at(4), Button: desktop.MouseButtonPrimary})
	row.Dragged(&fyne.DragEvent{PointEvent: at(60)})
	row.MouseUp(&desktop.MouseEvent{PointEvent: at(60), Button: desktop.MouseButtonPrimary})
	s.finish()
}

func TestEveryLinkIsOpenedByTheKeyboard(t *testing.T) {
	var body strings.Builder
	for i := range 13 {
		fmt.Fprintf(&body, "https://example.org/%d ", i)
	}
	s := newStage(t, newClient(messaging.Conversation{ID: sophie, Name: "Sophie Bernard"}, at(0, "Sophie Bernard", sophie, 11, 50, body.String())), 560, 640).open()
	var opened []string
	s.o.open = func(u *url.URL) error {
		s.todo <- func() { opened = append(opened, u.String()) }
		return nil
	}
	s.finish()
	var links []string
	open := func(more int) {
		s.choose(-1)
		s.chosenKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
		for range more {
			pressOver(t, s, "Autres liens")
		}
	}
	for more := range 3 {
		open(more)
		for _, label := range labels(s) {
			if address, ok := strings.CutPrefix(label, "Ouvrir "); ok {
				links = append(links, address)
			}
		}
		s.window.Canvas().Overlays().Remove(s.window.Canvas().Overlays().Top())
	}
	check(t, "in the menus", strings.Join(links, " ")+" ", body.String())
	open(2)
	pressOver(t, s, "Ouvrir https://example.org/12")
	s.runUntil(func() bool { return len(opened) == 1 })
	check(t, "opened", opened, []string{"https://example.org/12"})
}

func TestALongTextIsShownWholeByTheKeyboard(t *testing.T) {
	s := newStage(t, newClient(messaging.Conversation{ID: sophie, Name: "Sophie Bernard"}, at(0, "Sophie Bernard", sophie, 11, 50, strings.Repeat("ligne\n", 300))), 560, 640).open()
	s.finish()
	s.do(0, "Tout afficher")
	check(t, "whole", s.thread.entries[0].expanded, true)
	s.choose(-1)
	s.chosenKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	check(t, "still offered", slices.Contains(labels(s), "Tout afficher"), false)
}

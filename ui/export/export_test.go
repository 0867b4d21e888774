package export

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"discussions/internal/i18n/i18ntest"
	"discussions/internal/needs"
	"discussions/internal/picture/picturetest"
	"discussions/messaging"
	"discussions/messaging/messagingtest"
	"discussions/messaging/model"

	"github.com/google/go-cmp/cmp"
)

const nadia = "nadia@example.org"

func at(day, hour, minute int) time.Time {
	return time.Date(2026, time.November, day, hour, minute, 0, 0, time.Local)
}

func said(t time.Time, c messaging.Content) messaging.Message {
	return messaging.Message{Author: "Nadia Benali", AuthorJID: nadia, Content: c, Time: t}
}

// sample is a conversation with one of each.
func sample() Transcript {
	own := said(at(23, 9, 15), messaging.Text{Body: "Bien reçu,\nje préviens la famille."})
	own.Author, own.Own, own.State = "Dr Claire Martin", true, messaging.Read
	own.Reactions = []messaging.Reaction{{Emoji: "👍", By: []string{"Nadia Benali"}}}
	failed := own
	failed.State, failed.Reactions, failed.Content = messaging.Failed, nil, messaging.Text{Body: "Perdu"}
	edited := said(at(24, 8, 0), messaging.Text{Subject: "URGENT", Body: "Œdème : 1 mg, 37,5\u00a0°C"})
	edited.Edited = at(24, 8, 5)
	edited.ReplyTo = &messaging.Quote{ID: "q", Author: "Dr Claire Martin", Text: "Combien ?"}
	return Transcript{Name: "Nadia Benali", Account: "Dr Claire Martin", Time: at(26, 19, 40), Messages: []messaging.Message{
		said(at(23, 9, 12), messaging.Text{Body: "Le patient du 12 est sorti.\u202e"}), own, failed, edited,
		said(at(24, 8, 6), messaging.Retracted{By: "Nadia Benali", At: at(24, 8, 7)}),
		said(at(24, 8, 8), messaging.File{Name: "bilan.pdf", MediaType: "application/pdf", Size: 184_000}),
		said(at(24, 8, 9), messaging.File{Name: "plaie.jpg", MediaType: "image/jpeg", Width: 1600, Height: 1200, Size: 412_000, Description: "ce matin"}.
			With([]messaging.File{{Name: "radio.dcm"}})),
	}}
}

func TestATranscriptAsText(t *testing.T) {
	i18ntest.Speak(t, "fr")
	var out bytes.Buffer
	if err := sample().WriteText(&out); err != nil {
		t.Fatal(err)
	}
	want := `Conversation avec Nadia Benali
Exportée le jeudi 26 novembre 2026 à 19:40, du compte de Dr Claire Martin
7 messages

— lundi 23 novembre 2026 —

9:12  Nadia Benali
  Le patient du 12 est sorti.

9:15  Dr Claire Martin (lu)
  Bien reçu,
  je préviens la famille.
  👍 Nadia Benali

9:15  Dr Claire Martin (non envoyé)
  Perdu

— mardi 24 novembre 2026 —

8:00  Nadia Benali (modifié 24/11/2026 8:05)
  > Dr Claire Martin: Combien ?
  URGENT
  Œdème : 1 mg, 37,5 °C

8:06  Nadia Benali
  Message retiré par Nadia Benali (24/11/2026 8:07)

8:08  Nadia Benali
  [Fichier : bilan.pdf · PDF · 184 Ko]

8:09  Nadia Benali
  [Fichier : plaie.jpg · Photo · 1600 × 1200 · 412 Ko]
  [Fichier : radio.dcm · DCM]
  ce matin
`
	got := strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(out.String())
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// read is what a reader of PDF finds in a document.
func read(t *testing.T, tr Transcript) string {
	t.Helper()
	needs.Programs(t, "pdftotext")
	var out bytes.Buffer
	if err := tr.WritePDF(&out); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("pdftotext", "-layout", "-", "-")
	cmd.Stdin = &out
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("pdftotext: %v", err)
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(string(text), "\f", " ")), " ")
}

func TestATranscriptAsPDF(t *testing.T) {
	i18ntest.Speak(t, "fr")
	tr := sample()
	tr.Name = "Nadia Benali, " + strings.Repeat("de l’équipe mobile ", 20)
	tr.Messages = append(tr.Messages, said(at(24, 8, 10), messaging.Text{Body: "❤ 漢 fin 👍🏽 oui 👩🏿\u200d⚕️ bien"}))
	got := read(t, tr)
	for _, want := range []string{
		"Conversation avec Nadia Benali", "8 messages", "lundi 23 novembre 2026", "9:15 Dr Claire Martin (lu)", "je préviens la famille.",
		"Œdème : 1 mg, 37,5 °C", "Message retiré par Nadia Benali", "… – 1 / 1", "[pouce levé] Nadia Benali", "[cœur rouge] □ fin [pouce levé] oui [soignante] bien", "sont remplacés par □",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in %q", want, got)
		}
	}
}

func TestPicturesAreInThePDF(t *testing.T) {
	i18ntest.Speak(t, "fr")
	needs.Programs(t, "pdfimages")
	tr := sample()
	photo := tr.Messages[6]
	for range 4 { // more than a page has room for
		tr.Messages = append(tr.Messages, photo)
	}
	asked := 0
	for name, c := range map[string]struct {
		picture func(messaging.Message) []byte
		want    int
	}{
		"here": {func(messaging.Message) []byte { asked++; return picturetest.JPEG(picturetest.Wound(640, 480)) }, 5},
		"one of them here": {func(messaging.Message) []byte {
			asked++
			return map[bool][]byte{true: picturetest.JPEG(picturetest.Wound(64, 480))}[asked == 1]
		}, 1},
		"none may leave the program": {nil, 0},
	} {
		asked, tr.Picture = 0, c.picture
		var out bytes.Buffer
		if err := tr.WritePDF(&out); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "a.pdf")
		if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		list, err := exec.Command("pdfimages", "-list", file).Output()
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(string(list), "jpeg"); got != c.want || c.picture != nil && asked != 5 {
			t.Errorf("%s: %d pictures, %d asked for\n%s", name, got, asked, list)
		}
	}
}

// What others write may be anything: it is in the document, or shown to be missing, and costs linear time.
func TestWhateverOthersWriteCanBeExported(t *testing.T) {
	i18ntest.Speak(t, "fr")
	for name, text := range map[string]string{
		"one word":     strings.Repeat("a", 60_000),
		"lines":        strings.Repeat("a\n", 30_000),
		"emoji":        strings.Repeat("👩‍⚕️", 8_000),
		"other script": strings.Repeat("مرحبا بالعالم ", 2_000),
		"marks":        "e" + strings.Repeat("\u0301", 10_000),
		"not UTF-8":    "a\xff\xfeb",
		"PDF inside":   "(x) Tj ET \\) endstream {pages}",
		"nothing":      "",
	} {
		t.Run(name, func(t *testing.T) {
			tr := Transcript{Name: text, Account: text, Time: at(26, 1, 2), Messages: []messaging.Message{said(at(23, 9, 12), messaging.Text{Body: text})}}
			tr.Messages[0].Author = text
			var out bytes.Buffer
			if err := tr.WritePDF(&out); err != nil {
				t.Error(err)
			}
			if err := tr.WriteText(&out); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestALongConversationHasManyPages(t *testing.T) {
	i18ntest.Speak(t, "fr")
	tr := Transcript{Name: "Nadia", Time: at(26, 1, 2)}
	for i := range 200 {
		tr.Messages = append(tr.Messages, said(at(23, 9, 0).Add(time.Duration(i)*time.Hour), messaging.Text{Body: fmt.Sprintf("numéro %d.", i)}))
	}
	got := read(t, tr)
	for _, want := range []string{"numéro 0.", "numéro 199.", "200 messages", "1 / ", "2 / "} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if strings.Contains(got, "{pages}") {
		t.Error("the number of pages is not known")
	}
}

func TestAConversationIsReadWhole(t *testing.T) {
	c := messagingtest.Open(messaging.Config{JID: "claire@example.org", Name: "Dr Claire Martin"})
	for i := range 2*pageSize + 7 {
		c.ReceiveText(nadia, fmt.Sprint(i))
	}
	list, part, err := Read(t.Context(), c, nadia, Period{}, func(int) {})
	if err != nil || part || len(list) != 2*pageSize+7 {
		t.Fatalf("%d messages, a part: %v, %v", len(list), part, err)
	}
	for i, m := range list {
		if m.Content != (messaging.Text{Body: fmt.Sprint(i)}) {
			t.Fatalf("message %d is %v", i, m.Content)
		}
	}
}

func TestAConversationIsReadFromATimeOn(t *testing.T) {
	c := messagingtest.Open(messaging.Config{JID: "claire@example.org", Name: "Dr Claire Martin"})
	var all []messaging.Message
	for i := range 2*pageSize + 7 {
		all = append(all, c.ReceiveText(nadia, fmt.Sprint(i)))
	}
	for name, from := range map[string]int{"a few": len(all) - 3, "a whole page": len(all) - pageSize, "over the end of a page": len(all) - pageSize - 1, "all": 0} {
		var told []int
		list, part, err := Read(t.Context(), c, nadia, Period{Since: all[from].Time}, func(n int) { told = append(told, n) })
		for len(all) > from && from > 0 && all[from-1].Time.Equal(all[from].Time) { // of the same moment
			from--
		}
		if err != nil || part || len(list) != len(all)-from || list[0].ID != all[from].ID {
			t.Errorf("%s: %d messages of %d, a part: %v, %v", name, len(list), len(all)-from, part, err)
		}
		if told[0] != 0 || !slices.IsSorted(told) {
			t.Errorf("%s: told %v", name, told)
		}
	}
	later := all[len(all)-1].Time.Add(time.Hour)
	if list, part, err := Read(t.Context(), c, nadia, Period{Since: later}, func(int) {}); err != nil || part || len(list) > 0 {
		t.Errorf("nothing was written since: %v, %v, %v", list, part, err)
	}
}

func TestAPeriodAloneIsRead(t *testing.T) {
	c := messagingtest.Open(messaging.Config{JID: "claire@example.org", Name: "Dr Claire Martin"})
	first := time.Date(2026, time.November, 1, 0, 0, 0, 0, time.Local)
	for day := range 20 { // at midnight, and at the last moment of the day
		for _, at := range []time.Time{first.AddDate(0, 0, day), first.AddDate(0, 0, day+1).Add(-time.Microsecond)} {
			c.Receive(nadia, messaging.Message{Author: "Nadia", AuthorJID: string(nadia), Content: messaging.Text{Body: fmt.Sprint(day + 1)}, Time: at})
		}
	}
	for name, test := range map[string]struct {
		period Period
		want   [3]any // messages, the first, the last
	}{
		"some days": {Period{first.AddDate(0, 0, 4), first.AddDate(0, 0, 7)}, [3]any{6, "5", "7"}},
		"one day":   {Period{first.AddDate(0, 0, 4), first.AddDate(0, 0, 5)}, [3]any{2, "5", "5"}},
		"up to one": {Period{Until: first.AddDate(0, 0, 2)}, [3]any{4, "1", "2"}},
	} {
		list, _, err := Read(t.Context(), c, nadia, test.period, func(int) {})
		if err != nil || len(list) == 0 {
			t.Errorf("%s: %d messages, %v", name, len(list), err)
			continue
		}
		text := func(m messaging.Message) string { return model.PlainText(m.Content) }
		if got := [3]any{len(list), text(list[0]), text(list[len(list)-1])}; got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

// offline gives what is on the computer, and no more.
type offline struct{ *messagingtest.Client }

func (c offline) History(ctx context.Context, id messaging.ConversationID, around messaging.Cursor, before, after int) (messaging.Page, error) {
	page, err := c.Client.History(ctx, id, around, before, after)
	if len(page.Messages) == 0 {
		return page, messaging.ErrOffline
	}
	page.Start = false
	return page, err
}

func TestWhatIsOnlyOnTheServerIsSaidToBeMissing(t *testing.T) {
	i18ntest.Speak(t, "fr")
	c := messagingtest.Open(messaging.Config{JID: "claire@example.org", Name: "Dr Claire Martin"})
	c.ReceiveText(nadia, "Bonjour")
	list, part, err := Read(t.Context(), offline{c}, nadia, Period{}, func(int) {})
	if err != nil || !part || len(list) != 1 {
		t.Fatalf("%d messages, a part: %v, %v", len(list), part, err)
	}
	var out bytes.Buffer
	if err := (Transcript{Name: "Nadia", Time: at(1, 1, 1), Messages: list, Part: part}).WriteText(&out); err != nil || !strings.Contains(out.String(), "ils manquent ici") {
		t.Errorf("%v in %q", err, out.String())
	}
	c.Fail("History", messaging.ErrLocked)
	if _, _, err := Read(t.Context(), c, nadia, Period{}, func(int) {}); !errors.Is(err, messaging.ErrLocked) {
		t.Errorf("locked: %v", err)
	}
}

func TestTheFileHasANameThatEverySystemTakes(t *testing.T) {
	for name, want := range map[string]string{
		"Nadia Benali":           "Discussions 2026-11-26 Nadia Benali",
		`Garde: "nuit" / <jour>`: "Discussions 2026-11-26 Garde- -nuit- - -jour-",
		"Dr. ":                   "Discussions 2026-11-26 Dr",
		"../../etc/passwd":       "Discussions 2026-11-26 ..-..-etc-passwd",
		strings.Repeat("é", 200): "Discussions 2026-11-26 " + strings.Repeat("é", mostName),
	} {
		if got := (Transcript{Name: name, Time: at(26, 1, 2)}).FileName(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

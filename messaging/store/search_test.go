package store

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"discussions/messaging/model"
)

// said makes the i-th message with another text.
func said(i int, body string) *NewMessage {
	m := from(i)
	m.Content = text(body)
	return m
}

// indexAll indexes until there is nothing left.
func indexAll(t fataler, s *Store) {
	t.Helper()
	for {
		more, err := s.Index(7)
		if err != nil {
			t.Fatal(err)
		}
		if !more {
			return
		}
	}
}

// search asks for the words of a text; the last is the beginning of a word.
func search(t fataler, s *Store, words string, alter ...func(*Search)) []string {
	t.Helper()
	q := Search{Text: words, Limit: 100}
	for _, f := range alter {
		f(&q)
	}
	found, err := s.Search(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return bodies(found.Messages)
}

func TestWordsAreFound(t *testing.T) {
	s := open(t, t.TempDir())
	forward(t, s, []Fact{
		said(1, "Le médecin a vu le cœur du patient"), said(2, "COEUR : rien à signaler"), said(3, "Chambre 12, 10 mg"),
		&NewMessage{Stanza: from(4).Stanza, Content: model.Text{Subject: "URGENT", Body: "Rappelez-moi"}},
		&NewMessage{Stanza: from(5).Stanza, Content: model.File{Name: "ordonnance.pdf", Description: "pour Mme B."}},
		&NewMessage{Stanza: from(6).Stanza, Content: model.Unreadable{Reason: model.Encrypted}},
	})
	indexAll(t, s)
	for words, want := range map[string][]string{
		"coeur":          {"COEUR : rien à signaler", "Le médecin a vu le cœur du patient"}, // the newest first
		"Cœur":           {"COEUR : rien à signaler", "Le médecin a vu le cœur du patient"},
		"medec":          {"Le médecin a vu le cœur du patient"},
		"vu méd":         {"Le médecin a vu le cœur du patient"},                            // in any order
		"méd vu":         nil,                                                               // only the last is a beginning
		"coeur x":        {"COEUR : rien à signaler", "Le médecin a vu le cœur du patient"}, // one letter of the next word is ignored
		"coeur xy":       nil,
		"chambre 1":      {"Chambre 12, 10 mg"},
		"chambre 2":      nil,
		"12":             {"Chambre 12, 10 mg"},
		"urgent":         {"URGENT\nRappelez-moi"},
		"ordonnance pdf": {"pour Mme B."},
		"mme":            {"pour Mme B."},
		"absent":         nil,
		"":               nil,
		`"coeur" OR 12`:  nil, // words like any other, none of an own language
		"coeur*":         {"COEUR : rien à signaler", "Le médecin a vu le cœur du patient"},
		"coe*":           nil,
		"text:coeur":     nil,
	} {
		if d := cmp.Diff(want, search(t, s, words)); d != "" {
			t.Errorf("%q (-want +got):\n%s", words, d)
		}
	}
	if got := search(t, s, "medec "); got != nil {
		t.Errorf("a whole word: %q", got)
	}
	for _, hostile := range []string{`"`, `""`, `' OR 1`, "NEAR(", "^a", "a AND", "\x00"} {
		if _, err := s.Search(t.Context(), Search{Text: hostile, Limit: 1}); err != nil {
			t.Errorf("%q: %v", hostile, err)
		}
	}
}

func TestASearchIsNarrowed(t *testing.T) {
	s := open(t, t.TempDir())
	inRoom := said(3, "dose de nuit")
	inRoom.Conv, inRoom.Group, inRoom.Author, inRoom.Nick = room, true, "paul@example.org", "Paul"
	mine := said(4, "dose du matin")
	mine.Author, mine.Own = me, true
	live(t, s, said(1, "dose ancienne"), said(2, "dose récente"), inRoom, mine)
	indexAll(t, s)
	for name, c := range map[string]struct {
		alter func(*Search)
		want  []string
	}{
		"not at all":          {func(*Search) {}, []string{"dose du matin", "dose de nuit", "dose récente", "dose ancienne"}},
		"to a conversation":   {func(q *Search) { q.Conv = sophie }, []string{"dose du matin", "dose récente", "dose ancienne"}},
		"to an unknown one":   {func(q *Search) { q.Conv = "nobody@example.org" }, nil},
		"to a person":         {func(q *Search) { q.Author = "paul@example.org" }, []string{"dose de nuit"}},
		"to what I wrote":     {func(q *Search) { q.Own = true }, []string{"dose du matin"}},
		"to a time":           {func(q *Search) { q.From, q.Until = from(2).Time, from(4).Time }, []string{"dose de nuit", "dose récente"}},
		"to nobody's address": {func(q *Search) { q.Author = `a" OR conv : "c1` }, nil},
	} {
		if d := cmp.Diff(c.want, search(t, s, "dose", c.alter)); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

func TestAnAnswerIsContinued(t *testing.T) {
	s := open(t, t.TempDir())
	forward(t, s, span(0, 25))
	indexAll(t, s)
	var got []string
	q := Search{Text: "message", Limit: 10}
	for parts := 1; ; parts++ {
		found := must[Found](t)(s.Search(t.Context(), q))
		got = append(got, bodies(found.Messages)...)
		if found.Before == 0 {
			if parts != 3 {
				t.Errorf("%d parts", parts)
			}
			break
		}
		q.Before = found.Before
	}
	var want []string
	for i := 24; i >= 0; i-- {
		want = append(want, fmt.Sprint("message ", i))
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestTheNewestIsFirstAlsoWhereThePastCameLater(t *testing.T) {
	s := open(t, t.TempDir())
	live(t, s, said(9, "dose 9"))
	indexAll(t, s)
	gap := must[Page](t)(s.Page(sophie, false, model.Cursor{}, 10, 0)).Older
	if _, err := s.Ingest(Batch{Origin: Older, Gap: *gap, Facts: []Fact{said(1, "dose 1"), said(2, "dose 2")}, Complete: true}); err != nil {
		t.Fatal(err)
	}
	indexAll(t, s)
	if d := cmp.Diff([]string{"dose 9", "dose 2", "dose 1"}, search(t, s, "dose")); d != "" {
		t.Error(d)
	}
}

func BenchmarkIndex(b *testing.B) {
	s := open(b, b.TempDir())
	n := 0
	for b.Loop() {
		b.StopTimer()
		var page []Fact
		for range 250 {
			page = append(page, said(n, fmt.Sprintf("Le patient de la chambre %d a reçu %d mg de morphine, x%dy", n%40, n%17, n)))
			n++
		}
		forward(b, s, page)
		b.StartTimer()
		if _, err := s.Index(250); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(n), "µs/message")
}

// TestABeginningOfAFewLettersIsFound compares the answers of looking through the newest messages and of the index, which go on with each other.
func TestABeginningOfAFewLettersIsFound(t *testing.T) {
	s := open(t, t.TempDir())
	const all = mostLooked + 400
	var page []Fact
	for i := range all {
		word := "autre"
		switch {
		case i%2 == 0:
			word = "dose"
		case i < 50: // older than what is looked through
			word = "Œdème"
		}
		page = append(page, said(i, fmt.Sprintf("%s %d", word, i)))
	}
	forward(t, s, page)
	for more := true; more; {
		more = must[bool](t)(s.Index(500))
	}
	for name, c := range map[string]struct {
		q    Search
		from int // the number of the newest
		step int
		want int
	}{
		"frequent":             {Search{Text: "do", Limit: 10}, all - 2, 2, all / 2},
		"a whole word of few":  {Search{Text: "dose"}, all - 2, 2, all / 2},
		"rare":                 {Search{Text: "oed", Limit: 10}, 49, 2, 25},
		"before a time":        {Search{Text: "do", Limit: 10, Until: from(100).Time}, 98, 2, 50},
		"after a time":         {Search{Text: "do", Limit: 10, From: from(all - 100).Time}, all - 2, 2, 50},
		"of a conversation":    {Search{Text: "do", Limit: 10, Conv: sophie}, all - 2, 2, all / 2},
		"of nobody":            {Search{Text: "do", Limit: 10, Own: true}, 0, 2, 0},
		"after another word":   {Search{Text: "dose 10", Limit: 10}, -1, 0, len(tens(all))},
		"what nobody has said": {Search{Text: "xy", Limit: 10}, 0, 2, 0},
	} {
		if c.q.Limit == 0 {
			c.q.Limit = all
		}
		var got []string
		for {
			found := must[Found](t)(s.Search(t.Context(), c.q))
			got = append(got, bodies(found.Messages)...)
			if c.q.Before = found.Before; found.Before == 0 {
				break
			}
		}
		if len(got) != c.want {
			t.Errorf("%s: %d messages, want %d", name, len(got), c.want)
			continue
		}
		for i, body := range got {
			want := c.from - i*c.step
			if c.from < 0 {
				want = tens(all)[i]
			}
			if number := body[strings.LastIndexByte(body, ' ')+1:]; number != fmt.Sprint(want) {
				t.Errorf("%s: the message at %d is %q, want the number %d", name, i, body, want)
				break
			}
		}
	}
}

// tens are the even numbers below n that begin with 10, the greatest first.
func tens(n int) (list []int) {
	for i := n - 1; i >= 0; i-- {
		if i%2 == 0 && strings.HasPrefix(fmt.Sprint(i), "10") {
			list = append(list, i)
		}
	}
	return list
}

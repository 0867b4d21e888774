package store

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/ncruces/go-sqlite3/ext/serdes"

	"discussions/messaging/model"
)

// withdrawnText is withdrawn. Nothing of it may be left in the decrypted files.
const withdrawnText = "canari7f3a91c4"

// traces counts what is left of the withdrawn text in the pages of both databases, free ones included, as they are when decrypted, and says
// whether their logs still hold former pages.
func traces(t *testing.T, s *Store, dir string) (left int, logs int64) {
	t.Helper()
	err := s.with("look for traces", func(d *conn) error {
		for _, schema := range []string{"main", "cache"} {
			pages, err := serdes.Serialize(d.db, schema)
			if err != nil {
				return err
			}
			left += bytes.Count(pages, []byte(withdrawnText))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{outboxFile, cacheFile} {
		if info, err := os.Stat(filepath.Join(dir, name+"-wal")); err == nil {
			logs += info.Size()
		}
	}
	return left, logs
}

func TestNothingOfAWithdrawnTextIsLeftInTheFiles(t *testing.T) {
	const id, correction, withdrawal = "6a8b1c0e-0000-4000-8000-00000000000a", "6a8b1c0e-0000-4000-8000-00000000000b", "6a8b1c0e-0000-4000-8000-00000000000c"
	long := bytes.Repeat([]byte(withdrawnText+" "), 2000) // on pages of its own
	for name, withdraw := range map[string]func(s *Store) error{
		"by the user": func(s *Store) error {
			_, err := s.Say(Outgoing{ID: withdrawal, Conv: sophie, Time: morning, About: id, Retracts: true})
			return err
		},
		"on another device": func(s *Store) error {
			st := by(me, 90)
			_, err := s.Ingest(Batch{Origin: Live, Facts: []Fact{&Retraction{Stanza: st, Target: id}}})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := open(t, dir)
			for i := range 40 {
				live(t, s, from(i))
			}
			for _, o := range []Outgoing{
				{ID: id, Conv: sophie, Content: text(withdrawnText), Time: morning},
				{ID: correction, Conv: sophie, Content: model.Text{Subject: withdrawnText, Body: string(long)}, Time: morning, Replaces: id, About: id},
				{ID: "answer-to-it", Conv: sophie, Content: text("oui"), Time: morning, About: id, Reply: &Reply{ID: id, Fallback: withdrawnText}},
			} {
				if _, err := s.Queue(o); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := s.SetDraft(sophie, "autre chose"); err != nil {
				t.Fatal(err)
			}
			for more := true; more; {
				var err error
				if more, err = s.Index(1000); err != nil {
					t.Fatal(err)
				}
			}
			if left, _ := traces(t, s, dir); left < 2000 {
				t.Fatalf("the text is found %d times before: the test sees nothing", left)
			}
			if name != "by the user" { // the server has them
				for _, sent := range []string{id, correction} {
					if err := s.RemoveFromOutbox(sent); err != nil {
						t.Fatal(err)
					}
				}
			}
			if err := withdraw(s); err != nil {
				t.Fatal(err)
			}
			if left, logs := traces(t, s, dir); left > 0 || logs > 0 {
				t.Errorf("%d traces in the pages, %d bytes of former pages", left, logs)
			}
			if got := shownTo(t, s); len(got) == 0 || got[len(got)-1] != "oui" {
				t.Errorf("shown: %q", got)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = open(t, dir)
			if left, _ := traces(t, s, dir); left > 0 {
				t.Errorf("%d traces after opening again", left)
			}
		})
	}
}

// The archive keeps no text of a withdrawn message, but an answer to it may.
func TestAnAnswerLeavesNothingOfWhatTheArchiveHasForgotten(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	gone, answer := from(1), from(2)
	gone.Content = model.Retracted{At: morning, ByJID: sophie}
	answer.Reply = &Reply{ID: gone.OriginID, Fallback: withdrawnText}
	live(t, s, answer)
	forward(t, s, []Fact{gone, answer})
	if left, logs := traces(t, s, dir); left > 0 || logs > 0 {
		t.Errorf("%d traces in the pages, %d bytes of former pages", left, logs)
	}
}

func TestALaterCopyOfAWithdrawnTextLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	m := from(1)
	m.Content = text(withdrawnText)
	st := from(2).Stanza
	forward(t, s, []Fact{&Retraction{Stanza: st, Target: m.OriginID}, from(3)})
	live(t, s, m)
	m2 := *m
	forward(t, s, []Fact{&m2, &Retraction{Stanza: st, Target: m.OriginID}, from(3)})
	answer := from(4) // of somebody who had read it
	answer.Reply = &Reply{ID: m.OriginID, Fallback: withdrawnText}
	live(t, s, answer)
	if left, logs := traces(t, s, dir); left > 0 || logs > 0 {
		t.Errorf("%d traces in the pages, %d bytes of former pages", left, logs)
	}
}

// Whichever of the two comes first, and however often its message comes in again.
func TestAForbiddenRetractionIsCountedOnce(t *testing.T) {
	for _, first := range []string{"the message", "the retraction", "both in one page"} {
		t.Run(first, func(t *testing.T) {
			s := open(t, t.TempDir())
			st := from(1).Stanza
			st.Own, st.Author = true, me
			gone := &Retraction{Stanza: st, Target: "m0"}
			n := 0
			count := func(r Result) { n += r.Forbidden }
			switch first {
			case "the message":
				count(live(t, s, from(0)))
				count(live(t, s, gone))
			case "the retraction":
				gone.Time = from(0).Time
				count(live(t, s, gone))
				count(forward(t, s, []Fact{from(0), copied(gone)}))
			}
			for range 3 {
				count(forward(t, s, []Fact{from(0), copied(gone)}))
				count(live(t, s, reacts(2, "m0")))
			}
			if n != 1 {
				t.Errorf("counted %d times", n)
			}
		})
	}
}

package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/ext/serdes"
	"pgregory.net/rapid"

	"discussions/internal/fold"
	"discussions/messaging/model"
)

func TestACorrectedTextIsFoundByItsNewWordsOnly(t *testing.T) {
	s := open(t, t.TempDir())
	live(t, s, said(1, "donner dix"))
	indexAll(t, s)
	corrected := said(2, "donner un")
	corrected.Replaces = "m1"
	live(t, s, corrected)
	indexAll(t, s)
	if got := search(t, s, "dix"); got != nil {
		t.Errorf("the old words: %q", got)
	}
	if d := cmp.Diff([]string{"donner un"}, search(t, s, "donner")); d != "" {
		t.Error(d)
	}
}

// image is the decrypted file of the cache, with its free pages.
func image(t *testing.T, s *Store) (data []byte) {
	t.Helper()
	check(t, s.with("look", func(d *conn) (err error) {
		data, err = serdes.Serialize(d.db, "cache")
		return err
	}))
	return data
}

func TestWhatIsWithdrawnLeavesTheIndexAndTheFile(t *testing.T) {
	const word = "quoquelicot"
	for _, corrected := range []bool{false, true} {
		t.Run(fmt.Sprint("corrected=", corrected), func(t *testing.T) {
			s := open(t, t.TempDir())
			for i := range 300 { // the word is on pages of its own, and of others
				live(t, s, said(i, fmt.Sprintf("message ordinaire %d x%dy", i, i*i)))
			}
			live(t, s, said(500, "Mme Zéphyrine Quoquelicot"))
			if corrected {
				m := said(501, "Mme Quoquelicot, chambre 12")
				m.Replaces = "m500"
				live(t, s, m)
			}
			indexAll(t, s)
			if !bytes.Contains(bytes.ToLower(image(t, s)), []byte(word)) || len(search(t, s, word)) != 1 {
				t.Fatal("the word is not there at first")
			}
			live(t, s, &Retraction{Stanza: from(502).Stanza, Target: "m500"})
			if got := search(t, s, word); len(got) > 0 {
				t.Errorf("found: %q", got)
			}
			indexAll(t, s)
			if n := bytes.Count(bytes.ToLower(image(t, s)), []byte(word)); n > 0 {
				t.Errorf("the word is in the file %d times", n)
			}
		})
	}
}

func TestAnIndexOfAnotherVersionIsMadeAnew(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	live(t, s, said(1, "dose"))
	indexAll(t, s)
	check(t, s.with("age", func(d *conn) error {
		return d.run("UPDATE cache.meta SET value = value - 1 WHERE key = 'index version'", nil)
	}))
	check(t, s.Close())
	s = open(t, dir)
	if found := must[Found](t)(s.Search(t.Context(), Search{Text: "dose", Limit: 1})); found.Whole {
		t.Error("an index of another version is taken as whole")
	}
	indexAll(t, s)
	if d := cmp.Diff([]string{"dose"}, search(t, s, "dose")); d != "" {
		t.Error(d)
	}
}

func TestASearchEndsWithItsContext(t *testing.T) {
	s := open(t, t.TempDir())
	forward(t, s, span(0, 50))
	indexAll(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Search(ctx, Search{Text: "message", Limit: 1}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if got := search(t, s, "message"); len(got) != 50 {
		t.Errorf("afterwards: %d", len(got))
	}
}

// An error is logged: what SQLite says of a question may quote it.
func TestAnErrorOfASearchHasNoneOfItsWords(t *testing.T) {
	s := open(t, t.TempDir())
	err := s.with("search", func(d *conn) error {
		return wordless(d.searchOn(&Found{Before: 1}, 1, question{words: []string{"canary"}, filters: []string{"canary : x"}}))
	})
	if err == nil || strings.Contains(err.Error(), "canary") || !errors.Is(err, sqlite3.ERROR) {
		t.Error(err)
	}
}

// ending is a context that ends after it was asked so often.
type ending struct {
	context.Context
	left *atomic.Int64
}

func (e ending) Err() error {
	if e.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// Whoever types ends the search for what was typed before, at any moment: the store goes on as if nothing had happened.
func TestASearchThatEndsAtAnyMomentLeavesTheStoreAsItWas(t *testing.T) {
	s := open(t, t.TempDir())
	forward(t, s, span(0, 50))
	indexAll(t, s)
	ended := 0
	for moment := int64(0); ; moment++ {
		left := &atomic.Int64{}
		left.Store(moment)
		found, err := s.Search(ending{t.Context(), left}, Search{Text: "message", Limit: 1})
		if got := search(t, s, "message"); len(got) != 50 {
			t.Fatalf("after a search that ended at moment %d: %d", moment, len(got))
		}
		if err == nil && len(found.Messages) == 1 {
			break
		}
		if ended++; !errors.Is(err, context.Canceled) {
			t.Errorf("moment %d: %v", moment, err)
		}
	}
	if ended < 5 {
		t.Errorf("it ended %d times only", ended)
	}
	forward(t, s, span(50, 51)) // what comes is kept
	indexAll(t, s)
	if got := search(t, s, "message"); len(got) != 51 {
		t.Errorf("afterwards: %d", len(got))
	}
}

func TestTheIndexSaysWhetherItIsWhole(t *testing.T) {
	s := open(t, t.TempDir())
	forward(t, s, span(0, 10))
	for i, want := range []bool{true, false, false} {
		if more := must[bool](t)(s.Index(5)); more != want {
			t.Errorf("after %d: more=%t", (i+1)*5, more)
		}
		if found := must[Found](t)(s.Search(t.Context(), Search{Text: "message", Limit: 100})); found.Whole == want || len(found.Messages) != min(10, (i+1)*5) {
			t.Errorf("after %d: whole=%t, %d messages", (i+1)*5, found.Whole, len(found.Messages))
		}
	}
}

// TestTheIndexSaysWhatIsShown indexes at any moment while facts come in any order, and compares with what the conversations show.
func TestTheIndexSaysWhatIsShown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		group := rapid.Bool().Draw(t, "group")
		conv := model.ConversationID(sophie)
		if group {
			conv = room
		}
		s, done := quick(t)
		defer done()
		archive := drawArchive(t, group)
		for _, f := range rapid.Permutation(archive).Draw(t, "order") {
			live(t, s, copied(f))
			if n := rapid.IntRange(0, 3).Draw(t, "indexed"); n > 0 {
				if _, err := s.Index(n); err != nil {
					t.Fatal(err)
				}
			}
		}
		forward(t, s, archive)
		indexAll(t, s)
		page, err := s.Page(conv, group, model.Cursor{}, 1000, 0)
		if err != nil {
			t.Fatal(err)
		}
		shown := bodies(page.Messages)
		for _, words := range []string{"message", "message 1", "2", "message 7"} {
			var want []string
			for _, body := range slices.Backward(shown) {
				last := words[strings.LastIndexByte(words, ' ')+1:]
				all := fold.Words(body)
				if len(all) == 2 && (words[0] != 'm' || all[0].Folded == "message") && slices.ContainsFunc(all, func(w fold.Word) bool { return strings.HasPrefix(w.Folded, last) }) {
					want = append(want, body)
				}
			}
			got := search(t, s, words)
			if d := cmp.Diff(want, got); d != "" {
				t.Fatalf("%q (-want +got):\n%s", words, d)
			}
		}
		check := func(d *conn) error { return d.run("INSERT INTO cache.search (search) VALUES ('integrity-check')", nil) }
		if err := s.with("check the index", check); err != nil && !errors.Is(err, sqlite3.CONSTRAINT) {
			t.Fatal(err)
		}
	})
}

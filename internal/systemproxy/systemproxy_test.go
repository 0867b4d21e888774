package systemproxy

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func address(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestAnAnswerIsKeptForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked []string
		f := Finder{find: func(_ context.Context, u *url.URL) (*url.URL, error) {
			asked = append(asked, u.String())
			return address(t, fmt.Sprint("http://proxy:", len(asked))), nil
		}}
		for range 2 {
			got, err := f.Find(t.Context(), address(t, "https://chu.example.org/a?secret=1"))
			if err != nil || got.String() != "http://proxy:1" {
				t.Errorf("%v, %v", got, err)
			}
		}
		if got, _ := f.Find(t.Context(), address(t, "https://id.example.org")); got.String() != "http://proxy:2" {
			t.Errorf("another host: %v", got)
		}
		time.Sleep(lasts)
		if got, _ := f.Find(t.Context(), address(t, "https://chu.example.org/b")); got.String() != "http://proxy:3" {
			t.Errorf("later: %v", got)
		}
		want := []string{"https://chu.example.org/", "https://id.example.org/", "https://chu.example.org/"}
		if d := cmp.Diff(want, asked); d != "" {
			t.Errorf("the system was asked for (-want +got):\n%s", d)
		}
	})
}

func TestASystemThatDoesNotAnswerIsNotWaitedForForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := Finder{find: func(ctx context.Context, _ *url.URL) (*url.URL, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}}
		begun := time.Now()
		for range 3 { // the failure is kept as well
			if got, err := f.Find(t.Context(), address(t, "https://a.example.org")); got != nil || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%v, %v", got, err)
			}
		}
		if d := time.Since(begun); d != patience {
			t.Errorf("waited for %v", d)
		}
		given, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := f.Find(given, address(t, "https://b.example.org")); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
		if _, kept := f.answers["https://b.example.org/"]; kept {
			t.Error("what a caller gave up is taken for an answer")
		}
	})
}

func TestAnswersDoNotGrowWithoutLimit(t *testing.T) {
	f := Finder{find: func(context.Context, *url.URL) (*url.URL, error) { return nil, nil }}
	for i := range 10 * most {
		_, _ = f.Find(t.Context(), address(t, fmt.Sprintf("https://h%d.example.org", i)))
	}
	if len(f.answers) > most {
		t.Errorf("%d answers are kept", len(f.answers))
	}
}

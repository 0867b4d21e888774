package logtail

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/slogtest"

	"encoding/json"

	"github.com/google/go-cmp/cmp"
)

func messages(t *testing.T, lines []string) (list []string) {
	t.Helper()
	for _, line := range lines {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		list = append(list, m[slog.MessageKey].(string))
	}
	return list
}

func TestTheNewestLinesAreKeptInOrder(t *testing.T) {
	tail := New(slog.DiscardHandler, slog.LevelInfo, 3)
	log := slog.New(tail)
	if lines := tail.Lines(); len(lines) > 0 {
		t.Errorf("at first: %q", lines)
	}
	log.Info("1")
	log.Debug("too detailed")
	log.Warn("2")
	if d := cmp.Diff([]string{"1", "2"}, messages(t, tail.Lines())); d != "" {
		t.Error(d)
	}
	for i := 3; i <= 7; i++ {
		log.Info(fmt.Sprint(i))
	}
	if d := cmp.Diff([]string{"5", "6", "7"}, messages(t, tail.Lines())); d != "" {
		t.Error(d)
	}
}

func TestRecordsArePassedOn(t *testing.T) {
	var out strings.Builder
	log := slog.New(New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelWarn}), slog.LevelInfo, 3))
	log.Info("kept")
	log.With("account", "a1").Warn("both")
	if got := out.String(); strings.Contains(got, "kept") || !strings.Contains(got, "msg=both account=a1") {
		t.Error(got)
	}
}

func TestTheHandlerKeepsTheContractOfSlog(t *testing.T) {
	tail := New(slog.DiscardHandler, slog.LevelInfo, 1000)
	err := slogtest.TestHandler(tail, func() (results []map[string]any) {
		for _, line := range tail.Lines() {
			var m map[string]any
			if err := json.Unmarshal([]byte(line), &m); err != nil {
				t.Fatal(err)
			}
			results = append(results, m)
		}
		return results
	})
	if err != nil {
		t.Error(err)
	}
}

func TestManyMayLogAtOnce(t *testing.T) {
	tail := New(slog.DiscardHandler, slog.LevelInfo, 50)
	var all sync.WaitGroup
	for range 8 {
		log := slog.New(tail).With("x", strings.Repeat("y", 100))
		all.Go(func() {
			for range 100 {
				log.Info("m")
				_ = tail.Lines()
			}
		})
	}
	all.Wait()
	if got := messages(t, tail.Lines()); len(got) != 50 {
		t.Errorf("%d lines", len(got))
	}
}

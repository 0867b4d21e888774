package store

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"discussions/messaging/model"
)

// BenchmarkSearch is what the index costs, and how long the first hits take, while words are typed, in five years of messages with 200
// people. A million messages take minutes to make: DISCUSSIONS_MILLION=1 asks for them.
func BenchmarkSearch(b *testing.B) {
	sizes := []int{1_000, 100_000}
	if os.Getenv("DISCUSSIONS_MILLION") != "" {
		sizes = append(sizes, 1_000_000)
	}
	for _, messages := range sizes {
		b.Run(fmt.Sprintf("%d messages", messages), func(b *testing.B) { benchmarkSearch(b, messages) })
	}
}

// residentMB is the memory of this program; 0 where the system does not tell it.
func residentMB() float64 {
	var pages, resident float64
	data, err := os.ReadFile("/proc/self/statm")
	if err == nil {
		_, err = fmt.Sscan(string(data), &pages, &resident)
	}
	if err != nil {
		return 0
	}
	return resident * float64(os.Getpagesize()) / 1e6
}

func benchmarkSearch(b *testing.B, messages int) {
	dir := b.TempDir()
	s := open(b, dir)
	archive := newVocabulary()
	began := time.Now()
	for next := 0; next < messages; next += 1000 {
		page := make([]Fact, 0, 1000)
		for i := next; i < next+1000; i++ {
			page = append(page, archive.message(i, messages))
		}
		forward(b, s, page)
	}
	stored, plain := time.Since(began), folderSize(b, dir)
	began = time.Now()
	for more := true; more; {
		var err error
		more, err = s.Index(250)
		check(b, err)
	}
	indexed, whole := time.Since(began), folderSize(b, dir)

	var took []time.Duration
	for b.Loop() {
		took = took[:0]
		for _, q := range archive.questions() {
			began := time.Now()
			_, err := s.Search(context.Background(), q)
			took = append(took, time.Since(began))
			check(b, err)
		}
	}
	oldest, jumps := archive.message(messages/1000, messages), []time.Duration(nil)
	for range 20 {
		began := time.Now()
		p, err := s.Page(oldest.Conv, false, model.Cursor{Time: oldest.Time.UnixMicro()}, 25, 25)
		jumps = append(jumps, time.Since(began))
		check(b, err)
		if len(p.Messages) == 0 {
			b.Fatal("an empty page")
		}
	}
	check(b, s.Close())
	s = open(b, dir)
	_, err := s.Conversations()
	check(b, err)
	for _, q := range archive.questions() {
		_, err := s.Search(context.Background(), q)
		check(b, err)
	}
	debug.FreeOSMemory()
	b.ReportMetric(residentMB(), "resident-MB")
	b.ReportMetric(milliseconds(took, 50), "first-hits-p50-ms")
	b.ReportMetric(milliseconds(took, 99), "first-hits-p99-ms")
	b.ReportMetric(milliseconds(jumps, 50), "jump-p50-ms")
	b.ReportMetric(float64(stored.Microseconds())/float64(messages), "µs/stored")
	b.ReportMetric(float64(indexed.Microseconds())/float64(messages), "µs/indexed")
	b.ReportMetric(float64(plain)/float64(messages), "B/stored")
	b.ReportMetric(float64(whole-plain)/float64(messages), "B/indexed")
	b.ReportMetric(0, "ns/op") // one round of all questions says nothing
}

// milliseconds is a percentile.
func milliseconds(took []time.Duration, percentile int) float64 {
	sorted := slices.Sorted(slices.Values(took))
	return float64(sorted[(len(sorted)-1)*percentile/100].Microseconds()) / 1000
}

func folderSize(b *testing.B, dir string) (size int64) {
	b.Helper()
	check(b, filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err == nil {
			size += info.Size()
		}
		return err
	}))
	return size
}

// vocabulary makes messages of words that are as frequent as in a language: a few are in every sentence, most are rare.
type vocabulary struct{ words []string }

func newVocabulary() *vocabulary {
	syllables := strings.Fields("ma de pa ti cé lo ru bé né fi go sa vu dré no cha mi ra té lu pro ex in œ mo rphi ne fro ssi ble")
	random := rand.New(rand.NewPCG(1, 1))
	v := &vocabulary{words: strings.Fields("le de la à les et en un une est il pas pour que qui patient chambre au du mg")}
	for len(v.words) < 30_000 {
		word := ""
		for range 2 + random.IntN(3) {
			word += syllables[random.IntN(len(syllables))]
		}
		v.words = append(v.words, word)
	}
	return v
}

// message is the i-th of n.
func (v *vocabulary) message(i, n int) *NewMessage {
	random := rand.New(rand.NewPCG(uint64(i), 2))
	frequent := rand.NewZipf(random, 1.1, 4, uint64(len(v.words)-1))
	var words []string
	for range 4 + random.IntN(16) {
		words = append(words, v.words[frequent.Uint64()])
	}
	const years = 5 * 365 * 24 * time.Hour
	m := said(i, strings.Join(words, " "))
	m.Conv = model.ConversationID(fmt.Sprintf("p%d@example.org", random.IntN(200)))
	m.Author, m.Time = string(m.Conv), morning.Add(-years+years/time.Duration(n)*time.Duration(i))
	return m
}

// questions are those of somebody who types a frequent, a rare and two words, letter by letter, everywhere and with each filter. The
// program searches from two letters on.
func (v *vocabulary) questions() (list []Search) {
	for _, text := range []string{v.words[15], v.words[300], v.words[29_000], v.words[15] + " " + v.words[500], "absent" + v.words[40]} {
		for end := range text {
			if end < 2 {
				continue
			}
			q := Search{Text: text[:end], Limit: 50}
			list = append(list, q)
			q.Conv = "p7@example.org"
			list = append(list, q)
			q.Conv, q.Author = "", "p9@example.org"
			list = append(list, q)
			q.Author, q.Until = "", morning.AddDate(-4, 0, 0)
			list = append(list, q)
		}
	}
	return list
}

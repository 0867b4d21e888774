package store

import (
	"fmt"
	"testing"
	"time"

	"discussions/messaging/model"
)

func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	s := open(b, dir)
	check(b, s.Close())
	for b.Loop() {
		s, err := Open(dir, testKey)
		check(b, err)
		check(b, s.Close())
	}
}

func BenchmarkAddPageOf250(b *testing.B) {
	s := open(b, b.TempDir())
	i := 0
	for b.Loop() {
		forward(b, s, span(i, i+250))
		i += 250
	}
	b.ReportMetric(float64(i)/b.Elapsed().Seconds(), "messages/s")
}

func BenchmarkAddLive(b *testing.B) {
	s := open(b, b.TempDir())
	i := 0
	for b.Loop() {
		live(b, s, from(i))
		i++
	}
}

func BenchmarkQueueAndRemove(b *testing.B) {
	s := open(b, b.TempDir())
	i := 0
	for b.Loop() {
		id := fmt.Sprint("own", i)
		_, err := s.Queue(Outgoing{ID: id, Conv: sophie, Content: text("bonjour"), Time: time.Now()})
		check(b, err)
		check(b, s.RemoveFromOutbox(id))
		i++
	}
}

func BenchmarkPageOf50InOneHundredThousand(b *testing.B) {
	s := open(b, b.TempDir())
	for i := 0; i < 100_000; i += 1000 {
		forward(b, s, span(i, i+1000))
	}
	at := model.Cursor{Time: from(50_000).Time.UnixMicro()}
	for b.Loop() {
		p, err := s.Page(sophie, false, at, 50, 0)
		check(b, err)
		if len(p.Messages) != 50 {
			b.Fatal(len(p.Messages))
		}
	}
}

func BenchmarkConversations200(b *testing.B) {
	s := open(b, b.TempDir())
	for c := range 200 {
		page := span(0, 50)
		for _, f := range page {
			f.Source().Author = fmt.Sprintf("contact%d@example.org", c)
			f.Source().Conv = model.ConversationID(f.Source().Author)
		}
		forward(b, s, page)
	}
	for b.Loop() {
		list, err := s.Conversations()
		check(b, err)
		if len(list) != 200 {
			b.Fatal(len(list))
		}
	}
}

// BenchmarkPageWith200Reactions reads a page whose newest message has reactions of 200 people.
func BenchmarkPageWith200Reactions(b *testing.B) {
	s := open(b, b.TempDir())
	page := span(0, 50)
	for i := range 250 {
		f := Fact(&Reactions{Stanza: from(100 + i).Stanza, Target: "s00049", Emoji: []string{"👍", "❤️"}})
		if i < 50 {
			f = page[i]
		}
		source := f.Source()
		source.Conv, source.Group, source.Author, source.Nick = room, true, fmt.Sprintf("p%d@example.org", i), fmt.Sprint("P", i)
		live(b, s, f)
	}
	for b.Loop() {
		p, err := s.Page(room, true, model.Cursor{}, 50, 0)
		check(b, err)
		if n := len(p.Messages); n != 50 || len(p.Messages[49].Reacted) != 200 {
			b.Fatal(n, len(p.Messages[n-1].Reacted))
		}
	}
}

// BenchmarkCorrection is a live correction of one message, after so many unread messages, or so many corrections of the same one.
func BenchmarkCorrection(b *testing.B) {
	for _, before := range []int{0, 1000, 4000} {
		for what, fill := range map[string]func(i int) *NewMessage{
			"messages":    from,
			"corrections": func(i int) *NewMessage { return corrects(i, "m0") },
		} {
			b.Run(fmt.Sprint("after ", before, " ", what), func(b *testing.B) {
				s := open(b, b.TempDir())
				live(b, s, from(0))
				next := 1
				for range before / 250 {
					var page []Fact
					for range 250 {
						page = append(page, fill(next))
						next++
					}
					forward(b, s, page)
				}
				for b.Loop() {
					live(b, s, corrects(next, "m0"))
					next++
				}
			})
		}
	}
}

// corrects is a correction of a message.
func corrects(i int, of string) *NewMessage {
	m := from(i)
	m.Content, m.Replaces = text(fmt.Sprint("corrected ", i)), of
	return m
}

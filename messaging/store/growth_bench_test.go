package store

import (
	"fmt"
	"os"
	"testing"

	"discussions/messaging/model"
)

// BenchmarkGrowth is how the costs grow with the messages and the conversations of a store. A million messages take minutes to make:
// DISCUSSIONS_MILLION=1 asks for them.
func BenchmarkGrowth(b *testing.B) {
	sizes := [][2]int{{1_000, 10}, {100_000, 10}, {100_000, 200}, {100_000, 2_000}}
	if os.Getenv("DISCUSSIONS_MILLION") != "" {
		sizes = append(sizes, [2]int{1_000_000, 2_000})
	}
	for _, size := range sizes {
		messages, conversations := size[0], size[1]
		b.Run(fmt.Sprintf("%d messages, %d conversations", messages, conversations), func(b *testing.B) {
			s := open(b, b.TempDir())
			next := 0
			fresh := func() *NewMessage {
				m := from(next)
				m.Conv = model.ConversationID(fmt.Sprintf("p%d@example.org", next%conversations))
				m.Author = string(m.Conv)
				next++
				return m
			}
			page := func(n int) (list []Fact) {
				for range n {
					list = append(list, fresh())
				}
				return list
			}
			for next < messages {
				forward(b, s, page(min(1000, messages)))
			}
			conv := model.ConversationID("p7@example.org")
			for _, part := range []struct {
				name string
				f    func() error
			}{
				{"live", func() error { _, err := s.Ingest(Batch{Origin: Live, Facts: []Fact{fresh()}}); return err }},
				{"page of 250", func() error { forward(b, s, page(250)); return nil }},
				{"the list", func() error { _, err := s.Conversations(); return err }},
				{"one conversation", func() error { _, _, err := s.Conversation(conv); return err }},
				{"50 newest", func() error { _, err := s.Page(conv, false, model.Cursor{}, 50, 0); return err }},
				{"mark read", func() error { _, err := s.MarkRead(conv); return err }},
			} {
				b.Run(part.name, func(b *testing.B) {
					for b.Loop() {
						check(b, part.f())
					}
				})
			}
		})
	}
}

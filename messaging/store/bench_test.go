package store

import (
	"fmt"
	"testing"
	"time"
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
		_, err := s.AddForward("", span(i, i+250), fmt.Sprint("s", i+249))
		check(b, err)
		i += 250
	}
	b.ReportMetric(float64(i)/b.Elapsed().Seconds(), "messages/s")
}

func BenchmarkAddLive(b *testing.B) {
	s := open(b, b.TempDir())
	i := 0
	for b.Loop() {
		_, err := s.AddLive(from(i))
		check(b, err)
		i++
	}
}

func BenchmarkQueueAndLeave(b *testing.B) {
	s := open(b, b.TempDir())
	i := 0
	for b.Loop() {
		id := fmt.Sprint("own", i)
		_, err := s.Queue(Outgoing{ID: id, Conv: sophie, Body: "bonjour", Time: time.Now()})
		check(b, err)
		check(b, s.Leave(id))
		i++
	}
}

func BenchmarkPageOf50InOneHundredThousand(b *testing.B) {
	s := open(b, b.TempDir())
	for i := 0; i < 100_000; i += 1000 {
		_, err := s.AddForward("", span(i, i+1000), "s")
		check(b, err)
	}
	at := from(50_000).Time.UnixMicro()
	for b.Loop() {
		p, err := s.Page(sophie, false, at, 0, 50)
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
		for i := range page {
			page[i].Conv = fmt.Sprintf("contact%d@example.org", c)
			page[i].Author = page[i].Conv
		}
		_, err := s.AddForward("", page, "s")
		check(b, err)
	}
	for b.Loop() {
		list, err := s.Conversations()
		check(b, err)
		if len(list) != 200 {
			b.Fatal(len(list))
		}
	}
}

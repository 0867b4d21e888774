package enginetest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"discussions/internal/sandboxtest"
	"discussions/messaging/xmpp"
)

// measured is how many times a benchmark measures: the figures are of these, whatever -benchtime says.
const measured = 500

func report(b *testing.B, what string, times []time.Duration) {
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, what+"-p50-ms")
	b.ReportMetric(float64(times[len(times)*99/100].Microseconds())/1000, what+"-p99-ms")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkSendToReceived is the time from Send to the other client's Handle, one message after the other.
func BenchmarkSendToReceived(b *testing.B) {
	s := sandboxtest.Shared(b)
	claire, paul := connect(b, s, s.Claire().JID), connect(b, s, s.Paul().JID)
	for b.Loop() {
		var times []time.Duration
		for i := range measured {
			body := fmt.Sprint("mesure ", i)
			began := time.Now()
			claire.must(claire.Send(xmpp.Message{ID: body, OriginID: body, To: paul.jid, Type: "chat", Body: body}))
			paul.message(withBody(body))
			times = append(times, time.Since(began))
		}
		report(b, "send", times)
	}
}

// BenchmarkConnect is the time from Run to Connected with presence and roster.
func BenchmarkConnect(b *testing.B) {
	s := sandboxtest.Shared(b)
	token := s.Token(b, s.Claire().JID)
	for b.Loop() {
		var times []time.Duration
		for range measured / 5 {
			cfg := config(b, s, s.Claire().JID)
			cfg.Token = given(token)
			began := time.Now()
			p := begin(b, cfg, nil)
			await(p, func(xmpp.Connected) bool { return true })
			p.must(p.SendPresence(xmpp.Presence{}))
			_, err := p.Roster(context.Background())
			p.must(err)
			times = append(times, time.Since(began))
			p.stop()
		}
		report(b, "connect", times)
	}
}

// BenchmarkArchive reads a whole archive in pages of 250.
func BenchmarkArchive(b *testing.B) {
	s := sandboxtest.Shared(b)
	claire := connect(b, s, s.Claire().JID)
	messages := 0
	for b.Loop() {
		for q := (xmpp.ArchiveQuery{Max: 250}); ; {
			page, err := claire.Archive(context.Background(), q)
			claire.must(err)
			messages += len(page.Messages)
			if page.Complete {
				break
			}
			q.After = page.Last
		}
	}
	b.ReportMetric(float64(messages)/b.Elapsed().Seconds(), "messages/s")
}

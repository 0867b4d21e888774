//go:build linux

package messaging_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"mellium.im/xmpp/jid"

	"discussions/internal/proxy"
	"discussions/internal/sandboxtest"
	"discussions/messaging"
	"discussions/messaging/xmpp"
)

// BenchmarkFlooded is how long it takes until all is here after others have flooded a session until ejabberd ended it, which ejabberd does in
// the next session again: it sends there what was not acknowledged. It fails if anything is lost. A test has the same on Prosody.
func BenchmarkFlooded(b *testing.B) {
	took := flooded(b, sandboxtest.Start(b, "--people", "9", "--history", "10", "--unacknowledged", "600"), 600, true)
	b.ReportMetric(took.Seconds(), "s-until-all-is-here")
	b.ReportMetric(0, "ns/op")
}

// flooded: the server keeps a session for most stanzas that are not acknowledged. A device is out of reach, and more messages come meanwhile:
// ejabberd ends the session by an error of the stream, which the device reads behind the messages when it is within reach again; Prosody
// refuses to resume it. All is in the archive.
func flooded(t testing.TB, s *sandboxtest.Sandbox, most int, ends bool) (took time.Duration) {
	sender := s.Julien()
	network := networkTo(t, s)
	transport, _, _ := countedTransport(t, s, network)
	claire := startWith(t, s, s.Claire(), messaging.Config{Dir: t.TempDir(), Transport: transport})
	online := func() bool { return claire.Connection().State == messaging.Online }
	claire.until(t, "online", online)

	unread := claire.conversation(t, sender.JID).Unread
	var mu sync.Mutex
	acked, receipts, told := 0, map[string]bool{}, make(chan struct{}, 1)
	wire := colleague(t, s, sender, func(e xmpp.Event) {
		mu.Lock()
		defer mu.Unlock()
		switch e := e.(type) {
		case xmpp.Acked:
			acked += len(e.IDs)
		case xmpp.MessageReceived:
			receipts[e.Message.Received] = true
		}
		select {
		case told <- struct{}{}:
		default:
		}
	})
	await := func(what string, holds func() bool) {
		t.Helper()
		wait(t, told, what, func() bool {
			mu.Lock()
			defer mu.Unlock()
			return holds()
		})
	}
	id := func(i int) string { return fmt.Sprintf("aaaaaaaa-0000-4000-8000-%012d", i) } // unlike anybody else's
	send := func(i int) string {
		m := chat(s.Claire().JID, id(i), i)
		m.Body = fmt.Sprint(t.Name(), " ", i)
		check(t, wire.Send(m))
		return m.Body
	}
	check(t, network.Set(proxy.Blackhole, 0, 0))
	var sent []string
	for i := range most + most/10 {
		sent = append(sent, send(i))
		if i%100 == 0 {
			await("the server keeps up", func() bool { return i-acked < 300 })
		}
	}
	await("the server has all", func() bool { return acked >= len(sent) })
	if ends {
		s.WaitOffline(t, s.Claire().JID)
	} else {
		check(t, network.Set(proxy.Cut, 0, 0))
	}
	began := time.Now()
	check(t, network.Set(proxy.Up, 0, 0))
	wait(t, claire.told, "all messages, in their order", func() bool { // what a server sends again to the next session is handled one by one
		if !online() || claire.conversation(t, sender.JID).Unread < unread+len(sent) { // cheaper
			return false
		}
		return slices.Equal(claire.bodies(t, sender.JID, len(sent)), sent)
	})
	took = time.Since(began)
	same(t, "unread", claire.conversation(t, sender.JID).Unread, unread+len(sent))
	await("a receipt of the newest", func() bool { return receipts[id(len(sent)-1)] })
	next := send(len(sent))
	claire.until(t, "the next ordinary message", func() bool { return slices.Contains(claire.bodies(t, sender.JID, 1), next) })
	list := archived(t, s, s.Claire().JID, xmpp.ArchiveQuery{With: jid.MustParse(sender.JID)})
	same(t, "the archive", list, append(sent, next))
	return took
}

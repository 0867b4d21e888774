//go:build linux

// The servers of the sandbox run there only.

package messaging_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"mellium.im/xmpp/jid"

	"discussions/internal/proxy"
	"discussions/internal/sandboxtest"
	"discussions/internal/secret"
	"discussions/messaging"
	"discussions/messaging/xmpp"
)

// countedTransport goes to the server, or through a network that leads there.
func countedTransport(b testing.TB, s *sandboxtest.Sandbox, through *proxy.Proxy) (t *http.Transport, in, out *atomic.Int64) {
	in, out = &atomic.Int64{}, &atomic.Int64{}
	t = s.Transport(b)
	t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if through != nil {
			address = through.Address()
		}
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return proxy.Counted{Conn: conn, In: in, Out: out}, nil
	}
	return t, in, out
}

// colleague is a bare wire of a person, who is there.
func colleague(b testing.TB, s *sandboxtest.Sandbox, who sandboxtest.Person, handle func(xmpp.Event)) *xmpp.Client {
	c := s.Wire(b, who.JID, handle)
	check(b, c.SendPresence(xmpp.Presence{}))
	return c
}

// unlocked is a started client of the bench, whose bytes are counted.
func unlocked(b *testing.B, s *sandboxtest.Sandbox, who sandboxtest.Person, dir string, through *proxy.Proxy) (c *messaging.Client, told chan struct{}, in, out *atomic.Int64) {
	transport, in, out := countedTransport(b, s, through)
	token := s.TokenFor(b, who.JID, time.Hour)
	c = messaging.New(messaging.Config{
		JID: who.JID, Name: who.Name, Dir: dir, WebSocket: s.WebSocket, Transport: transport,
		Token: func(context.Context) (secret.Text, error) { return secret.New(token), nil },
	})
	told = make(chan struct{}, 1)
	c.Subscribe(func(messaging.Event) {
		select {
		case told <- struct{}{}:
		default:
		}
	})
	check(b, c.Unlock(cacheKey))
	c.Start()
	return c, told, in, out
}

func wait(b testing.TB, told <-chan struct{}, what string, holds func() bool) {
	deadline := time.After(5 * time.Minute)
	for !holds() {
		select {
		case <-told:
		case <-deadline:
			b.Fatal("waited in vain: ", what)
		}
	}
}

// processor is the time that this process has worked, the bench's other clients included.
func processor() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func chat(to, id string, i int) xmpp.Message {
	return xmpp.Message{
		ID: id, OriginID: id, To: jid.MustParse(to), Type: "chat", HasBody: true, Body: fmt.Sprintf("Le pansement de M. Garcia est refait, %d.", i),
		RequestReceipt: true, Markable: true,
	}
}

// answeredColleague is a colleague with the receipts that they get.
func answeredColleague(b *testing.B, s *sandboxtest.Sandbox) (paul *xmpp.Client, back chan string) {
	back = make(chan string, 1000)
	return colleague(b, s, s.Paul(), func(e xmpp.Event) {
		if e, ok := e.(xmpp.MessageReceived); ok && e.Message.Received != "" {
			back <- e.Message.Received
		}
	}), back
}

// BenchmarkMessageToReceipt is the time from handing a message to the wire until its receipt is back, through the real server twice, beside a
// reader that only answers.
func BenchmarkMessageToReceipt(b *testing.B) {
	s := sandboxtest.Start(b)
	for _, reader := range []string{"only answers", "Discussions"} {
		b.Run(reader, func(b *testing.B) {
			paul, back := answeredColleague(b, s)
			if reader == "Discussions" {
				c, told, _, _ := unlocked(b, s, s.Claire(), b.TempDir(), nil)
				defer func() { check(b, c.Close()) }()
				wait(b, told, "online", func() bool { return c.Connection().State == messaging.Online })
			} else {
				var bare *xmpp.Client
				bare = colleague(b, s, s.Claire(), func(e xmpp.Event) {
					if e, ok := e.(xmpp.MessageReceived); ok && e.Message.RequestReceipt {
						_ = bare.Send(xmpp.Message{ID: "r" + e.Message.ID, To: e.Message.From.Bare(), Type: "chat", Received: e.Message.ID, Store: true})
					}
				})
			}
			time.Sleep(2 * time.Second) // the first catch-up
			receipts(b, s, paul, back, reader)
			b.ReportMetric(0, "ns/op")
		})
	}
}

// receipts makes a colleague send messages one after the other, and waits for the receipt of each.
func receipts(b *testing.B, s *sandboxtest.Sandbox, from *xmpp.Client, back <-chan string, prefix string) {
	const n = 300
	var times []time.Duration
	used := processor()
	for i := range n {
		id := fmt.Sprint(prefix, i)
		began := time.Now()
		check(b, from.Send(chat(s.Claire().JID, id, i)))
		for got := <-back; got != id; got = <-back {
		}
		times = append(times, time.Since(began))
	}
	b.ReportMetric(float64((processor()-used).Microseconds())/n, "CPU-µs/message")
	slices.Sort(times)
	b.ReportMetric(float64(times[n/2].Microseconds())/1000, "receipt-p50-ms")
	b.ReportMetric(float64(times[n*99/100].Microseconds())/1000, "receipt-p99-ms")
}

// BenchmarkBacklog is what is missed in an absence: until the newest message of each conversation is in the list, and until all is stored,
// beside a reader of the same archive that stores nothing.
func BenchmarkBacklog(b *testing.B) {
	s := sandboxtest.Start(b)
	dir, claire := b.TempDir(), s.Claire()
	writers := []sandboxtest.Person{s.Paul(), s.Sophie(), s.Julien()}
	c, told, _, _ := unlocked(b, s, claire, dir, nil)
	wait(b, told, "the list", func() bool { list, err := c.Conversations(); check(b, err); return len(list) > 3 })
	time.Sleep(6 * time.Second) // until its archive was asked again
	before := c.Unread()
	check(b, c.Close())

	const missed = 10_000
	var acked atomic.Int64
	var wires []*xmpp.Client
	for _, w := range writers {
		wires = append(wires, colleague(b, s, w, func(e xmpp.Event) {
			if e, ok := e.(xmpp.Acked); ok {
				acked.Add(int64(len(e.IDs)))
			}
		}))
	}
	newest := map[string]string{}
	for i := range missed {
		who := i % len(writers)
		m := chat(claire.JID, fmt.Sprint("missed", i), i)
		newest[writers[who].JID] = m.Body
		for int64(i)-acked.Load() > 500 { // not more than the server keeps up with
			time.Sleep(10 * time.Millisecond)
		}
		check(b, wires[who].Send(m))
	}
	for acked.Load() < missed {
		time.Sleep(100 * time.Millisecond)
	}

	reader := colleague(b, s, claire, nil)
	began, read := time.Now(), 0
	for q := (xmpp.ArchiveQuery{UseBefore: true, Max: 250}); read < missed; {
		page, err := reader.Archive(b.Context(), q)
		check(b, err)
		read += len(page.Messages)
		q.Before = page.First
	}
	b.ReportMetric(time.Since(began).Seconds(), "s-reader")

	used := processor()
	began = time.Now()
	c, told, in, out := unlocked(b, s, claire, dir, nil)
	defer func() { check(b, c.Close()) }()
	var shown time.Duration
	wait(b, told, "all that was missed", func() bool {
		if shown == 0 {
			list, err := c.Conversations()
			check(b, err)
			current := 0
			for _, v := range list {
				if want := newest[string(v.ID)]; want != "" && v.Last != nil && v.Last.Content == (messaging.Content)(messaging.Text{Body: want}) {
					current++
				}
			}
			if current == len(writers) {
				shown = time.Since(began)
			}
		}
		return shown > 0 && c.Unread()-before >= missed
	})
	b.ReportMetric(shown.Seconds(), "s-previews")
	b.ReportMetric(time.Since(began).Seconds(), "s-stored")
	b.ReportMetric((processor() - used).Seconds(), "s-CPU")
	b.ReportMetric(float64(in.Load())/1e6, "MB-in")
	b.ReportMetric(float64(out.Load())/1e6, "MB-out")
	b.ReportMetric(0, "ns/op")
}

//go:build linux

// The servers of the sandbox run there only.

package messaging_test

import (
	"context"
	"flag"
	"fmt"
	"net"
	"net/url"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"mellium.im/xmpp/jid"

	"discussions/internal/proxy"
	"discussions/internal/sandboxtest"
	"discussions/internal/secret"
	"discussions/messaging"
	"discussions/messaging/model"
	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

var outage = flag.Duration("outage", 20*time.Second, "`time` that the network is cut in BenchmarkAfterACut")

// afterCut is how many messages come while the network is cut.
const afterCut = 200

// BenchmarkAfterACut is how long after a cut the last of the messages that came meanwhile is here, from the moment at which the system tells
// that the network is back: resumed, and stored; beside a reader that only counts them.
func BenchmarkAfterACut(b *testing.B) {
	s := sandboxtest.Start(b)
	b.Run("only counts", func(b *testing.B) {
		network := networkTo(b, s)
		transport, _, _ := countedTransport(b, s, network)
		var came atomic.Int64
		told := make(chan struct{}, 1)
		var online atomic.Bool
		token := s.TokenFor(b, s.Claire().JID, time.Hour)
		c, end, err := sandboxtest.Connect(xmpp.Config{
			JID: jid.MustParse(s.Claire().JID), WebSocket: s.WebSocket, Transport: transport,
			Token: func(context.Context) (secret.Text, error) { return secret.New(token), nil },
			Handle: func(e xmpp.Event) {
				switch e := e.(type) {
				case xmpp.MessageReceived:
					if e.Message.HasBody {
						came.Add(1)
					}
				case xmpp.Connected:
					online.Store(true)
				case xmpp.Disconnected:
					online.Store(false)
				}
				select {
				case told <- struct{}{}:
				default:
				}
			},
		})
		check(b, err)
		defer end()
		check(b, c.SendPresence(xmpp.Presence{}))
		cutAndBack(b, s, network, *outage, told, online.Load, c.Retry, func() bool { return came.Load() >= afterCut })
	})
	b.Run("Discussions", func(b *testing.B) {
		network := networkTo(b, s)
		c, told, _, _ := unlocked(b, s, s.Claire(), b.TempDir(), network)
		defer func() { check(b, c.Close()) }()
		wait(b, told, "online", func() bool { return c.Connection().State == messaging.Online })
		clientAfterCut(b, s, c, network, *outage, told)
	})
}

// clientAfterCut cuts a client's network.
func clientAfterCut(b *testing.B, s *sandboxtest.Sandbox, c *messaging.Client, network *proxy.Proxy, d time.Duration, told <-chan struct{}) {
	before := c.Unread()
	cutAndBack(b, s, network, d, told, func() bool { return c.Connection().State == messaging.Online }, c.Retry, func() bool {
		return c.Unread() >= before+afterCut
	})
}

// networkTo is a network that leads to the server, for one client.
func networkTo(b testing.TB, s *sandboxtest.Sandbox) *proxy.Proxy {
	address, err := url.Parse(s.WebSocket)
	check(b, err)
	network, err := proxy.Listen(func(ctx context.Context) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", address.Host)
	})
	check(b, err)
	b.Cleanup(func() { check(b, network.Close()) })
	return network
}

func cutAndBack(b *testing.B, s *sandboxtest.Sandbox, network *proxy.Proxy, d time.Duration, told <-chan struct{}, online func() bool, retry func(), all func() bool) {
	paul := colleague(b, s, s.Paul(), nil)
	check(b, network.Set(proxy.Cut, 0, 0))
	wait(b, told, "the loss is noticed", func() bool { return !online() })
	cut := time.Now()
	for i := range afterCut {
		check(b, paul.Send(chat(s.Claire().JID, fmt.Sprint("cut-", cut.UnixNano(), "-", i), i)))
	}
	time.Sleep(time.Until(cut.Add(d)))
	began := time.Now()
	check(b, network.Set(proxy.Up, 0, 0))
	retry()
	wait(b, told, "the last of those that came meanwhile", all)
	b.ReportMetric(time.Since(began).Seconds(), "s-last-after-cut")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkGrowth is how what a user waits for grows with the messages, the conversations and the contacts of an account, on the real server.
// A million messages take minutes to make: DISCUSSIONS_MILLION=1 asks for them.
func BenchmarkGrowth(b *testing.B) {
	sizes := [][3]int{{1_000, 10, 0}, {100_000, 200, 0}, {100_000, 2_000, 5_000}}
	if os.Getenv("DISCUSSIONS_MILLION") != "" {
		sizes = append(sizes, [3]int{1_000_000, 2_000, 5_000})
	}
	for _, size := range sizes {
		b.Run(fmt.Sprintf("%d messages, %d conversations, %d contacts", size[0], size[1], size[2]), func(b *testing.B) {
			s := sandboxtest.Start(b, "--contacts", fmt.Sprint(size[2]))
			dir := b.TempDir()
			fill(b, dir, size[0], size[1])
			runtime.GC()
			growth(b, s, dir, size[1]+size[2])
		})
	}
}

// quiet waits until the client has nothing more to tell for a while: the archive was asked again, and the cards of the contacts are here.
func quiet(b *testing.B, told <-chan struct{}) {
	const silence = 6 * time.Second
	limit := time.After(5 * time.Minute)
	for {
		select {
		case <-told:
		case <-time.After(silence):
			return
		case <-limit:
			b.Fatal("the client does not come to rest")
		}
	}
}

func growth(b *testing.B, s *sandboxtest.Sandbox, dir string, listed int) {
	network := networkTo(b, s)
	began := time.Now()
	c, told, _, _ := unlocked(b, s, s.Claire(), dir, network)
	defer func() { check(b, c.Close()) }()
	list, err := c.Conversations()
	check(b, err)
	b.ReportMetric(float64(time.Since(began).Microseconds())/1000, "list-ms")
	wait(b, told, "everybody in the list", func() bool {
		list, err = c.Conversations()
		check(b, err)
		return c.Connection().State == messaging.Online && len(list) >= listed
	})
	b.ReportMetric(time.Since(began).Seconds(), "s-all-contacts")
	quiet(b, told)
	paul, back := answeredColleague(b, s)
	receipts(b, s, paul, back, "growth")
	began = time.Now()
	_, err = c.Conversations()
	check(b, err)
	b.ReportMetric(float64(time.Since(began).Microseconds())/1000, "reread-list-ms")
	clientAfterCut(b, s, c, network, 2*time.Second, told)
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	b.ReportMetric(float64(memory.HeapInuse)/1e6, "heap-MB")
}

// fill makes a profile with so many messages in so many conversations, over a year.
func fill(b *testing.B, dir string, messages, conversations int) {
	s, err := store.Open(dir, cacheKey)
	check(b, err)
	first := time.Now().AddDate(-1, 0, 0)
	step := 365 * 24 * time.Hour / time.Duration(messages+1)
	body := strings.Repeat("Le pansement est refait. ", 3)
	const page = 1000
	for next := 0; next < messages; {
		var facts []store.Fact
		for range min(page, messages-next) {
			conv := model.ConversationID(fmt.Sprintf("ancien-%d@%s", next%conversations, "spico.test"))
			facts = append(facts, &store.NewMessage{
				Stanza: store.Stanza{
					Conv: conv, Author: string(conv), Time: first.Add(time.Duration(next) * step),
					MsgID: fmt.Sprint("m", next), OriginID: fmt.Sprint("o", next), StanzaID: model.StanzaID(fmt.Sprintf("s%09d", next)),
				},
				Content: model.Text{Body: body}, Markable: true,
			})
			next++
		}
		_, err := s.Ingest(store.Batch{Origin: store.Forward, Facts: facts, Complete: true})
		check(b, err)
	}
	check(b, s.Close())
}

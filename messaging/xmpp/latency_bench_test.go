package xmpp

import (
	"context"
	"net"
	"slices"
	"strings"
	"testing"
	"time"
)

// BenchmarkReceipt is the time from a message on the wire to its receipt there, over TCP, with a server that writes as ejabberd does: with
// Nagle's algorithm, an <r/> after each stanza, and an <a/> of its own when asked. The next message comes as soon as the receipt is there.
func BenchmarkReceipt(b *testing.B) {
	f := newFakeBench(b)
	cfg := f.config()
	var client *Client
	connected := make(chan struct{}, 1)
	cfg.Handle = func(e Event) {
		switch e := e.(type) {
		case Connected:
			connected <- struct{}{}
		case MessageReceived:
			_ = client.Send(Message{ID: "r" + e.Message.ID, To: e.Message.From.Bare(), Type: "chat", Received: e.Message.ID, Store: true})
		}
	}
	client = New(cfg)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = client.Run(ctx)
	}()
	defer func() {
		stop()
		<-ended
	}()
	s := f.session()
	<-connected
	receipts, count := make(chan struct{}), &benchCount{}
	go s.serveBench(receipts, count)
	const message = `<message xmlns="jabber:client" from="` + juliet + `/b" id="m" type="chat"><body>Le pansement de M. Garcia est refait.</body><request xmlns="urn:xmpp:receipts"/></message>`
	times := make([]time.Duration, 0, b.N)
	b.ResetTimer()
	for range b.N {
		began := time.Now()
		s.write(message)
		s.write(string(ackRequest))
		<-receipts
		times = append(times, time.Since(began))
	}
	b.StopTimer()
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(times[len(times)*99/100].Microseconds()), "p99-µs")
	b.ReportMetric(float64(count.asked)/float64(b.N), "r/op")
}

type benchCount struct{ asked int }

func (c *fakeConn) serveBench(receipts chan<- struct{}, count *benchCount) {
	for {
		_, data, err := c.ws.Read(context.Background())
		if err != nil {
			return
		}
		switch text := string(data); {
		case strings.HasPrefix(text, "<r "):
			count.asked++
			_ = c.ws.Write(context.Background(), 1, ackFrame(1))
		case strings.Contains(text, "<received "):
			receipts <- struct{}{}
		}
	}
}

// newFakeBench is a fake over TCP whose side of the connections waits to fill its segments.
func newFakeBench(b *testing.B) *fake {
	f := newFake(b)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = listener.Close() })
	f.pair = func() (client, server net.Conn) {
		client, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		if server, err = listener.Accept(); err != nil {
			b.Fatal(err)
		}
		if err := server.(*net.TCPConn).SetNoDelay(false); err != nil {
			b.Fatal(err)
		}
		return client, server
	}
	return f
}

//go:build linux

// The servers of the sandbox run there only.

package messaging_test

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"discussions/internal/sandboxtest"
	"discussions/messaging"
	"discussions/messaging/xmpp"
)

const (
	absentFrom = 2_000 // conversations

	missedMessages = 10_000
	busy           = 20 // people who write much
	inView         = 15 // rows of the list
)

// BenchmarkAbsence is how long after an absence, in which some 10,000 messages were written in 2,000 conversations, a client that knows them all
// takes from being online until the rows in view are those that will stay, until all rows are, and until all is stored. Four messages in five are of
// twenty people; at last these write among the others, or one of them alone. What is written to the others comes from another device.
func BenchmarkAbsence(b *testing.B) {
	s := sandboxtest.Start(b, "--contacts", fmt.Sprint(absentFrom))
	people := s.People[len(s.People)-absentFrom:]
	dir := b.TempDir()
	w := &writers{s: s, b: b}
	w.desk = w.writer(s.Claire())
	for _, p := range people[:busy] {
		w.busy = append(w.busy, w.writer(p))
	}
	for _, p := range people {
		if !strings.HasPrefix(p.JID, "contact-") {
			b.Fatal("not one of the contacts: ", p.JID)
		}
		w.write(w.desk, p.JID)
	}
	w.settle()
	c, told, _, _ := unlocked(b, s, s.Claire(), dir, nil)
	wait(b, told, "everybody's message", func() bool { return len(rows(b, c)) >= absentFrom })
	quiet(b, told)
	check(b, c.Close())
	b.Run("all write until the end", func(b *testing.B) {
		w.others(people, 4)
		absence(b, s, dir)
	})
	b.Run("one writes at the end", func(b *testing.B) {
		w.others(people, 1)
		for range 6_000 {
			w.write(w.busy[0], s.Claire().JID)
		}
		w.settle()
		absence(b, s, dir)
	})
}

// writers write while a client is away.
type writers struct {
	b     *testing.B
	s     *sandboxtest.Sandbox
	desk  *xmpp.Client // the account's other device
	busy  []*xmpp.Client
	sent  int
	acked atomic.Int64
}

func (w *writers) writer(who sandboxtest.Person) *xmpp.Client {
	return colleague(w.b, w.s, who, func(e xmpp.Event) {
		if e, ok := e.(xmpp.Acked); ok {
			w.acked.Add(int64(len(e.IDs)))
		}
	})
}

func (w *writers) write(from *xmpp.Client, to string) {
	for int64(w.sent)-w.acked.Load() > 200 { // not more than the server keeps up with
		time.Sleep(10 * time.Millisecond)
	}
	w.sent++
	check(w.b, from.Send(chat(to, fmt.Sprint("w", w.sent), w.sent)))
}

func (w *writers) settle() {
	for w.acked.Load() < int64(w.sent) {
		time.Sleep(50 * time.Millisecond)
	}
}

// others makes twenty people write, and has something written to each of the others: so many messages of theirs to each of these.
func (w *writers) others(people []sandboxtest.Person, much int) {
	for i, p := range people[busy:] {
		w.write(w.desk, p.JID)
		for k := range much {
			w.write(w.busy[(i*i+k)%busy], w.s.Claire().JID)
		}
	}
	w.settle()
}

// rows gives the rows of the list that have a message, in its order.
func rows(b *testing.B, c *messaging.Client) (list []string) {
	all, err := c.Conversations()
	check(b, err)
	for _, v := range all {
		if v.Last != nil {
			list = append(list, fmt.Sprint(v.ID, v.Last.Content))
		}
	}
	return list
}

func absence(b *testing.B, s *sandboxtest.Sandbox, dir string) {
	type look struct {
		after time.Duration
		rows  []string
	}
	var looks []look
	reader := colleague(b, s, s.Claire(), nil)
	began, read := time.Now(), 0
	for q := (xmpp.ArchiveQuery{UseBefore: true, Max: 250}); read < missedMessages; {
		page, err := reader.Archive(b.Context(), q)
		check(b, err)
		read += len(page.Messages)
		q.Before = page.First
	}
	b.ReportMetric(time.Since(began).Seconds(), "s-reader")
	used := processor()
	c, told, in, out := unlocked(b, s, s.Claire(), dir, nil)
	defer func() { check(b, c.Close()) }()
	wait(b, told, "online", func() bool { return c.Connection().State == messaging.Online })
	online := time.Now()
	var changed, behind time.Duration
	unread := c.Unread()
	for pause := 30 * time.Millisecond; time.Since(online)-changed < 6*time.Second; pause = min(pause*21/20, time.Second/4) {
		time.Sleep(pause)
		now := rows(b, c)
		after := time.Since(online)
		if n := c.Unread(); n != unread {
			unread, changed = n, after
		}
		if c.Connection().Behind {
			behind = after
		}
		if len(looks) == 0 || !slices.Equal(now, looks[len(looks)-1].rows) {
			looks, changed = append(looks, look{after, now}), after
		}
	}
	last := looks[len(looks)-1].rows
	stays := func(n int) time.Duration {
		i := len(looks)
		for i > 0 && slices.Equal(looks[i-1].rows[:min(n, len(looks[i-1].rows))], last[:n]) {
			i--
		}
		return looks[i].after
	}
	b.ReportMetric(stays(inView).Seconds(), "s-in-view")
	b.ReportMetric(stays(50).Seconds(), "s-50")
	b.ReportMetric(stays(len(last)).Seconds(), "s-everybody")
	b.ReportMetric(changed.Seconds(), "s-stored")
	b.ReportMetric(behind.Seconds(), "s-told")
	b.ReportMetric(float64(c.Unread()), "unread")
	b.ReportMetric((processor() - used).Seconds(), "s-CPU")
	b.ReportMetric(float64(in.Load())/1e6, "MB-in")
	b.ReportMetric(float64(out.Load())/1e6, "MB-out")
	b.ReportMetric(0, "ns/op")
}

//go:build linux

// The servers of the sandbox run there only.

package messaging_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"discussions/internal/sandboxtest"
	"discussions/messaging"
	"discussions/messaging/xmpp"
)

// BenchmarkNewDevice is how long a device on which nothing is known takes until the list shows the newest message of everybody: of the fifty
// who wrote last, which is more than a screen shows, and of all.
func BenchmarkNewDevice(b *testing.B) {
	for _, people := range []int{200, 2_000} {
		b.Run(fmt.Sprint(people, " people"), func(b *testing.B) { newDeviceOf(b, people) })
	}
}

func newDeviceOf(b *testing.B, people int) {
	s := sandboxtest.Start(b, "--contacts", fmt.Sprint(people))
	var acked atomic.Int64
	desk := colleague(b, s, s.Claire(), func(e xmpp.Event) {
		if e, ok := e.(xmpp.Acked); ok {
			acked.Add(int64(len(e.IDs)))
		}
	})
	newest := map[messaging.ConversationID]int{} // which message is the newest
	const each = 3
	for i := range each * people {
		for int64(i)-acked.Load() > 500 { // not more than the server keeps up with
			time.Sleep(10 * time.Millisecond)
		}
		to := s.People[len(s.People)-people+i%people]
		if !strings.HasPrefix(to.JID, "contact-") {
			b.Fatal("not one of the contacts: ", to.JID)
		}
		newest[messaging.ConversationID(to.JID)] = i
		check(b, desk.Send(chat(to.JID, fmt.Sprint("new", i), i)))
	}
	for acked.Load() < int64(each*people) {
		time.Sleep(100 * time.Millisecond)
	}

	used, began := processor(), time.Now()
	c, told, in, _ := unlocked(b, s, s.Claire(), b.TempDir(), nil)
	defer func() { check(b, c.Close()) }()
	var online, first time.Duration
	wait(b, told, "the newest message of everybody", func() bool {
		// Reading the list repeatedly would distort the measurement.
		if time.Sleep(20 * time.Millisecond); first != 0 {
			time.Sleep(time.Second / 2)
		}
		if online == 0 && c.Connection().State == messaging.Online {
			online = time.Since(began)
		}
		list, err := c.Conversations()
		check(b, err)
		shown, last := 0, 0
		for _, v := range list {
			i, found := newest[v.ID]
			if !found || v.Last == nil || v.Last.Content != messaging.Content(messaging.Text{Body: chat("a@b", "", i).Body}) {
				continue
			}
			if shown++; i >= (each*people)-50 {
				last++
			}
		}
		if first == 0 && last == 50 {
			first = time.Since(began)
		}
		return shown == people
	})
	b.ReportMetric((first - online).Seconds(), "s-first-50")
	b.ReportMetric((time.Since(began) - online).Seconds(), "s-everybody")
	b.ReportMetric((processor() - used).Seconds(), "s-CPU")
	b.ReportMetric(float64(in.Load())/1e6, "MB-in")
	b.ReportMetric(0, "ns/op")
}

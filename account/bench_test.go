package account

import (
	"fmt"
	"runtime"
	"testing"

	"discussions/account/internal/kdf"
	"discussions/auth"
)

// realLab has the real cost of the derivation and real message clients, which have no server to reach.
func realLab(b *testing.B) *lab {
	l := newLab(b)
	l.quit()
	l.bounds = kdf.Default
	l.realClients = true
	l.start()
	return l
}

func BenchmarkCodeToOpenDrawer(b *testing.B) {
	l := realLab(b)
	id := l.add(claire)
	for b.Loop() {
		b.StopTimer()
		must(b, l.LogOut(id))
		b.StartTimer()
		must(b, l.unlock(id, code))
	}
}

func BenchmarkLock(b *testing.B) {
	l := realLab(b)
	l.bounds = cheap // only the way back derives a key
	l.restart()
	id := l.add(claire)
	for b.Loop() {
		must(b, l.Lock(id))
		b.StopTimer()
		must(b, l.unlock(id, code))
		b.StartTimer()
	}
}

// BenchmarkFurtherOpenAccount tells what one more open account costs in memory; it is connected to nothing.
func BenchmarkFurtherOpenAccount(b *testing.B) {
	for _, n := range []int{1, 4, 16} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				l := realLab(b)
				l.bounds = cheap
				l.restart()
				before := inUse()
				for i := range n {
					l.add(auth.Identity{Subject: fmt.Sprint(i), JID: fmt.Sprintf("p%d@chat.example.org", i), Name: fmt.Sprint("P", i)})
				}
				b.ReportMetric(float64(inUse()-before)/float64(n)/1024, "KiB/account")
				l.quit()
			}
		})
	}
}

func inUse() int64 {
	runtime.GC()
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return int64(s.HeapInuse + s.StackInuse)
}

package dispatch

import "testing"

// The time from a publication to its delivery, where nothing else is going on.
func BenchmarkPublishedToDelivered(b *testing.B) {
	var p Publisher[int]
	delivered := make(chan struct{})
	p.Subscribe(func(int) { delivered <- struct{}{} })
	b.ReportAllocs()
	for b.Loop() {
		p.Publish(1)
		<-delivered
	}
	p.Close()
}

// The time for each of many values that are put in one go.
func BenchmarkBurst(b *testing.B) {
	sum := 0
	q := New(func(n int) { sum += n })
	b.ReportAllocs()
	for b.Loop() {
		q.Put(1)
	}
	q.Close()
}

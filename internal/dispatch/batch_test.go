package dispatch

import (
	"sync"
	"testing"
)

// screen runs what it is given when turn is called, as the goroutine of a toolkit does.
type screen struct {
	mu    sync.Mutex
	queue []func()
}

func (s *screen) do(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue = append(s.queue, f)
}

func (s *screen) turn() (turns int) {
	s.mu.Lock()
	queue := s.queue
	s.queue = nil
	s.mu.Unlock()
	for _, f := range queue {
		f()
	}
	return len(queue)
}

func TestABatchTakesOneTurnForAllThatCame(t *testing.T) {
	var s screen
	var got [][]int
	b := NewBatch(s.do, func(values []int) { got = append(got, values) })
	b.Put()
	b.Put(1, 2)
	b.Put(3)
	if turns := s.turn(); turns != 1 {
		t.Errorf("%d turns for one batch", turns)
	}
	b.Put(4)
	if turns := s.turn(); turns != 1 {
		t.Errorf("%d turns for the second batch", turns)
	}
	equal(t, "batches", got, [][]int{{1, 2, 3}, {4}})
	if turns := s.turn(); turns != 0 {
		t.Errorf("%d turns for nothing", turns)
	}
}

func TestAHandlerOfABatchMayPut(t *testing.T) {
	var s screen
	var got [][]int
	var b *Batch[int]
	b = NewBatch(s.do, func(values []int) {
		if got = append(got, values); len(got) == 1 {
			b.Put(3)
		}
	})
	b.Put(1, 2)
	s.turn()
	s.turn()
	equal(t, "batches", got, [][]int{{1, 2}, {3}})
}

func TestABatchMayBeScheduledAtOnce(t *testing.T) {
	var got [][]int
	b := NewBatch(func(f func()) { f() }, func(values []int) { got = append(got, values) })
	b.Put(1)
	b.Put(2, 3)
	equal(t, "batches", got, [][]int{{1}, {2, 3}})
}

func TestABatchLosesNothingOfManySenders(t *testing.T) {
	var s screen
	last, all := [4]int{}, 0
	b := NewBatch(s.do, func(values [][2]int) {
		for _, v := range values {
			if v[1] != last[v[0]]+1 {
				t.Errorf("sender %d: %d follows %d", v[0], v[1], last[v[0]])
			}
			last[v[0]] = v[1]
			all++
		}
	})
	var senders sync.WaitGroup
	for sender := range last {
		senders.Go(func() {
			for n := range 1000 {
				b.Put([2]int{sender, n + 1})
			}
		})
	}
	ended := make(chan struct{})
	go func() { senders.Wait(); close(ended) }()
	for done := false; !done; {
		select {
		case <-ended:
			done = true
		default:
		}
		s.turn()
	}
	s.turn()
	if all != 4000 {
		t.Errorf("%d of 4000 values were handled", all)
	}
}

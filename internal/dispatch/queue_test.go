package dispatch

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"pgregory.net/rapid"
)

// The test binary is also a program whose handler panics.
const panicPart = "DISPATCH_TEST_PANIC"

func TestMain(m *testing.M) {
	if os.Getenv(panicPart) != "" {
		q := New(func(n int) { panic("handler of the test") })
		q.Put(1)
		q.Close()
		return // without the panic: success, which the test does not expect
	}
	goleak.VerifyTestMain(m)
}

func equal[T any](t *testing.T, what string, got, want []T) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func TestValuesAreHandledInTheOrderInWhichTheyWerePut(t *testing.T) {
	var got []int
	q := New(func(n int) { got = append(got, n) })
	q.Put(1, 2)
	q.Put()
	q.Put(3)
	q.Close()
	equal(t, "handled", got, []int{1, 2, 3})
}

func TestPutNeverWaitsForTheHandler(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		block, handled := make(chan struct{}), 0
		q := New(func(int) { <-block; handled++ })
		for n := range 10_000 {
			q.Put(n)
		}
		synctest.Wait()
		if handled != 0 {
			t.Fatalf("%d values were handled by a handler that waits", handled)
		}
		close(block)
		q.Close()
		if handled != 10_000 {
			t.Errorf("%d of 10000 values were handled", handled)
		}
	})
}

func TestAHandlerMayPutAndStop(t *testing.T) {
	var got []int
	var q *Queue[int]
	q = New(func(n int) {
		got = append(got, n)
		if n < 3 {
			q.Put(n + 1)
			return
		}
		q.Stop()
		if q.Put(n + 1) {
			t.Error("a stopped queue took a value")
		}
	})
	q.Put(1)
	q.done.Wait()
	equal(t, "handled", got, []int{1, 2, 3})
	q.Close()
}

func TestCloseHandlesWhatWaitsAndRefusesTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []int
		q := New(func(n int) { time.Sleep(time.Second); got = append(got, n) })
		if !q.Put(1, 2, 3) {
			t.Error("an open queue refused a value")
		}
		q.Stop()
		if q.Put(4) {
			t.Error("a stopped queue took a value")
		}
		q.Close()
		equal(t, "handled when Close returned", got, []int{1, 2, 3})
		q.Close() // a second call does nothing
	})
}

func TestStopReturnsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		q := New(func(int) { time.Sleep(time.Hour) })
		q.Put(1)
		q.Stop()
		if took := time.Since(start); took != 0 {
			t.Errorf("Stop took %v", took)
		}
		q.Close()
		if took := time.Since(start); took != time.Hour {
			t.Errorf("Close returned after %v, before the handler", took)
		}
	})
}

func TestAnIdleQueueHasNoGoroutineAndGoesOnLater(t *testing.T) {
	handled := make(chan int, 1)
	q := New(func(n int) { handled <- n })
	for n := range 3 {
		q.Put(n)
		if got := <-handled; got != n {
			t.Errorf("handled %d, want %d", got, n)
		}
	}
	// It is not closed: TestMain looks for goroutines that are left.
}

func TestASenderCanWaitForRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit = 3
		most, handled := 0, 0
		q := New(func(int) { time.Sleep(time.Second); handled++ })
		for n := range 50 {
			q.WaitBelow(t.Context(), limit)
			q.Put(n)
			q.mu.Lock()
			most = max(most, len(q.waiting))
			q.mu.Unlock()
		}
		q.Close()
		if most != limit || handled != 50 {
			t.Errorf("up to %d values waited and %d were handled, want %d and 50", most, handled, limit)
		}
	})
}

func TestManySendersAreWokenByRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handled := 0
		q := New(func(int) { time.Sleep(time.Second); handled++ })
		var senders sync.WaitGroup
		for n := range 20 {
			senders.Go(func() {
				q.WaitBelow(t.Context(), 1)
				q.Put(n)
			})
		}
		senders.Wait()
		q.Close()
		if handled != 20 {
			t.Errorf("%d values of 20 were handled", handled)
		}
	})
}

func TestWaitingForRoomEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		block := make(chan struct{})
		q := New(func(int) { <-block })
		q.Put(1)
		synctest.Wait() // the handler has taken the first
		q.Put(2)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start := time.Now()
		q.WaitBelow(ctx, 1)
		if took := time.Since(start); took != time.Minute {
			t.Errorf("waited %v, want the minute of the context", took)
		}
		close(block)
		q.Close()
	})
}

func TestAPanicOfAHandlerEndsTheProgram(t *testing.T) {
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), panicPart+"=1")
	out, err := c.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || !strings.Contains(string(out), "panic: handler of the test") {
		t.Errorf("the program ended with %v:\n%s", err, out)
	}
}

func TestTheMemoryOfABurstIsGivenBack(t *testing.T) {
	q := New(func(*[1]byte) {})
	for range 100 * maxSpare {
		q.Put(new([1]byte))
	}
	q.Close()
	if len(q.waiting) > 0 || cap(q.waiting)+cap(q.spare) > 2*maxSpare {
		t.Errorf("an empty queue keeps room for %d values", cap(q.waiting)+cap(q.spare))
	}
	for _, v := range q.waiting[:cap(q.waiting)] {
		if v != nil {
			t.Fatal("a handled value is still held")
		}
	}
}

// Several goroutines put groups of values while the queue is stopped at any moment. Whatever happens between them: what was taken
// is handled, once, in each goroutine's order, a group in one piece, one value at a time; what was refused is not.
func TestOrderHoldsForAnySendersAndAnyEnd(t *testing.T) {
	type value struct{ sender, group, place int }
	rapid.Check(t, func(t *rapid.T) {
		groups := rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(0, 4), 0, 20), 1, 4).Draw(t, "groups of each sender")
		stopAfter := rapid.IntRange(0, 60).Draw(t, "stop after")

		var handled []value
		var inside atomic.Int32
		var q *Queue[value]
		q = New(func(v value) {
			if inside.Add(1) != 1 {
				t.Error("two handlers ran at once")
			}
			if handled = append(handled, v); len(handled) == stopAfter {
				q.Stop()
			}
			inside.Add(-1)
		})
		taken := make([][]value, len(groups))
		var senders sync.WaitGroup
		for sender, sizes := range groups {
			senders.Go(func() {
				for group, size := range sizes {
					var values []value
					for place := range size {
						values = append(values, value{sender, group, place})
					}
					if q.Put(values...) {
						taken[sender] = append(taken[sender], values...)
					}
				}
			})
		}
		senders.Wait()
		q.Close()

		bySender := make([][]value, len(groups))
		for i, v := range handled {
			bySender[v.sender] = append(bySender[v.sender], v)
			if v.place > 0 && handled[i-1] != (value{v.sender, v.group, v.place - 1}) {
				t.Errorf("%v follows %v: a group was torn", v, handled[i-1])
			}
		}
		if !slices.EqualFunc(bySender, taken, slices.Equal[[]value]) {
			t.Errorf("handled %v, taken %v", bySender, taken)
		}
	})
}

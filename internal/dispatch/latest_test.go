package dispatch

import (
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"pgregory.net/rapid"
)

func TestLatest(t *testing.T) {
	type queue = *Latest[string, int]
	for _, c := range []struct {
		name string
		put  func(queue) // while the handler is busy with "busy 0"
		want []string
	}{
		{"nothing", func(queue) {}, nil},
		{"keys keep their order", func(q queue) { q.Put("b", 1); q.Put("a", 1) }, []string{"b 1", "a 1"}},
		{"a newer value replaces one that waits, at its place", func(q queue) { q.Put("a", 1); q.Put("b", 1); q.Put("a", 2) }, []string{"a 2", "b 1"}},
		{"the value in hand is not replaced", func(q queue) { q.Put("busy", 1); q.Put("busy", 2) }, []string{"busy 2"}},
		{"one overtakes", func(q queue) { q.Put("a", 1); q.PutFirst("b", 1) }, []string{"b 1", "a 1"}},
		{"one replaces and overtakes", func(q queue) { q.Put("a", 1); q.Put("b", 1); q.PutFirst("b", 2) }, []string{"b 2", "a 1"}},
		{"what follows one that overtook keeps its place", func(q queue) { q.Put("a", 1); q.PutFirst("b", 1); q.Put("b", 2) }, []string{"b 2", "a 1"}},
		{"dropped", func(q queue) { q.Put("a", 1); q.Put("b", 1); q.Drop() }, nil},
		{"dropped, and used again", func(q queue) { q.Put("a", 1); q.Put("b", 1); q.Drop(); q.Put("a", 2) }, []string{"a 2"}},
		{"after Stop what waits is handled, and no more is taken", func(q queue) {
			q.Put("a", 1)
			q.Stop()
			q.Put("a", 2)
			q.PutFirst("b", 1)
		}, []string{"a 1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			defer goleak.VerifyNone(t)
			busy, hold := make(chan struct{}), make(chan struct{})
			var got []string
			q := NewLatest(func(k string, v int) {
				if k == "busy" && v == 0 {
					close(busy)
					<-hold
					return
				}
				got = append(got, fmt.Sprint(k, " ", v))
			})
			q.Put("busy", 0)
			<-busy
			c.put(q)
			close(hold)
			q.Close()
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// Whatever is put, and however slow the handler: the last value of each key is the last that is handled.
func TestTheLastValueOfEachKeyIsHandled(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		type put struct {
			key          int
			first, pause bool
		}
		puts := rapid.SliceOf(rapid.Custom(func(r *rapid.T) put {
			return put{rapid.IntRange(0, 3).Draw(r, "key"), rapid.Bool().Draw(r, "first"), rapid.Bool().Draw(r, "pause")}
		})).Draw(r, "puts")
		synctest.Test(t, func(*testing.T) {
			got, want, last := map[int]int{}, map[int]int{}, map[int]int{}
			step := make(chan struct{})
			q := NewLatest(func(k, v int) {
				if v <= last[k] {
					r.Fatalf("key %d: %d after %d", k, v, last[k])
				}
				last[k], got[k] = v, v
				<-step
			})
			for i, p := range puts {
				if p.first {
					q.PutFirst(p.key, i+1)
				} else {
					q.Put(p.key, i+1)
				}
				want[p.key] = i + 1
				if p.pause {
					synctest.Wait()
					select {
					case step <- struct{}{}:
					default:
					}
				}
			}
			close(step)
			q.Close()
			if d := cmp.Diff(want, got); d != "" {
				r.Fatal(d)
			}
		})
	})
}

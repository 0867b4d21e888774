package dispatch

import (
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

func TestEverySubscriberGetsEveryValueInOrder(t *testing.T) {
	var p Publisher[int]
	var first, second []int
	p.Subscribe(func(n int) { first = append(first, n) })
	p.Subscribe(func(n int) { second = append(second, n) })
	p.Publish(1, 2)
	p.Publish()
	p.Publish(3)
	p.Close()
	p.Publish(4)
	equal(t, "first", first, []int{1, 2, 3})
	equal(t, "second", second, []int{1, 2, 3})
}

func TestASubscriberGetsWhatIsPublishedWhileItIsSubscribed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p Publisher[int]
		var all, some []int
		p.Publish(0) // to nobody
		p.Subscribe(func(n int) { time.Sleep(time.Second); all = append(all, n) })
		p.Publish(1)
		unsubscribe := p.Subscribe(func(n int) { some = append(some, n) })
		p.Publish(2, 3)
		time.Sleep(2500 * time.Millisecond) // the first is at 3, the second has had 2
		unsubscribe()
		unsubscribe() // a second call does nothing
		p.Publish(4)
		p.Close()
		equal(t, "all", all, []int{1, 2, 3, 4})
		equal(t, "some", some, []int{2})
	})
}

func TestASubscriberMaySubscribeUnsubscribeAndPublish(t *testing.T) {
	var p Publisher[string]
	var got []string
	var unsubscribe func()
	unsubscribe = p.Subscribe(func(s string) {
		got = append(got, "old "+s)
		unsubscribe()
		p.Subscribe(func(s string) { got = append(got, "new "+s); p.Stop() })
		p.Publish("second")
	})
	p.Publish("first")
	p.queue.done.Wait()
	p.Close()
	equal(t, "delivered", got, []string{"old first", "new second"})
}

// A model of a publisher: whatever is subscribed, published and unsubscribed, each subscriber has what the model says.
func TestSubscriptionsFollowTheModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type member struct {
			unsubscribe func()
			got, want   []int
			in          bool
		}
		var p Publisher[int]
		var members []*member
		next := 0
		t.Repeat(map[string]func(*rapid.T){
			"subscribe": func(*rapid.T) {
				m := &member{in: true}
				m.unsubscribe = p.Subscribe(func(n int) { m.got = append(m.got, n) })
				members = append(members, m)
			},
			"publish": func(t *rapid.T) {
				var values []int
				for range rapid.IntRange(0, 3).Draw(t, "values") {
					next++
					values = append(values, next)
				}
				p.Publish(values...)
				for _, m := range members {
					if m.in {
						m.want = append(m.want, values...)
					}
				}
			},
			"unsubscribe": func(t *rapid.T) {
				if len(members) == 0 {
					t.Skip("nobody is subscribed")
				}
				m := rapid.SampledFrom(members).Draw(t, "member")
				p.queue.done.Wait() // so that the model knows what it had
				m.unsubscribe()
				m.in = false
			},
		})
		p.Close()
		for i, m := range members {
			if len(m.got) != len(m.want) {
				t.Fatalf("subscriber %d got %v, want %v", i, m.got, m.want)
			}
			for j := range m.got {
				if m.got[j] != m.want[j] {
					t.Fatalf("subscriber %d got %v, want %v", i, m.got, m.want)
				}
			}
		}
	})
}

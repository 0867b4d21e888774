package messaging

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"discussions/messaging/internal/wiretest"
	"discussions/messaging/xmpp"
)

func befriend(w *wiretest.Server, people int) {
	for i := range people {
		w.Contacts = append(w.Contacts, xmpp.RosterItem{JID: person(i), Subscription: "both"})
	}
}

// Who wrote last is met in a few pages of the whole archive, and one that was read to its beginning has nothing of those who never wrote.
func TestANewDeviceMeetsManyPeopleInAFewPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const people, silent = 900, 400
		w := wiretest.New()
		want := away(w, people, 2*people)
		befriend(w, people+silent)
		c := newTest(t, t.TempDir(), w)
		w.Live(w.Says(person(0), "en direct"))
		want[id(person(0))] = "en direct"
		w.Connect(false)
		synctest.Wait()
		same(t, "the list", previews(t, c), want)
		if n, most := len(w.Queries), 2*people/pageSize+5; n > most {
			t.Errorf("%d questions, at most %d", n, most)
		}
		same(t, "unread: what came just now", c.Unread(), 1)
		n := len(w.Queries)
		for _, i := range []int{0, people - 1, people} {
			p, err := c.History(t.Context(), id(person(i)), Cursor{}, 10, 0)
			check(t, err)
			same(t, "its start is known", p.Start, true)
		}
		same(t, "questions for what is here", len(w.Queries)-n, 0)
	})
}

// The newest pages of the archive reach few of many people: the others are asked for one by one, most of them for little.
func TestAFreshAccountSeesTheNewestMessageOfEverybody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const people, each = mostAsked + 50, 12
		w := wiretest.New()
		want := away(w, people, people*each)
		befriend(w, people)
		noise := person(people - 1) // receipts are all that a short page would hold
		for range 2 * fewPage {
			w.Confirms(noise, "unknown")
		}
		for i := range (mostFew + 1) * pageSize {
			want[id(person(0))] = fmt.Sprint("one writes much ", i)
			w.Says(person(0), want[id(person(0))])
		}
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		synctest.Wait()
		same(t, "the list", previews(t, c), want)
		rows := 0
		for _, q := range w.Queries {
			if q.With.String() != "" {
				rows += q.Max
			}
		}
		if n, most := len(w.Queries), mostAsked*recentPage+50*fewPage+recentPage; n > people+mostFew+6 || rows > most {
			t.Errorf("%d questions, for %d rows of people, at most %d", n, rows, most)
		}
		n := len(w.Queries)
		w.Cut()
		w.Connect(false)
		synctest.Wait()
		if more := len(w.Queries) - n; more > 3 {
			t.Errorf("%d questions in the next session", more)
		}
	})
}

// What was missed while a walk goes on is not between what the walk has read: it ends there.
func TestAWalkEndsWhereMoreIsMissed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const people = 900
		w := wiretest.New()
		away(w, 1, (mostFew+1)*pageSize) // which the walk does not reach
		want := away(w, people, people)
		befriend(w, people)
		c := newTest(t, t.TempDir(), w)
		w.Asked = func(n int) {
			switch n {
			case 4: // a page of the walk
				for i := range people { // no stanza tells of them
					want[id(person(i))] = fmt.Sprint("missed ", i)
					w.Says(person(i), want[id(person(i))])
				}
				c.do(func() { c.syncer.askArchive(0) })
				time.Sleep(time.Second)
			case 7: // the first page of the backlog, which the walk overtakes
				time.Sleep(10 * time.Second)
			}
		}
		w.Connect(false)
		time.Sleep(time.Minute)
		synctest.Wait()
		same(t, "the list", previews(t, c), want)
		for i := 1; i < people; i++ {
			p, err := c.History(t.Context(), id(person(i)), Cursor{}, 10, 0)
			check(t, err)
			got := []string{}
			for _, m := range p.Messages {
				got = append(got, body(m))
			}
			same(t, "history", got, []string{fmt.Sprint("message ", i), fmt.Sprint("missed ", i)})
		}
	})
}

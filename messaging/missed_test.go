package messaging

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"mellium.im/xmpp/jid"

	"discussions/messaging/internal/wiretest"
	"discussions/messaging/xmpp"
)

// left is a client that has read its archive, and has lost its connection.
func left(t *testing.T, dir string) (*wiretest.Server, *Client) {
	t.Helper()
	w := wiretest.New()
	w.Says(person(0), "avant")
	c := newTest(t, dir, w)
	w.Connect(false)
	synctest.Wait()
	w.Cut()
	return w, c
}

// away makes many people write while the account is away. It returns the newest text and the number of texts of each.
func away(w *wiretest.Server, people, messages int) (newest map[ConversationID]string) {
	newest = map[ConversationID]string{}
	for i := range messages {
		who := person(i % people)
		newest[id(who)] = fmt.Sprint("message ", i)
		w.Says(who, newest[id(who)])
	}
	return newest
}

func person(i int) jid.JID { return jid.MustParse(fmt.Sprintf("p%d@example.org", i)) }

func previews(t testing.TB, c *Client) map[ConversationID]string {
	t.Helper()
	got := map[ConversationID]string{}
	list, err := c.Conversations()
	check(t, err)
	for _, v := range list {
		if v.Last != nil {
			got[v.ID] = body(*v.Last)
		}
	}
	return got
}

func TestAfterALongAbsenceTheNewestComesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, c := left(t, t.TempDir())
		want := away(w, 50, 3000)
		seen := map[int]map[ConversationID]string{} // what the list shows when the archive was asked so often
		w.Asked = func(n int) { seen[n] = previews(t, c) }
		w.Queries = nil
		w.Connect(false)
		synctest.Wait()
		same(t, "the list before the third page of what was missed", seen[4], want)
		same(t, "the list in the end", previews(t, c), want)
		same(t, "unread", c.Unread(), 3000)
		if n := len(w.Queries); n > 3000/pageSize+4 {
			t.Errorf("%d pages were asked for %d messages", n, 3000)
		}
		for i := range 50 {
			p, err := c.History(t.Context(), id(person(i)), Cursor{}, 100, 0)
			check(t, err)
			for k, m := range p.Messages[len(p.Messages)-60:] {
				if want := fmt.Sprint("message ", k*50+i); body(m) != want {
					t.Fatalf("person %d: %q in the place of %q", i, body(m), want)
				}
			}
		}
	})
}

// The newest page of the archive, and many before it, may be all of one person: what the list shows is asked for beside them.
func TestTheConversationsInViewAreAskedForBesideAFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const people, flood = 200, manyMissed - 4 // pages
		w := wiretest.New()
		away(w, people, people)
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		time.Sleep(time.Minute)
		check(t, c.SetFavourite(id(person(150)), true))
		list, err := c.Conversations()
		check(t, err)
		w.Cut()
		want := away(w, people, people)
		for i := range flood * pageSize {
			want[id(person(0))] = fmt.Sprint("flood ", i)
			w.Says(person(0), want[id(person(0))])
		}
		w.Queries = nil
		var current map[ConversationID]string // when half of the flood is read
		pages := 0
		w.Asked = func(n int) { // several at a time
			var q xmpp.ArchiveQuery
			half := false
			w.Change(func() {
				if q = w.Queries[n-1]; q.With.String() == "" {
					pages++
					half = pages == flood/2
				}
			})
			if half {
				current = previews(t, c)
			}
			time.Sleep(time.Duration(q.Max) * time.Millisecond)
		}
		w.Connect(false)
		time.Sleep(time.Minute)
		synctest.Wait()
		for _, v := range list[:20] {
			same(t, "in view", current[v.ID], want[v.ID])
		}
		same(t, "the favourite", list[0].ID, id(person(150)))
		same(t, "in the end", previews(t, c), want)
		if n, most := len(w.Queries), flood+people/pageSize+inView+6; n > most {
			t.Errorf("%d questions, at most %d", n, most)
		}
	})
}

func TestWhatWasMissedIsReadOnAfterAnInterruption(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		w, c := left(t, dir)
		want := away(w, 10, 5000)
		w.Queries = nil
		cut := false
		w.Asked = func(n int) {
			if n == 10 && !cut {
				cut = true
				w.SetUp(false)
			}
		}
		w.Connect(false)
		synctest.Wait()
		same(t, "interrupted", cut && c.Unread() < 5000, true)
		same(t, "the list", previews(t, c), want)
		check(t, c.Close())

		w.Asked = nil
		first := len(w.Queries)
		c = newTest(t, dir, w)
		w.Connect(false)
		time.Sleep(time.Minute)
		synctest.Wait()
		same(t, "unread", c.Unread(), 5000)
		if n := len(w.Queries); n > 5000/pageSize+8 || n-first > 5000/pageSize-4 {
			t.Errorf("%d pages, %d of them after the interruption: what was here was read again", n, n-first)
		}
		if p, err := c.History(t.Context(), id(person(3)), Cursor{}, 1000, 0); err != nil || len(p.Messages) != 500 || !p.Start {
			t.Errorf("%d messages, %v", len(p.Messages), err)
		}
	})
}

func TestTheUserIsToldOnlyWhenItTakesAWhile(t *testing.T) {
	for _, slow := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			w, c := left(t, t.TempDir())
			away(w, 10, 2000)
			told := 0
			defer c.Subscribe(func(e Event) {
				if e, ok := e.(ConnectionChanged); ok && e.Connection.Behind {
					told++
				}
			})()
			if slow {
				w.Asked = func(int) { time.Sleep(400 * time.Millisecond) }
			}
			w.Connect(false)
			time.Sleep(time.Minute)
			synctest.Wait()
			same(t, "told", told > 0, slow)
			same(t, "in the end", c.Connection().Behind, false)
		})
	}
}

func TestAWriterIsToldOfTenThousandMissedMessagesWithFewStanzas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, c := left(t, t.TempDir())
		w.Sent = nil
		away(w, 20, 10_000)
		w.Connect(false)
		synctest.Wait()
		same(t, "unread", c.Unread(), 10_000)
		archived := map[string]int{}
		for _, m := range w.Sent {
			if m.Received == "" {
				t.Errorf("something else than a receipt: %+v", m)
			}
			if m.Store {
				archived[m.To.String()]++
			}
		}
		for i := range 20 {
			same(t, "archived receipts to one person", archived[person(i).String()], 1)
		}
		if n := len(w.Sent); n > 20*mostReceipts {
			t.Errorf("%d stanzas for 10,000 messages of 20 people", n)
		}
		newest := w.Count(func(m xmpp.Message) bool {
			return m.Store && m.To.Equal(person(19)) && m.Received == fmt.Sprint("m", w.Stanzas)
		})
		same(t, "the newest message has the archived receipt", newest, 1)
	})
}

func TestALockedClientCountsWhatItHadStillToRead(t *testing.T) {
	for name, cut := range map[string]bool{"while it is connected": false, "after it was cut off": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, c := left(t, t.TempDir())
				away(w, 10, 3000)
				locked := make(chan error, 1)
				w.Queries = nil
				w.Asked = func(n int) {
					if n == 6 {
						go func() { locked <- c.Lock() }()
						synctest.Wait()
					}
				}
				w.Connect(false)
				check(t, <-locked)
				w.Lock()
				w.Asked = nil
				w.Unlock()
				w.Live(w.Says(person(3), "pendant le verrouillage"))
				if cut {
					w.Cut()
					w.Connect(false)
				}
				time.Sleep(time.Minute)
				synctest.Wait()
				same(t, "locked", c.Unread(), 3001)
				read := w.Says(person(4), "lu ailleurs")
				w.Live(read)
				w.Live(xmpp.Message{Carbon: xmpp.CarbonSent, From: phone(claire), To: person(4), Type: "chat", Displayed: read.ID})
				synctest.Wait()
				same(t, "when one conversation was read elsewhere", c.Unread(), 2701)
				check(t, c.Unlock(key))
				time.Sleep(time.Minute)
				synctest.Wait()
				same(t, "unlocked", c.Unread(), 2701)
			})
		})
	}
}

// caughtUp has read all that there is with Sophie.
func caughtUp(t *testing.T) (*wiretest.Server, *Client) {
	w := wiretest.New()
	w.Says(sophie, "avant")
	c := newTest(t, t.TempDir(), w)
	w.Connect(false)
	time.Sleep(time.Minute)
	same(t, "shown", history(t, c, sophie, 10), []string{"avant"})
	return w, c
}

// What a former session had not taken is delivered by the next one after what came meanwhile: the archive has the order.
func TestAMessageThatIsDeliveredLateTakesItsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, c := caughtUp(t)
		first, second := w.Says(sophie, "d’abord"), w.Says(sophie, "ensuite")
		w.Live(second)
		time.Sleep(time.Minute)
		synctest.Wait()
		asked := len(w.Queries)
		var told []string
		unsubscribe := c.Subscribe(func(e Event) {
			switch e := e.(type) {
			case MessageAdded:
				told = append(told, "added "+body(e.Message))
			case MessageChanged:
				told = append(told, "changed "+body(e.Message))
			case MessageRemoved:
				told = append(told, "removed")
			}
		})
		for range 3 { // the server delivers it again until it is acknowledged
			first.Delay = time.Now()
			w.Live(first)
		}
		time.Sleep(2 * provingDelay)
		synctest.Wait()
		unsubscribe()
		same(t, "shown", history(t, c, sophie, 10), []string{"avant", "d’abord", "ensuite"})
		slices.Sort(told)
		same(t, "told: one is new, and they change places", slices.Compact(told), []string{"added d’abord", "changed d’abord", "changed ensuite"})
		same(t, "questions", len(w.Queries)-asked, 1)
		again := w.Says(sophie, "puis")
		again.Delay = time.Now()
		w.Live(again)
		time.Sleep(2 * settled)
		synctest.Wait()
		same(t, "questions when it happens again", len(w.Queries)-asked, 2)
	})
}

// What the server could not deliver to a former session is in the archive some time after the new one has begun, among what was read long ago.
func TestWhatAFormerSessionWasToGetIsShown(t *testing.T) {
	const late = "pour la session d’avant"
	says := func(w *wiretest.Server, n int) {
		for i := range n {
			w.Live(w.Says(sophie, fmt.Sprint("ensuite ", i)))
			time.Sleep(time.Minute)
		}
	}
	shows := func(t *testing.T, c *Client) {
		t.Helper()
		synctest.Wait()
		same(t, "place", slices.Index(history(t, c, sophie, 100), late), 1)
	}
	for name, run := range map[string]func(t *testing.T, w *wiretest.Server, c *Client){
		"nobody tells": func(t *testing.T, w *wiretest.Server, c *Client) {
			says(w, 3)
			w.Change(func() { w.Late = nil })
			time.Sleep(settlingTail.age)
			w.Live(w.Says(sophie, "puis"))
			_, err := c.Send(id(sophie), Text{Body: "oui"})
			check(t, err)
			w.Flow()
			time.Sleep(2 * provingDelay)
		},
		"the former session's end is told": func(t *testing.T, w *wiretest.Server, c *Client) {
			says(w, 5)
			w.Change(func() { w.Late = nil })
			own, err := claire.WithResource("desk")
			check(t, err)
			w.Handle(xmpp.PresenceReceived{Presence: xmpp.Presence{From: own, Type: "unavailable"}})
			time.Sleep(2 * provingDelay)
		},
		"nobody tells, soon": func(t *testing.T, w *wiretest.Server, c *Client) {
			w.Live(w.Says(sophie, "ensuite"))
			w.Live(w.Says(sophie, "puis"))
			w.Live(w.Says(sophie, "encore"))
			time.Sleep(2 * settled)
			w.Change(func() { w.Late = nil })
			time.Sleep(formerSession)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := wiretest.New()
				w.Says(sophie, "avant")
				w.Late = map[string]bool{w.Says(sophie, late).ID: true}
				c := newTest(t, t.TempDir(), w)
				w.Connect(false)
				run(t, w, c)
				shows(t, c)
			})
		})
	}
}

// The next start reads again what was young when the program ended.
func TestWhatAFormerSessionWasToGetIsShownByTheNextStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, dir := wiretest.New(), t.TempDir()
		w.Says(sophie, "avant")
		late := w.Says(sophie, "pour la session d’avant")
		w.Late = map[string]bool{late.ID: true}
		c := newTest(t, dir, w)
		w.Connect(false)
		for i := range 5 {
			w.Live(w.Says(sophie, fmt.Sprint("ensuite ", i)))
			time.Sleep(time.Minute)
		}
		synctest.Wait()
		w.Cut()
		check(t, c.Close())
		w.Change(func() { w.Late = nil })
		c = newTest(t, dir, w)
		w.Connect(false)
		time.Sleep(settled)
		synctest.Wait()
		same(t, "shown", history(t, c, sophie, 10)[:2], []string{"avant", late.Body})
	})
}

// A message that its sender did not find in the archive comes a second time: the archive has it behind what came meanwhile.
func TestAMessageThatComesAgainTakesThePlaceOfItsCopy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, c := caughtUp(t)
		between, again := w.Says(sophie, "entre les deux"), w.Says(sophie, "deux fois")
		lost := again
		lost.StanzaIDs = nil // the archive lost what it was to keep
		w.Live(lost)
		w.Live(between)
		time.Sleep(time.Minute)
		synctest.Wait()
		same(t, "at first", history(t, c, sophie, 10), []string{"avant", "deux fois", "entre les deux"})
		w.Live(again)
		time.Sleep(2 * provingDelay)
		synctest.Wait()
		same(t, "in the archive's order", history(t, c, sophie, 10), []string{"avant", "entre les deux", "deux fois"})
	})
}

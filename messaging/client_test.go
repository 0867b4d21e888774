package messaging

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"discussions/messaging/internal/wiretest"
	"discussions/messaging/model"
	"discussions/messaging/xmpp"
)

func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func state(t testing.TB, c *Client, id MessageID) State {
	t.Helper()
	list, err := c.Conversations()
	check(t, err)
	for _, v := range list {
		if v.Last != nil && v.Last.ID == id {
			return v.Last.State
		}
	}
	t.Fatal("no such last message")
	return 0
}

func TestAMessageGoesFromQueuedToReadAndLeavesTheOutboxOnlyWhenProven(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		w.Says(sophie, "bonjour")
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		synctest.Wait()
		m, err := c.Send(id(sophie), Text{Body: "me voici"})
		check(t, err)
		same(t, "at first", m.State, Queued)
		same(t, "handed over", w.Bodies(), []string{"me voici"})
		same(t, "not acknowledged", state(t, c, m.ID), Queued)
		w.Flow()
		synctest.Wait()
		same(t, "acknowledged", state(t, c, m.ID), Sent)
		same(t, "acknowledged, not seen in the archive", c.Unsent(), 1)
		time.Sleep(provingDelay)
		synctest.Wait()
		same(t, "seen in the archive", c.Unsent(), 0)
		w.Live(xmpp.Message{From: must(julien.WithResource("x")), Type: "chat", Received: string(m.ID)})
		same(t, "somebody else's receipt", state(t, c, m.ID), Sent)
		w.Live(xmpp.Message{From: must(sophie.WithResource("x")), Type: "chat", Received: string(m.ID)})
		same(t, "receipt", state(t, c, m.ID), Delivered)
		w.Live(xmpp.Message{From: must(sophie.WithResource("x")), Type: "chat", Displayed: string(m.ID)})
		same(t, "marker", state(t, c, m.ID), Read)
		w.Live(xmpp.Message{From: must(sophie.WithResource("x")), Type: "chat", Received: string(m.ID)})
		same(t, "late receipt", state(t, c, m.ID), Read)
	})
}

func TestAfterAFailedResumeOnlyWhatTheArchiveHasNotIsSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		w.Says(sophie, "bonjour")
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		synctest.Wait()
		w.Change(func() { w.NoAck = true })
		_, err := c.Send(id(sophie), Text{Body: "archivé"})
		check(t, err)
		w.Change(func() { w.NoArchive = true })
		lost, err := c.Send(id(sophie), Text{Body: "perdu"})
		check(t, err)
		w.Cut()
		_, err = c.Send(id(sophie), Text{Body: "hors ligne"})
		check(t, err)
		w.Change(func() { w.NoAck, w.NoArchive = false, false })
		w.Connect(false)
		synctest.Wait()
		same(t, "sent", w.Bodies(), []string{"archivé", "perdu", "perdu", "hors ligne"})
		same(t, "with the same id", w.Count(func(m xmpp.Message) bool { return m.OriginID == string(lost.ID) }), 2)
		w.Flow()
		time.Sleep(provingDelay)
		synctest.Wait()
		same(t, "left", c.Unsent(), 0)
		same(t, "conversation", history(t, c, sophie, 10), []string{"bonjour", "archivé", "perdu", "hors ligne"})
	})
}

func TestAfterAResumeNothingIsSentTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		synctest.Wait()
		w.Change(func() { w.NoAck = true })
		_, err := c.Send(id(sophie), Text{Body: "un"})
		check(t, err)
		w.Cut()
		_, err = c.Send(id(sophie), Text{Body: "deux"})
		check(t, err)
		w.Connect(true)
		synctest.Wait()
		same(t, "sent", w.Bodies(), []string{"un", "deux"})
	})
}

func TestAMessageNeverOvertakesOneThatTheWireDidNotTake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		synctest.Wait()
		w.SetUp(false) // the client is not told yet
		_, err := c.Send(id(sophie), Text{Body: "un"})
		check(t, err)
		w.SetUp(true)
		_, err = c.Send(id(sophie), Text{Body: "deux"})
		check(t, err)
		w.Connect(true)
		synctest.Wait()
		same(t, "sent", w.Bodies(), []string{"un", "deux"})
	})
}

func TestTheOutboxSurvivesTheProgram(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, dir := wiretest.New(), t.TempDir()
		c := newTest(t, dir, w)
		_, err := c.Send(id(sophie), Text{Body: "un"})
		check(t, err)
		check(t, c.SetDraft(id(sophie), "brouillon"))
		check(t, c.Close())
		c = newTest(t, dir, w)
		same(t, "unsent", c.Unsent(), 1)
		same(t, "draft", c.Draft(id(sophie)), "brouillon")
		w.Connect(false)
		synctest.Wait()
		w.Flow()
		time.Sleep(provingDelay)
		synctest.Wait()
		same(t, "sent", w.Bodies(), []string{"un"})
		same(t, "unsent", c.Unsent(), 0)
	})
}

func TestALiveMessageDoesNotMoveTheCursor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, dir := wiretest.New(), t.TempDir()
		w.Says(sophie, "ancien")
		c := newTest(t, dir, w)
		w.Connect(false)
		synctest.Wait()
		w.Cut()
		for i := range 600 {
			w.Says(sophie, fmt.Sprint("manqué ", i))
		}
		// The catch-up fails after the session began, and a message comes live.
		w.Change(func() { w.NoMAM = true })
		w.Connect(false)
		w.Live(w.Says(sophie, "en direct"))
		synctest.Wait()
		w.Cut()
		w.Change(func() { w.NoMAM = false })
		w.Connect(false)
		synctest.Wait()
		got := history(t, c, sophie, 1000)
		same(t, "messages", len(got), 602)
		same(t, "last", got[len(got)-1], "en direct")
		same(t, "unread", c.Unread(), 601)
	})
}

func TestAfterAForgottenCursorAllIsThereAgain(t *testing.T) {
	for _, test := range []struct {
		name        string
		anyID       bool
		old, missed int
	}{
		{"10 missed", false, 20, 10}, {"400 missed", false, 20, 400}, {"3000 missed", false, 20, 3000}, {"10 missed of many", false, 1000, 10},
		{"the archive begins anew", true, 20, 10}, {"a long archive begins anew", true, 1000, 400},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, old, missed := wiretest.New(), test.old, test.missed
				w.AnyID = test.anyID
				for i := range old {
					w.Says(sophie, fmt.Sprint("ancien ", i))
				}
				c := newTest(t, t.TempDir(), w)
				w.Connect(false)
				synctest.Wait()
				w.Cut()
				for i := range missed {
					w.Says(sophie, fmt.Sprint("manqué ", i))
				}
				cursor, known, err := c.store.Load().Cursor(model.OwnArchive)
				check(t, err)
				same(t, "there is a cursor", known && cursor != "", true)
				w.Forget(string(cursor))
				w.Connect(false)
				synctest.Wait()
				same(t, "unread", c.Unread(), min(missed, resyncPages*pageSize))
				got := history(t, c, sophie, 5000)
				same(t, "messages", len(got), missed+old)
				same(t, "first", got[0], "ancien 0")
				same(t, "last", got[len(got)-1], fmt.Sprint("manqué ", missed-1))
				for i := old; i < len(got); i++ {
					if got[i] != fmt.Sprint("manqué ", i-old) {
						t.Fatalf("%d: %s", i, got[i])
					}
				}
			})
		})
	}
}

// A server that fails may lose what it has given already.
func TestWhatAnArchiveHasLostKeepsItsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		var want []string
		says := func(text string) xmpp.Message {
			want = append(want, text)
			return w.Says(sophie, text)
		}
		for i := range 8 {
			says(fmt.Sprint("avant ", i))
		}
		lost := says("perdu")
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		synctest.Wait()
		w.Cut()
		w.Forget(lost.StanzaIDs[0].ID)
		says("après")
		w.Connect(false)
		synctest.Wait()
		same(t, "shown", history(t, c, sophie, 100), want)
		same(t, "unread", c.Unread(), 1)
	})
}

func TestAFreshAccountNeedsFewPagesForItsList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		w.Contacts = []xmpp.RosterItem{{JID: sophie, Name: "Sophie Bernard", Subscription: "both"}, {JID: julien, Subscription: "both"}}
		w.Cards[julien.String()] = xmpp.VCard{FullName: "Dr Julien Roux", Title: "Cardiologue"}
		for i := range 200 {
			w.Says(julien, fmt.Sprint("julien ", i))
		}
		for i := range 5000 {
			w.Says(sophie, fmt.Sprint("sophie ", i))
		}
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		synctest.Wait()
		list, err := c.Conversations()
		check(t, err)
		var got []string
		for _, v := range list {
			got = append(got, v.Name+", "+v.Detail+": "+body(*v.Last))
		}
		same(t, "list", got, []string{"Sophie Bernard, : sophie 4999", "Dr Julien Roux, Cardiologue: julien 199"})
		same(t, "unread", c.Unread(), 0)
		if len(w.Queries) > 3 {
			t.Errorf("%d questions: %+v", len(w.Queries), w.Queries)
		}
		// Scrolling back to the beginning.
		var all []string
		before, pages := Cursor{}, 0
		for {
			p, err := c.History(t.Context(), id(sophie), before, 50, 0)
			check(t, err)
			for i := len(p.Messages) - 1; i >= 0; i-- {
				all = append(all, body(p.Messages[i]))
			}
			if pages++; p.Start || len(p.Messages) == 0 {
				break
			}
			before = p.Messages[0].Cursor
		}
		same(t, "messages", len(all), 5000)
		for i, body := range all {
			if body != fmt.Sprint("sophie ", 4999-i) {
				t.Fatalf("%d: %s", i, body)
			}
		}
	})
}

func TestALockedClientCountsAndKeepsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		synctest.Wait()
		var counts []int
		c.Subscribe(func(ev Event) {
			if e, ok := ev.(CountChanged); ok && (len(counts) == 0 || counts[len(counts)-1] != e.Unread) {
				counts = append(counts, e.Unread)
			}
		})
		w.Live(w.Says(sophie, "un"))
		own, err := c.Send(id(sophie), Text{Body: "deux"})
		check(t, err)
		check(t, c.Lock())
		w.Flow() // acknowledged while locked
		_, err = c.Conversations()
		same(t, "locked", errors.Is(err, ErrLocked), true)
		m := w.Says(sophie, "trois")
		w.Live(m)
		w.Live(m)
		w.Live(xmpp.Message{From: must(sophie.WithResource("x")), Type: "chat", Received: string(own.ID)})
		synctest.Wait()
		same(t, "unread while locked", c.Unread(), 2)
		w.Cut()
		w.Says(sophie, "quatre")
		w.Connect(false)
		synctest.Wait()
		same(t, "counted from the archive", c.Unread(), 3)
		w.Change(func() { w.NoArchive = true })
		w.Live(w.Says(sophie, "cinq, dans aucune archive"))
		same(t, "counted", c.Unread(), 4)
		check(t, c.Unlock(key))
		synctest.Wait()
		got := history(t, c, sophie, 10)
		slices.Sort(got)
		same(t, "after unlocking", got, []string{"cinq, dans aucune archive", "deux", "quatre", "trois", "un"})
		same(t, "unread", c.Unread(), 4)
		same(t, "unsent", c.Unsent(), 0)
		for _, m := range must(c.History(t.Context(), id(sophie), Cursor{}, 10, 0)).Messages {
			if m.ID == own.ID {
				same(t, "receipt", m.State, Delivered)
			}
		}
		check(t, c.MarkRead(id(sophie)))
		synctest.Wait()
		same(t, "counts", counts, []int{1, 2, 3, 4, 2, 4, 0})
	})
}

// A stranger may send any number of messages that no archive keeps.
func TestWhatALockedAccountHasNoRoomForGoesBackToItsSender(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		synctest.Wait()
		check(t, c.Lock())
		w.Change(func() { w.NoArchive = true })
		const sent = 20
		for i := range sent {
			w.Live(w.Says(sophie, fmt.Sprint(i, strings.Repeat("x", 900_000))))
		}
		back := w.Count(func(m xmpp.Message) bool { return m.Error != nil })
		same(t, "kept or sent back", c.Unread()+back, sent)
		same(t, "counted", c.Diagnosis().Ignored, map[string]int{string(ignoredFull): back})
		check(t, c.Unlock(key))
		same(t, "kept", len(history(t, c, sophie, 2*sent)), sent-back)
		if back == 0 || back == sent {
			t.Errorf("%d of %d were sent back", back, sent)
		}
	})
}

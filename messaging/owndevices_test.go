package messaging

import (
	"testing"
	"testing/synctest"
	"time"

	"discussions/messaging/internal/wiretest"
	"discussions/messaging/xmpp"
)

func isMarked(c *Client) bool { return must(c.Conversation(id(sophie))).MarkedUnread }

// shared is what the server has for the other devices.
func shared(w *wiretest.Server) (marked bool, status xmpp.OwnStatus, sets int) {
	synctest.Wait()
	w.Lock()
	defer w.Unlock()
	if w.Private.Status != nil {
		status = *w.Private.Status
	}
	return w.Private.Unread[sophie.String()].Unread, status, w.Private.Sets
}

// withOwnDevices runs a test with a client that is online and has a message of Sophie that was read.
func withOwnDevices(t *testing.T, test func(t *testing.T, w *wiretest.Server, c *Client, dir string)) {
	synctest.Test(t, func(t *testing.T) {
		w, dir := wiretest.New(), t.TempDir()
		c := newTest(t, dir, w)
		w.Connect(false)
		synctest.Wait()
		w.Live(w.Says(sophie, "un"))
		check(t, c.MarkRead(id(sophie)))
		test(t, w, c, dir)
	})
}

func TestTheOwnDevicesShareTheMarksAsUnread(t *testing.T) {
	withOwnDevices(t, func(t *testing.T, w *wiretest.Server, c *Client, _ string) {
		w.MarkedElsewhere(xmpp.UnreadMark{Conversation: sophie, Unread: true}, true)
		synctest.Wait()
		same(t, "marked elsewhere", []any{isMarked(c), c.Unread()}, []any{true, 1})
		w.MarkedElsewhere(xmpp.UnreadMark{Conversation: sophie}, true)
		synctest.Wait()
		same(t, "read elsewhere", []any{isMarked(c), c.Unread()}, []any{false, 0})
		_, _, sets := shared(w)
		same(t, "what came from there is not told again", sets, 0)

		check(t, c.MarkUnread(id(sophie)))
		marked, _, _ := shared(w)
		same(t, "marked here", marked, true)
		check(t, c.MarkRead(id(sophie)))
		marked, _, sets = shared(w)
		same(t, "read here", []any{marked, sets, isMarked(c)}, []any{false, 2, false})
		check(t, c.Mute(id(sophie), Forever(), false))
		_, _, sets = shared(w)
		same(t, "other choices are told to nobody", sets, 2)
	})
}

func TestTheOwnDevicesShareTheStatus(t *testing.T) {
	withOwnDevices(t, func(t *testing.T, w *wiretest.Server, c *Client, _ string) {
		until := time.Now().Add(time.Hour)
		w.StatusElsewhere(xmpp.OwnStatus{Show: "dnd", Text: "En visite jusqu'à 15 h", Until: until}, true)
		synctest.Wait()
		same(t, "set elsewhere", c.Status(), Status{Presence: Busy, Text: "En visite jusqu'à 15 h", Until: until})
		last := w.Presences[len(w.Presences)-1]
		same(t, "this device says it too", []string{last.Show, last.Status}, []string{"dnd", "En visite jusqu'à 15 h"})
		time.Sleep(time.Hour + time.Second)
		synctest.Wait()
		same(t, "when it is over", c.Status(), Status{Presence: Available})
		_, _, sets := shared(w)
		same(t, "sets", sets, 0)

		check(t, c.SetStatus(Status{Presence: Away, Text: "Au bloc"}))
		_, status, _ := shared(w)
		same(t, "set here", status, xmpp.OwnStatus{Show: "away", Text: "Au bloc"})
	})
}

// What was chosen while there was no connection is told later; what other devices chose before it does not come back.
func TestWhatWasChosenOfflineIsToldLater(t *testing.T) {
	for name, again := range map[string]func(t *testing.T, w *wiretest.Server, c *Client, dir string) *Client{
		"after a resume":     func(_ *testing.T, w *wiretest.Server, c *Client, _ string) *Client { w.Connect(true); return c },
		"in another session": func(_ *testing.T, w *wiretest.Server, c *Client, _ string) *Client { w.Connect(false); return c },
		"by another program": func(t *testing.T, w *wiretest.Server, c *Client, dir string) *Client {
			check(t, c.Close())
			c = newTest(t, dir, w)
			w.Connect(false)
			return c
		},
		"after a lock, unlocked": func(t *testing.T, w *wiretest.Server, c *Client, _ string) *Client {
			check(t, c.Lock())
			w.Connect(false)
			synctest.Wait()
			check(t, c.Unlock(key))
			return c
		},
	} {
		t.Run(name, func(t *testing.T) {
			withOwnDevices(t, func(t *testing.T, w *wiretest.Server, c *Client, dir string) {
				w.Cut()
				check(t, c.MarkUnread(id(sophie)))
				check(t, c.SetStatus(Status{Presence: Busy, Text: "Au bloc"}))
				w.StatusElsewhere(xmpp.OwnStatus{Text: "avant"}, false)
				w.MarkedElsewhere(xmpp.UnreadMark{Conversation: sophie}, false)
				c = again(t, w, c, dir)
				marked, status, sets := shared(w)
				same(t, "told", []any{marked, status, sets}, []any{true, xmpp.OwnStatus{Show: "dnd", Text: "Au bloc"}, 2})
				same(t, "kept here", []any{isMarked(c), c.Status()}, []any{true, Status{Presence: Busy, Text: "Au bloc"}})
			})
		})
	}
}

func TestWhatWasChosenElsewhereMeanwhileIsLearnt(t *testing.T) {
	for name, again := range map[string]func(t *testing.T, w *wiretest.Server, c *Client){
		"offline": func(_ *testing.T, w *wiretest.Server, c *Client) { w.Connect(false) },
		"locked":  func(t *testing.T, w *wiretest.Server, c *Client) { check(t, c.Unlock(key)) },
	} {
		t.Run(name, func(t *testing.T) {
			withOwnDevices(t, func(t *testing.T, w *wiretest.Server, c *Client, _ string) {
				live := name == "locked"
				if live {
					check(t, c.Lock())
				} else {
					w.Cut()
				}
				w.MarkedElsewhere(xmpp.UnreadMark{Conversation: sophie, Unread: true}, live)
				w.StatusElsewhere(xmpp.OwnStatus{Show: "away", Text: "En visite"}, live)
				again(t, w, c)
				_, _, sets := shared(w)
				same(t, "learnt", []any{isMarked(c), c.Status(), sets}, []any{true, Status{Presence: Away, Text: "En visite"}, 0})
			})
		})
	}
}

// A server without such nodes: all works on this device, and what was read is told by markers alone.
func TestAServerThatKeepsNothingForTheDevicesIsNotAskedForMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		w.NoMarks = true
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		synctest.Wait()
		m := w.Says(sophie, "un")
		w.Live(m)
		check(t, c.MarkRead(id(sophie)))
		check(t, c.MarkUnread(id(sophie)))
		check(t, c.SetStatus(Status{Presence: Busy}))
		time.Sleep(time.Hour)
		_, _, sets := shared(w)
		same(t, "here", []any{isMarked(c), c.Status().Presence, sets}, []any{true, Busy, 0})
		same(t, "told", len(told(w)), 0)
		same(t, "markers", w.Count(func(out xmpp.Message) bool { return out.Displayed == m.ID }), 1)
	})
}

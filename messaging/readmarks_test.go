package messaging

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"mellium.im/xmpp/jid"

	"discussions/messaging/internal/wiretest"
	"discussions/messaging/xmpp"
)

// markOf is the mark of a message that somebody wrote.
func markOf(conversation jid.JID, m xmpp.Message) xmpp.ReadMark {
	return xmpp.ReadMark{Conversation: conversation, StanzaID: m.StanzaIDs[0].ID, Room: m.Type == "groupchat"}
}

// told are the marks that the client has told so far.
func told(w *wiretest.Server) []xmpp.ReadMark {
	synctest.Wait()
	w.Lock()
	defer w.Unlock()
	return slices.Clone(w.Told)
}

func TestWhatIsReadOnAnotherDeviceIsReadHere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, dir := wiretest.New(), t.TempDir()
		c := newTest(t, dir, w)
		w.Connect(false)
		synctest.Wait()
		var all []xmpp.Message
		for _, text := range []string{"un", "deux", "trois"} {
			m := w.Says(sophie, text)
			all = append(all, m)
			w.Live(m)
		}
		same(t, "unread", c.Unread(), 3)
		w.ReadElsewhere(markOf(sophie, all[1]), true)
		same(t, "read up to the second", c.Unread(), 1)
		w.ReadElsewhere(markOf(sophie, all[0]), true)
		same(t, "an older mark", c.Unread(), 1)
		w.ReadElsewhere(xmpp.ReadMark{Conversation: sophie, StanzaID: "of nobody"}, true)
		w.ReadElsewhere(xmpp.ReadMark{Conversation: julien, StanzaID: all[2].StanzaIDs[0].ID}, true)
		w.ReadElsewhere(xmpp.ReadMark{Conversation: sophie, StanzaID: all[2].StanzaIDs[0].ID, Room: true}, true)
		same(t, "marks that fit nothing", c.Unread(), 1)
		list := must(c.Conversations())
		same(t, "conversations", len(list), 1) // none is made by a mark

		// The mark comes before the message that it names.
		next := w.Says(sophie, "quatre")
		w.ReadElsewhere(markOf(sophie, next), true)
		w.Live(next)
		synctest.Wait()
		same(t, "read before it came", c.Unread(), 0)
		same(t, "told", len(told(w)), 0)
	})
}

// A device that was not running, or whose session is new, asks for the marks.
func TestWhatWasReadElsewhereMeanwhileIsLearntAtTheLogin(t *testing.T) {
	for name, meanwhile := range map[string]func(t *testing.T, w *wiretest.Server, c *Client, dir string) *Client{
		"offline": func(t *testing.T, w *wiretest.Server, c *Client, _ string) *Client { return c },
		"not running": func(t *testing.T, w *wiretest.Server, c *Client, dir string) *Client {
			check(t, c.Close())
			return newTest(t, dir, w)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, dir := wiretest.New(), t.TempDir()
				c := newTest(t, dir, w)
				w.Says(sophie, "ancien")
				w.Connect(false)
				synctest.Wait()
				w.Live(w.Says(sophie, "un"))
				w.Cut()
				w.Says(sophie, "deux")
				w.ReadElsewhere(markOf(sophie, w.Says(sophie, "trois")), false)
				w.Says(sophie, "quatre")
				c = meanwhile(t, w, c, dir)
				w.Connect(false)
				synctest.Wait()
				same(t, "unread", c.Unread(), 1)
				same(t, "first", body(*must(c.Conversation(id(sophie))).Last), "quatre")
			})
		})
	}
}

// Each reading is told once, the last one of each conversation, whatever comes between.
func TestTheOtherDevicesAreToldWhatIsReadHere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, dir := wiretest.New(), t.TempDir()
		w.Groups = []xmpp.Bookmark{{JID: garde, Name: "Garde", Nick: "Claire", Autojoin: true}}
		w.Says(sophie, "ancien")
		c := newTest(t, dir, w)
		w.Connect(false)
		synctest.Wait()
		say := func(text string) xmpp.Message {
			m := w.Says(sophie, text)
			m.Markable = false // no marker was requested either
			w.Live(m)
			return m
		}
		first := say("un")
		check(t, c.MarkRead(id(sophie)))
		want := []xmpp.ReadMark{markOf(sophie, first)}
		same(t, "told at once", cmp.Diff(want, told(w)), "")
		check(t, c.MarkRead(id(sophie)))
		var last xmpp.Message
		for range 10 { // one after the other
			last = say("encore")
			check(t, c.MarkRead(id(sophie)))
		}
		same(t, "not yet", cmp.Diff(want, told(w)), "")
		time.Sleep(marksPause)
		want = append(want, markOf(sophie, last))
		same(t, "told once", cmp.Diff(want, told(w)), "")

		inGroup := w.SaysIn("Julien", "à tous")
		w.Live(inGroup)
		check(t, c.MarkRead(id(garde)))
		time.Sleep(marksPause)
		want = append(want, markOf(garde, inGroup))
		same(t, "in a group", cmp.Diff(want, told(w)), "")

		// Read without a network, and the program ends: told by the next one.
		offline := say("hors ligne")
		w.Cut()
		check(t, c.MarkRead(id(sophie)))
		time.Sleep(time.Hour)
		same(t, "offline", cmp.Diff(want, told(w)), "")
		check(t, c.Close())
		c = newTest(t, dir, w)
		w.Connect(false)
		time.Sleep(marksPause)
		want = append(want, markOf(sophie, offline))
		same(t, "after a restart", cmp.Diff(want, told(w)), "")

		// The same session goes on.
		w.Cut()
		m := w.Says(sophie, "pendant la coupure")
		w.Connect(true)
		w.Live(m)
		check(t, c.MarkRead(id(sophie)))
		time.Sleep(2 * marksPause)
		want = append(want, markOf(sophie, m))
		same(t, "after a resume", cmp.Diff(want, told(w)), "")
	})
}

func TestAMarkIsNeverTakenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, dir := wiretest.New(), t.TempDir()
		w.Says(sophie, "ancien")
		c := newTest(t, dir, w)
		w.Connect(false)
		synctest.Wait()
		w.Live(w.Says(sophie, "un"))
		w.Cut()
		check(t, c.MarkRead(id(sophie))) // offline
		w.ReadElsewhere(markOf(sophie, w.Says(sophie, "deux")), false)
		w.Connect(false)
		time.Sleep(time.Minute)
		same(t, "told", len(told(w)), 0)
		same(t, "unread", c.Unread(), 0)
		same(t, "the mark", w.Marks[sophie.String()].StanzaID != "", true)
	})
}

func TestALockedAccountCountsWhatIsReadElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		synctest.Wait()
		w.Live(w.Says(sophie, "un"))
		check(t, c.Lock())
		second := w.Says(sophie, "deux")
		w.Live(second)
		w.Live(w.Says(sophie, "trois"))
		same(t, "unread", c.Unread(), 3)
		w.ReadElsewhere(markOf(sophie, second), true)
		same(t, "read elsewhere", c.Unread(), 1)
		check(t, c.Unlock(key))
		synctest.Wait()
		same(t, "unlocked", c.Unread(), 1)
	})
}

func TestTheServerIsToldWhetherAnybodyLooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := newTest(t, t.TempDir(), w)
		said := func() []bool {
			synctest.Wait()
			w.Lock()
			defer w.Unlock()
			return slices.Clone(w.Active)
		}
		same(t, "open", said(), []bool{true})
		c.SetVisible(false)
		same(t, "no window", said(), []bool{true, false})
		check(t, c.Lock())
		c.SetVisible(true)
		same(t, "locked, with a window", said(), []bool{true, false})
		check(t, c.Unlock(key))
		same(t, "unlocked", said(), []bool{true, false, true})
		check(t, c.Lock())
		same(t, "locked", said(), []bool{true, false, true, false})
	})
}

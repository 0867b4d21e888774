package messaging

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"mellium.im/xmpp/jid"

	"discussions/messaging/internal/wiretest"
	"discussions/messaging/xmpp"
)

// nuit is a group that is bookmarked while the program runs.
var nuit = xmpp.Bookmark{JID: garde, Name: "Équipe de nuit", Autojoin: true}

// bookmark has another device of the account change the bookmarks.
func bookmark(w *wiretest.Server, list ...xmpp.Bookmark) {
	w.Lock()
	w.Groups = list
	w.Unlock()
	w.Handle(xmpp.BookmarksChanged{})
	time.Sleep(bookmarksPause)
	synctest.Wait()
}

func listed(t *testing.T, c *Client) (names []string) {
	t.Helper()
	for _, v := range must(c.Conversations()) {
		names = append(names, v.Name)
	}
	return names
}

func TestAGroupAppearsWhenAnotherDeviceBookmarksIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		synctest.Wait()
		same(t, "at first", len(listed(t, c)), 0)
		w.SaysIn("Sophie", "avant")
		bookmark(w, nuit)
		same(t, "list", listed(t, c), []string{"Équipe de nuit"})
		same(t, "entered", w.Joined(), []string{"garde@rooms.example.org/Dr Claire Martin"})
		same(t, "its history", history(t, c, garde, 10), []string{"avant"})
		w.Live(w.SaysIn("Sophie", "maintenant"))
		same(t, "live", history(t, c, garde, 10), []string{"avant", "maintenant"})

		bookmark(w, nuit)
		same(t, "entered once", len(w.Joined()), 1)

		bookmark(w, xmpp.Bookmark{JID: garde, Name: "Équipe de nuit"})
		same(t, "left", w.Left, []string{"garde@rooms.example.org"})
	})
}

func direct(reason, body string) xmpp.Message {
	from := must(sophie.WithResource("phone"))
	return xmpp.Message{
		ID: "i", From: from, To: claire, Type: "normal", Body: body, HasBody: body != "",
		Invite: &xmpp.Invite{Room: garde, From: from, Reason: reason},
	}
}

func TestADirectInvitationIsShownWithItsText(t *testing.T) {
	for name, test := range map[string]struct {
		reason, body string
		want         []string
	}{
		"in the invitation":         {"Rejoignez-nous", "", []string{"Rejoignez-nous"}},
		"beside it":                 {"", "Rejoignez-nous", []string{"Rejoignez-nous"}},
		"in both":                   {"Rejoignez-nous", "Sophie vous invite (Rejoignez-nous)", []string{"Sophie vous invite (Rejoignez-nous)"}},
		"one here, the other there": {"Pour la garde", "Rejoignez-nous", []string{"Rejoignez-nous\nPour la garde"}},
		"none":                      {"", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := wiretest.New()
				c := newTest(t, t.TempDir(), w)
				w.Connect(false)
				synctest.Wait()
				w.Live(direct(test.reason, test.body))
				same(t, "text", history(t, c, sophie, 10), test.want)
				same(t, "unread", c.Unread(), len(test.want))
			})
		})
	}
}

func TestAnInvitationHasTheBookmarksReadAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		time.Sleep(bookmarksPause)
		synctest.Wait()
		w.Lock()
		w.Groups = []xmpp.Bookmark{nuit} // and no word of it: the server sends no news of bookmarks
		w.Unlock()
		w.Live(direct("Rejoignez-nous", ""))
		synctest.Wait()
		same(t, "entered", len(w.Joined()), 1)
		same(t, "name", must(c.Conversation(id(garde))).Name, "Équipe de nuit")
	})
}

func TestAnInvitationAloneEntersNoGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		synctest.Wait()
		before := w.BookmarksRead()
		for i := range 1000 {
			m := direct("", "")
			m.ID = fmt.Sprint("i", i)
			w.Live(m)
		}
		time.Sleep(bookmarksPause)
		synctest.Wait()
		same(t, "entered", len(w.Joined()), 0)
		same(t, "list", len(listed(t, c)), 0)
		if n := w.BookmarksRead() - before; n > 2 {
			t.Errorf("the bookmarks were read %d times", n)
		}
	})
}

// through is an invitation that the group passes on.
func through(room jid.JID, reason string) xmpp.Message {
	return xmpp.Message{
		ID: "t", From: room, To: claire, Type: "normal", Body: "You are invited", HasBody: true,
		Invite: &xmpp.Invite{Room: room, From: sophie, Reason: reason},
	}
}

func TestAnInvitationThroughAGroupIsShownThereOnceTheAccountIsInIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		w.Contacts = []xmpp.RosterItem{{JID: sophie, Name: "Sophie Bernard", Subscription: "both"}}
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		synctest.Wait()
		w.Live(through(garde, "Rejoignez-nous"))
		w.Live(through(julien, "un faux")) // in Sophie's name
		synctest.Wait()
		same(t, "not yet", c.Unread(), 0)
		bookmark(w, nuit)
		same(t, "text", history(t, c, garde, 10), []string{"Rejoignez-nous"})
		same(t, "author", must(c.Conversation(id(garde))).Last.Author, "Sophie Bernard")
		same(t, "unread", c.Unread(), 1)
		same(t, "nothing in Sophie's name elsewhere", len(history(t, c, sophie, 10))+len(history(t, c, julien, 10)), 0)
	})
}

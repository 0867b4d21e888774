package messaging

import (
	"cmp"
	"fmt"
	"slices"
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
		same(t, "said", must(c.Conversation(id(garde))).Refused, NotIn)
		same(t, "still there to be read", history(t, c, garde, 10), []string{"avant", "maintenant"})
		bookmark(w, nuit)
		same(t, "entered again", len(w.Joined()), 2)
		same(t, "no word of it any more", must(c.Conversation(id(garde))).Refused, NotRefused)
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
		"none":                      {"", "", []string{""}},
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
		w.Groups = []xmpp.Bookmark{nuit} // without a notice: the server does not announce changes of bookmarks
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
		same(t, "list", len(listed(t, c)), 1) // the inviter
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
		same(t, "claimed, without a word", history(t, c, sophie, 10), []string{"", ""})
		bookmark(w, nuit)
		same(t, "text", history(t, c, garde, 10), []string{"Rejoignez-nous"})
		same(t, "author", must(c.Conversation(id(garde))).Last.Author, "Sophie Bernard")
		same(t, "unread", c.Unread(), 3)
		for _, m := range must(c.History(t.Context(), id(sophie), Cursor{}, 10, 0)).Messages {
			same(t, "only the room says it", m.Content.(Invitation).Claims, true)
		}
		same(t, "nothing of the false group", len(history(t, c, julien, 10)), 0)
	})
}

func refusal(kind, condition string) error {
	return fmt.Errorf("enter room: %w", &xmpp.StanzaError{Type: kind, Condition: condition})
}

// taken makes a room refuse the names of others.
func taken(names ...string) func(jid.JID, string) error {
	return func(_ jid.JID, nick string) error {
		if slices.Contains(names, nick) {
			return refusal("cancel", "conflict")
		}
		return nil
	}
}

func TestANamesakeIsNumbered(t *testing.T) {
	for name, test := range map[string]struct {
		taken []string
		nick  string // of the bookmark
		want  string
	}{
		"nobody":             {nil, "", "Dr Claire Martin"},
		"one":                {[]string{"Dr Claire Martin"}, "", "Dr Claire Martin (2)"},
		"two":                {[]string{"Dr Claire Martin", "Dr Claire Martin (2)"}, "", "Dr Claire Martin (3)"},
		"of the own choice":  {[]string{"Claire"}, "Claire", "Claire (2)"},
		"another's number 2": {[]string{"Dr Claire Martin (2)"}, "", "Dr Claire Martin"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := wiretest.New()
				w.Groups = []xmpp.Bookmark{{JID: garde, Nick: test.nick, Autojoin: true}}
				w.Refuse = taken(test.taken...)
				c := newTest(t, t.TempDir(), w)
				w.Connect(false)
				synctest.Wait()
				same(t, "entered", w.Joined(), []string{garde.String() + "/" + test.want})
				w.Live(w.SaysIn(test.want, "de moi"))
				same(t, "own", must(c.Conversation(id(garde))).Last.Own, true)
				for _, other := range test.taken {
					w.Live(w.SaysIn(other, "d’une autre"))
					same(t, "a namesake's is not own", must(c.Conversation(id(garde))).Last.Own, false)
				}

				w.Cut()
				w.Refuse = nil // they have left
				w.Connect(false)
				synctest.Wait()
				same(t, "the number is not kept", w.Joined()[1], garde.String()+"/"+cmp.Or(test.nick, "Dr Claire Martin"))
			})
		})
	}
}

func TestARefusalOfAGroupIsKept(t *testing.T) {
	for condition, want := range map[string]Refusal{
		"forbidden": Banned, "registration-required": MembersOnly, "service-unavailable": Full, "item-not-found": Gone, "gone": Gone,
		"not-authorized": Password, "conflict": NameTaken, "jid-malformed": Refused,
	} {
		t.Run(condition, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := wiretest.New()
				w.Groups = []xmpp.Bookmark{nuit}
				w.Refuse = func(jid.JID, string) error { return refusal("cancel", condition) }
				c := newTest(t, t.TempDir(), w)
				w.Connect(false)
				synctest.Wait()
				same(t, "refused", must(c.Conversation(id(garde))).Refused, want)
				_, err := c.Send(id(garde), Text{Body: "en attendant"})
				check(t, err)
				w.Lock()
				w.Refuse = nil
				w.Unlock()
				told := false
				defer c.Subscribe(func(e Event) { told = told || e == ConversationChanged{id(garde)} })()
				bookmark(w, nuit)
				same(t, "let in", must(c.Conversation(id(garde))).Refused, NotRefused)
				same(t, "told", told, true)
				same(t, "what was written leaves", w.Bodies(), []string{"en attendant"})
			})
		})
	}
}

func TestARefusalForNowIsSaidAndTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		w.Groups = []xmpp.Bookmark{nuit}
		w.Refuse = func(jid.JID, string) error { return refusal("wait", "resource-constraint") }
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		synctest.Wait()
		same(t, "said", must(c.Conversation(id(garde))).Refused, Full)
		w.Lock()
		w.Refuse = nil
		w.Unlock()
		time.Sleep(time.Minute)
		synctest.Wait()
		same(t, "let in", must(c.Conversation(id(garde))).Refused, NotRefused)
	})
}

func TestAThrownOutAccountIsToldWhy(t *testing.T) {
	for name, test := range map[string]struct {
		left  xmpp.RoomLeft
		want  Refusal
		again bool // it is entered again by itself
	}{
		"banned":         {xmpp.RoomLeft{Room: garde, Codes: []int{301}}, Banned, false},
		"kicked":         {xmpp.RoomLeft{Room: garde, Codes: []int{307}}, Kicked, false},
		"no member now":  {xmpp.RoomLeft{Room: garde, Codes: []int{321}}, MembersOnly, false},
		"destroyed":      {xmpp.RoomLeft{Room: garde, Destroyed: true}, Gone, false},
		"no reason":      {xmpp.RoomLeft{Room: garde}, NotRefused, true},
		"service stops":  {xmpp.RoomLeft{Room: garde, Codes: []int{332}}, NotRefused, true},
		"an error of it": {xmpp.RoomLeft{Room: garde, Codes: []int{333}}, NotRefused, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := wiretest.New()
				w.Groups = []xmpp.Bookmark{nuit}
				c := newTest(t, t.TempDir(), w)
				w.Connect(false)
				synctest.Wait()
				w.Handle(test.left)
				same(t, "why", must(c.Conversation(id(garde))).Refused, test.want)
				time.Sleep(time.Minute)
				synctest.Wait()
				same(t, "entered again", len(w.Joined()) == 2, test.again)
			})
		})
	}
}

// The group's answer and the removal just after it arrive on two paths.
func TestAnAccountThatIsRemovedOnEnteringIsNotInTheGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		w.Groups = []xmpp.Bookmark{nuit}
		w.ThrowsOut = &xmpp.RoomLeft{Room: garde, Codes: []int{321}}
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		synctest.Wait()
		same(t, "why", must(c.Conversation(id(garde))).Refused, MembersOnly)
		_, err := c.Send(id(garde), Text{Body: "dehors"})
		check(t, err)
		synctest.Wait()
		same(t, "sent", len(w.Bodies()), 0)
	})
}

// A group sends back what the account writes, behind what others have written meanwhile. A server may lose what it sends back.
func TestWhatIsWrittenInAGroupStandsWhereItsArchiveHasIt(t *testing.T) {
	for name, reflected := range map[string]bool{"sent back": true, "not sent back": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, w := inGarde(t)
				w.NoReflection = !reflected
				before := w.SaysIn("Sophie", "avant")
				_, err := c.Send(id(garde), Text{Body: "moi"})
				check(t, err)
				w.Live(before)
				w.Live(w.SaysIn("Sophie", "après"))
				w.Flow()
				time.Sleep(provingDelay)
				synctest.Wait()
				same(t, "messages", history(t, c, garde, 10), []string{"avant", "moi", "après"})
				same(t, "unsent", c.Unsent(), 0)
			})
		})
	}
}

func TestWhatAGroupLostAroundAResumeIsFetched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, w := inGarde(t)
		w.Cut()
		w.SaysIn("Sophie", "perdu")
		w.Connect(true)
		time.Sleep(settled)
		synctest.Wait()
		same(t, "messages", history(t, c, garde, 10), []string{"perdu"})
	})
}

// At the first start of an account nobody has told yet which addresses are groups.
func TestAMessageToAGroupThatIsNotKnownYetWaits(t *testing.T) {
	for name, test := range map[string]struct {
		to   jid.JID
		err  error
		want string
	}{
		"a group":                       {garde, nil, "groupchat"},
		"a person":                      {sophie, nil, "chat"},
		"a server that tells no groups": {sophie, &xmpp.StanzaError{Type: "cancel", Condition: "feature-not-implemented"}, "chat"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				told := make(chan struct{})
				w := wiretest.New()
				w.Groups = []xmpp.Bookmark{nuit}
				w.Telling = func() error { <-told; return test.err }
				c := newTest(t, t.TempDir(), w)
				w.Connect(false)
				synctest.Wait()
				m := must(c.Send(id(test.to), Text{Body: "j'arrive"}))
				synctest.Wait()
				same(t, "while the bookmarks are read", len(w.Sent), 0)
				close(told)
				synctest.Wait()
				w.Flow()
				time.Sleep(provingDelay)
				synctest.Wait()
				same(t, "sent once", len(w.Sent), 1)
				same(t, "as", w.Sent[0].Type, test.want)
				same(t, "the same message", w.Sent[0].ID, string(m.ID))
				same(t, "unsent", c.Unsent(), 0)
			})
		})
	}
}

// What a group missed may take long to read. What is written meanwhile asks its archive for proof, and must not have all of it read again.
func TestAGroupsArchiveHasOneReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, w := inGarde(t)
		w.Cut()
		const missed = 3000
		for i := range missed {
			w.SaysIn("Sophie", fmt.Sprint("message ", i))
		}
		w.Asked = func(int) { time.Sleep(2 * time.Second) }
		w.Queries = nil
		w.Connect(false)
		for i := range 10 {
			time.Sleep(2 * time.Second)
			_, err := c.Send(id(garde), Text{Body: fmt.Sprint("entre-temps ", i)})
			check(t, err)
			w.Flow()
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		same(t, "left", c.Unsent(), 0)
		same(t, "all is here", len(history(t, c, garde, 2*missed)), missed+10)
		pages := 0
		for _, q := range w.Queries {
			if q.Archive.Equal(garde) {
				pages++
			}
		}
		if most := missed/pageSize + 14; pages > most {
			t.Errorf("%d pages were asked for, at most %d", pages, most)
		}
	})
}

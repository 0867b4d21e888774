package messaging

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"mellium.im/xmpp/jid"

	"discussions/messaging/internal/wiretest"
	"discussions/messaging/xmpp"
)

func phone(j jid.JID) jid.JID { return must(j.WithResource("phone")) }

func TestTypingEndsByItselfByAPauseAndByAMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		w.Contacts = []xmpp.RosterItem{{JID: sophie, Name: "Sophie Bernard", Subscription: "both"}}
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		synctest.Wait()
		var mu sync.Mutex
		var list [][]string
		c.Subscribe(func(ev Event) {
			if e, ok := ev.(TypingChanged); ok {
				mu.Lock()
				defer mu.Unlock()
				list = append(list, e.Names)
			}
		})
		told := func() [][]string {
			synctest.Wait()
			mu.Lock()
			defer mu.Unlock()
			return slices.Clone(list)
		}
		notice := func(state string) {
			w.Live(xmpp.Message{From: phone(sophie), Type: "chat", ChatState: state})
		}
		notice("composing")
		time.Sleep(20 * time.Second)
		notice("composing")
		time.Sleep(29 * time.Second)
		same(t, "repeated in time", told(), [][]string{{"Sophie Bernard"}})
		time.Sleep(time.Second)
		same(t, "after 30 s", told(), [][]string{{"Sophie Bernard"}, nil})
		notice("composing")
		notice("paused")
		notice("composing")
		m := w.Says(sophie, "voilà")
		m.ChatState = "active"
		w.Live(m)
		same(t, "all", len(told()), 6)
		same(t, "conversation", len(must(c.Conversation(id(sophie))).Typing), 0)
	})
}

func TestOwnTypingIsToldSparingly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		synctest.Wait()
		for range 50 { // keys, for 25 seconds
			c.SetTyping(id(sophie), true)
			time.Sleep(500 * time.Millisecond)
		}
		states := func(state string) int {
			return w.Count(func(m xmpp.Message) bool { return m.ChatState == state && m.Body == "" && m.NoStore })
		}
		same(t, "composing", states("composing"), 2)
		time.Sleep(typingPauses)
		synctest.Wait()
		same(t, "paused", states("paused"), 1)
		c.SetTyping(id(sophie), false)
		same(t, "paused once", states("paused"), 1)
		c.SetTyping(id(sophie), true)
		_, err := c.Send(id(sophie), Text{Body: "fini"})
		check(t, err)
		time.Sleep(time.Minute)
		synctest.Wait()
		same(t, "a message is the end of it", states("paused"), 1)
	})
}

// handedOver is a client that has handed a message for Sophie over to the server.
func handedOver(t *testing.T, dir string) (*wiretest.Server, *Client, Message) {
	t.Helper()
	w := wiretest.New()
	c := newTest(t, dir, w)
	w.Connect(false)
	synctest.Wait()
	m, err := c.Send(id(sophie), Text{Body: "refusé"})
	check(t, err)
	w.Flow()
	return w, c, m
}

func TestARefusedMessageWaitsForTheUser(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		w, c, m := handedOver(t, dir)
		bounce := xmpp.Bounced{Message: xmpp.Message{ID: string(m.ID), From: julien, Type: "error", Error: &xmpp.StanzaError{Condition: "forbidden"}}}
		c.handle(bounce)
		same(t, "refused by somebody else", state(t, c, m.ID), Sent)
		bounce.Message.From = sophie
		c.handle(bounce)
		time.Sleep(time.Minute)
		synctest.Wait()
		last := must(c.Conversation(id(sophie))).Last
		same(t, "state", last.State, Failed)
		same(t, "reason", last.Failure, "forbidden")
		same(t, "unsent", c.Unsent(), 1)
		check(t, c.Close())
		c = newTest(t, dir, w)
		w.Connect(false)
		time.Sleep(time.Minute)
		synctest.Wait()
		same(t, "not sent by itself", w.Bodies(), []string{"refusé"})
		same(t, "still failed", state(t, c, m.ID), Failed)
		check(t, c.Resend(m.ID))
		w.Flow()
		time.Sleep(time.Minute)
		synctest.Wait()
		same(t, "sent again", w.Bodies(), []string{"refusé", "refusé"})
		same(t, "unsent", c.Unsent(), 0)
		same(t, "nothing to send again", errors.Is(c.Resend(m.ID), ErrNoMessage), true)
		m, err := c.Send(id(sophie), Text{Body: "autre"})
		check(t, err)
		bounce.Message.ID = string(m.ID)
		c.handle(bounce)
		check(t, c.Discard(m.ID))
		same(t, "discarded", history(t, c, sophie, 10), []string{"refusé"})
		same(t, "unsent", c.Unsent(), 0)
	})
}

// The server does not tell a second time that a message came back.
func TestWhatCameBackBehindTheLockIsKeptOverTheEndOfTheProgram(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		w, c, m := handedOver(t, dir)
		time.Sleep(time.Minute)
		check(t, c.Lock())
		c.handle(xmpp.Bounced{Message: xmpp.Message{ID: string(m.ID), From: sophie, Type: "error", Error: &xmpp.StanzaError{Condition: "remote-server-timeout"}}})
		check(t, c.Close())
		c = newTest(t, dir, w)
		last := must(c.Conversation(id(sophie))).Last
		same(t, "state", last.State, Failed)
		same(t, "reason", last.Failure, "remote-server-timeout")
		same(t, "unsent", c.Unsent(), 1)
	})
}

func TestWhatIsQueuedOfflineCanBeDiscardedAndWhatIsUnderWayCannot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := newTest(t, t.TempDir(), w)
		m, err := c.Send(id(sophie), Text{Body: "un"})
		check(t, err)
		check(t, c.Discard(m.ID))
		same(t, "conversations", len(must(c.Conversations())), 0)
		w.Connect(false)
		synctest.Wait()
		m, err = c.Send(id(sophie), Text{Body: "deux"})
		check(t, err)
		same(t, "under way", errors.Is(c.Discard(m.ID), ErrNoMessage), true)
		same(t, "sent", w.Bodies(), []string{"deux"})
	})
}

func TestBadMessagesAreRefusedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newTest(t, t.TempDir(), wiretest.New())
		for _, test := range []struct {
			to   ConversationID
			body string
			want error
		}{
			{id(sophie), " \n\t", ErrEmpty},
			{id(sophie), string(make([]byte, MaxBody+1)), ErrTooLong},
			{id(sophie), string(make([]byte, MaxBody/2)), ErrTooLong}, // each is three bytes in XML
			{"", "bonjour", ErrNoConversation},
			{"@", "bonjour", ErrNoConversation},
			{id(claire), "à moi-même", ErrNoConversation},
		} {
			if _, err := c.Send(test.to, Text{Body: test.body}); !errors.Is(err, test.want) {
				t.Errorf("Send(%q, %d bytes): %v", test.to, len(test.body), err)
			}
		}
		check(t, c.Lock())
		_, err := c.Send(id(sophie), Text{Body: "bonjour"})
		same(t, "locked", errors.Is(err, ErrLocked), true)
	})
}

func TestWithoutAnArchiveAnAcknowledgementIsEnough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		w.Change(func() { w.NoMAM = true })
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		synctest.Wait()
		m, err := c.Send(id(sophie), Text{Body: "un"})
		check(t, err)
		w.Flow()
		time.Sleep(time.Second)
		synctest.Wait()
		same(t, "state", state(t, c, m.ID), Sent)
		same(t, "unsent", c.Unsent(), 0)
		p, err := c.History(t.Context(), id(sophie), Cursor{}, 10, 0)
		check(t, err)
		same(t, "start", p.Start, true)
		same(t, "messages", len(p.Messages), 1)
	})
}

func TestWhatTheArchiveNeverKeptIsSentTwiceAndNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		synctest.Wait()
		w.Change(func() { w.NoArchive = true })
		_, err := c.Send(id(sophie), Text{Body: "un"})
		check(t, err)
		for range 4 {
			w.Flow()
			time.Sleep(time.Minute)
			synctest.Wait()
			w.Cut()
			w.Connect(false)
			synctest.Wait()
		}
		same(t, "sent", w.Bodies(), []string{"un", "un"})
		same(t, "unsent", c.Unsent(), 0)
	})
}

func TestOtherDevicesOfTheAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		synctest.Wait()
		first := w.Says(sophie, "un")
		w.Live(first)
		second := w.Says(sophie, "deux")
		w.Live(second)
		same(t, "unread", c.Unread(), 2)
		w.Live(xmpp.Message{From: phone(claire), To: sophie, Type: "chat", Displayed: string(first.ID), Carbon: xmpp.CarbonSent})
		same(t, "read elsewhere up to the first", c.Unread(), 1)
		w.Live(xmpp.Message{From: phone(julien), To: claire, Type: "chat", Displayed: string(second.ID)})
		same(t, "a stranger's marker", c.Unread(), 1)
		receipts := w.Count(func(m xmpp.Message) bool { return m.Received != "" })
		m := xmpp.Message{ID: "c1", OriginID: "c1", From: phone(claire), To: sophie, Type: "chat", Body: "du téléphone", HasBody: true, RequestReceipt: true, Carbon: xmpp.CarbonSent}
		w.Live(m)
		w.Live(m)
		same(t, "answered elsewhere", c.Unread(), 0)
		last := must(c.Conversation(id(sophie))).Last
		same(t, "own", last.Own, true)
		same(t, "state", last.State, Sent)
		same(t, "no receipt for carbons", w.Count(func(m xmpp.Message) bool { return m.Received != "" }), receipts)
		same(t, "once", history(t, c, sophie, 10), []string{"un", "deux", "du téléphone"})
	})
}

func TestMarkReadTellsTheOtherSideAlsoLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		synctest.Wait()
		m := w.Says(sophie, "un")
		w.Live(m)
		w.Cut()
		check(t, c.MarkRead(id(sophie)))
		same(t, "unread", c.Unread(), 0)
		marked := func() int { return w.Count(func(out xmpp.Message) bool { return out.Displayed == m.ID && out.Store }) }
		same(t, "offline", marked(), 0)
		w.Connect(false)
		synctest.Wait()
		same(t, "told", marked(), 1)
		check(t, c.MarkRead(id(sophie)))
		same(t, "told once", marked(), 1)
	})
}

func TestAGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, dir := wiretest.New(), t.TempDir()
		w.Groups = []xmpp.Bookmark{{JID: garde, Name: "Équipe de nuit", Nick: "Claire", Autojoin: true}}
		w.Contacts = []xmpp.RosterItem{{JID: sophie, Name: "Sophie Bernard", Subscription: "both"}}
		w.SaysIn("Sophie", "hier")
		c := newTest(t, dir, w)
		w.Connect(false)
		synctest.Wait()
		v := must(c.Conversation(id(garde)))
		same(t, "name", v.Name, "Équipe de nuit")
		same(t, "members", v.Members, 2)
		same(t, "author", v.Last.Author+" "+v.Last.AuthorJID, "Sophie Bernard sophie@example.org")
		same(t, "old ones are read", c.Unread(), 0)
		m, err := c.Send(id(garde), Text{Body: "bonsoir"})
		check(t, err)
		w.Flow()
		synctest.Wait()
		same(t, "reflected and acknowledged", state(t, c, m.ID), Sent)
		same(t, "unsent", c.Unsent(), 0)
		live := w.SaysIn("Sophie", "bonsoir Claire")
		w.Live(live)
		same(t, "unread", c.Unread(), 1)
		check(t, c.MarkRead(id(garde)))
		same(t, "marker", w.Count(func(m xmpp.Message) bool {
			return m.Type == "groupchat" && m.Displayed == live.StanzaIDs[0].ID
		}), 1)
		same(t, "no receipts in a group", w.Count(func(m xmpp.Message) bool { return m.Received != "" }), 0)
		w.Live(xmpp.Message{ID: "p", From: must(garde.WithResource("Sophie")), To: claire, Type: "chat", Body: "en privé", HasBody: true})
		w.Live(xmpp.Message{ID: "s", From: garde, To: claire, Type: "groupchat", Subject: "sujet", HasSubject: true})
		w.Cut()
		w.SaysIn("Sophie", "manqué")
		check(t, c.Close())
		c = newTest(t, dir, w)
		w.Connect(false)
		synctest.Wait()
		same(t, "all", history(t, c, garde, 10), []string{"hier", "bonsoir", "bonsoir Claire", "manqué"})
		same(t, "missed is unread", c.Unread(), 1)
		same(t, "conversations", len(must(c.Conversations())), 2)
	})
}

func TestAPrivateMessageInAGroupIsRefusedAndNotSwallowed(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*xmpp.Message)
		told   int
	}{
		"a text":                     {func(*xmpp.Message) {}, 1},
		"of type normal":             {func(m *xmpp.Message) { m.Type = "normal" }, 1},
		"encrypted":                  {func(m *xmpp.Message) { m.Body, m.Encryption = "", &xmpp.Encryption{Name: "OMEMO"} }, 1},
		"a copy of another device's": {func(m *xmpp.Message) { m.Carbon = xmpp.CarbonReceived }, 0},
		"sent by another device":     {func(m *xmpp.Message) { m.From, m.To, m.Carbon = m.To, m.From, xmpp.CarbonSent }, 0},
		"a typing notice":            {func(m *xmpp.Message) { m.Body, m.HasBody, m.ChatState = "", false, "composing" }, 0},
		"a receipt":                  {func(m *xmpp.Message) { m.Body, m.HasBody, m.Received = "", false, "x" }, 0},
		"an invitation to another one": {func(m *xmpp.Message) {
			m.Invite = &xmpp.Invite{Room: must(jid.Parse("b@rooms.example.org")), From: m.From}
		}, 1},
	} {
		for _, locked := range []bool{false, true} {
			t.Run(fmt.Sprint(name, ", locked: ", locked), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c, w := inGarde(t)
					if locked {
						check(t, c.Lock())
					}
					m := xmpp.Message{ID: "p", From: must(garde.WithResource("Sophie")), To: claire, Type: "chat", Body: "en privé", HasBody: true, PrivateOf: garde}
					test.change(&m)
					w.Live(m)
					synctest.Wait()
					same(t, "told", w.Count(func(a xmpp.Message) bool {
						return a.Type == "error" && a.ID == "p" && a.To.Equal(m.From) && a.Error.Condition == "feature-not-implemented"
					}), test.told)
					same(t, "and nothing else", w.Count(func(xmpp.Message) bool { return true }), test.told)
					same(t, "unread", c.Unread(), 0)
				})
			})
		}
	}
}

func TestAForgedMessageOfTheOwnNameInAGroupHidesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		w.Groups = []xmpp.Bookmark{{JID: garde, Nick: "Claire", Autojoin: true}}
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		synctest.Wait()
		m, err := c.Send(id(garde), Text{Body: "la vraie"})
		check(t, err)
		forged := w.SaysIn("Sophie", "la fausse")
		forged.ID, forged.OriginID = string(m.ID), string(m.ID)
		w.Live(forged)
		same(t, "not taken for ours", state(t, c, must(c.Conversation(id(garde))).Last.ID), Received)
		same(t, "unsent", c.Unsent(), 1)
		w.Flow()
		same(t, "unsent", c.Unsent(), 0)
		same(t, "both", len(history(t, c, garde, 10)), 2)
	})
}

func TestProblems(t *testing.T) {
	for _, test := range []struct {
		err  error
		want Problem
	}{
		{nil, None},
		{xmpp.ErrUnreachable, Unreachable},
		{xmpp.ErrCertificate, Certificate},
		{&xmpp.RefusedError{}, TokenRefused},
		{&xmpp.StreamError{Condition: "conflict"}, Replaced},
		{errors.Join(xmpp.ErrToken, ErrLoginNeeded), LoginNeeded},
		{errors.Join(xmpp.ErrToken, ErrClock), Clock},
		{errors.Join(xmpp.ErrToken, errors.New("no provider")), Unreachable},
		{errors.Join(xmpp.ErrPortal, xmpp.ErrCertificate), Portal},
		{xmpp.ErrProtocol, Server},
		{xmpp.ErrDiscovery, Server},
		{xmpp.ErrNoMechanism, Server},
	} {
		same(t, "problem", problem(test.err), test.want)
	}
}

package messaging

import (
	"testing"
	"testing/synctest"

	"mellium.im/xmpp/jid"

	"discussions/messaging/internal/wiretest"
	"discussions/messaging/xmpp"
)

// hidingRoom is a session in a group that hides addresses, with occupant-ids or without.
func hidingRoom(t *testing.T, ids map[string]string) (*Client, *wiretest.Server) {
	t.Helper()
	w := wiretest.New()
	w.Groups = []xmpp.Bookmark{{JID: garde, Name: "Garde", Nick: "Claire", Autojoin: true}}
	w.Contacts = []xmpp.RosterItem{{JID: sophie, Name: "Sophie", Subscription: "both"}}
	w.Hides, w.OccupantIDs = true, ids
	return newTest(t, t.TempDir(), w), w
}

func enter(t *testing.T, w *wiretest.Server) {
	t.Helper()
	w.Connect(false)
	synctest.Wait()
}

// shown is who a message is from, as the screen shows it.
func shown(m Message) string {
	if m.Own {
		return "own"
	}
	return m.Author
}

func last(t *testing.T, c *Client) Message {
	t.Helper()
	synctest.Wait()
	v := must(c.Conversation(id(garde)))
	if v.Last == nil {
		t.Fatal("no message")
	}
	return *v.Last
}

var someIDs = map[string]string{"Claire": "occ-claire", "Sophie": "occ-sophie", "Mallory": "occ-mallory"}

// as gives a message of an occupant another occupant-id, as if somebody else had the nickname.
func as(m xmpp.Message, occupant string) xmpp.Message {
	m.Occupant = occupant
	return m
}

func TestTheNewOwnerOfANicknameIsNotTakenForTheFormerOne(t *testing.T) {
	for name, ids := range map[string]map[string]string{"without occupant-ids": nil, "with": someIDs} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, w := hidingRoom(t, ids)
				w.OccupantIDs = map[string]string{"Claire": "occ-mallory", "Sophie": "occ-mallory"}
				if ids == nil {
					w.OccupantIDs = nil
				}
				w.SaysIn("Claire", "Donnez 10 mg") // while Claire was out
				w.OccupantIDs = ids
				enter(t, w)
				same(t, "in her own name", shown(last(t, c)), "~Claire")
				same(t, "unread", last(t, c).State, Received)
				m := w.SaysIn("Sophie", "Donnez 10 mg")
				if ids != nil {
					m = as(m, "occ-mallory")
				}
				w.Live(m)
				same(t, "in an absent member's", shown(last(t, c)), "~Sophie")
				if jid := last(t, c).AuthorJID; jid == sophie.String() || jid == claire.String() {
					t.Errorf("of %s", jid)
				}
				w.Live(as(xmpp.Message{ID: "t", From: must(garde.WithResource("Sophie")), To: claire, Type: "groupchat", ChatState: "composing"}, "occ-mallory"))
				synctest.Wait()
				same(t, "typing", must(c.Conversation(id(garde))).Typing, []string{"~Sophie"})
			})
		})
	}
}

func TestOwnMessagesComeBackAsOwnFromAGroupThatHidesAddresses(t *testing.T) {
	for name, ids := range map[string]map[string]string{"without occupant-ids": nil, "with": someIDs} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, w := hidingRoom(t, ids)
				enter(t, w)
				m := must(c.Send(id(garde), Text{Body: "bonsoir"}))
				w.Flow()
				synctest.Wait()
				same(t, "own", shown(last(t, c)), "own")
				same(t, "state", state(t, c, m.ID), Sent)
				same(t, "unsent", c.Unsent(), 0)
				w.Cut()
				enter(t, w) // the archive has it as well
				same(t, "once", history(t, c, garde, 10), []string{"bonsoir"})
				same(t, "unread", c.Unread(), 0)

				// Somebody who has read the id uses it again, under her nickname.
				forged := w.SaysIn("Claire", "Donnez 10 mg")
				forged.ID, forged.OriginID = string(w.Sent[0].ID), w.Sent[0].OriginID
				w.Live(as(forged, "occ-mallory"))
				same(t, "with an own id", shown(last(t, c)), "~Claire")
				same(t, "both", history(t, c, garde, 10), []string{"bonsoir", "Donnez 10 mg"})
			})
		})
	}
}

func TestAnotherDeviceOfTheAccountIsKnownByTheOccupantID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, w := hidingRoom(t, someIDs)
		enter(t, w)
		w.Live(as(w.SaysIn("Dr Martin", "de mon téléphone"), "occ-claire"))
		same(t, "own", shown(last(t, c)), "own")
	})
}

// A room that gives no occupant-ids lets those through that a sender has put into a message.
func TestAForgedOccupantIDMeansNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, w := hidingRoom(t, nil)
		enter(t, w)
		w.Live(as(w.SaysIn("Claire", "Donnez 10 mg"), ""))
		w.Live(as(w.SaysIn("Mallory", "Donnez 20 mg"), "occ-claire"))
		same(t, "author", shown(last(t, c)), "~Mallory")
	})
}

func TestTheNewOwnerOfANicknameCannotChangeEarlierMessages(t *testing.T) {
	for name, ids := range map[string]map[string]string{"without occupant-ids": nil, "with": someIDs} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, w := hidingRoom(t, ids)
				enter(t, w)
				first := w.SaysIn("Sophie", "Donner 1 mg")
				w.Live(first)
				unread := c.Unread()
				mallory := func(m xmpp.Message) {
					m.From, m.To, m.Type = must(garde.WithResource(m.From.Resourcepart())), claire, "groupchat"
					if ids != nil {
						m.Occupant = "occ-mallory"
					}
					w.Live(m)
					synctest.Wait()
				}
				sophieIn, claireIn := must(garde.WithResource("Sophie")), must(garde.WithResource("Claire"))
				mallory(xmpp.Message{ID: "c", From: sophieIn, Body: "Donner 10 mg", HasBody: true, Replaces: first.ID})
				mallory(xmpp.Message{ID: "r", From: sophieIn, Retraction: &xmpp.Retraction{ID: first.StanzaIDs[0].ID}})
				mallory(xmpp.Message{ID: "d", From: claireIn, Displayed: first.StanzaIDs[0].ID})
				same(t, "texts", history(t, c, garde, 10), []string{"Donner 1 mg", "Donner 10 mg"})
				same(t, "unread", c.Unread(), unread+1) // the correction is a message of its own

				m := must(c.Send(id(garde), Text{Body: "D’accord"}))
				w.Flow()
				synctest.Wait()
				own := must(c.Conversation(id(garde))).Last
				mallory(xmpp.Message{ID: "r2", From: claireIn, Retraction: &xmpp.Retraction{ID: string(own.ID)}})
				mallory(xmpp.Message{ID: "r3", From: claireIn, Retraction: &xmpp.Retraction{ID: w.Sent[len(w.Sent)-1].ID}})
				same(t, "own", state(t, c, m.ID), Sent)
				same(t, "all", history(t, c, garde, 10), []string{"Donner 1 mg", "Donner 10 mg", "D’accord"})
			})
		})
	}
}

func TestAPersonMayCorrectUnderAnotherNickname(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, w := hidingRoom(t, someIDs)
		enter(t, w)
		first := w.SaysIn("Sophie", "Donner 1 mg")
		w.Live(first)
		w.Live(xmpp.Message{ID: "c", From: must(garde.WithResource("Sophie B.")), To: claire, Type: "groupchat", Occupant: "occ-sophie", Body: "Donner 2 mg", HasBody: true, Replaces: first.ID})
		synctest.Wait()
		same(t, "texts", history(t, c, garde, 10), []string{"Donner 2 mg"})
	})
}

// A nickname may have had another owner when a message was written.
func TestAnOldMessageIsNotAttributedToTheNicknamesPresentOwner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, w := hidingRoom(t, nil)
		for _, nick := range []string{"Claire", "Sophie"} {
			w.SaysIn(nick, "Donnez 10 mg")
		}
		w.Hides = false // since then
		enter(t, w)
		for _, m := range must(c.History(t.Context(), id(garde), Cursor{}, 10, 0)).Messages {
			if name := shown(m); name != "~Claire" && name != "~Sophie" {
				t.Errorf("of %s", name)
			}
		}
		w.Live(w.SaysIn("Sophie", "bonsoir"))
		same(t, "of now", last(t, c).AuthorJID, sophie.String())
	})
}

// An address is told, and no name is known: the nickname is the sender's choice, the address is not.
func TestANicknameIsNotTakenForAName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, w := hidingRoom(t, nil)
		w.Hides = false
		enter(t, w)
		mallory := xmpp.Presence{From: must(garde.WithResource("Sophie (2)")), To: claire, Occupant: &xmpp.Occupant{JID: jid.MustParse("m.allory@example.org")}}
		w.Handle(xmpp.PresenceReceived{Presence: mallory})
		w.Live(w.SaysIn("Sophie (2)", "Donnez 10 mg"))
		same(t, "author", shown(last(t, c)), "M Allory")
		mallory.Type = "unavailable"
		w.Handle(xmpp.PresenceReceived{Presence: mallory})
		w.Live(w.SaysIn("Sophie (2)", "Donnez 20 mg")) // somebody of whom no presence came
		same(t, "author", shown(last(t, c)), "~Sophie (2)")
	})
}

func TestAGroupThatHidesAddressesIsMarked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, w := hidingRoom(t, nil)
		hides := func() bool { synctest.Wait(); return must(c.Conversation(id(garde))).Hides }
		enter(t, w)
		same(t, "on entering", hides(), true)
		from := func(from jid.JID, code int) {
			w.Live(xmpp.Message{From: from, To: claire, Type: "groupchat", StatusCodes: []int{104, code}})
		}
		from(garde, 172)
		same(t, "shows them now", hides(), false)
		again := xmpp.Presence{From: must(garde.WithResource("Claire")), To: claire, Occupant: &xmpp.Occupant{JID: claire, Self: true, Codes: []int{110}}}
		w.Handle(xmpp.PresenceReceived{Presence: again}) // as Prosody gives the own presence when it changes
		same(t, "still shows them", hides(), false)
		from(garde, 173)
		same(t, "hides them again", hides(), true)
	})
}

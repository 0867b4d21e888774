package messaging

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"mellium.im/xmpp/jid"

	"discussions/messaging/internal/wiretest"
	"discussions/messaging/xmpp"
)

// member is what somebody is in Garde for as long as the room says nothing else.
func member(w *wiretest.Server) func(who jid.JID) string {
	return func(who jid.JID) string {
		w.Lock()
		defer w.Unlock()
		for _, a := range w.Members[garde.String()] {
			if a.JID.Equal(who) {
				return a.Affiliation
			}
		}
		return ""
	}
}

// TestALeavingMemberIsTakenOffTheList is about servers that let nobody give up a membership: a member announces the
// departure, and leaves.
func TestALeavingMemberIsTakenOffTheList(t *testing.T) {
	const told = "left|Sophie Bernard"
	for name, test := range map[string]struct {
		own, hers string
		does      string
		want      string // what she is then
		notices   []string
	}{
		"by an owner":                        {"owner", "member", "says, goes", "", []string{told}},
		"an owner by another owner":          {"owner", "owner", "says, goes", "", []string{told}},
		"by a moderator":                     {"admin", "member", "says, goes", "", []string{told}},
		"a moderator by no other moderator":  {"admin", "admin", "says, goes", "admin", []string{told}},
		"by no plain member":                 {"member", "member", "says, goes", "member", []string{told}},
		"with another device still there":    {"owner", "member", "says", "", []string{told}},
		"not by what was said long ago":      {"owner", "member", "said, is added", "member", []string{told}},
		"told once, however late":            {"owner", "member", "said, is removed", "", []string{told}},
		"not who only closes the program":    {"owner", "member", "goes", "member", nil},
		"told once, also by the room":        {"member", "member", "says, goes, is removed", "", []string{told}},
		"a removal of who said it and spoke": {"member", "member", "says, speaks, is removed", "", []string{told, "removed|Sophie Bernard"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := wiretest.New()
				w.Members[garde.String()] = []xmpp.Affiliate{affiliate(claire, test.own), affiliate(sophie, test.hers)}
				c := inGroup(t, w)
				for _, does := range strings.Split(test.does, ", ") {
					switch does {
					case "says", "said":
						m := w.SaysIn("Sophie", "Je quitte le groupe.")
						if m.GivesUp = true; does == "said" {
							m.Delay = time.Now().Add(-time.Minute)
						}
						w.Live(m)
					case "speaks":
						w.Live(w.SaysIn("Sophie", "Je reste."))
					case "is added":
						w.Affiliates(garde, xmpp.Affiliate{JID: sophie, Affiliation: "member"})
					case "goes":
						o := &xmpp.Occupant{JID: must(sophie.WithResource("x")), Affiliation: test.hers}
						w.Handle(xmpp.PresenceReceived{Presence: xmpp.Presence{From: must(garde.WithResource("Sophie")), To: claire, Type: "unavailable", Occupant: o}})
					case "is removed":
						w.Affiliates(garde, xmpp.Affiliate{JID: sophie, Affiliation: "none"})
					}
					synctest.Wait()
				}
				same(t, "is", member(w)(sophie), test.want)
				same(t, "told", notices(t, c, id(garde)), test.notices)
				same(t, "listed", len(c.Members(id(garde))), map[bool]int{true: 1, false: 2}[test.want == ""])
			})
		})
	}
}

// TestALeavingMemberIsTakenOffByAModeratorWhoComesLater is about leaving while no owner or moderator is there.
func TestALeavingMemberIsTakenOffByAModeratorWhoComesLater(t *testing.T) {
	const told, bySophie = "left|Sophie Bernard", "Sophie"
	for name, test := range map[string]struct {
		own, hers string
		happens   string // while this account is away
		want      string // what she is then
		notices   []string
	}{
		"by an owner":                                {"owner", "member", "leaves", "", []string{told}},
		"by a moderator":                             {"admin", "member", "leaves", "", []string{told}},
		"by no plain member":                         {"member", "member", "leaves", "member", []string{told}},
		"a moderator by no other moderator":          {"admin", "admin", "leaves", "admin", []string{told}},
		"told once where somebody else did it":       {"owner", "member", "leaves, is removed", "", []string{told}},
		"an owner who was made a member":             {"member", "owner", "leaves, is made a member", "member", []string{told}},
		"not who wrote since":                        {"owner", "member", "leaves, writes", "member", []string{told}},
		"not who read since":                         {"owner", "member", "leaves, reads", "member", []string{told}},
		"not who was added again":                    {"owner", "member", "leaves, is named again", "member", []string{told}},
		"not for the return of somebody else":        {"owner", "member", "leaves, Julien is named again", "", []string{told}},
		"who was added again and left once more":     {"owner", "member", "leaves, is named again, leaves", "", []string{told, told}},
		"nobody by what the room does not vouch for": {"owner", "member", "a stranger leaves", "member", []string{"left|~X"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := wiretest.New()
				w.Members[garde.String()] = []xmpp.Affiliate{affiliate(claire, test.own), affiliate(sophie, test.hers)}
				c := inGroup(t, w)
				w.Cut()
				for _, what := range strings.Split(test.happens, ", ") {
					switch what {
					case "leaves":
						w.SendsIn(bySophie, xmpp.Message{Body: "Je quitte le groupe.", HasBody: true, GivesUp: true})
					case "a stranger leaves":
						w.SendsIn("X", xmpp.Message{Body: "Je quitte le groupe.", HasBody: true, GivesUp: true})
					case "writes":
						w.SaysIn(bySophie, "Je reste.")
					case "reads":
						w.SendsIn(bySophie, xmpp.Message{Displayed: "a000001", Store: true})
					case "is named again":
						w.SendsIn("Paul", xmpp.Message{Returns: sophie, Store: true})
					case "Julien is named again":
						w.SendsIn("Paul", xmpp.Message{Returns: julien, Store: true})
					case "is removed":
						w.Affiliates(garde, affiliate(sophie, "none"))
					case "is made a member":
						w.Affiliates(garde, affiliate(sophie, "member"))
					}
				}
				w.Connect(false)
				synctest.Wait()
				same(t, "is", member(w)(sophie), test.want)
				same(t, "told", notices(t, c, id(garde)), test.notices)
				w.Cut()
				w.Connect(false)
				synctest.Wait()
				same(t, "is in the next session", member(w)(sophie), test.want)
				same(t, "told no more", notices(t, c, id(garde)), test.notices)
			})
		})
	}
}

// Who was taken off and added again stays, whatever the archive says of earlier.
func TestAMemberWhoWasAddedAgainStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		w.Members[garde.String()] = []xmpp.Affiliate{affiliate(claire, "owner"), affiliate(sophie, "member")}
		c := inGroup(t, w)
		returns := func() int { return w.Count(func(m xmpp.Message) bool { return m.Returns.Equal(sophie) }) }
		m := w.SendsIn("Sophie", xmpp.Message{Body: "Je quitte le groupe.", HasBody: true, GivesUp: true})
		w.Live(m)
		synctest.Wait()
		same(t, "taken off", member(w)(sophie), "")
		check(t, c.AddMembers(t.Context(), id(garde), []ConversationID{id(sophie), id(julien)}, "Revenez"))
		synctest.Wait()
		same(t, "said for those who are away", returns(), 1)
		check(t, c.RemoveMember(t.Context(), id(garde), id(sophie)))
		w.Cut()
		w.Affiliates(garde, affiliate(sophie, "member")) // by another program, which says nothing
		w.Connect(false)
		synctest.Wait()
		same(t, "is", member(w)(sophie), "member")
		list := notices(t, c, id(garde))
		same(t, "told", list[len(list)-1], "added|Sophie Bernard")
	})
}

// If the group may not have received the announcement, nothing has happened: the user is told, is still in the group,
// and leaves again.
func TestLeavingWithoutAConnectionIsSaidAgain(t *testing.T) {
	for _, own := range []string{"member", "owner"} {
		t.Run(own, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := wiretest.New()
				w.Members[garde.String()] = []xmpp.Affiliate{affiliate(claire, own), affiliate(sophie, "owner")}
				c := inGroup(t, w)
				w.Forbid = xmpp.ErrNotConnected // the connection ends behind what was said
				same(t, "told", errors.Is(c.LeaveGroup(t.Context(), id(garde), "Je quitte le groupe."), ErrOffline), true)
				same(t, "still bookmarked", len(must(w.Bookmarks(t.Context()))), 1)
				same(t, "still in the list", must(c.Conversation(id(garde))).Role, Role(own))
				w.Forbid = nil
				w.Cut()
				same(t, "offline", errors.Is(c.LeaveGroup(t.Context(), id(garde), "Je quitte le groupe."), ErrOffline), true)
				w.Connect(false)
				synctest.Wait()
				check(t, c.LeaveGroup(t.Context(), id(garde), "Je quitte le groupe."))
				synctest.Wait()
				same(t, "left", len(must(w.Bookmarks(t.Context()))), 0)
				told := notices(t, c, id(garde))
				same(t, "told here", told[len(told)-1], "left|Dr Claire Martin")
			})
		})
	}
}

// A group that ends at that moment does not answer any more.
func TestARemovedMemberLeavesWithoutAskingTheGroup(t *testing.T) {
	for name, code := range map[string]int{"no member any more": 321, "banned": 301} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := wiretest.New()
				w.Members[garde.String()] = []xmpp.Affiliate{affiliate(claire, "member"), affiliate(sophie, "owner")}
				c := inGroup(t, w)
				w.Handle(xmpp.RoomLeft{Room: garde, Codes: []int{code}})
				synctest.Wait()
				w.Forbid = errors.New("no answer")
				check(t, c.LeaveGroup(t.Context(), id(garde), "Je quitte le groupe."))
				same(t, "bookmarked", len(must(w.Bookmarks(t.Context()))), 0)
				same(t, "said", len(w.Sent), 0)
			})
		})
	}
}

func TestLeavingIsAnnouncedToTheGroup(t *testing.T) {
	for _, own := range []string{"member", "admin", "owner"} {
		for _, registers := range []bool{true, false} {
			t.Run(fmt.Sprint(own, ", the room lets them go: ", registers), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := wiretest.New()
					w.Registers = registers
					w.Members[garde.String()] = []xmpp.Affiliate{affiliate(claire, own), affiliate(sophie, "owner")}
					c := inGroup(t, w)
					check(t, c.LeaveGroup(t.Context(), id(garde), "Je quitte le groupe."))
					w.Flow()
					last := w.Sent[len(w.Sent)-1]
					same(t, "said", []any{last.To.String(), last.Type, last.Body, last.GivesUp}, []any{garde.String(), "groupchat", "Je quitte le groupe.", true})
					same(t, "left afterwards", w.Left, []string{garde.String()})
					if registers {
						same(t, "no member any more", member(w)(claire), "")
					} else if own == "owner" { // so that any moderator may take the account off the list
						same(t, "steps down", member(w)(claire), "member")
					}
					same(t, "told here", notices(t, c, id(garde)), []string{"left|Dr Claire Martin"})
				})
			})
		}
	}
}

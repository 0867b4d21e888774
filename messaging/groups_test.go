package messaging

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"mellium.im/xmpp/jid"

	"discussions/messaging/internal/wiretest"
	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// notices lists the notices of a group, in short: what, who, by whom, which words.
func notices(t *testing.T, c *Client, group ConversationID) (list []string) {
	t.Helper()
	synctest.Wait()
	for _, m := range must(c.History(t.Context(), group, Cursor{}, 50, 0)).Messages {
		if n, ok := m.Content.(Notice); ok {
			list = append(list, strings.TrimRight(strings.Join([]string{string(n.Kind), n.Who, n.By, n.Text}, "|"), "|"))
		}
	}
	return list
}

func roles(c *Client, group ConversationID) map[string]Role {
	list := map[string]Role{}
	for _, m := range c.Members(group) {
		list[m.Name] = m.Role
	}
	return list
}

func affiliate(who jid.JID, affiliation string) xmpp.Affiliate {
	return xmpp.Affiliate{JID: who, Affiliation: affiliation}
}

func TestWhatHappensToMembersIsTold(t *testing.T) {
	for name, test := range map[string]struct {
		events []xmpp.Affiliate
		want   []string
		roles  map[string]Role
	}{
		"added":                   {[]xmpp.Affiliate{affiliate(julien, "member")}, []string{"added|Julien"}, map[string]Role{"Dr Claire Martin": Plain, "Sophie Bernard": Owner, "Julien": Plain}},
		"by whom":                 {[]xmpp.Affiliate{{JID: julien, Affiliation: "member", Actor: xmpp.Actor{JID: sophie}}}, []string{"added|Julien|Sophie Bernard"}, nil},
		"by a nickname":           {[]xmpp.Affiliate{{JID: julien, Affiliation: "member", Actor: xmpp.Actor{Nick: "Sophie"}}}, []string{"added|Julien|Sophie Bernard"}, nil},
		"twice the same":          {[]xmpp.Affiliate{affiliate(julien, "member"), affiliate(julien, "member")}, []string{"added|Julien"}, nil},
		"removed":                 {[]xmpp.Affiliate{affiliate(julien, "member"), affiliate(julien, "none")}, []string{"added|Julien", "removed|Julien"}, map[string]Role{"Dr Claire Martin": Plain, "Sophie Bernard": Owner}},
		"left":                    {[]xmpp.Affiliate{affiliate(julien, "member"), {JID: julien, Affiliation: "none", Actor: xmpp.Actor{JID: julien}}}, []string{"added|Julien", "left|Julien|Julien"}, nil},
		"banned":                  {[]xmpp.Affiliate{affiliate(julien, "member"), affiliate(julien, "outcast")}, []string{"added|Julien", "barred|Julien"}, nil},
		"a stranger is banned":    {[]xmpp.Affiliate{affiliate(julien, "outcast")}, nil, nil},
		"a stranger is no member": {[]xmpp.Affiliate{affiliate(julien, "none")}, nil, nil},
		"moderator and back":      {[]xmpp.Affiliate{affiliate(claire, "admin"), affiliate(claire, "member")}, []string{"moderator|Dr Claire Martin", "member|Dr Claire Martin"}, nil},
		"owner":                   {[]xmpp.Affiliate{affiliate(claire, "owner")}, []string{"owner|Dr Claire Martin"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := wiretest.New()
				c := inGroup(t, w)
				for _, a := range test.events {
					w.Affiliates(garde, a)
				}
				same(t, "told", notices(t, c, id(garde)), test.want)
				same(t, "unread", c.Unread(), 0)
				if test.roles != nil {
					same(t, "roles", roles(c, id(garde)), test.roles)
				}
			})
		})
	}
}

func TestWhatHappensInAGroupNotifiesNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := inGroup(t, w)
		var added []MessageAdded
		defer c.Subscribe(func(e Event) {
			if e, ok := e.(MessageAdded); ok {
				added = append(added, e)
			}
		})()
		w.Affiliates(garde, affiliate(julien, "member"))
		w.Live(w.SaysIn("Sophie", "Bonjour"))
		synctest.Wait()
		same(t, "told", len(added), 2)
		same(t, "quietly", added[0].Quiet, true)
		same(t, "a message is not quiet", added[1].Quiet, false)
	})
}

func TestWhatHappenedToMembersMeanwhileIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := inGroup(t, w)
		same(t, "at first", len(notices(t, c, id(garde))), 0)
		w.Cut()
		w.Affiliates(garde, affiliate(julien, "member"))
		w.Affiliates(garde, affiliate(claire, "admin"))
		w.Connect(false)
		same(t, "told", notices(t, c, id(garde)), []string{"added|Julien", "moderator|Dr Claire Martin"})
		w.Cut()
		w.Affiliates(garde, affiliate(julien, "none"))
		w.Withholds = true
		w.Connect(false)
		same(t, "a list that is not whole proves nothing", len(notices(t, c, id(garde))), 2)
		w.Cut()
		w.Withholds = false
		w.Connect(false)
		same(t, "told in the end", notices(t, c, id(garde))[2:], []string{"removed|Julien"})
	})
}

// TestAListOfMembersThatIsOlderChangesNothing: the room announces a change while its list is on the way.
func TestAListOfMembersThatIsOlderChangesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := inGroup(t, w)
		w.Cut()
		w.Listed = sync.OnceFunc(func() { w.Affiliates(garde, affiliate(julien, "member")) })
		w.Connect(false)
		same(t, "told", notices(t, c, id(garde)), []string{"added|Julien"})
		same(t, "he belongs to it", roles(c, id(garde))["Julien"], Plain)
	})
}

// TestOwnChangesAreToldAsOwn: a list shows what this account is changing, before the room answers.
func TestOwnChangesAreToldAsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := inGroup(t, w)
		list := []store.Member{{JID: claire.String(), Affiliation: "member"}, {JID: julien.String(), Nick: "Julien", Affiliation: "member"}}
		check(t, c.write(func(s *store.Store) error {
			r := c.rooms[id(garde)]
			r.changing[julien.String()], r.changing[sophie.String()] = "member", "none"
			return c.replaceMembers(s, id(garde), list, true)
		}))
		same(t, "told", notices(t, c, id(garde)), []string{"added|Julien|Dr Claire Martin", "removed|Sophie Bernard|Dr Claire Martin"})
	})
}

func TestAGroupIsNamedByItsRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		w.RoomNames[garde.String()] = "Garde de nuit"
		c := inGroup(t, w)
		name := func() string { synctest.Wait(); return must(c.Conversation(id(garde))).Name }
		same(t, "not by its bookmark", name(), "Garde de nuit")
		w.Renamed(garde, "Garde de jour")
		same(t, "renamed", name(), "Garde de jour")
		same(t, "told", notices(t, c, id(garde))[1:], []string{"renamed|||Garde de jour"})
		bookmark(w, xmpp.Bookmark{JID: garde, Name: "Autre", Autojoin: true})
		same(t, "the room has the last word", name(), "Garde de jour")
	})
}

func TestAChangedSubjectIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := inGroup(t, w)
		subject := func(text string) {
			m := w.SaysIn("Sophie", "")
			m.HasBody, m.HasSubject, m.Subject = false, true, text
			w.Live(m)
		}
		subject("comme avant")
		same(t, "the one on entering is no news", len(notices(t, c, id(garde))), 0)
		subject("Réunion à 8 h")
		same(t, "told", notices(t, c, id(garde)), []string{"subject||Sophie Bernard|Réunion à 8 h"})
	})
}

func TestAGroupIsMadeRunAndEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := inGroup(t, w)
		ctx := t.Context()
		group, err := c.CreateGroup(ctx, " Équipe de nuit ", []ConversationID{id(sophie)}, "Venez")
		check(t, err)
		synctest.Wait()
		same(t, "address", strings.HasPrefix(string(group), "equipe-de-nuit-"), true)
		v := must(c.Conversation(group))
		same(t, "name", v.Name, "Équipe de nuit")
		same(t, "role", v.Role, Owner)
		same(t, "entered", v.Refused, NotRefused)
		same(t, "members", roles(c, group), map[string]Role{"Dr Claire Martin": Owner, "Sophie Bernard": Plain})
		sent := w.Sent[len(w.Sent)-1]
		same(t, "invited", []string{sent.To.String(), sent.Invite.Room.String(), sent.Body}, []string{sophie.String(), string(group), "Venez"})
		same(t, "bookmarked", w.Groups[len(w.Groups)-1].JID.String(), string(group))

		check(t, c.RenameGroup(ctx, group, "Nuit"))
		check(t, c.SetRole(ctx, group, id(sophie), Organiser))
		w.Flow()
		same(t, "told", notices(t, c, group), []string{
			"established||Dr Claire Martin", "added|Sophie Bernard|Dr Claire Martin", "renamed||Dr Claire Martin|Nuit", "moderator|Sophie Bernard|Dr Claire Martin",
		})
		same(t, "the last owner stays", errors.Is(c.LeaveGroup(ctx, group, "Je quitte le groupe."), ErrLastOwner), true)
		check(t, c.HandOver(ctx, group, id(sophie)))
		synctest.Wait()
		same(t, "handed over", roles(c, group), map[string]Role{"Dr Claire Martin": Organiser, "Sophie Bernard": Owner})
		check(t, c.LeaveGroup(ctx, group, "Je quitte le groupe."))
		synctest.Wait()
		same(t, "left", must(c.Conversation(group)).Refused, NotIn)
		same(t, "no bookmark", len(w.Groups), 1)
	})
}

func TestWhatAGroupRefusesIsSaid(t *testing.T) {
	for name, test := range map[string]struct {
		wire error
		want error
	}{
		"not allowed": {refusal("cancel", "not-allowed"), ErrNotAllowed},
		"forbidden":   {refusal("auth", "forbidden"), ErrNotAllowed},
		"last owner":  {refusal("cancel", "conflict"), ErrLastOwner},
		"gone":        {refusal("cancel", "item-not-found"), ErrNoConversation},
		"offline":     {xmpp.ErrNotConnected, ErrOffline},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := wiretest.New()
				c := inGroup(t, w)
				w.Forbid = test.wire
				for what, err := range map[string]error{
					"role":   c.SetRole(t.Context(), id(garde), id(sophie), Organiser),
					"remove": c.RemoveMember(t.Context(), id(garde), id(sophie)),
					"add":    c.AddMembers(t.Context(), id(garde), []ConversationID{id(julien)}, ""),
					"rename": c.RenameGroup(t.Context(), id(garde), "x"),
					"end":    c.EndGroup(t.Context(), id(garde)),
				} {
					if !errors.Is(err, test.want) {
						t.Errorf("%s: %v", what, err)
					}
				}
				same(t, "nothing is told", len(notices(t, c, id(garde))), 0)
				same(t, "nobody is invited", len(w.Sent), 0)
				_, err := c.CreateGroup(t.Context(), "x", nil, "")
				same(t, "made", err != nil, true)
			})
		})
	}
}

func TestARemovedMemberIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := inGroup(t, w)
		w.Handle(xmpp.RoomLeft{Room: garde, Codes: []int{321}, Actor: xmpp.Actor{Nick: "Sophie"}})
		same(t, "told", notices(t, c, id(garde)), []string{"removed|Dr Claire Martin|Sophie Bernard"})
		same(t, "refused", must(c.Conversation(id(garde))).Refused, MembersOnly)
		check(t, c.Enter(id(garde)))
		synctest.Wait()
		same(t, "in again", must(c.Conversation(id(garde))).Refused, NotRefused)
	})
}

// invitations are those of a conversation, in short.
func invitations(t *testing.T, c *Client, with jid.JID) (list []Invitation, ids []MessageID) {
	t.Helper()
	synctest.Wait()
	for _, m := range must(c.History(t.Context(), id(with), Cursor{}, 50, 0)).Messages {
		if v, ok := m.Content.(Invitation); ok {
			list, ids = append(list, v), append(ids, m.ID)
		}
	}
	return list, ids
}

func TestAnInvitationIsAcceptedOrDeclined(t *testing.T) {
	for _, accept := range []bool{true, false} {
		for name, m := range map[string]xmpp.Message{"direct": direct("Venez", ""), "through the group": through(garde, "Venez")} {
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := wiretest.New()
					dir := t.TempDir()
					c := newTest(t, dir, w)
					w.Connect(false)
					synctest.Wait()
					w.Live(m)
					list, ids := invitations(t, c, sophie)
					want := Invitation{Room: id(garde), Text: "Venez", By: sophie.String()}
					if name == "through the group" {
						want.Text, want.Claims = "", true
					}
					same(t, "invited", list, []Invitation{want})
					same(t, "unread", c.Unread(), 1)
					same(t, "not in the group", len(w.Joined()), 0)

					check(t, c.Lock()) // it is kept
					check(t, c.Unlock(key))
					if accept {
						group, err := c.Accept(t.Context(), id(sophie), ids[0])
						check(t, err)
						synctest.Wait()
						same(t, "group", group, id(garde))
						same(t, "entered", len(w.Joined()), 1)
						same(t, "on all devices", w.Groups, []xmpp.Bookmark{{JID: garde, Autojoin: true}})
						want.Answer = Accepted
					} else {
						check(t, c.Decline(t.Context(), id(sophie), ids[0]))
						said := w.Sent[len(w.Sent)-1]
						same(t, "told to the inviter", []string{said.To.String(), said.Decline.From.String()}, []string{garde.String(), sophie.String()})
						same(t, "not entered", len(w.Joined()), 0)
						want.Answer = Declined
					}
					list, _ = invitations(t, c, sophie)
					same(t, "answered", list, []Invitation{want})
				})
			})
		}
	}
}

func TestAnInvitationIsAnsweredOnlyByWhoIsInvited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := inGroup(t, w)
		check(t, c.AddMembers(t.Context(), id(garde), []ConversationID{id(julien)}, "Venez"))
		list, ids := invitations(t, c, julien)
		same(t, "sent", list, []Invitation{{Room: id(garde), Text: "Venez", By: claire.String(), Answer: Accepted}})
		same(t, "declined", errors.Is(c.Decline(t.Context(), id(julien), ids[0]), ErrNoMessage), true)
		w.Flow()
		list, _ = invitations(t, c, julien)
		same(t, "once", len(list), 1)
	})
}

func TestADeclinedInvitationIsToldInTheGroup(t *testing.T) {
	decline := func(room jid.JID) xmpp.Message {
		return xmpp.Message{ID: "d", From: room, To: claire, Type: "normal", Body: "declined", HasBody: true, Decline: &xmpp.Decline{Room: room, From: must(julien.WithResource("x"))}}
	}
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := inGroup(t, w)
		w.Live(decline(must(jid.Parse("stranger@rooms.example.org"))))
		w.Live(decline(garde))
		want := []string{"declined|Julien"}
		if d := cmp.Diff(want, notices(t, c, id(garde))); d != "" {
			t.Error(d)
		}
		same(t, "unread", c.Unread(), 0)
	})
}

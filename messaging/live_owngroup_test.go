//go:build linux

// The servers of the sandbox run there only.

package messaging_test

import (
	"slices"
	"strings"
	"testing"

	"discussions/internal/sandboxtest"
	"discussions/messaging"
)

// notices are what happened in a group, as kind, who and by whom.
func (d *device) notices(t *testing.T, id messaging.ConversationID) (list []string) {
	t.Helper()
	p, err := d.Client.History(t.Context(), id, messaging.Cursor{}, 50, 0)
	check(t, err)
	for _, m := range p.Messages {
		if n, ok := m.Content.(messaging.Notice); ok {
			list = append(list, strings.TrimRight(string(n.Kind)+"|"+n.Who+"|"+n.By+"|"+n.Text, "|"))
		}
	}
	return list
}

// invitation waits for an invitation to a group, and gives its id.
func (d *device) invitation(t *testing.T, from string, room messaging.ConversationID) (id messaging.MessageID) {
	t.Helper()
	d.until(t, "the invitation", func() bool {
		p, err := d.Client.History(t.Context(), messaging.ConversationID(from), messaging.Cursor{}, 20, 0)
		check(t, err)
		for _, m := range p.Messages {
			if v, ok := m.Content.(messaging.Invitation); ok && v.Room == room && v.Answer == messaging.Unanswered && !m.Own {
				id = m.ID
			}
		}
		return id != ""
	})
	return id
}

func (d *device) role(id messaging.ConversationID, who string) messaging.Role {
	for _, m := range d.Client.Members(id) {
		if m.JID == who {
			return m.Role
		}
	}
	return ""
}

// ownGroup makes a group, and does all that can be done with it, as two people see it; a second device of the owner sees it too.
func ownGroup(t *testing.T, s *sandboxtest.Sandbox) {
	ctx := t.Context()
	claire, second, paul := start(t, s, s.Claire()), start(t, s, s.Claire()), start(t, s, s.Paul())
	me, peer := messaging.ConversationID(s.Claire().JID), messaging.ConversationID(s.Paul().JID)
	room, err := claire.CreateGroup(ctx, "Équipe de nuit", []messaging.ConversationID{peer}, "Venez !")
	check(t, err)
	id := string(room)
	claire.until(t, "the group", func() bool { return claire.conversation(t, id).Refused == messaging.NotRefused })
	same(t, "role", claire.conversation(t, id).Role, messaging.Owner)
	second.until(t, "the group on the other device", func() bool {
		v := second.conversation(t, id)
		return v.Name == "Équipe de nuit" && v.Refused == messaging.NotRefused
	})

	_, err = paul.Accept(ctx, me, paul.invitation(t, s.Claire().JID, room))
	check(t, err)
	paul.until(t, "the group", func() bool {
		v := paul.conversation(t, id)
		return v.Refused == messaging.NotRefused && v.Name == "Équipe de nuit"
	})
	paul.until(t, "its members", func() bool { return paul.role(room, s.Claire().JID) == messaging.Owner })

	_, err = claire.Client.Send(room, messaging.Text{Body: "Bonsoir @" + s.Paul().Name + ", merci"})
	check(t, err)
	paul.until(t, "a mention", func() bool { return paul.conversation(t, id).Mentioned })
	check(t, paul.MarkRead(id))
	same(t, "read", paul.conversation(t, id).Mentioned, false)

	check(t, claire.SetRole(ctx, room, peer, messaging.Organiser))
	paul.until(t, "the role", func() bool { return paul.conversation(t, id).Role == messaging.Organiser })
	julien := messaging.ConversationID(s.Julien().JID)
	check(t, paul.AddMembers(ctx, room, []messaging.ConversationID{julien}, "Venez"))
	claire.until(t, "the third", func() bool { return claire.role(room, s.Julien().JID) == messaging.Plain })
	check(t, paul.RemoveMember(ctx, room, julien))
	claire.until(t, "two again", func() bool { return len(claire.Client.Members(room)) == 2 })
	if err := paul.RenameGroup(ctx, room, "Le mien"); err != messaging.ErrNotAllowed {
		t.Errorf("a moderator names it: %v", err)
	}
	check(t, claire.RenameGroup(ctx, room, "Nuit"))
	for _, d := range []*device{second, paul} {
		d.until(t, "the name", func() bool { return d.conversation(t, id).Name == "Nuit" })
	}
	paul.until(t, "what happened", func() bool { return len(paul.notices(t, room)) == 4 })
	same(t, "told", paul.notices(t, room), []string{
		"moderator|" + s.Paul().Name, "added|" + s.Julien().Name + "|" + s.Paul().Name, "removed|" + s.Julien().Name + "|" + s.Paul().Name, "renamed|||Nuit",
	})

	if err := claire.LeaveGroup(ctx, room, "Je quitte le groupe."); err != messaging.ErrLastOwner {
		t.Errorf("the last owner leaves: %v", err)
	}
	check(t, claire.HandOver(ctx, room, peer))
	paul.until(t, "the group is his", func() bool { return paul.conversation(t, id).Role == messaging.Owner })
	check(t, paul.RemoveMember(ctx, room, me))
	claire.until(t, "out of it", func() bool { return claire.conversation(t, id).Refused == messaging.MembersOnly })
	list := claire.notices(t, room)
	same(t, "told why", list[len(list)-1], "removed|"+s.Claire().Name+"|"+s.Paul().Name)
	check(t, paul.LeaveGroup(ctx, room, "Je quitte le groupe.")) // alone in it: it ends
	paul.until(t, "gone", func() bool { return paul.conversation(t, id).Refused == messaging.NotIn })
	check(t, claire.LeaveGroup(ctx, room, "Je quitte le groupe."))
	second.until(t, "gone on the other device", func() bool { return second.conversation(t, id).Refused == messaging.NotIn })
}

// ownGroupLeftAlone is about a member who leaves while nobody is there who may take them off the list, and comes back.
func ownGroupLeftAlone(t *testing.T, s *sandboxtest.Sandbox) {
	ctx, dir := t.Context(), t.TempDir()
	open := func() *device { return startWith(t, s, s.Claire(), messaging.Config{Dir: dir}) }
	claire, paul := open(), start(t, s, s.Paul())
	me, him := messaging.ConversationID(s.Claire().JID), messaging.ConversationID(s.Paul().JID)
	room, err := claire.CreateGroup(ctx, "Astreinte", []messaging.ConversationID{him}, "Venez !")
	check(t, err)
	comes := func(words string) {
		_, err := paul.Accept(ctx, me, paul.invitation(t, s.Claire().JID, room))
		check(t, err)
		paul.until(t, words, func() bool {
			return paul.role(room, s.Paul().JID) == messaging.Plain && paul.conversation(t, string(room)).Refused == messaging.NotRefused
		})
	}
	comes("the group")
	_, err = claire.Send(string(room), "Bienvenue")
	check(t, err)
	paul.until(t, "a message", func() bool { return paul.has(string(room), "Bienvenue") })
	check(t, claire.Close())
	check(t, paul.LeaveGroup(ctx, room, "Je quitte le groupe."))

	claire = open()
	claire.until(t, "that he has left", func() bool { return slices.Contains(claire.notices(t, room), "left|"+s.Paul().Name) })
	claire.until(t, "that he is off the list", func() bool { return len(claire.Client.Members(room)) == 1 })
	check(t, claire.AddMembers(ctx, room, []messaging.ConversationID{him}, "Revenez !"))
	comes("the group again")

	second := start(t, s, s.Claire()) // it knows of all that from the archive only
	second.until(t, "him", func() bool { return second.role(room, s.Paul().JID) == messaging.Plain })
	second.until(t, "that he had left", func() bool { return slices.Contains(second.notices(t, room), "left|"+s.Paul().Name) })
	check(t, second.RenameGroup(ctx, room, "Astreinte de nuit")) // the room has taken what was asked before
	claire.until(t, "the name", func() bool { return slices.Contains(claire.notices(t, room), "renamed|||Astreinte de nuit") })
	for _, d := range []*device{claire, second, paul} {
		same(t, "he belongs to it", d.role(room, s.Paul().JID), messaging.Plain)
	}
	added := "added|" + s.Paul().Name + "|" + s.Claire().Name
	same(t, "he was taken off once, as one who has left", claire.notices(t, room), []string{
		"established||" + s.Claire().Name, added, "left|" + s.Paul().Name, added, "renamed|||Astreinte de nuit",
	})
}

// groupElsewhere is about groups and mentions with a program that has nothing in common with this one.
func groupElsewhere(t *testing.T, s *sandboxtest.Sandbox) {
	ctx := t.Context()
	claire, paul := start(t, s, s.Claire()), startOther(t, s, s.Paul(), "")
	peer := messaging.ConversationID(s.Paul().JID)
	room, err := claire.CreateGroup(ctx, "Avec un autre programme", []messaging.ConversationID{peer}, "Venez !")
	check(t, err)
	id := string(room)
	claire.until(t, "the group", func() bool { return claire.conversation(t, id).Refused == messaging.NotRefused })
	same(t, "invited with words", paul.until("the invitation", func(m said) bool { return m.Invited == id }).Body, "Venez !")
	paul.do("decline", s.Claire().JID, "", map[string]any{"about": id, "body": "plus tard"})
	claire.until(t, "declined", func() bool { return slices.Contains(claire.notices(t, room), "declined|"+s.Paul().Name+"||plus tard") })

	paul.enter(id)
	claire.until(t, "Paul", func() bool { return claire.role(room, s.Paul().JID) == messaging.Plain })
	_, err = claire.Client.Send(room, messaging.Text{Body: "👩‍⚕️ @" + s.Paul().Name + " ?"})
	check(t, err)
	got := paul.until("the mention", func(m said) bool { return len(m.Mentions) > 0 })
	same(t, "who", got.Mentions[0].URI, "xmpp:"+s.Paul().JID)
	same(t, "where", got.Mentions[0].Text, "@"+s.Paul().Name)
	for i, how := range []map[string]any{
		{"do": "mention", "body": "éà 👍 Claire ?", "about": "Claire", "author": s.Claire().JID},
		{"do": "say", "body": s.Claire().Name + ": là ?"},
	} {
		check(t, claire.MarkRead(id))
		how["id"] = "mention" + string(rune('0'+i))
		paul.do(how["do"].(string), id, "groupchat", how)
		claire.until(t, "a mention", func() bool { return claire.conversation(t, id).Mentioned && claire.has(id, how["body"].(string)) })
	}

	// A group of theirs.
	check(t, claire.SetRole(ctx, room, peer, messaging.Owner))
	check(t, claire.LeaveGroup(ctx, room, "Je quitte le groupe."))
	claire.until(t, "out of it", func() bool { return claire.conversation(t, id).Refused == messaging.NotIn })
	paul.do("affiliation", id, "", map[string]any{"about": "member", "author": s.Claire().JID})
	paul.do("invite", s.Claire().JID, "", map[string]any{"about": id, "body": "revenez"})
	check(t, claire.Decline(ctx, peer, claire.invitation(t, s.Paul().JID, room)))
	paul.until("that it was declined", func(m said) bool { return strings.HasPrefix(m.Declined, s.Claire().JID) })
	paul.do("direct", s.Claire().JID, "normal", map[string]any{"id": "direct", "about": id, "body": "revenez donc"})
	_, err = claire.Accept(ctx, peer, claire.invitation(t, s.Paul().JID, room))
	check(t, err)
	claire.until(t, "in it again", func() bool { return claire.conversation(t, id).Refused == messaging.NotRefused })
	paul.do("affiliation", id, "", map[string]any{"about": "none", "author": s.Claire().JID})
	claire.until(t, "thrown out", func() bool { return claire.conversation(t, id).Refused == messaging.MembersOnly })
}

// groupOfAColleague is about what the sandbox's people do with groups.
func groupOfAColleague(t *testing.T, s *sandboxtest.Sandbox) {
	claire := start(t, s, s.Claire())
	host := s.Groups[0].JID[strings.IndexByte(s.Groups[0].JID, '@'):]
	room := messaging.ConversationID("releve" + host)
	s.MakeGroup(t, s.Sophie().JID, string(room), "Relève")
	s.Invite(t, s.Sophie().JID, string(room), s.Claire().JID, "Pour la relève de 7 h")
	_, err := claire.Accept(t.Context(), messaging.ConversationID(s.Sophie().JID), claire.invitation(t, s.Sophie().JID, room))
	check(t, err)
	claire.until(t, "the group", func() bool {
		v := claire.conversation(t, string(room))
		return v.Refused == messaging.NotRefused && v.Name == "Relève" && v.Role == messaging.Plain
	})
	s.Mention(t, s.Sophie().JID, string(room), s.Claire().JID, "Claire", "👋 Claire, bienvenue")
	claire.until(t, "a mention", func() bool { return claire.conversation(t, string(room)).Mentioned })
	s.RenameGroup(t, s.Sophie().JID, string(room), "Relève de 7 h")
	claire.until(t, "the name", func() bool { return claire.conversation(t, string(room)).Name == "Relève de 7 h" })
	s.Member(t, s.Sophie().JID, string(room), s.Claire().JID, "admin")
	claire.until(t, "the role", func() bool { return claire.conversation(t, string(room)).Role == messaging.Organiser })
	s.Kick(t, s.Sophie().JID, string(room), s.Claire().JID)
	claire.until(t, "out of it", func() bool { return claire.conversation(t, string(room)).Refused == messaging.MembersOnly })

	own, err := claire.CreateGroup(t.Context(), "Avec Sophie", []messaging.ConversationID{messaging.ConversationID(s.Sophie().JID)}, "Venez")
	check(t, err)
	claire.until(t, "her thanks", func() bool { return claire.has(string(own), "Merci pour l’invitation !") })
}

// refusingGroup is about what the servers' rooms answer whom they do not let in, and what follows. again is what they answer who is banned and
// asks again: ejabberd 23.01 lets them in, Prosody says that they are no member. Rooms that fill has only ejabberd.
func refusingGroup(t *testing.T, s *sandboxtest.Sandbox, again messaging.Refusal, fills bool) {
	dir := t.TempDir()
	open := func() *device {
		d := startWith(t, s, s.Claire(), messaging.Config{Dir: dir})
		d.until(t, "online", func() bool { return d.Connection().State == messaging.Online })
		return d
	}
	claire, paul := open(), startOther(t, s, s.Paul(), "")
	host := s.Groups[0].JID[strings.IndexByte(s.Groups[0].JID, '@'):]
	room := messaging.ConversationID("refus" + host)
	sophie := messaging.ConversationID(s.Sophie().JID)
	s.MakeGroup(t, s.Sophie().JID, string(room), "Refus")
	s.Member(t, s.Sophie().JID, string(room), s.Paul().JID, "owner")
	is := func(want messaging.Refusal) {
		t.Helper()
		claire.until(t, "refused: "+string(want), func() bool { return claire.conversation(t, string(room)).Refused == want })
	}
	in := func(words string) { // what she writes arrives
		t.Helper()
		is(messaging.NotRefused)
		_, err := claire.Send(string(room), words)
		check(t, err)
		claire.until(t, "sent: "+words, func() bool { return claire.Unsent() == 0 })
	}
	s.Invite(t, s.Sophie().JID, string(room), s.Claire().JID, "Venez")
	_, err := claire.Accept(t.Context(), sophie, claire.invitation(t, s.Sophie().JID, room))
	check(t, err)
	in("Bonjour")

	s.Member(t, s.Sophie().JID, string(room), s.Claire().JID, "outcast")
	is(messaging.Banned)
	_, err = claire.Send(string(room), "Pourquoi ?")
	check(t, err)
	check(t, claire.Close())
	claire = open()
	is(again)
	s.Member(t, s.Sophie().JID, string(room), s.Claire().JID, "member")
	check(t, claire.Enter(room))
	in("Me revoilà")

	if fills {
		check(t, claire.Close())
		paul.enter(string(room))
		paul.do("configure", string(room), "", map[string]any{"about": "muc#roomconfig_maxusers", "body": "1"})
		claire = open()
		is(messaging.Full)
		paul.do("configure", string(room), "", map[string]any{"about": "muc#roomconfig_maxusers", "body": "50"})
		claire.until(t, "let in", func() bool {
			check(t, claire.Enter(room))
			return claire.conversation(t, string(room)).Refused == messaging.NotRefused
		})
	}
	s.Kick(t, s.Sophie().JID, string(room), s.Claire().JID)
	is(messaging.MembersOnly)
	s.Member(t, s.Sophie().JID, string(room), s.Claire().JID, "member")
	check(t, claire.Enter(room))
	in("Merci")

	paul.do("destroy", string(room), "", nil)
	is(messaging.Gone)
	check(t, claire.Close())
	claire = open()
	is(messaging.Gone)
}

//go:build linux

// The servers of the sandbox run there only.

package messaging_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"
	"mellium.im/xmpp/jid"

	"discussions/internal/needs"
	"discussions/internal/sandboxtest"
	"discussions/messaging"
	"discussions/messaging/model"
)

// TestOnProsody is about what Prosody does otherwise than ejabberd.
func TestOnProsody(t *testing.T) {
	s := sandboxtest.Start(t, "--engine", "prosody", "--unacknowledged", "100")
	for _, test := range []struct {
		name string
		f    func(*testing.T, *sandboxtest.Sandbox)
	}{
		{"a moderator withdraws what others wrote", moderation},
		{"who leaves a group leaves its list", leaving},
		{"a group's picture", groupPicture},
		{"a group that lets nobody in", func(t *testing.T, s *sandboxtest.Sandbox) { refusingGroup(t, s, messaging.MembersOnly, false) }},
		{"a group that is left while nobody is there", ownGroupLeftAlone},
		{"a bookmark of an older program", oldBookmarks},
		{"a session that others flood until it cannot be resumed", func(t *testing.T, s *sandboxtest.Sandbox) { flooded(t, s, 100, false) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := goleak.IgnoreCurrent()
			t.Cleanup(func() { goleak.VerifyNone(t, before) })
			test.f(t, s)
		})
	}
}

// groupOf makes a group of Claire's in which the others are, and gives their devices.
func groupOf(t *testing.T, s *sandboxtest.Sandbox, claire *device, name string, others ...sandboxtest.Person) (room messaging.ConversationID, all []*device) {
	t.Helper()
	var ids []messaging.ConversationID
	for _, who := range others {
		ids = append(ids, messaging.ConversationID(who.JID))
		all = append(all, start(t, s, who))
	}
	room, err := claire.CreateGroup(t.Context(), name, ids, "Venez")
	check(t, err)
	for _, d := range all {
		_, err := d.Accept(t.Context(), messaging.ConversationID(s.Claire().JID), d.invitation(t, s.Claire().JID, room))
		check(t, err)
		d.until(t, "the group", func() bool { return d.conversation(t, string(room)).Refused == messaging.NotRefused })
		d.until(t, "its members", func() bool { return len(d.Client.Members(room)) == len(others)+1 })
	}
	return room, all
}

// moderation: XEP-0425, which ejabberd 23.01 has not.
func moderation(t *testing.T, s *sandboxtest.Sandbox) {
	if found, _ := filepath.Glob("/usr/lib/prosody/modules/mod_muc_moderation*"); found == nil { // a bad pattern is the only error
		needs.Missing(t, "prosody-modules")
	}
	claire := start(t, s, s.Claire())
	room, others := groupOf(t, s, claire, "Modération", s.Paul())
	paul, id := others[0], string(room)
	claire.until(t, "that it can be moderated", func() bool { return claire.conversation(t, id).Moderator })
	if paul.conversation(t, id).Moderator {
		t.Error("a member moderates")
	}
	claire.until(t, "that it shows addresses", func() bool { return !claire.conversation(t, id).Hides })
	_, err := paul.Send(id, "Mme Quoquelicot, chambre 12")
	check(t, err)
	claire.until(t, "the message", func() bool { return claire.has(id, "Mme Quoquelicot, chambre 12") })
	last := func(d *device) messaging.Message {
		p, err := d.Client.History(t.Context(), room, messaging.Cursor{}, 10, 0)
		check(t, err)
		i := slices.IndexFunc(p.Messages, func(m messaging.Message) bool {
			_, notice := m.Content.(messaging.Notice)
			return !notice
		})
		if i < 0 {
			return messaging.Message{}
		}
		return p.Messages[i]
	}
	if err := paul.Client.Moderate(t.Context(), room, last(paul).ID); err == nil {
		t.Error("a member withdraws for all")
	}
	check(t, claire.Client.Moderate(t.Context(), room, last(claire).ID))
	withdrawn := func(d *device) func() bool {
		return func() bool {
			c, ok := last(d).Content.(messaging.Retracted)
			return ok && c.ByMe == (d == claire) && strings.TrimPrefix(c.By, "~") == s.Claire().Name // by the archive alone it is a nickname
		}
	}
	again := start(t, s, s.Paul()) // reads it in the archive
	for _, d := range []*device{claire, paul, again} {
		d.until(t, "that it is withdrawn", withdrawn(d))
		if found, err := d.Client.Search(t.Context(), messaging.Search{Text: "quoquelicot", Limit: 1}); err != nil || len(found.Messages) > 0 {
			t.Errorf("it is found: %v, %v", found.Messages, err)
		}
	}
}

// leaving: neither server lets a moderator give up their place, and ejabberd nobody; those who run the group then take them off its list.
func leaving(t *testing.T, s *sandboxtest.Sandbox) {
	claire, other := start(t, s, s.Claire()), startOther(t, s, s.Sophie(), "")
	room, others := groupOf(t, s, claire, "Départs", s.Paul(), s.Julien())
	paul, julien, id := others[0], others[1], string(room)
	check(t, claire.AddMembers(t.Context(), room, []messaging.ConversationID{messaging.ConversationID(s.Sophie().JID)}, "Venez"))
	other.enter(id)
	check(t, claire.SetRole(t.Context(), room, messaging.ConversationID(s.Julien().JID), messaging.Organiser))
	julien.until(t, "the role", func() bool { return julien.conversation(t, id).Role == messaging.Organiser })
	claire.until(t, "Sophie", func() bool { return claire.role(room, s.Sophie().JID) == messaging.Plain })

	for _, leaves := range []struct {
		who  *device
		name string
		jid  string
		left int
	}{{paul, s.Paul().Name, s.Paul().JID, 3}, {julien, s.Julien().Name, s.Julien().JID, 2}} {
		check(t, leaves.who.LeaveGroup(t.Context(), room, "Je quitte le groupe."))
		told := leaves.who.notices(t, room)
		same(t, "told there", told[len(told)-1], "left|"+leaves.name)
		for _, stays := range []*device{claire, julien} {
			if stays == leaves.who {
				continue
			}
			stays.until(t, "a shorter list", func() bool { return len(stays.Client.Members(room)) == leaves.left })
			told := stays.notices(t, room)
			same(t, "told", told[len(told)-1], "left|"+leaves.name)
		}
		said := other.until("what other programs show", func(m said) bool { return m.Body == "Je quitte le groupe." && m.From == id+"/"+leaves.name })
		same(t, "in the group", said.Type, "groupchat")
	}
	list, whole, err := s.Wire(t, s.Claire().JID, nil).Affiliations(t.Context(), jid.MustParse(id))
	check(t, err)
	same(t, "on the server's list", []any{len(list), whole}, []any{2, true})
}

// oldBookmarks: programs that know XEP-0048 only keep their bookmarks elsewhere, in one of two places (XEP-0049, XEP-0223). Prosody converts both;
// on ejabberd 23.01, which keeps the first in the second, they are read beside the others.
func oldBookmarks(t *testing.T, s *sandboxtest.Sandbox) {
	claire, paul := start(t, s, s.Claire()), start(t, s, s.Paul())
	old := startOther(t, s, s.Paul(), "")
	room, err := claire.CreateGroup(t.Context(), "Ancien", []messaging.ConversationID{messaging.ConversationID(s.Paul().JID)}, "")
	check(t, err)
	in := func() bool {
		v := paul.conversation(t, string(room))
		return v.Group && v.Refused == messaging.NotRefused
	}
	paul.invitation(t, s.Claire().JID, room)
	same(t, "not in it yet", in(), false)
	old.do("bookmark", string(room), "", map[string]any{"about": "xep_0049", "body": "Ancien"})
	paul.until(t, "the group", in)
	m, err := claire.Client.Send(room, messaging.Text{Body: "Bonjour"})
	check(t, err)
	paul.until(t, "its messages", func() bool { // live, or with the first page of the group's archive, which is not announced
		last := paul.conversation(t, string(room)).Last
		return paul.has(string(room), model.PlainText(m.Content)) || last != nil && body(*last) == model.PlainText(m.Content)
	})
	old.do("forget", string(room), "", map[string]any{"about": "xep_0223"})
	paul.until(t, "out of it", func() bool { return !in() })
}

//go:build linux

// The servers of the sandbox run there only.

package messaging_test

import (
	"slices"
	"testing"

	"mellium.im/xmpp/jid"

	"discussions/internal/sandboxtest"
	"discussions/messaging"
	"discussions/messaging/xmpp"
)

// bookmarks is about a group that another device of the person leaves and bookmarks again, while the program runs.
func bookmarks(t *testing.T, s *sandboxtest.Sandbox) {
	i := slices.IndexFunc(s.Groups, func(g sandboxtest.Group) bool { return slices.Contains(g.Members, s.Claire().JID) })
	g := s.Groups[i]
	d, other := start(t, s, s.Claire()), s.Wire(t, s.Claire().JID, nil)
	in := func() bool { return d.conversation(t, g.JID).Refused == messaging.NotRefused }
	mark := func(autojoin bool) {
		check(t, other.SetBookmark(t.Context(), xmpp.Bookmark{JID: jid.MustParse(g.JID), Name: g.Name, Autojoin: autojoin}))
	}
	d.until(t, "members", func() bool { return len(d.Members(g.JID)) == len(g.Members) })
	mark(false)
	d.until(t, "the end of it", func() bool { return !in() })
	member := g.Members[slices.IndexFunc(g.Members, func(m string) bool { return m != s.Claire().JID })]
	s.Say(t, member, g.JID, "sans Claire")
	mark(true)
	d.until(t, "the group again", in)
	d.until(t, "what was said meanwhile", func() bool { return d.has(g.JID, "sans Claire") })
	s.Say(t, member, g.JID, "avec Claire")
	d.until(t, "what is said now", func() bool { return d.has(g.JID, "avec Claire") })
}

// namesakes is about two people of one name in a group.
func namesakes(t *testing.T, s *sandboxtest.Sandbox) {
	i := slices.IndexFunc(s.Groups, func(g sandboxtest.Group) bool {
		return slices.Contains(g.Members, s.Claire().JID) && slices.Contains(g.Members, s.Paul().JID)
	})
	g := s.Groups[i]
	room := jid.MustParse(g.JID)
	marks, err := s.Wire(t, s.Claire().JID, nil).Bookmarks(t.Context())
	check(t, err)
	name := s.Claire().Name
	for _, b := range marks {
		if b.JID.Equal(room) && b.Nick != "" {
			name = b.Nick
		}
	}
	paul := s.Wire(t, s.Paul().JID, nil)
	check(t, paul.Join(t.Context(), room, name))
	d := start(t, s, s.Claire())
	m, err := d.Send(g.JID, "moi aussi")
	check(t, err)
	d.until(t, "sent", func() bool { return d.Unsent() == 0 })
	check(t, paul.Send(xmpp.Message{ID: "n", OriginID: "n", To: room, Type: "groupchat", Body: "son homonyme"}))
	d.until(t, "the namesake's", func() bool { return d.has(g.JID, "son homonyme") })
	p, err := d.History(t.Context(), g.JID, messaging.Cursor{}, 2)
	check(t, err)
	same(t, "own", []bool{p.Messages[0].Own, p.Messages[1].Own}, []bool{true, false})
	same(t, "the same message", p.Messages[0].ID, m.ID)
	same(t, "author", p.Messages[1].AuthorJID, s.Paul().JID)
	same(t, "refused", d.conversation(t, g.JID).Refused, messaging.NotRefused)
}

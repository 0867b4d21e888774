package enginetest

import (
	"errors"
	"slices"
	"testing"

	"mellium.im/xmpp/jid"

	"discussions/internal/sandboxtest"
	"discussions/messaging/xmpp"
)

// XEP-0045: a private room is made, run and ended, and all who are in it are told.
func TestARoomIsMadeAndRun(t *testing.T) { sandboxtest.Each(t, aRoomIsMadeAndRun) }

func aRoomIsMadeAndRun(t *testing.T, s *sandboxtest.Sandbox) {
	claire, paul := connect(t, s, s.Claire().JID), connect(t, s, s.Paul().JID)
	ctx, julien := t.Context(), jid.MustParse(s.Julien().JID)
	service, err := claire.RoomService(ctx)
	claire.must(err)
	room := jid.MustParse("equipe-de-nuit-1@" + service.JID.String())
	claire.must(claire.CreateRoom(ctx, room, "Claire", "Équipe de nuit"))
	if info, err := claire.RoomInfo(ctx, room); err != nil || info.Name != "Équipe de nuit" {
		t.Errorf("the name: %+v, %v", info, err)
	}
	var refused *xmpp.StanzaError
	if err := paul.Join(ctx, room, "Paul"); !errors.As(err, &refused) || refused.Condition != "registration-required" {
		t.Errorf("who is no member enters: %v", err)
	}
	if err := paul.CreateRoom(ctx, room, "Paul", "Le mien"); err == nil {
		t.Error("a room is made twice")
	}

	claire.must(claire.SetAffiliation(ctx, room, paul.jid, "member"))
	claire.must(claire.Send(xmpp.Message{ID: "i", To: paul.jid, Type: "normal", Body: "Venez", Store: true, Invite: &xmpp.Invite{Room: room}}))
	if m := paul.message(func(m xmpp.Message) bool { return m.Invite != nil }); !m.Invite.Room.Equal(room) || m.Body != "Venez" {
		t.Errorf("the invitation: %+v", m)
	}
	paul.must(paul.Send(xmpp.Message{ID: "d", To: room, Type: "normal", Decline: &xmpp.Decline{From: claire.jid}}))
	if m := claire.message(func(m xmpp.Message) bool { return m.Decline != nil }); !m.Decline.From.Bare().Equal(paul.jid) || !m.From.Equal(room) {
		t.Errorf("declined: %+v", m)
	}
	paul.must(paul.Join(ctx, room, "Paul"))

	// The room itself announces changes of members who are offline.
	is := func(affiliation string) func(xmpp.Message) bool {
		return func(m xmpp.Message) bool {
			return slices.ContainsFunc(m.Affiliates, func(a xmpp.Affiliate) bool { return a.JID.Equal(julien) && a.Affiliation == affiliation })
		}
	}
	claire.must(claire.SetAffiliation(ctx, room, julien, "member"))
	paul.message(is("member"))
	claire.must(claire.SetAffiliation(ctx, room, julien, "none"))
	paul.message(is("none"))

	claire.must(claire.SetAffiliation(ctx, room, paul.jid, "admin"))
	await(claire, func(e xmpp.PresenceReceived) bool {
		return e.Presence.Occupant != nil && e.Presence.From.Resourcepart() == "Paul" && e.Presence.Occupant.Affiliation == "admin"
	})
	if err := paul.RenameRoom(ctx, room, "Le mien"); !errors.As(err, &refused) {
		t.Errorf("who does not own it names it: %v", err)
	}
	claire.must(claire.RenameRoom(ctx, room, "Nuit"))
	paul.message(func(m xmpp.Message) bool { return slices.Contains(m.StatusCodes, 104) })
	if info, err := paul.RoomInfo(ctx, room); err != nil || info.Name != "Nuit" {
		t.Errorf("the new name: %+v, %v", info, err)
	}
	if err := claire.SetAffiliation(ctx, room, claire.jid, "member"); !errors.As(err, &refused) {
		t.Errorf("the last owner goes: %v", err)
	}
	list, whole, err := paul.Affiliations(ctx, room)
	if err != nil || !whole || len(list) != 2 {
		t.Errorf("members: %v, %t, %v", list, whole, err)
	}

	claire.must(claire.SetBookmark(ctx, xmpp.Bookmark{JID: room, Name: "Nuit", Autojoin: true}))
	claire.must(claire.RemoveBookmark(ctx, room))
	claire.must(claire.RemoveBookmark(ctx, room)) // nothing to remove
	marks, err := claire.Bookmarks(ctx)
	claire.must(err)
	if slices.ContainsFunc(marks, func(b xmpp.Bookmark) bool { return b.JID.Equal(room) }) {
		t.Error("the bookmark stays")
	}

	claire.must(claire.DestroyRoom(ctx, room))
	for _, p := range []*person{claire, paul} {
		if e := await(p, func(e xmpp.RoomLeft) bool { return e.Room.Equal(room) }); !e.Destroyed {
			t.Errorf("%s: %+v", p.jid, e)
		}
	}
}

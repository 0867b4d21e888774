package enginetest

import (
	"bytes"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"slices"
	"testing"

	"mellium.im/xmpp/jid"

	"discussions/internal/sandboxtest"
	"discussions/messaging/xmpp"
)

// XEP-0486: the picture of a room, where the engine keeps one: ejabberd does, Prosody without its module vcard_muc does not.
func TestARoomHasAPicture(t *testing.T) { sandboxtest.Each(t, aRoomHasAPicture) }

func aRoomHasAPicture(t *testing.T, s *sandboxtest.Sandbox) {
	claire, paul := connect(t, s, s.Claire().JID), connect(t, s, s.Paul().JID)
	ctx := t.Context()
	service, err := claire.RoomService(ctx)
	claire.must(err)
	room := jid.MustParse("equipe-peinte@" + service.JID.String())
	claire.must(claire.CreateRoom(ctx, room, "Claire", "Équipe peinte"))
	claire.must(claire.SetAffiliation(ctx, room, paul.jid, "member"))
	paul.must(paul.Join(ctx, room, "Paul"))
	info, err := paul.RoomInfo(ctx, room)
	paul.must(err)
	if info.Pictured != service.Pictured || info.Picture != nil {
		t.Errorf("the service: %+v, the room: %+v", service, info)
	}
	var refused *xmpp.StanzaError
	if !info.Pictured {
		if err := claire.SetRoomPicture(ctx, room, []byte("png")); !errors.As(err, &refused) || refused.Condition != "service-unavailable" {
			t.Errorf("not offered: %v", err)
		}
		if _, err := paul.RoomPicture(ctx, room); !errors.As(err, &refused) {
			t.Errorf("asked for nevertheless: %v", err)
		}
		claire.must(claire.DestroyRoom(ctx, room))
		return
	}
	if data, err := paul.RoomPicture(ctx, room); data != nil || err != nil {
		t.Errorf("without a picture: %d bytes, %v", len(data), err)
	}
	if err := paul.SetRoomPicture(ctx, room, []byte("png")); !errors.As(err, &refused) || refused.Condition != "forbidden" {
		t.Errorf("by a member: %v", err)
	}
	told := func(png []byte) {
		t.Helper()
		hash := ""
		if png != nil {
			sum := sha1.Sum(png)
			hash = hex.EncodeToString(sum[:])
		}
		await(paul, func(e xmpp.RoomPictureTold) bool { return e.Room.Equal(room) && e.Hash == hash })
	}
	for _, png := range [][]byte{bytes.Repeat([]byte("first "), 5000), nil, []byte("second")} {
		claire.must(claire.SetRoomPicture(ctx, room, png))
		told(png)
		paul.message(func(m xmpp.Message) bool { return slices.Contains(m.StatusCodes, 104) })
		if data, err := paul.RoomPicture(ctx, room); err != nil || !bytes.Equal(data, png) {
			t.Errorf("read: %d bytes, %v", len(data), err)
		}
	}
	paul.must(paul.Leave(room))
	await(paul, func(e xmpp.RoomLeft) bool { return e.Room.Equal(room) })
	paul.must(paul.Join(ctx, room, "Paul"))
	told([]byte("second"))
	claire.must(claire.DestroyRoom(ctx, room))
}

//go:build linux

// The servers of the sandbox run there only.

package messaging_test

import (
	"bytes"
	"errors"
	"image"
	"image/draw"
	"testing"

	"discussions/internal/picture"
	"discussions/internal/picture/picturetest"
	"discussions/internal/sandboxtest"
	"discussions/messaging"
)

// groupPicture is about the colour of a group, where the server keeps pictures of rooms: another device and another program see it, and the
// other program gives the group a photograph.
func groupPicture(t *testing.T, s *sandboxtest.Sandbox) {
	ctx := t.Context()
	claire, second, paul := start(t, s, s.Claire()), start(t, s, s.Claire()), startOther(t, s, s.Paul(), "")
	him := messaging.ConversationID(s.Paul().JID)
	room, err := claire.CreateGroup(ctx, "Équipe peinte", []messaging.ConversationID{him}, "Venez !")
	check(t, err)
	id := string(room)
	pictured := claire.GroupsPictured(ctx)
	for _, g := range s.Groups {
		if g.Name == "Équipe de nuit" && pictured {
			claire.until(t, "the colour of a group of the sandbox", func() bool {
				a := claire.conversation(t, g.JID).Avatar
				return a != nil && a.Colour == picture.AvatarColours()[5]
			})
		}
	}
	second.until(t, "the group", func() bool {
		v := second.conversation(t, id)
		return v.Name == "Équipe peinte" && v.Refused == messaging.NotRefused && v.Pictured == pictured
	})
	png := func(i int) []byte {
		c := picture.AvatarColours()[i]
		m := image.NewRGBA(image.Rect(0, 0, 64, 64))
		draw.Draw(m, m.Rect, image.NewUniform(c), image.Point{}, draw.Src)
		data, err := picture.EncodeAvatar(m, c)
		check(t, err)
		return data
	}
	if !pictured {
		if err := claire.SetGroupPicture(ctx, room, png(0)); !errors.Is(err, messaging.ErrNotOffered) {
			t.Errorf("not offered: %v", err)
		}
		return
	}
	paul.enter(id)
	has := func(d *device, i int) func() bool {
		return func() bool {
			a := d.conversation(t, id).Avatar
			return a != nil && a.Image == nil && a.Colour == picture.AvatarColours()[i]
		}
	}
	for i := range 2 {
		check(t, claire.SetGroupPicture(ctx, room, png(i)))
		second.until(t, "the colour on the other device", has(second, i))
		paul.do("picture", id, "", nil)
		paul.until("the picture", func(m said) bool { return m.Picture.Type == "image/png" && bytes.Equal(m.Picture.Data, png(i)) })
	}
	check(t, claire.SetRole(ctx, room, him, messaging.Owner))
	photograph := picturetest.JPEG(picturetest.Wound(160, 120))
	paul.do("picture", id, "", map[string]any{"file": map[string]any{"type": "image/jpeg", "data": photograph}})
	for _, d := range []*device{claire, second, start(t, s, s.Claire())} { // the last one was not there
		d.until(t, "a photograph", func() bool { a := d.conversation(t, id).Avatar; return a != nil && a.Image != nil })
	}
	check(t, claire.SetRole(ctx, room, messaging.ConversationID(s.Claire().JID), messaging.Plain))
	if err := claire.SetGroupPicture(ctx, room, png(0)); !errors.Is(err, messaging.ErrNotAllowed) {
		t.Errorf("by a member: %v", err)
	}
}

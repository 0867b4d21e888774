package messaging

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"testing"
	"testing/synctest"

	"discussions/internal/picture"
	"discussions/messaging/internal/wiretest"
	"discussions/messaging/xmpp"
)

func square(c color.Color) image.Image {
	m := image.NewRGBA(image.Rect(0, 0, 64, 64))
	draw.Draw(m, m.Rect, image.NewUniform(c), image.Point{}, draw.Src)
	return m
}

// coloured is what this program publishes for one of its colours.
func coloured(t *testing.T, i int) ([]byte, color.NRGBA) {
	t.Helper()
	c := picture.AvatarColours()[i]
	return must(picture.EncodeAvatar(square(c), c)), c
}

// photograph is what another program publishes.
func photograph(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	check(t, jpeg.Encode(&b, square(color.NRGBA{0xf0, 0xc0, 0x20, 0xff}), nil))
	return b.Bytes()
}

// avatar is what the group is shown by.
func avatar(t *testing.T, c *Client) Avatar {
	t.Helper()
	synctest.Wait()
	if a := must(c.Conversation(id(garde))).Avatar; a != nil {
		return *a
	}
	return Avatar{}
}

func TestAGroupsPictureIsFollowed(t *testing.T) {
	for name, tells := range map[string]wiretest.PictureTelling{"told in the room's information": wiretest.ToldInInfo, "told by presence": wiretest.ToldByPresence, "not told": wiretest.NotTold} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := wiretest.New()
				w.Tells = tells
				red, isRed := coloured(t, 0)
				w.Pictures[garde.String()] = red
				c := inGroup(t, w)
				same(t, "at the beginning", avatar(t, c).Colour, isRed)
				told := 0
				defer c.Subscribe(func(e Event) {
					if e, ok := e.(ConversationChanged); ok && e.ID == id(garde) {
						told++
					}
				})()

				blue, isBlue := coloured(t, 4)
				w.Pictured(garde, blue)
				same(t, "by somebody else", avatar(t, c).Colour, isBlue)
				if told == 0 {
					t.Error("no screen is told")
				}
				w.Pictured(garde, photograph(t))
				if a := avatar(t, c); a.Image == nil || a.Colour != (color.NRGBA{}) {
					t.Errorf("a photograph: %+v", a)
				}
				check(t, c.Lock())
				w.Cut()
				check(t, c.Unlock(key))
				if avatar(t, c).Image == nil {
					t.Error("offline it is forgotten")
				}
				w.Connect(false)
				w.Flow()
				w.Pictured(garde, nil)
				same(t, "taken away", avatar(t, c), Avatar{})
			})
		})
	}
}

// TestAPictureIsFetchedOnce: it is not asked for again with each session, change of the room, or message.
func TestAPictureIsFetchedOnce(t *testing.T) {
	for name, tells := range map[string]wiretest.PictureTelling{"told in the room's information": wiretest.ToldInInfo, "told by presence": wiretest.ToldByPresence} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := wiretest.New()
				w.Tells = tells
				red, isRed := coloured(t, 0)
				w.Pictures[garde.String()] = red
				c := inGroup(t, w)
				same(t, "the colour", avatar(t, c).Colour, isRed)
				for range 3 {
					w.Live(w.SaysIn("Sophie", "bonjour"))
					w.Renamed(garde, "Garde")
					w.Cut()
					w.Connect(false)
					synctest.Wait()
				}
				same(t, "asked for", w.PicturesAsked, 1)
				w.Pictured(garde, []byte("no picture"))
				same(t, "what is no picture", avatar(t, c), Avatar{})
				asked := w.PicturesAsked
				w.Cut()
				w.Connect(false)
				same(t, "and stays none", avatar(t, c), Avatar{})
				same(t, "without being asked for again", w.PicturesAsked, asked)
			})
		})
	}
}

func TestAPictureThatIsNotToBeShownLeavesTheDisc(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := inGroup(t, w)
		red, isRed := coloured(t, 0)
		for what, data := range map[string][]byte{
			"too large": make([]byte, xmpp.MostPicture+1), "no picture": []byte("<svg/>"), "cut": red[:len(red)/2], "long": append(bytes.Clone(red), make([]byte, picture.AvatarBytes)...),
		} {
			w.Pictured(garde, red)
			same(t, what+": before", avatar(t, c).Colour, isRed)
			w.Pictured(garde, data)
			same(t, what, avatar(t, c), Avatar{})
		}
	})
}

// TestOnlyTheRoomTellsItsPicture: nothing is asked for rooms that the account is not in, and an older answer does not replace a newer one.
func TestOnlyTheRoomTellsItsPicture(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := inGroup(t, w)
		same(t, "none", avatar(t, c), Avatar{})
		asked := w.PicturesAsked
		w.Handle(xmpp.RoomPictureTold{Room: sophie, Hash: "0123"})
		synctest.Wait()
		same(t, "asked for", w.PicturesAsked, asked)

		red, _ := coloured(t, 0)
		blue, isBlue := coloured(t, 4)
		held := make(chan struct{})
		w.Change(func() {
			w.PictureAsked = func() {
				w.Change(func() { w.PictureAsked = nil })
				<-held
			}
		})
		w.Pictured(garde, red)
		synctest.Wait()
		w.Pictured(garde, blue)
		same(t, "the newer", avatar(t, c).Colour, isBlue)
		close(held)
		same(t, "still", avatar(t, c).Colour, isBlue)
	})
}

func TestAGroupIsGivenAColour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		c := inGroup(t, w)
		green, isGreen := coloured(t, 2)
		synctest.Wait()
		asked := w.PicturesAsked
		check(t, c.SetGroupPicture(t.Context(), id(garde), green))
		w.Flow()
		same(t, "at once", avatar(t, c).Colour, isGreen)
		same(t, "at the server", w.Pictures[garde.String()], green)
		same(t, "fetched again", w.PicturesAsked, asked)
		w.Change(func() { w.Forbid = &xmpp.StanzaError{Condition: "forbidden"} })
		if err := c.SetGroupPicture(t.Context(), id(garde), nil); !errors.Is(err, ErrNotAllowed) {
			t.Errorf("forbidden: %v", err)
		}
		same(t, "it stays", avatar(t, c).Colour, isGreen)
		w.Change(func() { w.Forbid, w.NoPictures = nil, true })
		if err := c.SetGroupPicture(t.Context(), id(garde), nil); !errors.Is(err, ErrNotOffered) {
			t.Errorf("not offered: %v", err)
		}
		same(t, "offered", c.GroupsPictured(t.Context()), false)
		check(t, c.Lock())
		same(t, "in memory while locked", len(c.avatars), 0)
		if err := c.SetGroupPicture(context.Background(), id(garde), nil); !errors.Is(err, ErrLocked) {
			t.Errorf("locked: %v", err)
		}
	})
}

package pick

import (
	"context"
	"image/color"
	"slices"

	"discussions/internal/picture"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/wording"
)

// Colours lets the user choose the colour of a group: that of its name, or one of [picture.AvatarColours].
type Colours struct{ Row *look.Swatches }

// NewColours makes the choice for a group of that name, which has that avatar.
func NewColours(name string, a *messaging.Avatar) Colours {
	chosen := 0
	if a != nil {
		chosen = 1 + slices.Index(picture.AvatarColours(), a.Colour) // 0 for a picture
	}
	return Colours{look.NewSwatches(wording.GroupColours(name), chosen)}
}

// SetName follows another name of the group.
func (c Colours) SetName(name string) { c.Row.SetColour(0, look.PersonColour(name)) }

// Avatar is what was chosen; nil: the colour of the name.
func (c Colours) Avatar() *messaging.Avatar {
	if i := c.Row.Chosen(); i > 0 {
		return &messaging.Avatar{Colour: picture.AvatarColours()[i-1]}
	}
	return nil
}

// Publish shows all members of a group the colour that was chosen, with the initials of its name; without one, the group has no picture any
// more. It waits for the server.
func Publish(ctx context.Context, client interface {
	SetGroupPicture(ctx context.Context, id messaging.ConversationID, png []byte) error
}, id messaging.ConversationID, name string, a *messaging.Avatar) (err error) {
	var png []byte
	if a != nil && a.Colour != (color.NRGBA{}) {
		if png, err = look.GroupPicture(wording.Name(name), a.Colour); err != nil {
			return err
		}
	}
	return client.SetGroupPicture(ctx, id, png)
}

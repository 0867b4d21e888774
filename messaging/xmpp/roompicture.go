package xmpp

import (
	"context"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strings"

	"mellium.im/xmpp/jid"
)

// XEP-0486: MUC Avatars: the picture of a room is in its vCard, and the hash of it in what the room says of itself, see [Client.RoomInfo].
// XEP-0153: vCard-Based Avatars: rooms of older servers tell the hash in a presence instead.

// MostPicture is how many bytes of a room's picture are read or published.
const MostPicture = 64 << 10

// roomCard is what is written of the vCard of a room.
type roomCard struct {
	XMLName xml.Name     `xml:"vcard-temp vCard"`
	Photos  []vcardPhoto `xml:"PHOTO"`
}

// vcardPhoto is the picture of a vcard-temp.
type vcardPhoto struct {
	Type string `xml:"TYPE,omitempty"`
	Data string `xml:"BINVAL"` // in base64, with spaces
}

// pictureUpdate tells the hash of a picture (XEP-0153 §3). Without a photo element it is not known yet.
type pictureUpdate struct {
	Photo *string `xml:"photo"` // SHA-1 in hexadecimal; "" for no picture
}

// RoomPicture requests the picture of a room. nil: it has none. A picture of more than [MostPicture] bytes is a *GuardError.
func (c *Client) RoomPicture(ctx context.Context, where jid.JID) ([]byte, error) {
	iq, err := c.request(ctx, where.Bare(), "get", roomCard{})
	if errors.Is(err, ErrItemNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("picture of a room: %w", err)
	}
	if iq.VCard == nil {
		return nil, nil
	}
	photos := slices.DeleteFunc(iq.VCard.Photos, func(p vcardPhoto) bool { return p.Type == "image/svg+xml" }) // one picture in several formats
	if len(photos) == 0 || photos[0].Data == "" {
		return nil, nil
	}
	coded := photos[0].Data
	if len(coded) > 2*MostPicture {
		return nil, fmt.Errorf("picture of a room: %w", &GuardError{RuleLength})
	}
	data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(coded), ""))
	if err != nil {
		return nil, fmt.Errorf("picture of a room: %w", &GuardError{RuleMalformed})
	}
	if len(data) > MostPicture {
		return nil, fmt.Errorf("picture of a room: %w", &GuardError{RuleLength})
	}
	return data, nil
}

// SetRoomPicture publishes a PNG as the picture of a room, in place of its whole vCard; nil takes the picture away. The room decides who may:
// a *StanzaError.
func (c *Client) SetRoomPicture(ctx context.Context, where jid.JID, png []byte) error {
	var card roomCard
	if len(png) > 0 {
		card.Photos = []vcardPhoto{{Type: "image/png", Data: base64.StdEncoding.EncodeToString(png)}}
	}
	if _, err := c.request(ctx, where.Bare(), "set", card); err != nil {
		return fmt.Errorf("set the picture of a room: %w", err)
	}
	return nil
}

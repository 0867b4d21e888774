package xmpp

import (
	"context"
	"slices"
	"strings"

	"mellium.im/xmpp/jid"
)

// RoomInfo describes a room, by its own answer (XEP-0045 §6.4).
type RoomInfo struct {
	Name      string  // "" for none
	Moderates bool    // its moderators may withdraw what others wrote, see [Client.Moderate]
	Pictured  bool    // it keeps a picture, see [Client.SetRoomPicture]
	Picture   *string // the hash of that, as in [RoomPictureTold]; nil: it does not say
}

// RoomInfo requests a room's name and features.
func (c *Client) RoomInfo(ctx context.Context, where jid.JID) (room RoomInfo, err error) {
	info, err := c.Info(ctx, where.Bare())
	if err != nil {
		return room, err
	}
	if i := slices.IndexFunc(info.Identities, func(i Identity) bool { return i.Category == "conference" }); i >= 0 {
		room.Name = info.Identities[i].Name
	}
	room.Moderates = slices.ContainsFunc(info.Features, func(f string) bool { return f == nsModerate || f == nsModerateZero })
	room.Pictured = slices.Contains(info.Features, nsVCard)
	for _, f := range info.Forms {
		if hash, told := f["muc#roominfo_avatarhash"]; told {
			hash = strings.ToLower(strings.TrimSpace(hash))
			room.Picture = &hash
		}
	}
	return room, nil
}

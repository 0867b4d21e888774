package xmpp

import (
	"context"
	"slices"

	"mellium.im/xmpp/jid"
)

// RoomInfo describes a room, by its own answer (XEP-0045 §6.4).
type RoomInfo struct {
	Name      string // "" for none
	Moderates bool   // its moderators may withdraw what others wrote, see [Client.Moderate]
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
	return room, nil
}

package xmpp

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"slices"

	"mellium.im/xmpp/jid"
)

// XEP-0045: Multi-User Chat, §10: what owners do with a room.

// ErrRoomExists says that a room that is to be made is there already.
var ErrRoomExists = errors.New("the room exists already")

// RoomService is a service that rooms are made at.
type RoomService struct {
	JID      jid.JID
	Pictured bool // its rooms keep a picture (XEP-0486 §3.1)
}

// RoomService finds the service of the account's server that rooms are made at (XEP-0045 §6.1).
func (c *Client) RoomService(ctx context.Context) (RoomService, error) {
	services, err := c.items(ctx, c.own.Domain())
	if err != nil {
		return RoomService{}, fmt.Errorf("find the service of rooms: %w", err)
	}
	for _, where := range atMost(maxServices, services) {
		info, err := c.Info(ctx, where)
		if err != nil {
			continue // it may be a service that is down
		}
		rooms := slices.ContainsFunc(info.Identities, func(i Identity) bool { return i.Category == "conference" && i.Type == "text" })
		if rooms && slices.Contains(info.Features, nsRooms) {
			return RoomService{JID: where, Pictured: slices.Contains(info.Features, nsVCard)}, nil
		}
	}
	return RoomService{}, fmt.Errorf("find the service of rooms: %w", ErrItemNotFound)
}

const nsRooms = "http://jabber.org/protocol/muc"

// CreateRoom makes a room that only members can enter, in which all see each other's addresses, that stays when nobody is in it and that
// keeps an archive where the server can. The account is its owner, and in it under nick. [ErrRoomExists]: somebody has made it; a
// *StanzaError with not-allowed or forbidden: this account may make none.
func (c *Client) CreateRoom(ctx context.Context, where jid.JID, nick, name string) error {
	err := c.enter(ctx, where, nick, true)
	if err == nil {
		_ = c.Leave(where)
		return fmt.Errorf("make a room: %w", ErrRoomExists)
	}
	if !errors.Is(err, errCreated) {
		return fmt.Errorf("make a room: %w", err)
	}
	err = c.configure(ctx, where, true,
		field("muc#roomconfig_roomname", name), field("muc#roomconfig_membersonly", "1"), field("muc#roomconfig_whois", "anyone"),
		field("muc#roomconfig_persistentroom", "1"), field("muc#roomconfig_publicroom", "0"), field("muc#roomconfig_moderatedroom", "0"),
		field("muc#roomconfig_allowinvites", "0"), field("muc#roomconfig_changesubject", "0"),
		field("muc#roomconfig_enablearchiving", "1"), field("mam", "1"))
	if err != nil {
		_ = c.DestroyRoom(ctx, where) // a room that is not configured is destroyed
		return fmt.Errorf("make a room: %w", err)
	}
	return nil
}

// RenameRoom gives a room another name. Owners may.
func (c *Client) RenameRoom(ctx context.Context, where jid.JID, name string) error {
	if err := c.configure(ctx, where, false, field("muc#roomconfig_roomname", name)); err != nil {
		return fmt.Errorf("rename a room: %w", err)
	}
	return nil
}

// DestroyRoom ends a room for all. Owners may.
func (c *Client) DestroyRoom(ctx context.Context, where jid.JID) error {
	if _, err := c.request(ctx, where.Bare(), "set", destroyElement{}); err != nil {
		return fmt.Errorf("end a room: %w", err)
	}
	return nil
}

// configure sets those of the fields that the room knows. Its other fields keep their values; a new room takes the server's.
func (c *Client) configure(ctx context.Context, where jid.JID, all bool, fields ...formField) error {
	iq, err := c.request(ctx, where.Bare(), "get", ownerQuery{})
	if err != nil {
		return err
	}
	if iq.RoomOwner == nil || iq.RoomOwner.Form == nil {
		return fmt.Errorf("the room has no form: %w", ErrProtocol)
	}
	known := iq.RoomOwner.Form.Fields
	fields = slices.DeleteFunc(fields, func(f formField) bool {
		return !slices.ContainsFunc(known, func(k formField) bool { return k.Var == f.Var })
	})
	if len(fields) == 0 && !all {
		return fmt.Errorf("the room cannot be changed so: %w", ErrProtocol)
	}
	form := submit("http://jabber.org/protocol/muc#roomconfig", fields...)
	_, err = c.request(ctx, where.Bare(), "set", ownerQuery{Form: &form})
	return err
}

type ownerQuery struct {
	XMLName xml.Name  `xml:"http://jabber.org/protocol/muc#owner query"`
	Form    *dataForm `xml:"jabber:x:data x"`
}

type destroyElement struct {
	XMLName xml.Name `xml:"http://jabber.org/protocol/muc#owner query"`
	Destroy empty    `xml:"destroy"`
}

package messaging

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"errors"

	"discussions/internal/picture"
	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// Avatar is what a group is shown by, see [picture.Avatar].
type Avatar = picture.Avatar

// The room keeps a group's picture (XEP-0486), and this client what it needs of it, under the hash that the room tells: the picture is fetched
// once for each hash. A room that tells none is asked when it is entered, and when its configuration has changed.

// loadAvatars reads the pictures of the groups.
func (c *Client) loadAvatars() error {
	list, err := c.store.Load().Avatars()
	if err != nil {
		return err
	}
	avatars := map[ConversationID]*Avatar{}
	for _, kept := range list {
		if a, err := c.pictures.ReadAvatar(c.ctx, kept.Data); err == nil {
			avatars[kept.Conv] = a
		}
	}
	c.mu.Lock()
	c.avatars = avatars
	c.mu.Unlock()
	return nil
}

// roomPictureTold notes the hash of a room's picture, and fetches the picture if it is another one. The writer runs it.
func (c *Client) roomPictureTold(ev xmpp.RoomPictureTold) {
	id := conversationID(ev.Room)
	r := c.rooms[id]
	if r == nil {
		c.ignore(ignoredRoom, 1)
		return
	}
	r.heard, r.picture = c.cfg.Now(), &ev.Hash
	if s := c.syncer; s != nil && s.stop != nil { // else it is read after the unlock
		s.spawn(s.sync, "read a group's picture", func(ctx context.Context) error { return c.readAvatar(ctx, id, &ev.Hash) })
	}
}

// readAvatar fetches the picture of a group if the room has told another hash than that of the one that is here; nil: it tells none.
func (c *Client) readAvatar(ctx context.Context, id ConversationID, told *string) error {
	fetch, wanted := new("untold"), false // of this call
	if told != nil {
		*fetch = *told
	}
	err := c.write(func(s *store.Store) error {
		r := c.rooms[id]
		if r == nil || ctx.Err() != nil { // what an earlier session was told does not count
			return ctx.Err()
		}
		kept, err := s.AvatarHash(id)
		switch {
		case err != nil:
		case told != nil && *told == kept:
			r.fetching = nil // what is being fetched is older
		case told != nil && r.fetching != nil && *r.fetching == *told: // it is being fetched
		default:
			r.fetching, wanted = fetch, true
		}
		return err
	})
	if err != nil || !wanted {
		return err
	}
	defer c.do(func() {
		if r := c.rooms[id]; r != nil && r.fetching == fetch {
			r.fetching = nil
		}
	})
	var data []byte
	if told == nil || *told != "" {
		data, err = c.wire.RoomPicture(ctx, address(id))
	}
	switch {
	case errors.Is(err, xmpp.ErrGuard):
		c.log.Info("a group's picture is not taken", "error", err)
	case isRefused(err):
		return nil // the next session asks again
	case err != nil:
		return err
	}
	hash := ""
	if told != nil {
		hash = *told
	} else if data != nil {
		hash = hashOf(data)
	}
	return c.keepAvatar(ctx, id, hash, data, func(r *room) bool { return r.fetching == fetch })
}

// keepAvatar keeps and shows a group's picture; one that is not to be shown counts as none, and is not fetched again. It does nothing if the room
// is not current any more.
func (c *Client) keepAvatar(ctx context.Context, id ConversationID, hash string, data []byte, current func(*room) bool) error {
	var a *Avatar
	var keep []byte
	if data != nil {
		var err error
		if keep, err = c.pictures.SmallAvatar(ctx, data); err == nil {
			a, err = c.pictures.ReadAvatar(ctx, keep)
		}
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			c.log.Info("a group's picture is not taken", "bytes", len(data), "error", err)
		}
	}
	return c.write(func(s *store.Store) error {
		if r := c.rooms[id]; r == nil || !current(r) {
			return nil
		}
		if kept, err := s.AvatarHash(id); err != nil || kept == hash {
			return err
		}
		if err := s.SetAvatar(id, hash, keep); err != nil {
			return err
		}
		c.mu.Lock()
		was := c.avatars[id]
		delete(c.avatars, id)
		if a != nil {
			c.avatars[id] = a
		}
		c.mu.Unlock()
		if was != nil || a != nil {
			c.publish(ConversationChanged{id})
		}
		return nil
	})
}

// hashOf is the hash that rooms tell of a picture (XEP-0153).
func hashOf(data []byte) string {
	sum := sha1.Sum(data)
	return hex.EncodeToString(sum[:])
}

// GroupsPictured reports whether the server's groups keep a picture. It is false offline.
func (c *Client) GroupsPictured(ctx context.Context) bool {
	service, err := c.wire.RoomService(ctx)
	return err == nil && service.Pictured
}

// SetGroupPicture gives a group a picture that all its members see, a PNG of at most [xmpp.MostPicture] bytes; nil takes it away. Errors:
// [ErrNotAllowed], [ErrNotOffered], [ErrOffline].
func (c *Client) SetGroupPicture(ctx context.Context, id ConversationID, png []byte) error {
	err := c.inGroup(id, func(conv ConversationID, _ *room) error {
		id = conv
		return nil
	})
	if err != nil {
		return err
	}
	if err := c.wire.SetRoomPicture(ctx, address(id), png); err != nil {
		return groupError(err)
	}
	hash := ""
	if len(png) > 0 {
		hash = hashOf(png)
	}
	return c.keepAvatar(ctx, id, hash, png, func(r *room) bool {
		r.fetching = nil // what is being fetched is older
		if r.picture != nil {
			r.picture = &hash
		}
		return true
	})
}

package messaging

import (
	"context"
	"errors"

	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// History gives up to n messages before a place (not that one) and up to after messages from it on, the newest ones for the zero Cursor: from the cache, and from the server's
// archive where the cache has a hole. It returns [ErrOffline] when the archive is needed and there is no connection; where the cache
// has something all the same, that is returned, and Start is false.
func (c *Client) History(ctx context.Context, id ConversationID, before Cursor, n, after int) (Page, error) {
	conv, err := c.address(id)
	if err != nil {
		return Page{}, err
	}
	if n <= 0 {
		return Page{}, nil
	}
	c.mu.Lock()
	group := c.rooms[conv] != nil
	c.mu.Unlock()
	var asked *store.Hole
	for {
		s, err := c.open()
		if err != nil {
			return Page{}, err
		}
		p, err := s.Page(conv, group, before.Time, before.Row, n)
		if err != nil {
			return Page{}, c.readFailed(err)
		}
		if p.Hole == nil {
			return c.page(p.Messages, p.Start), nil
		}
		if asked != nil && *asked == *p.Hole {
			// The archive gave nothing new and yet says that there is more.
			return c.page(p.Messages, false), nil
		}
		asked = p.Hole
		err = ErrOffline
		if c.online() {
			err = c.fetchOlder(ctx, *p.Hole, p.Group, max(n, olderPage))
		}
		var refused *xmpp.StanzaError
		switch {
		case err == nil:
			continue
		case ctx.Err() != nil:
			return Page{}, ctx.Err()
		case errors.Is(err, ErrLocked), errors.Is(err, ErrClosed):
			return Page{}, err
		case errors.As(err, &refused) && refused.Type != "wait": // no archive there: what the cache has is all
			return c.page(p.Messages, true), nil
		case len(p.Messages) > 0:
			return c.page(p.Messages, false), nil
		case p.Below:
			list, err := s.Below(*p.Hole, p.Group, n)
			if err != nil {
				return Page{}, c.readFailed(err)
			}
			return c.page(list, false), nil
		}
		return Page{}, ErrOffline
	}
}

func (c *Client) page(list []store.Message, start bool) Page {
	p := Page{Messages: make([]Message, len(list)), Start: start}
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range list {
		p.Messages[i] = c.message(list[i])
	}
	return p
}

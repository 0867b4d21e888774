package messaging

import (
	"context"
	"errors"

	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// History gives up to before messages before a place (without it) and up to after messages from the place on (with it); for the zero
// Cursor the newest ones. They come from the cache, and from the server's archive where the cache has a gap. It returns [ErrOffline] when
// the archive is needed and there is no connection; what the cache has is returned then, and Start or End is false.
func (c *Client) History(ctx context.Context, id ConversationID, around Cursor, before, after int) (Page, error) {
	conv, err := c.canonical(id)
	if err != nil {
		return Page{}, err
	}
	if before <= 0 && after <= 0 {
		return Page{}, nil
	}
	group := c.isGroup(conv)
	var asked struct{ older, newer store.Gap }
	for {
		s, err := c.open()
		if err != nil {
			return Page{}, err
		}
		p, err := s.Page(conv, group, around, max(0, before), max(0, after))
		if err != nil {
			return Page{}, c.readFailed(err)
		}
		older, newer := p.Older != nil && before > 0, p.Newer != nil && after > 0
		switch {
		case older && asked.older != *p.Older:
			asked.older = *p.Older
			err = c.whenOnline(func() error { return c.fetchOlder(ctx, *p.Older, p.Group, max(before, olderPage)) })
		case newer && asked.newer != *p.Newer:
			asked.newer = *p.Newer
			err = c.whenOnline(func() error { return c.fetchNewer(ctx, *p.Newer, p.Group, max(after, olderPage)) })
		default: // all is there, or the archive gave nothing new although it says that there is more
			return c.page(p), nil
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
			p.Start, p.End = p.Start || p.Older != nil, p.End || p.Newer != nil
			return c.page(p), nil
		case len(p.Messages) > 0:
			return c.page(p), nil
		case p.Below:
			if p.Messages, err = s.Below(*p.Older, before); err != nil {
				return Page{}, c.readFailed(err)
			}
			return c.page(p), nil
		}
		return Page{}, ErrOffline
	}
}

func (c *Client) whenOnline(fetch func() error) error {
	if !c.online() {
		return ErrOffline
	}
	return fetch()
}

func (c *Client) page(p store.Page) Page {
	out := Page{Messages: make([]Message, len(p.Messages)), Start: p.Start, End: p.End}
	c.mu.RLock()
	defer c.mu.RUnlock()
	for i := range p.Messages {
		out.Messages[i] = c.message(&p.Messages[i])
	}
	return out
}

package messaging

import (
	"context"
	"errors"
	"time"

	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// Search is a query of the messages that are on this computer.
type Search = store.Search

// Found is the answer to a [Search].
type Found struct {
	Messages []Message // the newest first
	Before   int64     // Search.Before for the next part; 0: there is no more
	Whole    bool      // false: messages of this computer are still being put into the index
}

const (
	indexPart  = 100                    // messages a step, about 5 ms, for which an action of the user may have to wait
	indexFirst = 20                     // parts that a search waits for
	indexDelay = 300 * time.Millisecond // after a message, so that incoming messages are not delayed
)

// Search finds messages that hold all words of a text, without regard to accents and capitals; the last word may be the beginning of one.
// What is withdrawn is not found, and of a corrected message the newest text is. Errors: [ErrLocked], that of ctx.
func (c *Client) Search(ctx context.Context, q Search) (Found, error) {
	s, err := c.open()
	if err != nil {
		return Found{}, err
	}
	if q.Conv != "" {
		if q.Conv, err = c.canonical(q.Conv); err != nil {
			return Found{}, err
		}
	}
	for more, parts := true, 0; more && parts < indexFirst && ctx.Err() == nil; parts++ { // what came just now
		if more, err = s.Index(indexPart); err != nil {
			return Found{}, c.searchFailed("index messages for a search", err)
		}
	}
	f, err := s.Search(ctx, q)
	if err != nil {
		if ctx.Err() != nil {
			return Found{}, ctx.Err()
		}
		return Found{}, c.searchFailed("search messages", err)
	}
	out := Found{Messages: make([]Message, len(f.Messages)), Before: f.Before, Whole: f.Whole}
	c.mu.RLock()
	defer c.mu.RUnlock()
	for i := range f.Messages {
		out.Messages[i] = c.message(&f.Messages[i])
	}
	return out, nil
}

// searchFailed logs what a search failed at, and deals with the error.
func (c *Client) searchFailed(what string, err error) error {
	if err = c.readFailed(err); !errors.Is(err, ErrLocked) {
		c.log.Warn(what, "err", err)
	}
	return err
}

// FetchPast brings the next older part of a conversation from the server's archive to this computer, where it can be searched. more is
// false when all is here. Errors: [ErrOffline], [ErrLocked], [ErrNoConversation], those of the server.
func (c *Client) FetchPast(ctx context.Context, id ConversationID) (more bool, err error) {
	s, conv, err := c.openAt(id)
	if err != nil {
		return false, err
	}
	g, group, found, err := s.NewestGap(conv)
	if err != nil || !found {
		return false, c.readFailed(err)
	}
	err = c.whenOnline(func() error { return c.fetchOlder(ctx, g, group, pageSize) })
	var refused *xmpp.StanzaError
	switch {
	case errors.As(err, &refused) && refused.Type != "wait": // no archive there: what is here is all
		return false, nil
	case err != nil:
		if !errors.Is(err, ErrOffline) {
			c.log.Warn("fetch older messages for a search", "err", err)
		}
		return false, err
	}
	_, _, more, err = s.NewestGap(conv)
	return more, c.readFailed(err)
}

// startIndexing keeps the index for searching up to date until the returned function is called, which waits for nothing.
func (c *Client) startIndexing(s *store.Store) (stop func()) {
	ctx, cancel := context.WithCancel(c.ctx)
	c.wg.Go(func() {
		for c.indexWhole(ctx, s) {
			select {
			case <-c.changed:
			case <-ctx.Done():
				return
			}
			select {
			case <-time.After(indexDelay):
			case <-ctx.Done():
				return
			}
		}
	})
	return cancel
}

// indexWhole indexes until nothing is left. It returns false when there is no use in going on.
func (c *Client) indexWhole(ctx context.Context, s *store.Store) bool {
	for ctx.Err() == nil {
		more, err := s.Index(indexPart)
		switch {
		case errors.Is(err, store.ErrClosed):
			return false
		case err != nil: // a full disk, or a cache that was dropped: what reads or writes next tells the user
			c.log.Warn("messages are not indexed for searching", "error", err)
			return true
		case !more:
			return true
		}
	}
	return false
}

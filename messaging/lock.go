package messaging

import (
	"errors"
	"path/filepath"

	"discussions/internal/secret"
	"discussions/messaging/store"
)

// Unlock opens the encrypted cache with key, which the caller has proven (by the vault) to be the right one. The client
// keeps no reference to key. What was missed while locked is fetched from the archive when there is a connection.
func (c *Client) Unlock(key secret.Key) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return ErrClosed
	}
	if c.store != nil {
		return nil
	}
	s, err := store.Open(c.cfg.Dir, key)
	if err != nil {
		return err
	}
	if s.Dropped() {
		c.log.Warn("the cache was damaged and starts again")
	}
	if s.Aside() != "" {
		c.log.Error("the outbox was damaged and was set aside", "file", filepath.Base(s.Aside()))
	}
	c.store = s
	if err := c.load(); err != nil {
		c.store = nil
		return errors.Join(err, s.Close())
	}
	w := c.watch
	c.watch = nil
	c.catchUpWatch(w)
	c.publish(ConversationsChanged{})
	c.recount(false)
	if c.session != nil {
		c.session.work()
	}
	return nil
}

// load reads into memory what is asked for often: names, and what is in the outbox. c.mu is held.
func (c *Client) load() error {
	if err := c.loadPeople(); err != nil {
		return err
	}
	if err := c.loadRooms(); err != nil {
		return err
	}
	return c.loadOutbox()
}

// Lock closes the cache and forgets its key; unread messages go on being counted.
func (c *Client) Lock() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.store == nil {
		return nil
	}
	if c.session != nil {
		c.session.rest()
	}
	c.forgetTyping()
	c.watch = c.newWatchOf(c.store)
	err := c.store.Close()
	c.store = nil
	c.people = newPeople()
	return err
}

// write runs f with the open store; f's events keep the order of its writes.
func (c *Client) write(f func(s *store.Store) error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.store == nil {
		return c.shut()
	}
	err := f(c.store)
	if errors.Is(err, store.ErrDropped) {
		c.dropped()
	}
	return locked(err)
}

// open gives the open store, for reading.
func (c *Client) open() (*store.Store, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.store == nil {
		return nil, c.shut()
	}
	return c.store, nil
}

func (c *Client) shut() error {
	if c.closed {
		return ErrClosed
	}
	return ErrLocked
}

// locked says in this package's terms that the store was closed meanwhile.
func locked(err error) error {
	if errors.Is(err, store.ErrClosed) {
		return ErrLocked
	}
	return err
}

// lost logs an error of the store on the way in, where there is nobody to return it to. c.mu is held.
func (c *Client) lost(what string, err error) bool {
	if err == nil {
		return false
	}
	if errors.Is(err, store.ErrDropped) {
		c.dropped()
	} else {
		c.log.Error(what, "err", err)
	}
	return true
}

// dropped begins again after the cache was found damaged: the outbox is still there, the rest comes from the archive. c.mu is held.
func (c *Client) dropped() {
	c.log.Warn("the cache was damaged and starts again")
	if err := c.load(); err != nil {
		c.log.Error("read the new cache", "err", err)
	}
	c.publish(ConversationsChanged{})
	if n, err := c.store.TotalUnread(); err == nil {
		c.count(n, false)
	}
	if c.session != nil {
		c.session.rest()
		c.session.work()
	}
}

// recount publishes the number of unread messages. c.mu is held.
func (c *Client) recount(live bool) {
	n, err := c.store.TotalUnread()
	if c.lost("count the unread messages", err) {
		return
	}
	c.count(n, live)
}

package messaging

import (
	"errors"
	"path/filepath"

	"discussions/internal/secret"
	"discussions/messaging/store"
)

// Unlock opens the encrypted cache with key, which the caller has proven (by the vault) to be the right one. The client
// keeps no reference to key. What was missed while locked is fetched from the archive when there is a connection.
func (c *Client) Unlock(key secret.Key) (err error) {
	if !c.do(func() { err = c.unlock(key) }) {
		return ErrClosed
	}
	return err
}

func (c *Client) unlock(key secret.Key) error {
	if c.closed.Load() {
		return ErrClosed
	}
	if c.store.Load() != nil {
		return nil
	}
	s, err := store.Open(c.cfg.Dir, key)
	if err != nil {
		return err
	}
	if s.Dropped() {
		c.log.Warn("the cache was damaged and starts again")
	}
	if aside := s.Aside(); aside != "" {
		c.log.Error("the outbox was damaged and was set aside", "file", filepath.Base(aside))
		c.aside.Store(&aside)
	}
	c.store.Store(s)
	if err := c.load(); err != nil {
		c.store.Store(nil)
		return errors.Join(err, s.Close())
	}
	if err := c.files.open(&c.cfg, key); err != nil {
		c.log.Error("open the files", "err", err)
	}
	c.sweepFiles(s)
	c.unindex = c.startIndexing(s)
	w := c.counter
	c.counter = nil
	c.afterLock(w)
	c.publish(ConversationsChanged{})
	c.recount()
	c.tellActivity()
	if c.syncer != nil {
		c.syncer.startSync()
	}
	return nil
}

// SetAside is the path to which a damaged outbox was renamed when the account was last unlocked, "" where it was sound. What was in it, messages
// and drafts that exist nowhere else, is not shown any more.
func (c *Client) SetAside() string {
	if aside := c.aside.Load(); aside != nil {
		return *aside
	}
	return ""
}

// load reads into memory what is read often: names, and the content of the outbox.
func (c *Client) load() error {
	if err := c.loadPeople(); err != nil {
		return err
	}
	if err := c.loadRooms(); err != nil {
		return err
	}
	if err := c.loadAvatars(); err != nil {
		return err
	}
	if err := c.loadChoices(); err != nil {
		return err
	}
	if err := c.loadStatus(); err != nil {
		return err
	}
	return c.loadOutbox()
}

// Lock closes the cache and forgets its key; unread messages are still counted.
func (c *Client) Lock() (err error) {
	c.do(func() { err = c.lock() })
	return err
}

func (c *Client) lock() error {
	s := c.store.Load()
	if s == nil {
		return nil
	}
	if c.syncer != nil {
		c.syncer.stopSync()
	}
	c.forgetTyping()
	clear(c.drafts) // nothing that was written stays in the memory
	c.unindex()
	c.files.close()
	c.counter = c.countFrom(s)
	c.store.Store(nil)
	c.syncer.countBacklogs()
	c.tellActivity()
	c.mu.Lock()
	c.people, c.avatars = newPeople(c.own.String(), c.cfg.Name), map[ConversationID]*Avatar{}
	c.mu.Unlock()
	return s.Close()
}

// write runs f with the open store, on the writer: f's events keep the order of its writes.
func (c *Client) write(f func(s *store.Store) error) (err error) {
	ran := c.do(func() {
		s := c.store.Load()
		if s == nil {
			err = c.closedErr()
			return
		}
		err = f(s)
		if errors.Is(err, store.ErrDropped) {
			c.dropped()
		}
		c.noteDisk(err)
		err = locked(err)
	})
	if !ran {
		return ErrClosed
	}
	return err
}

// writeAt is write for what is done in one conversation, with its ID in its one form.
func (c *Client) writeAt(id ConversationID, f func(s *store.Store, conv ConversationID) error) error {
	conv, err := c.canonical(id)
	if err != nil {
		return err
	}
	return c.write(func(s *store.Store) error { return f(s, conv) })
}

// open gives the open store, for reading.
func (c *Client) open() (*store.Store, error) {
	if s := c.store.Load(); s != nil {
		return s, nil
	}
	return nil, c.closedErr()
}

// openAt is open for what is read of one conversation, with its ID in its one form.
func (c *Client) openAt(id ConversationID) (*store.Store, ConversationID, error) {
	conv, err := c.canonical(id)
	if err != nil {
		return nil, "", err
	}
	s, err := c.open()
	return s, conv, err
}

func (c *Client) closedErr() error {
	if c.closed.Load() {
		return ErrClosed
	}
	return ErrLocked
}

// locked turns the store's error for a closed store into this package's [ErrLocked].
func locked(err error) error {
	if errors.Is(err, store.ErrClosed) {
		return ErrLocked
	}
	return err
}

// failed logs an error of the store that cannot be returned to a caller.
func (c *Client) failed(what string, err error) bool {
	if err == nil {
		return false
	}
	switch {
	case errors.Is(err, store.ErrDropped):
		c.dropped()
	case errors.Is(err, ErrDisk):
		c.noteDisk(err)
	default:
		c.log.Error(what, "err", err)
	}
	return true
}

// dropped begins again after the cache was found damaged: the outbox is still there, the rest comes from the archive.
func (c *Client) dropped() {
	c.log.Warn("the cache was damaged and starts again")
	if err := c.load(); err != nil {
		c.log.Error("read the new cache", "err", err)
	}
	c.publish(ConversationsChanged{})
	if n, err := c.store.Load().TotalUnread(); err == nil {
		c.count(n)
	}
	if c.syncer != nil {
		c.syncer.stopSync()
		c.syncer.startSync()
	}
}

// recount publishes the number of unread messages.
func (c *Client) recount() {
	n, err := c.store.Load().TotalUnread()
	if c.failed("count the unread messages", err) {
		return
	}
	c.count(n)
}

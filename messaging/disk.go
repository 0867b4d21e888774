package messaging

import (
	"context"
	"errors"
	"sync"
	"time"

	"discussions/messaging/store"
)

// A full disk. What comes in live waits, unacknowledged, in the queue of the wire; what an archive gives is asked for again. Both continue
// as soon as there is room. [Connection.DiskFull] tells the user.

// diskLook is how often a full disk is checked.
const diskLook = 2 * time.Second

// diskWait is for what waits for room on the disk. Its zero value is a disk with room.
type diskWait struct {
	mu   sync.Mutex
	room chan struct{} // closed when there is room again; nil: there is
	poke chan struct{} // requests a check of the disk now
}

// begin notes that the disk is full. It returns false where that was known.
func (d *diskWait) begin() (poke <-chan struct{}, first bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.room != nil {
		return nil, false
	}
	d.room, d.poke = make(chan struct{}), make(chan struct{}, 1)
	return d.poke, true
}

// end ends all waits.
func (d *diskWait) end() {
	d.mu.Lock()
	defer d.mu.Unlock()
	close(d.room)
	d.room = nil
}

// full gives a channel that is closed when there is room again, nil where there is.
func (d *diskWait) full() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.room
}

// look requests a check of a full disk now.
func (d *diskWait) look() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.room != nil {
		poke(d.poke)
	}
}

// wait returns true when there is room, and false when ctx ends before.
func (d *diskWait) wait(ctx context.Context) bool {
	room := d.full()
	if room == nil {
		return ctx.Err() == nil
	}
	select {
	case <-room:
		return true
	case <-ctx.Done():
		return false
	}
}

// noteDisk tells the user of a full disk, and checks it from time to time. It runs on the writer.
func (c *Client) noteDisk(err error) {
	if !errors.Is(err, ErrDisk) || c.closed.Load() {
		return
	}
	poke, first := c.disk.begin()
	if !first {
		return
	}
	c.log.Error("the disk takes nothing", "err", err)
	c.changeConnection(func(conn *Connection) { conn.DiskFull = true })
	c.wg.Go(func() {
		timer := time.NewTicker(diskLook)
		defer timer.Stop()
		for {
			select {
			case <-timer.C:
			case <-poke:
			case <-c.ctx.Done():
				return
			}
			if store.Room(c.cfg.Dir) == nil {
				c.do(c.diskHasRoom)
				return
			}
		}
	})
}

// afterwards does something now and, if the disk is full, again when it has room. It runs on the writer.
func (c *Client) afterwards(f func() error) {
	err := f()
	c.noteDisk(err)
	if errors.Is(err, ErrDisk) {
		c.undone = append(c.undone, f)
	}
}

// makeUp does what a full disk prevented, with the store open.
func (c *Client) makeUp() {
	undone := c.undone
	c.undone = nil
	for _, f := range undone {
		c.afterwards(f)
	}
}

// diskHasRoom does what a full disk prevented.
func (c *Client) diskHasRoom() {
	c.log.Info("the disk has room again")
	c.disk.end()
	c.changeConnection(func(conn *Connection) { conn.DiskFull = false })
	if c.store.Load() == nil {
		return // what is undone concerns the open store
	}
	c.makeUp()
	c.failed("show the outbox", c.store.Load().ShowOutbox())
	c.failed("read the outbox", c.loadOutbox())
	c.publish(ConversationsChanged{})
	if c.syncer != nil {
		c.syncer.askArchive(0)
		c.flush()
	}
}

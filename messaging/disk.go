package messaging

import (
	"context"
	"errors"
	"sync"
	"time"

	"discussions/messaging/outbox"
	"discussions/messaging/store"
)

// A full disk. What comes in live waits, unacknowledged, in the queue of the wire; what an archive gives is asked for again. Both go on as
// soon as there is room. The user is told by [Connection.DiskFull].

// diskLook is how often a full disk is looked at.
const diskLook = 2 * time.Second

// diskWait is for what waits for room on the disk. Its zero value is a disk with room.
type diskWait struct {
	mu   sync.Mutex
	room chan struct{} // closed when there is room again; nil: there is
	poke chan struct{} // has the disk looked at now
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

// end lets everything go on.
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

// look has a full disk looked at now.
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

// noteDisk has the user told of a full disk, and looks from time to time whether it is. It runs on the writer.
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

// afterwards does something, and if the disk is full once more when it has room. It runs on the writer.
func (c *Client) afterwards(f func() error) {
	err := f()
	c.noteDisk(err)
	if errors.Is(err, ErrDisk) {
		c.undone = append(c.undone, f)
	}
}

// makeUp does what could not be done, with the store open.
func (c *Client) makeUp() {
	undone := c.undone
	c.undone = nil
	for _, f := range undone {
		c.afterwards(f)
	}
}

// diskHasRoom makes up for what could not be done.
func (c *Client) diskHasRoom() {
	c.log.Info("the disk has room again")
	c.disk.end()
	c.changeConnection(func(conn *Connection) { conn.DiskFull = false })
	if c.store.Load() == nil {
		return // what is undone concerns the open store
	}
	c.makeUp()
	for _, id := range c.outbox.IDs() {
		if c.outbox.Get(id).State() == outbox.Done {
			c.removeOutgoing(id)
		}
	}
	c.failed("show the outbox", c.store.Load().ShowOutbox())
	c.publish(ConversationsChanged{})
	if c.syncer != nil {
		c.syncer.askArchive(0)
		c.flush()
	}
}

package messaging

import (
	"context"
	"errors"
	"time"

	"discussions/messaging/outbox"
	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// provingDelay is the time from an acknowledgement to the query of the archive for the message: one query serves all messages sent
// meanwhile.
const provingDelay = 500 * time.Millisecond

func isTooLong(err error) bool { return errors.Is(err, xmpp.ErrTooLong) }

// settleOutgoing tells the outbox what happened to a message, and forgets it once the server has it for certain.
func (c *Client) settleOutgoing(id string, e outbox.Event) {
	if c.outbox.Apply(id, e) {
		c.removeOutgoing(id)
		if len(c.outbox.About(id)) > 0 { // it may have waited for this
			c.flush()
		}
	}
}

func (c *Client) removeOutgoing(id string) {
	s := c.store.Load()
	if s == nil || c.failed("take a message out of the outbox", s.RemoveFromOutbox(id)) {
		return
	}
	c.outbox.Remove(id)
	c.countUnsent()
}

// sessionLost tells the outbox that a new session began. A message that was handed over after the wire had the new session, but before this
// was told, is neither acknowledged nor told to be lost: it is on its way.
func (c *Client) sessionLost(ev xmpp.Connected) {
	c.syncer.acks = ev.Features.Acks
	lost := make(map[string]bool, len(ev.Unacked))
	for _, id := range ev.Unacked {
		lost[id] = true
	}
	for _, id := range c.outbox.NewSession(func(m *outbox.Message) bool { return ev.Features.Acks && !lost[m.ID] }) {
		c.removeOutgoing(id)
	}
}

// afterCatchUp continues the outbox after a query of an archive. refused: the server refuses queries of that archive.
func (c *Client) afterCatchUp(ctx context.Context, archive ArchiveID, refused error) {
	if ctx.Err() != nil || c.store.Load() == nil || c.syncer == nil || c.syncer.stop == nil {
		return
	}
	c.syncer.fresh[archive] = true
	if c.outbox.Len() > 0 {
		c.log.Debug("the archive was asked for what was sent", "outbox", c.outbox.Counts())
	}
	c.syncer.readHere()
	done, again := c.outbox.ArchiveAsked(archive, refused != nil, time.Now(), c.keepsOwn())
	for _, id := range done {
		c.removeOutgoing(id)
	}
	switch {
	case again && archive == "":
		c.syncer.askArchive(2 * time.Second)
	case again:
		c.syncer.askRoomArchive(ConversationID(archive), 2*time.Second)
	}
	c.flush()
}

// keepsOwn reports whether the archive keeps what the user writes to a conversation, as far as is known. The result is asked about many
// messages of few conversations.
func (c *Client) keepsOwn() func(ConversationID) bool {
	known := map[ConversationID]bool{}
	return func(conv ConversationID) bool {
		keeps, found := known[conv]
		if !found {
			k, told, err := c.store.Load().KeepsOwn(conv)
			if keeps = k && err == nil; !told && err == nil { // the next write meets the error again
				keeps = c.prefersToKeep(conv)
			}
			known[conv] = keeps
		}
		return keeps
	}
}

// prefersToKeep reports whether the account's archive says that it keeps what is written with a person (XEP-0441).
func (c *Client) prefersToKeep(conv ConversationID) bool {
	prefs := c.syncer.prefs
	return prefs != nil && c.rooms[conv] == nil && prefs.Keep(address(conv), c.people.persons[string(conv)].Contact)
}

// readPrefs asks what the archive keeps, for what was never written to before.
func (s *syncer) readPrefs(ctx context.Context) error {
	prefs, err := s.c.wire.ArchivePrefs(ctx)
	if errors.Is(err, xmpp.ErrNotOffered) {
		return nil
	}
	if err == nil {
		s.c.do(func() { s.prefs = &prefs })
	}
	return err
}

// acked notes what the server has taken over.
func (c *Client) acked(ids []string) (failed error) {
	if w := c.counter; w != nil {
		if len(w.acked) < mostWhileLocked {
			w.acked = append(w.acked, ids...)
		} else {
			c.ignore(ignoredFull, len(ids))
		}
		return nil
	}
	s := c.store.Load()
	for _, id := range ids {
		m := c.outbox.Get(id)
		if m == nil || m.State() == outbox.Failed {
			continue
		}
		c.settleOutgoing(id, outbox.Ack)
		if m.Group {
			c.syncer.askRoomArchive(m.Conv, provingDelay)
		}
		if m.State() != outbox.Acked {
			continue
		}
		stored, changed, err := s.Acked(m.Conv, id)
		if !c.failed("keep a message's state", err) && changed {
			c.publish(MessageChanged{c.message(&stored)}, ConversationChanged{m.Conv})
		}
		failed = errors.Join(failed, err)
		if !m.Group {
			c.syncer.askArchive(provingDelay)
		}
	}
	return failed
}

// loadOutbox reads what is in the outbox on the disk, and makes that in memory agree.
func (c *Client) loadOutbox() error {
	list, err := c.store.Load().Outbox()
	if err != nil {
		return err
	}
	stored := map[string]bool{}
	for _, o := range list {
		stored[o.ID] = true
		// States that this run knew before are kept, but for failing, which is on the disk first.
		failed := o.Failure != ""
		switch m := c.outbox.Get(o.ID); {
		case m == nil && unready(&o) && !failed: // certainly never sent
			c.outbox.Add(pending(&o))
		case m == nil:
			c.outbox.Restore(pending(&o), failed)
		case m.State() == outbox.Done: // it could not be taken off the disk
			c.removeOutgoing(o.ID)
		case failed:
			c.outbox.Apply(o.ID, outbox.Refuse)
		default:
			c.outbox.Apply(o.ID, outbox.Resend)
		}
	}
	for _, id := range c.outbox.IDs() {
		if !stored[id] {
			c.outbox.Remove(id)
		}
	}
	c.countUnsent()
	return nil
}

// pending is what the outbox knows of a message that is to be sent.
func pending(o *store.Outgoing) outbox.Message {
	_, recalled := o.Content.(Retracted)
	return outbox.Message{
		ID: o.ID, Conv: o.Conv, Group: o.Group, About: o.About, Corrects: o.Replaces != "", Relation: !o.IsMessage(), Recalled: recalled,
		Unready: unready(o),
		NamedID: o.Group && o.About != "" && o.Replaces == "", // a correction names the id that the author chose
	}
}

// bounced handles a bounce.
func (c *Client) bounced(m xmpp.Message) error {
	conv, condition := conversationID(m.From), "undefined-condition"
	if m.Error != nil && m.Error.Condition != "" {
		condition = m.Error.Condition
	}
	b := bounce{conv, m.ID, condition, m.From.Resourcepart() == ""}
	if w := c.counter; w != nil {
		err := c.seal(w, []store.Fact{&store.Returned{Stanza: store.Stanza{Conv: b.conv, MsgID: b.id}, Condition: b.condition, ByRoom: b.byRoom}})
		switch {
		case err == nil || errors.Is(err, ErrDisk):
			return err
		case len(w.bounced) < mostWhileLocked:
			w.bounced = append(w.bounced, b)
		default:
			c.ignore(ignoredFull, 1)
		}
		return nil
	}
	return c.cameBack(b)
}

// cameBack handles a message that bounced.
func (c *Client) cameBack(b bounce) error {
	if again, err := c.sendAgain(b); again {
		return err
	}
	known, err := c.refuse(b.conv, b.id, b.condition)
	if !known && err == nil {
		c.ignore(ignoredBounce, 1)
	}
	return err
}

// refuse marks a message failed; it stays in the outbox. known is false if there is no such message that could fail.
func (c *Client) refuse(conv ConversationID, id, condition string) (known bool, err error) {
	o := c.outbox.Get(id)
	switch {
	case o != nil && o.Relation:
		return true, c.refuseSaying(o, condition)
	case o != nil && o.Recalled: // nobody has it, and nobody will
		return true, c.forget(o)
	}
	m, changed, err := c.store.Load().Fail(conv, id, condition)
	if c.failed("keep a failed message", err) || !changed {
		return o != nil, err
	}
	failed := outbox.Message{ID: id, Conv: conv, Group: m.Group, Unready: unready(&store.Outgoing{Content: m.Content})}
	if m.OriginID != id { // a correction of what is shown
		failed.About, failed.Corrects = m.LocalID(), true
	}
	c.outbox.Add(failed) // it may have left already
	c.outbox.Apply(id, outbox.Refuse)
	c.countUnsent()
	c.publish(MessageChanged{c.message(&m)}, ConversationChanged{conv})
	return true, nil
}

// Resend queues a Failed message again: itself, a correction of it, or that it is withdrawn.
func (c *Client) Resend(id MessageID) error {
	return c.write(func(s *store.Store) error {
		found := false
		for _, o := range c.failures(id) {
			if err := c.requeueOne(s, o); err != nil {
				return err
			}
			found = true
		}
		if !found {
			return ErrNoMessage
		}
		c.flush()
		c.syncer.wakeUploads()
		return nil
	})
}

// failures are the Failed messages of the outbox that a message shows.
func (c *Client) failures(id MessageID) (list []*outbox.Message) {
	all := c.outbox.About(string(id))
	if o := c.outbox.Get(string(id)); o != nil {
		all = append([]*outbox.Message{o}, all...)
	}
	for _, o := range all {
		if o.State() == outbox.Failed {
			list = append(list, o)
		}
	}
	return list
}

func (c *Client) requeueOne(s *store.Store, o *outbox.Message) error {
	if o.Relation {
		if err := s.RefuseSaying(o.ID, ""); err != nil {
			return err
		}
		c.outbox.Apply(o.ID, outbox.Resend)
		return c.showAgain(s, o)
	}
	m, found, err := s.Requeue(o.ID)
	if err != nil || !found {
		return err
	}
	c.outbox.Apply(o.ID, outbox.Resend)
	c.publish(MessageChanged{c.message(&m)}, ConversationChanged{m.Conv})
	return nil
}

// Discard cancels a Queued or Failed message, or a correction that failed. One that is on its way cannot be cancelled: [ErrNoMessage].
func (c *Client) Discard(id MessageID) error {
	return c.write(func(s *store.Store) error {
		o := c.outbox.Get(string(id))
		if o == nil || o.State() != outbox.Failed {
			if list := c.failures(id); len(list) > 0 {
				o = list[len(list)-1]
			}
		}
		if o == nil || !o.CanBeDiscarded() {
			return ErrNoMessage
		}
		return c.discard(s, o)
	})
}

func (c *Client) discard(s *store.Store, o *outbox.Message) error {
	if o.Relation {
		if err := s.RemoveFromOutbox(o.ID); err != nil {
			return err
		}
		c.outbox.Remove(o.ID)
		c.countUnsent()
		return c.showAgain(s, o)
	}
	m, found, err := s.Discard(o.ID)
	if err != nil {
		return err
	}
	if !found {
		return ErrNoMessage
	}
	c.outbox.Remove(o.ID)
	for _, about := range c.outbox.About(o.ID) { // nobody needs to be told, except about answers
		if about.Corrects {
			_, _, err = s.Discard(about.ID)
		} else if about.Relation {
			err = s.RemoveFromOutbox(about.ID)
		}
		if err != nil {
			return err
		}
		if about.Corrects || about.Relation {
			c.outbox.Remove(about.ID)
		}
	}
	c.countUnsent()
	if shown := m.ID(); shown != MessageID(o.ID) { // a correction was given up
		c.publish(MessageChanged{c.message(&m)}, ConversationChanged{m.Conv})
		return nil
	}
	c.publish(MessageRemoved{Conversation: m.Conv, ID: MessageID(o.ID)}, ConversationChanged{m.Conv})
	return nil
}

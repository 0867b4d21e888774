package messaging

import (
	"cmp"
	"strings"
	"time"

	"mellium.im/xmpp/jid"

	"discussions/messaging/model"
	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// Presence says whether a person can be reached, see [model.Presence].
type Presence = model.Presence

// The presences.
const (
	Absent    = model.Absent
	Available = model.Available
	Away      = model.Away
	Busy      = model.Busy
)

// mostStatus is how many bytes of what somebody says of themselves are kept.
const mostStatus = 1024

// devicePresence is what one device of a person says.
type devicePresence struct {
	presence Presence
	status   string
	priority int8
}

// deviceOf reads what a device says.
func deviceOf(p xmpp.Presence) devicePresence {
	d := devicePresence{Available, strings.TrimSpace(p.Status), p.Priority}
	switch p.Show {
	case "away", "xa":
		d.presence = Away
	case "dnd":
		d.presence = Busy
	}
	if len(d.status) > mostStatus {
		d.status = strings.ToValidUTF8(d.status[:mostStatus], "")
	}
	return d
}

// presenceOf combines the presences of a person's devices: the one with the highest priority counts; among equals, busy comes before
// available, and available before away. c.mu is held.
func (c *Client) presenceOf(jid string) (p Presence, status string) {
	if c.blocked[ConversationID(jid)] {
		return Absent, "" // an earlier presence does not count any more
	}
	rank := map[Presence]int{Busy: 3, Available: 2, Away: 1}
	var best devicePresence
	for _, d := range c.presence[jid] {
		if best.presence == Absent || cmp.Or(cmp.Compare(d.priority, best.priority), cmp.Compare(rank[d.presence], rank[best.presence]), cmp.Compare(d.status, best.status)) > 0 {
			best = d
		}
	}
	return best.presence, best.status
}

// presenceReceived notes who is there.
func (c *Client) presenceReceived(p xmpp.Presence) error {
	if p.Occupant != nil {
		return c.occupantReceived(p)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	id := text(p.From)
	was, said := c.presenceOf(id)
	switch p.Type {
	case "":
		if c.presence[id] == nil {
			if len(c.presence) >= mostHeard && !c.people.persons[id].Contact {
				c.crowded = true // a locked account does not know its contacts
				c.ignore(ignoredPresence, 1)
				return nil
			}
			c.presence[id] = map[string]devicePresence{}
		}
		if _, known := c.presence[id][p.From.Resourcepart()]; known || len(c.presence[id]) < mostDevices {
			c.presence[id][p.From.Resourcepart()] = deviceOf(p)
		} else {
			c.ignore(ignoredPresence, 1)
		}
		if len(strings.TrimSpace(p.Status)) > mostStatus {
			c.ignore(ignoredStatus, 1)
		}
	case "unavailable":
		delete(c.presence[id], p.From.Resourcepart())
		if p.From.Resourcepart() == "" || len(c.presence[id]) == 0 {
			delete(c.presence, id)
		}
		if id == c.own.String() {
			c.syncer.settle()
		}
	case "subscribed", "unsubscribed": // the contact list tells it
		return nil
	default:
		c.ignore(ignoredPresence, 1)
		return nil
	}
	if now, says := c.presenceOf(id); (now != was || says != said) && c.store.Load() != nil && id != c.own.String() {
		c.publish(ConversationChanged{ConversationID(id)})
	}
	return nil
}

// askCrowdedOut probes the presence of contacts (RFC 6121 §4.3) whose presence was dropped because strangers sent too many.
func (c *Client) askCrowdedOut(contacts []xmpp.RosterItem) {
	if !c.crowded {
		return
	}
	c.crowded = false
	for _, i := range contacts {
		if told := i.Subscription == "to" || i.Subscription == "both"; !told || c.presence[text(i.JID)] != nil {
			continue
		}
		if err := c.wire.SendPresence(xmpp.Presence{To: i.JID, Type: "probe"}); err != nil {
			return // the next session brings all
		}
	}
}

const (
	// mostDevices bounds what one person can have this client keep.
	mostDevices = 100
	// mostHeard bounds how many people can, contacts aside: anybody can say that they are there.
	mostHeard = 5000
)

// Status is what the account tells its contacts of itself.
type Status = store.Status

// Status gives what the account tells now.
func (c *Client) Status() Status {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.status
}

// SetStatus tells the contacts how the account's user can be reached, now and in later sessions and from all devices of the account, until
// the status ends. Its presence is Available, Away or Busy. Errors: [ErrLocked], [ErrDisk].
func (c *Client) SetStatus(v Status) error {
	v.Text = strings.TrimSpace(v.Text)
	if v.Presence == Absent {
		v.Presence = Available
	}
	return c.write(func(s *store.Store) error {
		if err := s.SetStatus(v, true); err != nil {
			return err
		}
		c.takeStatus(v)
		c.syncer.choseHere()
		return nil
	})
}

// loadStatus reads what was told last.
func (c *Client) loadStatus() error {
	v, _, err := c.store.Load().Status()
	if err != nil {
		return err
	}
	c.takeStatus(v)
	return nil
}

// takeStatus sends a status, and runs again when it ends.
func (c *Client) takeStatus(v Status) {
	if v.Presence == Absent || !v.Until.IsZero() && !v.Until.After(c.cfg.Now()) {
		v = Status{Presence: Available}
	}
	if c.statusEnds != nil {
		c.statusEnds.Stop()
		c.statusEnds = nil
	}
	if !v.Until.IsZero() {
		c.statusEnds = time.AfterFunc(v.Until.Sub(c.cfg.Now()), func() { c.post(func() { c.takeStatus(c.status) }) })
	}
	if v == c.status || c.closed.Load() {
		return
	}
	c.mu.Lock()
	c.status = v
	c.mu.Unlock()
	c.publish(StatusChanged{v})
	if c.syncer != nil && c.syncer.up {
		c.tellStatus()
	}
}

// tellStatus tells the contacts. The server forgets it with the session.
func (c *Client) tellStatus() { c.tellStatusTo(jid.JID{}) }

// tellStatusTo tells one person; the zero JID stands for all contacts.
func (c *Client) tellStatusTo(who jid.JID) {
	p := xmpp.Presence{To: who, Status: c.status.Text, Show: showOf(c.status.Presence)}
	if err := c.wire.SendPresence(p); err != nil {
		c.log.Warn("send presence", "err", err)
	}
}

// showOf is the XMPP value of a presence (<show/>).
func showOf(p Presence) string { return map[Presence]string{Away: "away", Busy: "dnd"}[p] }

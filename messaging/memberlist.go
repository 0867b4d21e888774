package messaging

import (
	"context"
	"errors"

	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// mostReadings is how often a list of members is read that changes meanwhile.
const mostReadings = 5

// readMembers reads who belongs to a group. It reads again if the group announces a change meanwhile, as the list may be
// older.
func (c *Client) readMembers(ctx context.Context, id ConversationID) error {
	for left := mostReadings - 1; ; left-- {
		told := 0
		c.do(func() {
			if r := c.rooms[id]; r != nil {
				told = r.membersTold
			}
		})
		var refused *xmpp.StanzaError
		list, whole, err := c.wire.Affiliations(ctx, address(id))
		if errors.As(err, &refused) {
			return nil // not everybody may ask
		}
		if err != nil {
			return err
		}
		var members []store.Member
		for _, a := range list {
			members = append(members, store.Member{JID: text(a.JID), Nick: a.Nick, Affiliation: a.Affiliation})
		}
		again := false
		err = c.write(func(s *store.Store) error {
			if r := c.rooms[id]; r != nil && r.membersTold != told && left > 0 {
				again = true
				return nil
			}
			if err := c.replaceMembers(s, id, members, whole); err != nil {
				return err
			}
			return c.takeOffLeavers(s, id)
		})
		if err != nil || !again {
			return err
		}
	}
}

// replaceMembers stores a group's list of members, and shows notices about changes since it was read last.
func (c *Client) replaceMembers(s *store.Store, id ConversationID, members []store.Member, whole bool) error {
	before := c.people.members[id]
	leavers, err := s.Leavers(id, addresses(before)...)
	if err != nil {
		return err
	}
	left := make(map[string]bool, len(leavers))
	for _, who := range leavers {
		left[who] = true
	}
	was, is := affiliations(before), affiliations(members)
	if !whole {
		for _, m := range before { // they may be in a list that was withheld
			if _, listed := is[m.JID]; !listed {
				members = append(members, m)
				is[m.JID] = m.Affiliation
			}
		}
	}
	if err := c.keepMembers(s, id, members); err != nil || len(before) == 0 {
		return err
	}
	for _, m := range members {
		affiliation, known := was[m.JID]
		if known && affiliation == "" || isLowered(affiliation, m.Affiliation) && left[m.JID] {
			continue // an earlier version did not ask; an owner who leaves becomes a plain member first
		}
		if err := c.tellChange(s, id, change{who: m.JID, by: c.changer(id, m.JID, m.Affiliation), was: affiliation, now: m.Affiliation}); err != nil {
			return err
		}
	}
	for _, m := range before {
		if _, listed := is[m.JID]; !listed && !left[m.JID] {
			if err := c.tellChange(s, id, change{who: m.JID, by: c.changer(id, m.JID, "none"), was: m.Affiliation}); err != nil {
				return err
			}
		}
	}
	return nil
}

// affiliations gives the affiliation of each member.
func affiliations(members []store.Member) map[string]string {
	all := make(map[string]string, len(members))
	for _, m := range members {
		all[m.JID] = m.Affiliation
	}
	return all
}

func addresses(members []store.Member) (list []string) {
	for _, m := range members {
		list = append(list, m.JID)
	}
	return list
}

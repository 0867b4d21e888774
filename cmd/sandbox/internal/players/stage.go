package players

import (
	"context"
	"encoding/xml"
	"fmt"
	"strings"

	"discussions/cmd/sandbox/internal/people"

	"golang.org/x/sync/errgroup"
	"mellium.im/xmpp/stanza"
)

// Prepare makes the groups with their members and lets each member bookmark
// theirs, on a server that has never run before.
func (t *Troupe) Prepare(ctx context.Context) error {
	var all errgroup.Group
	for _, g := range t.o.Groups {
		all.Go(func() error {
			if err := t.found(ctx, g); err != nil {
				return fmt.Errorf("make the group %s: %w", g.Name, err)
			}
			return nil
		})
	}
	if err := all.Wait(); err != nil {
		return err
	}
	for _, p := range t.o.Everyone {
		if groups := t.groupsOf(p); len(groups) > 0 {
			all.Go(func() error {
				if err := t.bookmark(ctx, p, groups); err != nil {
					return fmt.Errorf("bookmark the groups of %s: %w", p.Name, err)
				}
				return nil
			})
		}
	}
	return all.Wait()
}

// backstage runs f with a connection of the person that is not available.
func (t *Troupe) backstage(ctx context.Context, p people.Person, f func(*connection) error) error {
	c, err := t.connect(ctx, p.JID, func(string, *xml.Decoder) {})
	if err != nil {
		return err
	}
	defer c.close()
	return f(c)
}

// found makes the room (XEP-0045, section 10); its first member owns it.
func (t *Troupe) found(ctx context.Context, g people.Group) error {
	owner := g.Members[0]
	return t.backstage(ctx, owner, func(c *connection) error {
		if err := c.send(ctx, joins([]people.Group{g}, owner.Name)[0]); err != nil {
			return err
		}
		form := "<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'>" +
			field("FORM_TYPE", "http://jabber.org/protocol/muc#roomconfig") +
			field("muc#roomconfig_roomname", g.Name) + field("muc#roomconfig_persistentroom", "1") + "</x></query>"
		if err := c.ask(ctx, stanza.SetIQ, g.JID, form); err != nil {
			return fmt.Errorf("configure: %w", err)
		}
		var items strings.Builder
		for _, m := range g.Members[1:] {
			items.WriteString("<item affiliation='member' jid='" + m.JID + "' nick='" + escape(m.Name) + "'/>")
		}
		if err := c.ask(ctx, stanza.SetIQ, g.JID, "<query xmlns='http://jabber.org/protocol/muc#admin'>"+items.String()+"</query>"); err != nil {
			return fmt.Errorf("name the members: %w", err)
		}
		return nil
	})
}

// bookmark publishes the groups (XEP-0402).
func (t *Troupe) bookmark(ctx context.Context, p people.Person, groups []people.Group) error {
	return t.backstage(ctx, p, func(c *connection) error {
		for _, g := range groups {
			item := "<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='urn:xmpp:bookmarks:1'><item id='" + g.JID +
				"'><conference xmlns='urn:xmpp:bookmarks:1' name='" + escape(g.Name) + "' autojoin='true'><nick>" + escape(p.Name) +
				"</nick></conference></item></publish><publish-options><x xmlns='jabber:x:data' type='submit'>" +
				field("FORM_TYPE", "http://jabber.org/protocol/pubsub#publish-options") +
				field("pubsub#persist_items", "true") + field("pubsub#access_model", "whitelist") +
				"</x></publish-options></pubsub>"
			if err := c.ask(ctx, stanza.SetIQ, "", item); err != nil {
				return err
			}
		}
		return nil
	})
}

func field(name, value string) string {
	return "<field var='" + name + "'><value>" + value + "</value></field>"
}

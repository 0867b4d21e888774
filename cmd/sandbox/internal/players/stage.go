package players

import (
	"context"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/color"

	"discussions/cmd/sandbox/internal/people"
	"discussions/internal/picture"

	"mellium.im/xmpp/stanza"
)

// found makes all groups; the first member of the first one owns them.
func (t *Troupe) found(ctx context.Context) error {
	if len(t.o.Groups) == 0 {
		return nil
	}
	owner := t.o.Groups[0].Members[0]
	return t.backstage(ctx, owner, func(c *connection) error {
		for _, g := range t.o.Groups {
			if err := foundOne(ctx, c, owner, g); err != nil {
				return fmt.Errorf("make the group %s: %w", g.Name, err)
			}
		}
		return nil
	})
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

// foundOne makes a room (XEP-0045, section 10).
func foundOne(ctx context.Context, c *connection, owner people.Person, g people.Group) error {
	if err := c.send(ctx, joins([]people.Group{g}, owner.Name)[0]); err != nil {
		return err
	}
	if err := c.ask(ctx, stanza.SetIQ, g.JID, roomForm(g.Name, "")); err != nil {
		return fmt.Errorf("configure: %w", err)
	}
	for _, m := range g.Members[1:] { // one by one: Prosody 0.12 takes the first of several
		member := "<query xmlns='http://jabber.org/protocol/muc#admin'><item affiliation='member' jid='" + m.JID + "' nick='" + escape(m.Name) + "'/></query>"
		if err := c.ask(ctx, stanza.SetIQ, g.JID, member); err != nil {
			return fmt.Errorf("name a member: %w", err)
		}
	}
	if g.Painted {
		return paint(ctx, c, g.JID)
	}
	return nil
}

// paint gives a group a colour (XEP-0486), as the program publishes it, if its server keeps pictures of groups.
func paint(ctx context.Context, c *connection, group string) error {
	violet := picture.AvatarColours()[5]
	m := image.NewPaletted(image.Rect(0, 0, 128, 128), color.Palette{violet})
	png, err := picture.EncodeAvatar(m, violet)
	if err != nil {
		return err
	}
	err = c.ask(ctx, stanza.SetIQ, group, "<vCard xmlns='vcard-temp'><PHOTO><TYPE>image/png</TYPE><BINVAL>"+base64.StdEncoding.EncodeToString(png)+"</BINVAL></PHOTO></vCard>")
	if errors.Is(err, stanza.Error{Condition: stanza.ServiceUnavailable}) {
		return nil
	}
	return err
}

// bookmark publishes the person's groups (XEP-0402), with the options that the XEP wants, or those of them that the server takes.
func (t *Troupe) bookmark(ctx context.Context, c *connection, p people.Person) error {
	for _, g := range t.groupsOf(p) {
		publish := "<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='urn:xmpp:bookmarks:1'><item id='" + g.JID +
			"'><conference xmlns='urn:xmpp:bookmarks:1' name='" + escape(g.Name) + "' autojoin='true'><nick>" + escape(p.Name) +
			"</nick></conference></item></publish><publish-options><x xmlns='jabber:x:data' type='submit'>" +
			field("FORM_TYPE", "http://jabber.org/protocol/pubsub#publish-options") +
			field("pubsub#persist_items", "true") + field("pubsub#access_model", "whitelist")
		const end = "</x></publish-options></pubsub>"
		err := c.ask(ctx, stanza.SetIQ, "", publish+field("pubsub#max_items", "max")+field("pubsub#send_last_published_item", "never")+end)
		if err != nil {
			err = c.ask(ctx, stanza.SetIQ, "", publish+end)
		}
		if err != nil {
			return fmt.Errorf("bookmark %s for %s: %w", g.Name, p.Name, err)
		}
	}
	return nil
}

func field(name, value string) string {
	return "<field var='" + name + "'><value>" + value + "</value></field>"
}

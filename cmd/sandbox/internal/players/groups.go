package players

import (
	"context"
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"mellium.im/xmpp/stanza"

	"discussions/cmd/sandbox/internal/people"
)

// What the people do with groups (XEP-0045), and mentions.

// Found makes a private group of a person, who is in it afterwards.
func (t *Troupe) Found(ctx context.Context, from, group, name string) error {
	c, err := t.voice(ctx, from, group)
	if err != nil {
		return err
	}
	if p, ok := people.ByJID(t.o.Everyone, from); ok {
		if err := c.send(ctx, joins([]people.Group{{JID: group}}, p.Name)[0]); err != nil {
			return err
		}
	}
	return c.ask(ctx, stanza.SetIQ, group, roomForm(name, field("muc#roomconfig_membersonly", "1")+field("muc#roomconfig_whois", "anyone")))
}

// Rename gives a group another name.
func (t *Troupe) Rename(ctx context.Context, from, group, name string) error {
	c, err := t.voice(ctx, from, group)
	if err != nil {
		return err
	}
	return c.ask(ctx, stanza.SetIQ, group, roomForm(name, ""))
}

func roomForm(name, more string) string {
	return "<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'>" +
		field("FORM_TYPE", "http://jabber.org/protocol/muc#roomconfig") +
		field("muc#roomconfig_roomname", escape(name)) + field("muc#roomconfig_persistentroom", "1") + more + "</x></query>"
}

// Affiliate makes somebody an owner, admin or member of a group, or none of these; outcast bans them.
func (t *Troupe) Affiliate(ctx context.Context, from, group, who, affiliation string) error {
	c, err := t.voice(ctx, from, group)
	if err != nil {
		return err
	}
	return c.ask(ctx, stanza.SetIQ, group, "<query xmlns='http://jabber.org/protocol/muc#admin'><item affiliation='"+escape(affiliation)+"' jid='"+escape(who)+"'/></query>")
}

// Invite makes somebody a member of a group, and invites them with some words (XEP-0249).
func (t *Troupe) Invite(ctx context.Context, from, to, group, words string) error {
	if err := t.Affiliate(ctx, from, group, to, "member"); err != nil {
		return err
	}
	return t.write(ctx, from, to, rand.Text(), "<body>"+escape(words)+"</body><x xmlns='jabber:x:conference' jid='"+escape(group)+"'/>"+store)
}

// Mention is a text that mentions somebody (XEP-0372).
type Mention struct {
	Who  string // their JID
	Name string // a part of the text
	Body string
}

// Mention writes a text that mentions somebody.
func (t *Troupe) Mention(ctx context.Context, from, to string, m Mention) (id string, err error) {
	before, _, found := strings.Cut(m.Body, m.Name)
	if !found || m.Name == "" {
		return "", fmt.Errorf("%q is not in the text", m.Name)
	}
	begin := utf8.RuneCountInString(before)
	id = rand.Text()
	return id, t.write(ctx, from, to, id, bodyContent(id, m.Body)+"<reference xmlns='urn:xmpp:reference:0' type='mention' begin='"+strconv.Itoa(begin)+
		"' end='"+strconv.Itoa(begin+utf8.RuneCountInString(m.Name))+"' uri='xmpp:"+escape(m.Who)+"'/>")
}

// accept enters the group of an invitation. Those who answer by themselves say thank you.
func (p *player) accept(ctx context.Context, m message) {
	c := p.current()
	if c == nil || !isGroup(m.Conference.JID) {
		return
	}
	_ = c.send(ctx, joins([]people.Group{{JID: m.Conference.JID}}, p.Name)[0])
	if p.Answers {
		p.tell(ctx, m.Conference.JID, "groupchat", bodyContent(newID(), "Merci pour l’invitation !"))
	}
}

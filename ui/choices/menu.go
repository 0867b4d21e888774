// Package choices is the menu of what a user chooses for one conversation: in its window, and in the list.
package choices

import (
	"time"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/settings"
	"discussions/ui/look"
)

// Client is what is needed of the account. Its methods wait for the disk.
type Client interface {
	Mute(id messaging.ConversationID, until time.Time, mentions bool) error
	SetFavourite(id messaging.ConversationID, on bool) error
	SetArchived(id messaging.ConversationID, on bool) error
	MarkUnread(id messaging.ConversationID) error
	MarkRead(id messaging.ConversationID) error
}

// Menu adds the choices for a conversation to a menu.
type Menu struct {
	Client       Client
	Conversation messaging.Conversation
	Do           func(f func() error)          // runs f off Fyne's goroutine, and tells the user of an error
	Show         func(m *look.Menu)            // shows the menu that follows a choice, where the first one was
	Unread       func()                        // called when it is marked as unread; may be nil
	More         func(m *look.Menu, line Line) // adds lines; may be nil
}

// Line adds a line to a menu.
type Line func(icon look.Icon, text string, do func())

// AddTo adds the lines.
func (c Menu) AddTo(m *look.Menu) {
	id, v := c.Conversation.ID, c.Conversation
	line := func(icon look.Icon, text string, do func()) { m.Line(icon, text, look.ColorText, do) }
	either := func(icon look.Icon, is bool, off, on string, set func(messaging.ConversationID, bool) error) {
		text := on
		if is {
			text = off
		}
		line(icon, text, func() { c.Do(func() error { return set(id, !is) }) })
	}
	if v.Muted(time.Now()) {
		line(look.IconMuted, i18n.T("choice.unmute"), func() { c.mute(time.Time{}, false) })
	} else {
		line(look.IconMuted, i18n.T("choice.mute"), func() { c.Show(c.silences(true)) })
	}
	either(look.IconStar, v.Favourite, i18n.T("choice.notFavourite"), i18n.T("choice.favourite"), c.Client.SetFavourite)
	if v.Unread > 0 || v.MarkedUnread {
		line(look.IconDelivered, i18n.T("choice.read"), func() { c.Do(func() error { return c.Client.MarkRead(id) }) })
	} else {
		line(look.IconBubble, i18n.T("choice.unread"), func() {
			c.Do(func() error { return c.Client.MarkUnread(id) })
			if c.Unread != nil {
				c.Unread()
			}
		})
	}
	either(look.IconArchive, v.Archived, i18n.T("choice.notArchived"), i18n.T("choice.archive"), c.Client.SetArchived)
	if c.More != nil {
		c.More(m, line)
	}
}

// silences is the menu that asks for how long a conversation is muted and, of a group, whether mentions get through.
func (c Menu) silences(mentions bool) *look.Menu {
	m := look.NewMenu()
	for _, silence := range []struct {
		text  string
		until func() time.Time
	}{
		{i18n.T("quiet.hour"), func() time.Time { return time.Now().Add(time.Hour) }},
		{i18n.T("quiet.morning"), func() time.Time { return settings.NextMorning(time.Now()) }},
		{i18n.T("choice.muteAlways"), messaging.Forever},
	} {
		m.Line(look.IconClock, silence.text, look.ColorText, func() { c.mute(silence.until(), mentions && c.Conversation.Group) })
	}
	if c.Conversation.Group {
		m.Rule()
		m.Switch(i18n.T("choice.mentions"), mentions, func() { c.Show(c.silences(!mentions)) })
	}
	return m
}

func (c Menu) mute(until time.Time, mentions bool) {
	c.Do(func() error { return c.Client.Mute(c.Conversation.ID, until, mentions) })
}

// Width is that of the menu.
const Width = 300

// Package person has the screens about people: somebody's card, and the own status.
package person

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/screen"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// card shows what is known of a person.
type card struct {
	h      screen.Host
	id     string // of the account
	client screen.Client
	person messaging.ConversationID
	cancel func()
	left   bool
	body   *fyne.Container
	name   string // as it was read last
}

// ShowCard shows what is known of a person. If the account is not open, it asks for the code.
func ShowCard(h screen.Host, id string, person messaging.ConversationID) {
	client, ok := h.Manager().Client(id)
	if !ok {
		h.ShowCode(id)
		return
	}
	h.Show(&card{h: h, id: id, client: client, person: person})
}

func (c *card) Name() string   { return "card" }
func (c *card) Owner() string  { return c.id }
func (c *card) back()          { c.h.ShowList(c.id) }
func (c *card) TypedRune(rune) {}

// Leave implements [screen.Leaver].
func (c *card) Leave() { c.left = true; c.cancel() }

// TypedKey implements [screen.Keyed].
func (c *card) TypedKey(name fyne.KeyName) {
	if name == fyne.KeyEscape {
		c.back()
		return
	}
	screen.Walk(c.h.Canvas(), name)
}

// Content implements [screen.Screen].
func (c *card) Content() fyne.CanvasObject {
	c.body = container.NewStack()
	c.cancel = c.client.Subscribe(func(e messaging.Event) {
		if e, ok := e.(messaging.ConversationChanged); ok && e.ID == c.person {
			c.h.Do(func() { c.read(c.client.Card) })
		}
	})
	c.read(c.client.Card)
	screen.Run(c.h, func(ctx context.Context) (messaging.Card, error) { return c.client.FetchCard(ctx, c.person) }, c.show)
	write := look.NewButton(look.Primary, i18n.T("person.write"), func() { c.back(); c.h.OpenConversation(c.id, c.person, c.name) })
	return screen.Page(screen.BackBar(i18n.T("person.title"), c.back), look.NewScroll(c.body), look.BottomBar(write))
}

func (c *card) read(from func(messaging.ConversationID) (messaging.Card, error)) {
	if !c.left {
		screen.Run(c.h, func(context.Context) (messaging.Card, error) { return from(c.person) }, c.show)
	}
}

// show draws the card. Offline, what is here stays.
func (c *card) show(v messaging.Card, err error) {
	if c.left {
		return
	}
	if err != nil {
		if !errors.Is(err, messaging.ErrOffline) {
			c.h.Log().Warn("card not read", "error", err)
		}
		return
	}
	c.name = v.Name
	name := wording.Name(v.Name)
	avatar := look.NewAvatar(name, 80)
	if v.Outside != "" {
		name = wording.Name(v.Plain) // a line of its own says where they are
	}
	middle := fyne.TextAlignCenter
	dot := look.NewDot()
	dot.Set(wording.PresenceDot(v.Presence))
	presence := wording.Presence(v.Presence)
	if presence == "" {
		presence = i18n.T("presence.unknown")
	}
	column := look.Column(8, container.NewCenter(look.WithDot(avatar, dot)),
		look.NewLabel(name, look.Style{Size: look.SizeTitle, Bold: true, Wrap: true, Align: middle}))
	if v.Job != "" {
		column.Add(look.NewLabel(wording.Line(v.Job), look.Style{Colour: look.ColorSoft, Wrap: true, Align: middle}))
	}
	if v.Outside != "" {
		column.Add(look.NewLabel(i18n.T("person.outside", "Domain", wording.Line(v.Outside)), look.Style{Size: look.SizeLine, Bold: true, Wrap: true, Align: middle}))
	}
	if !v.Blocked {
		column.Add(look.NewLabel(wording.Join(" – ", presence, wording.Status(v.Status)), look.Style{Size: look.SizeLine, Wrap: true, Align: middle}))
	} else {
		column.Add(look.NewLabel(i18n.T("person.blocked"), look.Style{Size: look.SizeLine, Colour: look.ColorDanger, Wrap: true, Align: middle}))
	}
	if rows := c.rows(v); len(rows) > 0 {
		column.Add(look.Blank(0, 4))
		column.Add(look.Card(rows...))
	}
	column.Add(look.Blank(0, 4))
	for _, button := range c.actions(v) {
		column.Add(button)
	}
	c.body.Objects = []fyne.CanvasObject{look.Pad(column, 24, 24, 24, 24)}
	c.body.Refresh()
}

// rows are the lines of the card: what it is, and what it says. A mail address and a telephone number open a program, the rest is copied.
func (c *card) rows(v messaging.Card) (rows []fyne.CanvasObject) {
	add := func(what, text, scheme string) {
		if text = wording.Line(text); text == "" {
			return
		}
		texts := look.Column(0, look.NewLabel(what, look.Style{Size: look.SizeSmall, Colour: look.ColorSoft}), c.value(text, scheme))
		copies := look.IconButton(look.IconCopy, i18n.T("person.copy", "What", what), func() { c.h.Copy(c.id, text) })
		rows = append(rows, look.Pad(look.Line(8, texts, texts, copies), 8, 8, 8, 14))
	}
	add(i18n.T("person.org"), v.Org, "")
	add(i18n.T("person.unit"), v.Unit, "")
	add(i18n.T("person.place"), v.Place, "")
	add(i18n.T("person.mail"), v.Mail, "mailto")
	add(i18n.T("person.phone"), v.Phone, "tel")
	add(i18n.T("person.address"), string(v.ID), "")
	return rows
}

// value is a text, or a link where it leads somewhere.
func (c *card) value(text, scheme string) fyne.CanvasObject {
	if target := target(text, scheme); target != nil {
		link := look.NewTextLink(text, look.SizeText, look.ColorAccent, func() {
			c.h.Touch()
			if err := fyne.CurrentApp().OpenURL(target); err != nil {
				c.h.Log().Warn("not opened", "scheme", scheme)
			}
		})
		link.Cut = true
		return link
	}
	return look.NewLabel(text, look.Style{Wrap: true})
}

// target is where a mail address or a telephone number leads; nil where it is none: others write them.
func target(text, scheme string) *url.URL {
	if scheme == "" {
		return nil
	}
	whole := scheme + ":" + strings.Join(strings.Fields(text), "")
	for _, l := range wording.Links(whole) {
		if u, err := url.Parse(l.Target); err == nil && u.Scheme == scheme && l.End == len(whole) {
			return u
		}
	}
	return nil
}

// actions are what can be done with the person, beside writing to them.
func (c *card) actions(v messaging.Card) (list []fyne.CanvasObject) {
	if !v.Contact && !v.Blocked {
		list = append(list, look.NewButton(look.Outlined, i18n.T("person.ask"), func() {
			c.h.Touch()
			screen.Try(c.h, func(context.Context) error { return c.client.AskToBeContact(v.ID) }, func(err error) {
				if err == nil {
					c.h.Tell(wording.Sentence{What: i18n.T("person.asked", "Name", wording.Name(v.Name)), Means: i18n.T("person.askedMeans")})
					return
				}
				c.h.Explain(err)
			})
		}))
	}
	if v.Blocked {
		return append(list, look.NewButton(look.Outlined, i18n.T("person.unblock"), func() { c.block(v, false) }))
	}
	return append(list, look.NewButton(look.Quiet, i18n.T("person.block"), func() {
		c.h.Ask(look.Question{
			Title: i18n.T("person.block.ask", "Name", wording.Name(v.Name)), Text: i18n.T("person.block.text"), Advice: i18n.T("person.block.advice"),
			Yes: i18n.T("person.block"), Danger: true, Do: func() { c.block(v, true) },
		})
	}))
}

func (c *card) block(v messaging.Card, on bool) {
	c.h.Touch()
	screen.Try(c.h, func(ctx context.Context) error { return c.client.SetBlocked(ctx, v.ID, on) }, func(err error) {
		c.h.Explain(err)
		c.read(c.client.Card)
	})
}

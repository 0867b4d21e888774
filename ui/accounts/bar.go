package accounts

import (
	"discussions/account"
	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/screen"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Bar is the top of an account's list: its name with the menu of accounts, the lock
// and the settings.
type Bar struct {
	h       screen.Host
	id      string
	Content fyne.CanvasObject
	name    *look.Label
	others  *look.Badge
	unread  int // of the other accounts
	opener  *look.Pressable
}

// NewBar makes the bar of that account.
func NewBar(h screen.Host, id string) *Bar {
	b := &Bar{h: h, id: id}
	a, _ := h.Account(id)
	b.name = look.NewLabel(a.Name, look.Style{Bold: true, Cut: true})
	b.others = look.NewBadge(0)
	layout := &nameLine{}
	inner := container.New(layout, b.name, look.Picture(look.IconDown.In(look.ColorText), 16), b.others)
	line := look.Line(12, inner, look.NewAvatar(a.Name, 32), inner)
	b.opener = look.NewPressable(look.Pad(line, 3, 6, 3, 6), i18n.T("menu.open"), b.openMenu)
	b.opener.Radius = 8
	bar := look.Line(8, b.opener, b.opener,
		look.IconButton(look.IconLock, i18n.T("menu.lock"), func() { h.Lock(id) }),
		look.IconButton(look.IconSettings, i18n.T("menu.settings"), func() { h.ShowSettings(id) }))
	b.Content = look.TopBar(bar)
	b.Refresh()
	return b
}

// Refresh counts the unread messages of the other accounts.
func (b *Bar) Refresh() {
	name, unread := b.name.Text, 0
	for _, a := range b.h.Manager().Accounts() {
		if a.ID == b.id {
			name = a.Name
		} else {
			unread += a.Unread
		}
	}
	if name == b.name.Text && unread == b.unread {
		return
	}
	b.unread = unread
	b.name.SetText(name)
	b.others.Set(unread)
	b.opener.Refresh()
}

// nameLine lays out a name, shortened if needed, and right behind it the rest.
type nameLine struct{}

func (nameLine) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, o := range objects {
		m := o.MinSize()
		size.Width += m.Width + 4
		size.Height = fyne.Max(size.Height, m.Height)
	}
	return size
}

func (nameLine) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	name := objects[0].(*look.Label)
	rest := float32(0)
	for _, o := range objects[1:] {
		if o.Visible() {
			rest += o.MinSize().Width + 4
		}
	}
	width := fyne.Min(name.FullWidth(), size.Width-rest)
	x := float32(0)
	for i, o := range objects {
		m := o.MinSize()
		if i == 0 {
			m.Width = width
		}
		o.Resize(m)
		o.Move(fyne.NewPos(x, (size.Height-m.Height)/2))
		x += m.Width + 4
	}
}

// openMenu shows the other accounts and the actions on this one.
func (b *Bar) openMenu() {
	h := b.h
	m := look.NewMenu()
	for _, a := range h.Manager().Accounts() {
		m.Add(menuAccount(a, a.ID == b.id), a.Name, func() { h.ShowAccount(a.ID) })
	}
	m.Rule()
	m.Line(look.IconPlus, i18n.T("account.add"), look.ColorText, h.AddAccount)
	m.Line(look.IconTrash, i18n.T("account.remove"), look.ColorDanger, func() { h.AskRemove(b.id) }) // away from what is pressed often
	m.Rule()
	m.Line(look.IconAccounts, i18n.T("menu.accounts"), look.ColorText, h.ShowAccounts)
	if tile := h.SideBySide(); tile != nil {
		m.Line(look.IconTiles, i18n.T("window.sideBySide"), look.ColorText, tile)
	}
	if client, open := h.Manager().Client(b.id); open {
		m.Line(look.IconPerson, statusLine(client.Status()), look.ColorText, func() { h.ShowStatus(b.id) })
	}
	m.Rule()
	m.Line(look.IconLeave, i18n.T("menu.quit"), look.ColorText, h.Quit)
	h.ShowMenu(m, look.At(fyne.NewPos(12, 56), 350), func() { h.Canvas().Focus(b.opener) })
}

// statusLine says what the account tells of itself.
func statusLine(v messaging.Status) string {
	return i18n.T("status.menu", "Status", wording.PresenceAnd(v.Presence, v.Text))
}

func menuAccount(a account.Account, here bool) fyne.CanvasObject {
	texts := look.Column(0,
		look.NewLabel(a.Name, look.Style{Bold: here, Cut: true}),
		look.NewLabel(secondLine(a), look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Wrap: true}))
	line := look.Line(12, texts, look.NewAvatar(a.Name, 32), texts, look.NewBadge(a.Unread))
	if here {
		line.Add(look.Picture(look.IconSent.In(look.ColorAccent), 20))
	} else if a.State != account.Open {
		line.Add(look.Picture(look.IconLock, 18))
	}
	return look.Pad(line, 8, 10, 8, 10)
}

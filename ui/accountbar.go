package ui

import (
	"discussions/account"
	"discussions/internal/i18n"
	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// accountBar stands at the top of an account's list: whose it is, with a menu
// of the other accounts, the lock and the settings.
type accountBar struct {
	u       *UI
	id      string
	content fyne.CanvasObject
	name    *look.Label
	others  *look.Badge // unread of the other accounts
	opener  *look.Pressable
}

func newAccountBar(u *UI, id string) *accountBar {
	b := &accountBar{u: u, id: id}
	a, _ := u.account(id)
	b.name = look.NewLabel(a.Name, look.Style{Bold: true, Cut: true})
	b.others = look.NewBadge(0)
	face := &nameLine{}
	inner := container.New(face, b.name, look.Picture(look.IconDown.In(look.ColorText), 16), b.others)
	line := look.Line(12, inner, look.Avatar(a.Name, 32), inner)
	b.opener = look.NewPressable(look.Pad(line, 3, 6, 3, 6), i18n.T("menu.open"), b.openMenu)
	b.opener.Radius = 8
	bar := look.Line(8, b.opener, b.opener,
		look.IconButton(look.IconLock, i18n.T("menu.lock"), func() { u.lock(id) }),
		look.IconButton(look.IconSettings, i18n.T("menu.settings"), func() { u.showSettings(id) }))
	b.content = look.TopBar(bar)
	b.refresh()
	return b
}

// refresh counts the unread messages of the other accounts.
func (b *accountBar) refresh() {
	unread := 0
	for _, a := range b.u.back.Accounts() {
		if a.ID == b.id {
			b.name.SetText(a.Name)
		} else {
			unread += a.Unread
		}
	}
	b.others.Set(unread)
	b.opener.Refresh()
}

// nameLine sets a name, cut where it must be, and what follows it at once.
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

// openMenu shows the other accounts, and what can be done with this one.
func (b *accountBar) openMenu() {
	u := b.u
	m := look.NewMenu()
	for _, a := range u.back.Accounts() {
		m.Add(menuAccount(a, a.ID == b.id), a.Name, func() { u.choose(a.ID) })
	}
	m.Rule()
	m.Line(look.IconPlus, i18n.T("account.add"), look.ColorText, u.addAccount)
	m.Line(look.IconDrawers, i18n.T("menu.drawers"), look.ColorText, u.showDrawers)
	m.Line(look.IconTrash, i18n.T("account.remove"), look.ColorDanger, func() { u.askRemove(b.id) })
	c := u.window.win.Canvas()
	m.Show(c, look.At(fyne.NewPos(12, 56), 350), func() { c.Focus(b.opener) })
	u.screenShown("menu")
}

func menuAccount(a account.Account, here bool) fyne.CanvasObject {
	texts := look.Column(0,
		look.NewLabel(a.Name, look.Style{Bold: here, Cut: true}),
		look.NewLabel(secondLine(a), look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Wrap: true}))
	line := look.Line(12, texts, look.Avatar(a.Name, 32), texts, look.NewBadge(a.Unread))
	if here {
		line.Add(look.Picture(look.IconSent.In(look.ColorAccent), 20))
	} else if a.State != account.Open {
		line.Add(look.Picture(look.IconLock, 18))
	}
	return look.Pad(line, 8, 10, 8, 10)
}

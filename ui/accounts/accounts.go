// Package accounts has the screens about the accounts of this workstation: all accounts, the bar above an account's list, and the
// login in the browser.
package accounts

import (
	"cmp"
	"context"
	"slices"
	"time"

	"discussions/account"
	"discussions/internal/i18n"
	"discussions/ui/look"
	"discussions/ui/screen"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// page shows every account of this workstation.
type page struct {
	h       screen.Host
	rows    *fyne.Container
	shown   []account.Account // what the rows show
	buttons map[button]*look.Pressable
}

// button identifies a button: an account, or its menu.
type button struct {
	account string
	more    bool
}

// New is the screen of all accounts.
func New(h screen.Host) screen.Screen { return &page{h: h} }

func (p *page) Name() string { return "accounts" }

// TypedKey implements [screen.Keyed]: Up and Down go to another account, Right opens its menu.
func (p *page) TypedKey(name fyne.KeyName) {
	here := slices.IndexFunc(p.shown, func(a account.Account) bool {
		return p.focused() == button{a.ID, false} || p.focused() == button{a.ID, true}
	})
	switch {
	case name == fyne.KeyDown && here+1 < len(p.shown):
		here++
	case name == fyne.KeyUp && here > 0:
		here--
	case name == fyne.KeyRight && here >= 0:
		p.openMenu(p.shown[here].ID)
		return
	default:
		screen.Walk(p.h.Canvas(), name)
		return
	}
	p.h.Canvas().Focus(p.buttons[button{p.shown[here].ID, false}])
}

func (p *page) TypedRune(rune) {}

func (p *page) Content() fyne.CanvasObject {
	p.rows = look.Column(12)
	p.AccountsChanged()
	title := look.Pad(look.Column(2,
		look.NewLabel(i18n.T("app.name"), look.Style{Size: look.SizeHeading, Bold: true}),
		look.NewLabel(i18n.T("accounts.subtitle", "Organisation", p.h.Deployment().Organisation.Name),
			look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Cut: true})), 28, 24, 8, 24)
	advice := look.Pad(look.NewLabel(i18n.T("accounts.advice"),
		look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Align: fyne.TextAlignCenter, Wrap: true}), 16, 24, 16, 24)
	return screen.Page(title, container.NewVScroll(look.Pad(p.rows, 12, 24, 12, 24)), advice)
}

// AccountsChanged implements [screen.Follower]. The focus stays on its account.
func (p *page) AccountsChanged() {
	accounts := p.h.Manager().Accounts()
	if p.buttons != nil && slices.Equal(accounts, p.shown) {
		return
	}
	focused := p.focused()
	p.draw(accounts)
	if b, ok := p.buttons[focused]; ok {
		p.h.Canvas().Focus(b)
	}
}

// focused returns the button with the focus, or the zero button.
func (p *page) focused() button {
	for which, b := range p.buttons {
		if p.h.Canvas().Focused() == fyne.Focusable(b) {
			return which
		}
	}
	return button{}
}

func (p *page) draw(accounts []account.Account) {
	p.shown, p.buttons = accounts, map[button]*look.Pressable{}
	p.rows.RemoveAll()
	open := 0
	for _, a := range accounts {
		p.rows.Add(p.card(a))
		if a.State == account.Open || a.State == account.Locked {
			open++
		}
	}
	if len(accounts) == 0 {
		p.rows.Add(look.NewLabel(i18n.T("accounts.empty"), look.Style{Colour: look.ColorSoft, Wrap: true}))
	}
	p.rows.Add(look.Pad(look.NewIconTextButton(look.Outlined, look.IconPlus, i18n.T("account.add"), p.h.AddAccount), 4, 0, 0, 0))
	if open > 1 {
		p.rows.Add(look.NewButton(look.Quiet, i18n.T("accounts.closeAll"), p.closeAll))
	}
	p.rows.Refresh()
}

func (p *page) card(a account.Account) fyne.CanvasObject {
	texts := look.Column(0,
		look.NewLabel(a.Name, look.Style{Bold: true, Cut: true}),
		look.NewLabel(secondLine(a), look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Wrap: true}))
	if a.Trouble != nil {
		texts.Add(look.NewLabel(wording.Explain(a.Trouble).What, look.Style{Size: look.SizeSmall, Colour: look.ColorDanger, Wrap: true}))
	} else if a.Ephemeral {
		texts.Add(look.NewLabel(i18n.T("accounts.ephemeral"), look.Style{Size: look.SizeSmall, Colour: look.ColorDanger, Wrap: true}))
	}
	if !a.RemovalDue.IsZero() {
		texts.Add(look.NewLabel(i18n.T("accounts.removal", "Day", wording.Day(a.RemovalDue, time.Now())), look.Style{Size: look.SizeSmall, Colour: look.ColorDanger, Wrap: true}))
	}
	line := look.Line(14, texts, look.NewAvatar(a.Name, 40), texts, look.NewBadge(a.Unread))
	if a.State != account.Open {
		line.Add(look.Picture(look.IconLock, 20))
	}
	card := container.NewStack(
		look.NewColourBlock(look.PersonColour(a.Name), look.Radius),
		look.Pad(look.NewBlock(look.ColorSurface, look.ColorLine, look.Radius), 0, 0, 0, 5))
	open := look.NewPressable(look.Pad(line, 14, 16+moreWidth, 14, 21), a.Name, func() { p.h.ShowAccount(a.ID) })
	open.Inset = 6
	more := look.IconButton(look.IconMore, i18n.T("accounts.more", "Name", a.Name), func() { p.openMenu(a.ID) })
	p.buttons[button{a.ID, false}], p.buttons[button{a.ID, true}] = open, more
	corner := container.NewBorder(nil, nil, nil, look.Pad(container.NewCenter(more), 0, 10, 0, 0))
	return container.NewStack(card, open, corner)
}

// moreWidth is the width of the menu button.
const moreWidth = 36

// openMenu offers what anybody may do without the account's code: lock it, log it out, remove it.
func (p *page) openMenu(id string) {
	h := p.h
	a, ok := h.Account(id)
	if !ok {
		return
	}
	m := look.NewMenu()
	if a.State == account.Open {
		m.Line(look.IconLock, i18n.T("menu.lock"), look.ColorText, func() { h.Lock(a.ID) })
	}
	if a.State != account.Sealed {
		m.Line(look.IconLeave, i18n.T("settings.logOut"), look.ColorText, func() { h.AskLogOut(a.ID) })
		m.Rule()
	}
	if a.RemovalDue.IsZero() {
		m.Line(look.IconTrash, i18n.T("account.remove"), look.ColorDanger, func() { h.AskRemove(a.ID) })
	} else {
		m.Line(look.IconAccounts, i18n.T("account.keep"), look.ColorText, func() {
			screen.Try(h, func(context.Context) error { return h.Manager().Keep(a.ID) }, h.Explain)
		})
	}
	h.ShowMenu(m, look.Below(p.buttons[button{id, true}], 260), func() {
		if b, ok := p.buttons[button{id, true}]; ok { // the rows may have been redrawn
			h.Canvas().Focus(b)
		}
	})
}

func (p *page) closeAll() {
	p.h.Ask(look.Question{
		Title: i18n.T("closeAll.title"), Text: i18n.T("closeAll.text"), Yes: i18n.T("closeAll.yes"),
		Do: p.h.LogOutAll,
	})
}

// secondLine says where the person works, and the account's state.
func secondLine(a account.Account) string {
	return wording.Join(" · ", cmp.Or(a.Organisation, a.Job), stateWord(a))
}

func stateWord(a account.Account) string {
	switch {
	case a.NeedsLogin:
		return i18n.T("state.login")
	case a.State == account.Open:
		return i18n.T("state.open")
	case a.State == account.Locked:
		return i18n.T("state.locked")
	}
	return i18n.T("state.sealed")
}

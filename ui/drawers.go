package ui

import (
	"cmp"
	"slices"

	"discussions/account"
	"discussions/internal/i18n"
	"discussions/ui/look"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// drawers shows every account of this workstation.
type drawers struct {
	u       *UI
	rows    *fyne.Container
	shown   []account.Account // what rows was drawn from
	presses map[press]*look.Pressable
}

// press is what may have the focus: a drawer, or the button for its menu.
type press struct {
	account string
	more    bool
}

func (u *UI) showDrawers() { u.window.show(&drawers{u: u}) }

func (d *drawers) name() string { return "drawers" }

// typedKey walks from drawer to drawer by Up and Down, and opens a drawer's menu by Right.
func (d *drawers) typedKey(name fyne.KeyName) {
	here := slices.IndexFunc(d.shown, func(a account.Account) bool {
		return d.focused() == press{a.ID, false} || d.focused() == press{a.ID, true}
	})
	switch {
	case name == fyne.KeyDown && here+1 < len(d.shown):
		here++
	case name == fyne.KeyUp && here > 0:
		here--
	case name == fyne.KeyRight && here >= 0:
		d.openMenu(d.shown[here].ID)
		return
	default:
		walk(d.u.window.win.Canvas(), name)
		return
	}
	d.u.window.win.Canvas().Focus(d.presses[press{d.shown[here].ID, false}])
}

func (d *drawers) typedRune(rune) {}

func (d *drawers) content() fyne.CanvasObject {
	d.rows = look.Column(12)
	d.accountsChanged()
	title := look.Pad(look.Column(2,
		look.NewLabel(i18n.T("app.name"), look.Style{Size: look.SizeHeading, Bold: true}),
		look.NewLabel(i18n.T("drawers.subtitle", "Organisation", d.u.o.Deployment.Organisation.Name),
			look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Cut: true})), 28, 24, 8, 24)
	advice := look.Pad(look.NewLabel(i18n.T("drawers.advice"),
		look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Align: fyne.TextAlignCenter, Wrap: true}), 16, 24, 16, 24)
	return page(title, container.NewVScroll(look.Pad(d.rows, 12, 24, 12, 24)), advice)
}

// accountsChanged draws the drawers anew where their order or what is seen of them differs. The focus stays with its drawer.
func (d *drawers) accountsChanged() {
	accounts := d.u.back.Accounts()
	if d.presses != nil && slices.Equal(accounts, d.shown) {
		return
	}
	focused := d.focused()
	d.draw(accounts)
	if p, ok := d.presses[focused]; ok {
		d.u.window.win.Canvas().Focus(p)
	}
}

// focused is what has the focus; the zero press where it is something else.
func (d *drawers) focused() press {
	for which, p := range d.presses {
		if d.u.window.win.Canvas().Focused() == fyne.Focusable(p) {
			return which
		}
	}
	return press{}
}

func (d *drawers) draw(accounts []account.Account) {
	d.shown, d.presses = accounts, map[press]*look.Pressable{}
	d.rows.RemoveAll()
	open := 0
	for _, a := range accounts {
		d.rows.Add(d.drawer(a))
		if a.State == account.Open || a.State == account.Locked {
			open++
		}
	}
	if len(accounts) == 0 {
		d.rows.Add(look.NewLabel(i18n.T("drawers.empty"), look.Style{Colour: look.ColorSoft, Wrap: true}))
	}
	d.rows.Add(look.Pad(look.NewIconTextButton(look.Outlined, look.IconPlus, i18n.T("account.add"), func() { d.u.addAccount() }), 4, 0, 0, 0))
	if open > 1 {
		d.rows.Add(look.NewButton(look.Quiet, i18n.T("drawers.closeAll"), d.closeAll))
	}
	d.rows.Refresh()
}

func (d *drawers) drawer(a account.Account) fyne.CanvasObject {
	texts := look.Column(0,
		look.NewLabel(a.Name, look.Style{Bold: true, Cut: true}),
		look.NewLabel(secondLine(a), look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Wrap: true}))
	if a.Trouble != nil {
		texts.Add(look.NewLabel(wording.Explain(a.Trouble).What, look.Style{Size: look.SizeSmall, Colour: look.ColorDanger, Wrap: true}))
	} else if a.Ephemeral {
		texts.Add(look.NewLabel(i18n.T("drawers.ephemeral"), look.Style{Size: look.SizeSmall, Colour: look.ColorDanger, Wrap: true}))
	}
	line := look.Line(14, texts, look.Avatar(a.Name, 40), texts, look.NewBadge(a.Unread))
	if a.State != account.Open {
		line.Add(look.Picture(look.IconLock, 20))
	}
	card := container.NewStack(
		look.NewColourBlock(look.PersonColour(a.Name), look.Radius),
		look.Pad(look.NewBlock(look.ColorSurface, look.ColorLine, look.Radius), 0, 0, 0, 5))
	p := look.NewPressable(look.Pad(line, 14, 16+moreWidth, 14, 21), a.Name, func() { d.u.choose(a.ID) })
	p.Inset = 6
	more := look.IconButton(look.IconMore, i18n.T("drawers.more", "Name", a.Name), func() { d.openMenu(a.ID) })
	d.presses[press{a.ID, false}], d.presses[press{a.ID, true}] = p, more
	corner := container.NewBorder(nil, nil, nil, look.Pad(container.NewCenter(more), 0, 10, 0, 0))
	return container.NewStack(card, p, corner)
}

// moreWidth is the room that the button for a drawer's menu takes.
const moreWidth = 36

// openMenu shows what anybody at this workstation may do with a drawer without its code: close it, further or for ever.
func (d *drawers) openMenu(id string) {
	u := d.u
	a, ok := u.account(id)
	if !ok {
		return
	}
	m := look.NewMenu()
	if a.State == account.Open {
		m.Line(look.IconLock, i18n.T("menu.lock"), look.ColorText, func() { u.lock(a.ID) })
	}
	if a.State != account.Sealed {
		m.Line(look.IconLeave, i18n.T("settings.logOut"), look.ColorText, func() { u.askLogOut(a.ID) })
	}
	m.Line(look.IconTrash, i18n.T("account.remove"), look.ColorDanger, func() { u.askRemove(a.ID) })
	m.Show(u.window.win.Canvas(), look.Below(d.presses[press{id, true}], 260), func() {
		if p, ok := d.presses[press{id, true}]; ok { // another one by now, or gone
			u.window.win.Canvas().Focus(p)
		}
	})
	u.screenShown("menu")
}

// choose opens a drawer: its list when it is open, else the way into it.
func (u *UI) choose(id string) {
	a, ok := u.account(id)
	switch {
	case !ok:
		u.showDrawers()
	case a.State == account.Open:
		u.showList(id)
	case a.NeedsLogin:
		u.showLoginNeeded(id)
	default:
		u.showCode(id)
	}
}

func (d *drawers) closeAll() {
	d.u.ask(look.Question{
		Title: i18n.T("closeAll.title"), Text: i18n.T("closeAll.text"), Yes: i18n.T("closeAll.yes"),
		Do: d.u.logOutAll,
	})
}

// secondLine says where somebody works and what state their drawer is in.
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

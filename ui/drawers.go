package ui

import (
	"strings"

	"discussions/account"
	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// drawers shows every account of this workstation.
type drawers struct {
	u    *UI
	rows *fyne.Container
}

func (u *UI) showDrawers() { u.window.show(&drawers{u: u}) }

func (d *drawers) name() string { return "drawers" }

func (d *drawers) content() fyne.CanvasObject {
	d.rows = look.Column(12)
	d.accountsChanged()
	title := look.Pad(look.Column(2,
		look.NewLabel(look.T("app.name"), look.Style{Size: look.SizeHeading, Bold: true}),
		look.NewLabel(look.T("drawers.subtitle", "Organisation", d.u.o.Deployment.Organisation.Name),
			look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Cut: true})), 28, 24, 8, 24)
	advice := look.Pad(look.NewLabel(look.T("drawers.advice"),
		look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Align: fyne.TextAlignCenter, Wrap: true}), 16, 24, 16, 24)
	return page(title, container.NewVScroll(look.Pad(d.rows, 12, 24, 12, 24)), advice)
}

// accountsChanged draws the drawers anew: their order and state may differ.
func (d *drawers) accountsChanged() {
	d.rows.RemoveAll()
	accounts := d.u.back.Accounts()
	open := 0
	for _, a := range accounts {
		d.rows.Add(d.drawer(a))
		if a.State == account.Open || a.State == account.Locked {
			open++
		}
	}
	if len(accounts) == 0 {
		d.rows.Add(look.NewLabel(look.T("drawers.empty"), look.Style{Colour: look.ColorSoft, Wrap: true}))
	}
	d.rows.Add(look.Pad(look.NewIconTextButton(look.Outlined, look.IconPlus, look.T("account.add"), func() { d.u.addAccount() }), 4, 0, 0, 0))
	if open > 1 {
		d.rows.Add(look.NewButton(look.Quiet, look.T("drawers.closeAll"), d.closeAll))
	}
	d.rows.Refresh()
}

func (d *drawers) drawer(a account.Account) fyne.CanvasObject {
	texts := look.Column(0,
		look.NewLabel(a.Name, look.Style{Bold: true, Cut: true}),
		look.NewLabel(secondLine(a), look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Wrap: true}))
	if a.Trouble != nil {
		texts.Add(look.NewLabel(explain(a.Trouble).What, look.Style{Size: look.SizeSmall, Colour: look.ColorDanger, Wrap: true}))
	} else if a.Ephemeral {
		texts.Add(look.NewLabel(look.T("drawers.ephemeral"), look.Style{Size: look.SizeSmall, Colour: look.ColorDanger, Wrap: true}))
	}
	line := look.Line(14, texts, look.Avatar(a.Name, 40), texts, look.NewBadge(a.Unread))
	if a.State != account.Open {
		line.Add(container.NewGridWrap(fyne.NewSquareSize(36), container.NewCenter(look.Picture(look.IconLock, 20))))
	}
	card := container.NewStack(
		look.NewColourBlock(look.PersonColour(a.Name), look.Radius),
		look.Pad(look.NewBlock(look.ColorSurface, look.ColorLine, look.Radius), 0, 0, 0, 5))
	p := look.NewPressable(look.Pad(line, 14, 16, 14, 21), a.Name, func() { d.u.choose(a.ID) })
	p.Inset = 6
	return container.NewStack(card, p)
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
	d.u.ask(question{
		title: look.T("closeAll.title"), text: look.T("closeAll.text"), yes: look.T("closeAll.yes"),
		do: d.u.logOutAll,
	})
}

// secondLine says where somebody works and what state their drawer is in.
func secondLine(a account.Account) string {
	return joined(" · ", firstOf(a.Organisation, a.Job), stateWord(a))
}

func stateWord(a account.Account) string {
	switch {
	case a.NeedsLogin:
		return look.T("state.login")
	case a.State == account.Open:
		return look.T("state.open")
	case a.State == account.Locked:
		return look.T("state.locked")
	}
	return look.T("state.sealed")
}

func joined(between string, parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, between)
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

package ui

import (
	"context"
	"errors"
	"strings"

	"discussions/auth"
	"discussions/internal/i18n"
	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// anyMethod leaves the choice between the ways to log in to the provider's page.
const anyMethod = -1

// addAccount begins "Associer un nouveau compte".
func (u *UI) addAccount() {
	if len(u.o.Deployment.Login.Methods) > 1 {
		u.window.show(&methods{u: u})
		return
	}
	u.logIn(anyMethod, "")
}

// methods asks by which way to log in.
type methods struct{ u *UI }

func (m *methods) name() string { return "methods" }

func (m *methods) content() fyne.CanvasObject {
	column := look.Column(12)
	for i, method := range m.u.o.Deployment.Login.Methods {
		kind := look.Outlined
		if i == 0 {
			kind = look.Primary
		}
		column.Add(look.NewButton(kind, method.Name, func() { m.u.logIn(i, "") }))
	}
	return notice{
		icon: look.IconBubble, title: i18n.T("methods.title"), text: i18n.T("methods.text"),
		actions: column,
		bottom:  look.NewButton(look.Quiet, i18n.T("browser.cancel"), m.u.showDrawers),
	}.content()
}

func (m *methods) typedKey(name fyne.KeyName) {
	if name == fyne.KeyEscape {
		m.u.showDrawers()
		return
	}
	walk(m.u.window.win.Canvas(), name)
}

func (m *methods) typedRune(rune) {}

// logIn starts a login in the browser, of somebody new or, with an id, of the
// owner of that drawer, and waits for it.
func (u *UI) logIn(method int, id string) {
	b := &browser{u: u, method: method, id: id}
	u.window.show(b)
	b.start()
}

// browser is shown while the login page is open.
type browser struct {
	u      *UI
	method int
	id     string // of the drawer that is logged in again; "": somebody new

	login  login
	left   bool
	copied *look.Button
}

func (b *browser) name() string { return "browser" }

func (b *browser) content() fyne.CanvasObject {
	again := look.NewButton(look.Outlined, i18n.T("browser.again"), b.reopen)
	b.copied = look.NewButton(look.Link, i18n.T("browser.copy"), b.copyLink)
	return notice{
		icon: look.IconGlobe, title: i18n.T("browser.title"), text: b.text(),
		actions: look.Column(8, again, b.copied),
		bottom:  look.NewButton(look.Quiet, i18n.T("browser.cancel"), b.cancel),
	}.content()
}

func (b *browser) text() string {
	organisation := b.u.o.Deployment.Organisation.Name
	ways := b.u.o.Deployment.Login.Methods
	switch {
	case b.method >= 0 && b.method < len(ways):
		return i18n.T("browser.textOne", "Organisation", organisation, "Method", ways[b.method].Name)
	case len(ways) > 1:
		names := make([]string, len(ways))
		for i, w := range ways {
			names[i] = i18n.T("browser.method", "Method", w.Name)
		}
		return i18n.T("browser.textOne", "Organisation", organisation, "Method", strings.Join(names, i18n.T("browser.or")))
	}
	return i18n.T("browser.text", "Organisation", organisation)
}

func (b *browser) start() {
	u := b.u
	var l login
	u.run(func(ctx context.Context) (err error) {
		l, err = u.back.startLogin(ctx, b.method, b.id)
		return err
	}, func(err error) {
		if l == nil {
			b.failed(err)
			return
		}
		if b.left {
			l.Cancel()
			return
		}
		b.login = l
		if err != nil { // it runs, but no browser could be opened
			u.explain(err)
		}
		b.wait(l)
	})
}

func (b *browser) wait(l login) {
	u := b.u
	var p pending
	u.run(func(ctx context.Context) (err error) {
		p, err = l.wait(ctx)
		return err
	}, func(err error) {
		if err != nil {
			b.failed(err)
			return
		}
		if b.left {
			u.abandon(p)
			return
		}
		b.login = nil
		u.Raise()
		u.showChooseCode(p)
	})
}

// failed says why there is no login, with the ways on.
func (b *browser) failed(err error) {
	if b.left || errors.Is(err, auth.ErrCancelled) {
		return
	}
	b.login = nil
	b.u.showTrouble(err, nil, func() { b.u.logIn(b.method, b.id) }, b.u.showDrawers)
}

func (b *browser) reopen() {
	if b.login == nil {
		return
	}
	l := b.login
	b.u.run(func(context.Context) error { return l.Reopen() }, b.u.explain)
}

func (b *browser) copyLink() {
	if b.login != nil {
		b.u.app.Clipboard().SetContent(b.login.url())
		b.u.clipboard.copied(loginLink, b.login.url())
		b.copied.SetText(i18n.T("browser.copied"))
	}
}

func (b *browser) cancel() { b.u.showDrawers() }

func (b *browser) leave() {
	b.left = true
	b.u.clipboard.takeBack(loginLink) // it leads nowhere any more
	if b.login != nil {
		b.login.Cancel()
	}
}

func (b *browser) typedKey(name fyne.KeyName) {
	if name == fyne.KeyEscape {
		b.cancel()
		return
	}
	walk(b.u.window.win.Canvas(), name)
}

func (b *browser) typedRune(rune) {}

// abandon gives up a login of which nothing will come.
func (u *UI) abandon(p pending) {
	u.run(func(context.Context) error { p.Abandon(); return nil }, func(error) {})
}

// leaveUnfinished gives up the login of a person who went away before there was
// a code: whoever comes next would choose it.
func (u *UI) leaveUnfinished() {
	if loginOf(u.window.shown) != nil {
		u.showDrawers()
		u.explain(auth.ErrTimeout)
	}
}

// showLoginNeeded says that a drawer waits for a full login.
func (u *UI) showLoginNeeded(id string) {
	a, ok := u.account(id)
	if !ok {
		u.showDrawers()
		return
	}
	u.window.show(&loginNeeded{u: u, id: id, person: a.Name})
}

// loginNeeded offers the full login of one drawer.
type loginNeeded struct {
	u          *UI
	id, person string
}

func (l *loginNeeded) name() string { return "login-needed" }

func (l *loginNeeded) content() fyne.CanvasObject {
	return notice{
		picture: look.Avatar(l.person, 72), title: l.person, text: i18n.T("loginNeeded.text"),
		actions: look.NewButton(look.Primary, i18n.T("loginNeeded.go"), func() { l.u.logIn(anyMethod, l.id) }),
		bottom:  look.NewButton(look.Quiet, i18n.T("browser.cancel"), l.u.showDrawers),
	}.content()
}

// notice is a screen that says one thing and what can be done.
type notice struct {
	icon        look.Icon
	picture     fyne.CanvasObject // instead of the icon
	colour      fyne.ThemeColorName
	title, text string
	more        string
	actions     fyne.CanvasObject
	bottom      fyne.CanvasObject
}

func (n notice) content() fyne.CanvasObject {
	if n.colour == "" {
		n.colour = look.ColorAccent
	}
	if n.picture == nil {
		n.picture = look.Picture(n.icon.In(n.colour), 56)
	}
	middle := fyne.TextAlignCenter
	column := look.Column(16, container.NewCenter(n.picture),
		look.NewLabel(n.title, look.Style{Size: look.SizeTitle, Bold: true, Wrap: true, Align: middle}))
	for _, text := range []string{n.text, n.more} {
		if text != "" {
			column.Add(look.NewLabel(text, look.Style{Colour: look.ColorSoft, Wrap: true, Align: middle}))
		}
	}
	if n.actions != nil {
		column.Add(n.actions)
	}
	var bottom fyne.CanvasObject = look.Blank(0, 0)
	if n.bottom != nil {
		bottom = look.Pad(n.bottom, 8, 24, 12, 24)
	}
	top := look.Pad(look.NewLabel(i18n.T("app.name"), look.Style{Size: look.SizeHeading, Bold: true}), 28, 24, 8, 24)
	return page(top, look.Middle(look.Pad(column, 0, 40, 0, 40)), bottom)
}

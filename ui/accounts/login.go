package accounts

import (
	"context"
	"errors"
	"strings"

	"discussions/account"
	"discussions/auth"
	"discussions/internal/i18n"
	"discussions/ui/look"
	"discussions/ui/screen"

	"fyne.io/fyne/v2"
)

// ShowAdd starts the login of a new account.
func ShowAdd(h screen.Host) {
	if len(h.Deployment().Login.Methods) > 1 {
		h.Show(&methods{h: h})
		return
	}
	h.LogIn(screen.AnyMethod, "")
}

// methods asks for the login method.
type methods struct{ h screen.Host }

func (m *methods) Name() string { return "methods" }

func (m *methods) Content() fyne.CanvasObject {
	column := look.Column(12)
	for i, method := range m.h.Deployment().Login.Methods {
		kind := look.Outlined
		if i == 0 {
			kind = look.Primary
		}
		column.Add(look.NewButton(kind, method.Name, func() { m.h.LogIn(i, "") }))
	}
	return screen.StatusPage{
		Icon: look.IconBubble, Title: i18n.T("methods.title"), Text: i18n.T("methods.text"),
		Actions: column,
		Bottom:  look.NewButton(look.Quiet, i18n.T("confirm.cancel"), m.h.ShowAccounts),
	}.Content()
}

func (m *methods) TypedKey(name fyne.KeyName) {
	if name == fyne.KeyEscape {
		m.h.ShowAccounts()
		return
	}
	screen.Walk(m.h.Canvas(), name)
}

func (m *methods) TypedRune(rune) {}

// ShowLogin starts a login in the browser and waits for it. With an id, only the
// owner of that account may log in.
func ShowLogin(h screen.Host, method int, id string) {
	b := &browser{h: h, method: method, id: id}
	h.Show(b)
	b.start()
}

// linkOwner owns the login's address in the clipboard. No account's id has a space.
const linkOwner = " login"

// browser is shown while the login page is open.
type browser struct {
	h      screen.Host
	method int
	id     string // of the account that is logged in again; "": a new person

	login  account.Login
	left   bool
	copied *look.Button
}

func (b *browser) Name() string { return "browser" }

func (b *browser) Content() fyne.CanvasObject {
	reopen := look.NewButton(look.Outlined, i18n.T("browser.reopen"), b.reopen)
	b.copied = look.NewButton(look.Link, i18n.T("browser.copy"), b.copyLink)
	return screen.StatusPage{
		Icon: look.IconGlobe, Title: i18n.T("browser.title"), Text: b.text(),
		Actions: look.Column(8, reopen, b.copied),
		Bottom:  look.NewButton(look.Quiet, i18n.T("confirm.cancel"), b.cancel),
	}.Content()
}

func (b *browser) text() string {
	organisation := b.h.Deployment().Organisation.Name
	ways := b.h.Deployment().Login.Methods
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
	h := b.h
	screen.Run(h, func(ctx context.Context) (account.Login, error) {
		return h.Manager().StartLogin(ctx, b.method, b.id)
	}, func(l account.Login, err error) {
		if l == nil {
			b.failed(err)
			return
		}
		if b.left {
			l.Cancel()
			return
		}
		b.login = l
		h.Explain(err) // the login runs although no browser was opened
		b.wait(l)
	})
}

func (b *browser) wait(l account.Login) {
	h := b.h
	screen.Run(h, l.Wait, func(p account.SignIn, err error) {
		if err != nil {
			b.failed(err)
			return
		}
		if b.left {
			screen.Abandon(h, p)
			return
		}
		b.login = nil
		h.Raise()
		h.ChooseCode(p)
	})
}

// failed shows why the login failed.
func (b *browser) failed(err error) {
	if b.left || errors.Is(err, auth.ErrCancelled) {
		return
	}
	b.login = nil
	b.h.ShowTrouble(err, nil, func() { b.h.LogIn(b.method, b.id) }, b.h.ShowAccounts)
}

func (b *browser) reopen() {
	if b.login == nil {
		return
	}
	l := b.login
	screen.Try(b.h, func(context.Context) error { return l.Reopen() }, b.h.Explain)
}

func (b *browser) copyLink() {
	if b.login != nil {
		b.h.Copy(linkOwner, b.login.URL())
		b.copied.SetText(i18n.T("browser.copied"))
	}
}

func (b *browser) cancel() { b.h.ShowAccounts() }

func (b *browser) Leave() {
	b.left = true
	b.h.TakeBack(linkOwner) // the link is no longer valid
	if b.login != nil {
		b.login.Cancel()
	}
}

func (b *browser) TypedKey(name fyne.KeyName) {
	if name == fyne.KeyEscape {
		b.cancel()
		return
	}
	screen.Walk(b.h.Canvas(), name)
}

func (b *browser) TypedRune(rune) {}

// ShowLoginNeeded says that an account needs a full login.
func ShowLoginNeeded(h screen.Host, id string) {
	a, ok := h.Account(id)
	if !ok {
		h.ShowAccounts()
		return
	}
	h.Show(&loginNeeded{h: h, id: id, person: a.Name})
}

// loginNeeded offers a full login.
type loginNeeded struct {
	h          screen.Host
	id, person string
}

func (l *loginNeeded) Name() string { return "login-needed" }

func (l *loginNeeded) Content() fyne.CanvasObject {
	return screen.StatusPage{
		Picture: look.NewAvatar(l.person, 72), Title: l.person, Text: i18n.T("loginNeeded.text"),
		Actions: look.NewButton(look.Primary, i18n.T("loginNeeded.go"), func() { l.h.LogIn(screen.AnyMethod, l.id) }),
		Bottom:  look.NewButton(look.Quiet, i18n.T("confirm.cancel"), l.h.ShowAccounts),
	}.Content()
}

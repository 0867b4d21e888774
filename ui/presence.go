package ui

import (
	"context"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"discussions/account"
	pasteboard "discussions/internal/clipboard"
	"discussions/internal/i18n"
	"discussions/internal/tray"
	"discussions/settings"
	"discussions/ui/look"
	"discussions/ui/screen"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
)

// Tray is the icon in the notification area: [tray.Tray].
type Tray interface {
	Show(tray.State)
	Hosted() bool // waits for the desktop
}

// NativeWindows does with windows what Fyne cannot.
type NativeWindows interface {
	Minimise(fyne.Window)
	Restore(fyne.Window) // undoes Minimise

	Position(fyne.Window) (x, y int, ok bool) // of its content; not ok: the desktop does not tell, or it was never shown
	Place(fyne.Window, Rect)                  // with its frame
	SetOnTop(fyne.Window, bool)
	Screens() []Rect // without panels, the main one first; none where windows can be neither placed nor kept above others

	// ReadText and ReadContent read the clipboard as ReadText and Read of package internal/clipboard do. They alone may be called off
	// Fyne's goroutine.
	ReadText(ctx context.Context, most int) (string, error)
	ReadContent(ctx context.Context, most int) (pasteboard.Content, error)
}

// presence is how the program stays when its main window is closed: hidden where the desktop shows the icon, otherwise minimised,
// since a hidden window could not be brought back.
type presence struct {
	u     *UI
	away  whereabouts
	icon  *look.TrayIcon // nil: it cannot be drawn
	badge *badge
	told  string // what the icon shows, to notice changes

	unseen bool // what the accounts were told last

	quiet *time.Timer // to the next change of "do not disturb"; nil: none
}

// whereabouts is where the main window is.
type whereabouts int

const (
	inView whereabouts = iota
	hidden
	minimised // in place of hidden
)

func newPresence(u *UI) *presence {
	p := &presence{u: u}
	icon, err := look.NewTrayIcon()
	if err != nil {
		u.options.Log.Warn("the icon of the notification area cannot be drawn", "error", err)
	}
	p.icon, p.badge = icon, newBadge(u, icon)
	return p
}

// ifHosted asks the desktop whether it shows the icon.
func (p *presence) ifHosted(yes, no func()) {
	icon := p.u.options.Tray
	if icon == nil {
		no()
		return
	}
	p.u.nav.Go(func(context.Context) func() {
		if icon.Hosted() {
			return yes
		}
		return no
	})
}

// close handles a click on the close button of the main window. The program goes on, so that messages are notified.
func (p *presence) close() {
	p.ifHosted(p.hide, func() {
		asked := p.u.window.win.Canvas().Overlays().Top() != nil // a second time, over the question
		if asked || p.u.options.User.Get().ToldMinimised {
			p.minimise()
			return
		}
		p.u.nav.Ask(look.Question{
			Title: i18n.T("close.title"), Text: i18n.T("close.minimised"), Advice: i18n.T("close.quit"), Yes: i18n.T("close.yes"),
			Do: func() {
				p.minimise()
				p.u.saveSettings(func(u *settings.User) { u.ToldMinimised = true })
			},
		})
	})
}

func (p *presence) hide() {
	p.away = hidden
	p.u.window.win.Hide()
	p.tellVisible()
	p.freeMemory()
	p.u.options.Log.Info("main window hidden")
}

func (p *presence) minimise() {
	if p.u.options.Windows == nil {
		return
	}
	p.away = minimised
	defer p.tellVisible()
	p.u.window.win.Show() // it may be hidden, or not be there yet
	p.u.options.Windows.Minimise(p.u.window.win)
	p.freeMemory()
	p.u.options.Log.Info("main window minimised")
}

// freeMemory returns to the operating system what nobody needs while the program is out of sight; Go would keep it for minutes.
func (p *presence) freeMemory() {
	p.u.nav.Go(func(context.Context) func() {
		debug.FreeOSMemory()
		return func() {}
	})
}

// tellVisible tells the accounts whether any window can be seen. A window that the person minimises by the desktop's own means counts as
// seen: Fyne does not tell.
func (p *presence) tellVisible() {
	if seen := p.away == inView || len(p.u.chats.open) > 0; p.unseen == seen {
		p.unseen = !seen
		p.u.manager.SetVisible(seen)
	}
}

// startHidden starts without a window in view.
func (p *presence) startHidden() { p.ifHosted(p.hide, p.minimise) }

// TrayHostChanged is called when the desktop begins or ceases to show the icon. Without the icon, a window that was hidden is out of
// reach.
func (u *UI) TrayHostChanged() {
	p := u.presence
	if p.away == inView {
		return
	}
	p.ifHosted(func() {
		if p.away == minimised {
			p.hide()
		}
	}, func() {
		if p.away == hidden {
			p.minimise()
		}
	})
}

// show tells the icon what to show. While an account is not open, neither its name nor anything of it is there.
func (p *presence) show() {
	icon := p.u.options.Tray
	if icon == nil || p.u.ctx.Err() != nil {
		return
	}
	p.followQuiet()
	s, locked := p.state()
	told := fmt.Sprint(s.Tooltip, s.Unread, locked, describe(s.Menu))
	if told == p.told {
		return
	}
	p.told = told
	p.u.window.win.SetTitle(countedTitle(i18n.T("app.name"), s.Unread))
	if p.icon != nil {
		s.Icons = p.icon.Draw(s.Unread, locked)
		p.badge.show(s.Unread)
	}
	icon.Show(s)
}

// describe is what a menu looks like.
func describe(items []tray.Item) string {
	var b strings.Builder
	for _, i := range items {
		fmt.Fprintf(&b, "%q %q %v (%s)\n", i.Label, i.Key, i.Checked, describe(i.Items))
	}
	return b.String()
}

func (p *presence) state() (s tray.State, locked bool) {
	u := p.u
	open, closed := 0, 0
	add := func(label string, do func()) { s.Menu = append(s.Menu, u.trayItem(label, do)) }
	add(i18n.T("tray.open"), u.Raise)
	for _, a := range u.manager.Accounts() {
		if a.State != account.Sealed { // its number is that of its last connection
			s.Unread += a.Unread
		}
		if a.State != account.Open {
			closed++
			continue
		}
		if open++; open == 1 {
			s.Menu = append(s.Menu, tray.Item{})
		}
		s.Menu = append(s.Menu, tray.Item{Label: a.Name, Key: a.ID, Items: p.accountItems(a)})
	}
	if closed > 0 {
		s.Menu = append(s.Menu, tray.Item{})
		add(i18n.N("tray.closed", closed), func() { u.Raise(); u.nav.ShowAccounts() })
	}
	if open > 1 {
		add(i18n.T("tray.lockAll"), func() { u.lockAll(func() {}) })
	}
	s.Menu = append(s.Menu, tray.Item{})
	add(i18n.T("trouble.quit"), u.nav.Quit)

	texts := []string{i18n.T("app.name")}
	if s.Unread > 0 {
		texts = append(texts, i18n.N("tray.unread", s.Unread))
	}
	locked = open == 0
	if locked && closed > 0 {
		texts = append(texts, i18n.T("state.locked"))
	}
	s.Tooltip = strings.Join(texts, " – ")
	return s, locked
}

// accountItems is what can be done with an open account.
func (p *presence) accountItems(a account.Account) []tray.Item {
	u := p.u
	return []tray.Item{
		u.trayItem(i18n.T("tray.openAccount"), func() { u.Raise(); u.nav.ShowAccount(a.ID) }),
		u.trayItem(i18n.T("menu.lock"), func() { u.nav.Lock(a.ID) }),
		p.quietItem(a.ID),
		u.trayItem(i18n.T("settings.logOut"), func() {
			if u.manager.Policy().LogoutRemoves { // asks
				u.Raise()
			}
			u.nav.AskLogOut(a.ID)
		}),
	}
}

// quietItem is "do not disturb" of an account.
func (p *presence) quietItem(id string) tray.Item {
	u, now := p.u, time.Now()
	q := u.manager.Settings(id).Quiet
	set := func(label string, until func() time.Time) tray.Item {
		return u.trayItem(label, func() {
			screen.Try(u.nav, func(context.Context) error {
				return u.manager.ChangeSettings(id, func(s *settings.Person) { s.Quiet.Until = until() })
			}, func(err error) {
				u.nav.Explain(err)
				p.show()
			})
		})
	}
	item := tray.Item{Label: i18n.T("quiet.title")}
	if quiet, until := q.Now(now); quiet {
		item.Label, item.Checked = i18n.T("quiet.titleUntil", "Time", wording.Time(until)), true
	}
	item.Items = []tray.Item{
		set(i18n.T("quiet.hour"), func() time.Time { return time.Now().Add(time.Hour) }),
		set(i18n.T("quiet.morning"), func() time.Time { return settings.NextMorning(time.Now()) }),
	}
	if q.Until.After(now) {
		item.Items = append(item.Items, set(i18n.T("quiet.stop"), func() time.Time { return time.Time{} }))
	}
	return item
}

// followQuiet shows the icon anew when the next "do not disturb" begins or ends.
func (p *presence) followQuiet() {
	p.stop()
	var next time.Time
	for _, a := range p.u.manager.Accounts() {
		if _, until := p.u.manager.Settings(a.ID).Quiet.Now(time.Now()); next.IsZero() || !until.IsZero() && until.Before(next) {
			next = until
		}
	}
	if !next.IsZero() {
		p.quiet = time.AfterFunc(time.Until(next)+time.Second, func() { p.u.nav.Do(p.show) })
	}
}

// stop stops the timer.
func (p *presence) stop() {
	if p.quiet != nil {
		p.quiet.Stop()
	}
}

// trayItem is a line whose click comes to Fyne's goroutine, unless the program is ending.
func (u *UI) trayItem(label string, do func()) tray.Item {
	return tray.Item{Label: label, Do: func() { u.nav.Do(do) }}
}

// saveSettings saves a setting that nothing waits for.
func (u *UI) saveSettings(change func(*settings.User)) {
	u.nav.Go(func(context.Context) func() {
		_, err := u.options.User.Update(change)
		return func() { u.nav.Explain(err) }
	})
}

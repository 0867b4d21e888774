// Package ui is everything that is seen: one main window, which shows the
// accounts, the code, the list and the settings of an account one at a time, and
// a window for each conversation.
//
// It holds no truth. What is shown is read from package account and package
// messaging; their events make it read again, on Fyne's goroutine. What waits
// for disk, network or key derivation runs on a goroutine of its own.
//
// The screens are packages of their own ([list], [code], [accounts]…), which reach
// the window and each other through a [screen.Host] alone.
package ui

import (
	"context"
	"log/slog"
	"sync"

	"discussions/account"
	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/notify"
	"discussions/settings"
	"discussions/ui/conversation"
	"discussions/ui/look"
	"discussions/ui/screen"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
)

// Notifier shows desktop notifications: [notify.Notifier].
type Notifier interface {
	Show(notify.Notification) error
	Withdraw(id string)
}

// Options are what the interface shows, and by which means.
type Options struct {
	Manager    *account.Manager
	User       *settings.UserFile
	Deployment settings.Deployment
	Notifier   Notifier
	Log        *slog.Logger // told the name of each screen, never who is on it
	Version    string
	Language   string // a language's code; overrides the user's choice until the program ends

	// End ends the program in order, when the main window is closed: first
	// [UI.Close], then what sends events, then the application, since Fyne
	// runs late events on whatever goroutine they come from.
	End func()

	// Exec is the command that opens the program at login.
	Exec []string
}

// UI is the interface. Its methods belong to Fyne's goroutine.
type UI struct {
	app     fyne.App
	o       Options
	manager screen.Manager
	nav     navigator

	window    *window
	chats     chats
	notices   notices
	clipboard clipboard
	news      news
	saves     *saves
	idle      *idle
	states    map[string]account.State // as last told
	system    systemTheme

	do      func(func()) // runs on Fyne's goroutine: fyne.Do, but for tests
	newView func(conversation.Options) view

	ctx    context.Context
	cancel context.CancelFunc
	work   sync.WaitGroup
	events func() // ends the subscription
}

// New makes the interface; nothing is seen before [UI.Start].
func New(app fyne.App, o Options) *UI {
	return newUI(app, o, manager{o.Manager}, fyne.Do, func(o conversation.Options) view { return conversation.New(o) })
}

func newUI(app fyne.App, o Options, m screen.Manager, do func(func()), newView func(conversation.Options) view) *UI {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	u := &UI{app: app, o: o, manager: m, do: do, newView: newView, states: map[string]account.State{}, saves: newSaves()}
	u.nav = navigator{u}
	u.ctx, u.cancel = context.WithCancel(context.Background())
	u.chats = chats{u: u, open: map[chatKey]*chat{}, locked: map[string][]messaging.ConversationID{}}
	u.notices = notices{u: u, shown: map[string]map[messaging.ConversationID]bool{}}
	u.clipboard.board = app.Clipboard()
	u.news = news{u: u, outbox: map[string]bool{}}
	u.idle = newIdle(u)
	u.system.follow(u.app, u.dress)
	u.dress()
	u.window = newWindow(u)
	return u
}

// Start shows the first screen: the accounts, or on an empty workstation the
// login, which opens the browser by itself.
func (u *UI) Start() {
	u.events = u.manager.Subscribe(func(e account.Event) {
		u.do(func() { u.accountEvent(e) })
	})
	u.remember()
	u.app.Lifecycle().SetOnExitedForeground(u.chats.noneInFront)
	u.idle.start()
	u.window.win.Show()
	if len(u.manager.Accounts()) == 0 {
		u.nav.LogIn(screen.AnyMethod, "")
	} else {
		u.nav.ShowAccounts()
	}
	u.news.tellSettingsSetAside(u.o.User.KeptAside())
}

// Raise brings the main window to the front, also when it was hidden or minimised.
func (u *UI) Raise() { raise(u.window.win) }

// Close ends every wait and waits for it. The windows stay as they are.
func (u *UI) Close() {
	if p := screen.SignInOf(u.window.shown); p != nil {
		screen.Abandon(u.nav, p)
	}
	u.cancel()
	u.idle.stop()
	if u.events != nil {
		u.events()
	}
	u.window.leave()
	u.window.toast.leave()
	u.chats.leave()
	u.clipboard.takeBack(u.clipboard.owner)
	u.work.Wait()
	u.notices.work.Close()
}

// accountEvent follows what happened to an account.
func (u *UI) accountEvent(e account.Event) {
	if u.ctx.Err() != nil {
		return
	}
	switch e := e.(type) {
	case account.Changed:
		a, _ := u.nav.Account(e.ID)
		if u.states[e.ID] == account.Open && a.State != account.Open {
			// It is closed already, mostly by a lock that waited for the drafts. Where the account closed itself, nothing could
			// hold it open: the draft of the last half second may be lost.
			u.hideAccount(e.ID, a.State == account.Locked)
		} else if a.Unread == 0 {
			u.notices.forget(e.ID) // read, maybe on another device
		}
	case account.Received:
		u.notices.received(e)
	case account.Erased:
		u.hideAccount(e.ID, false)
		if screen.SignInOf(u.window.shown) == nil { // else its owner goes on there, and is told there
			u.nav.ShowAccounts()
			u.nav.Tell(wording.Erased(e.Name))
			return
		}
	}
	u.remember()
	u.window.accountsChanged()
}

// remember keeps the state of each account, to see it change.
func (u *UI) remember() {
	clear(u.states)
	for _, a := range u.manager.Accounts() {
		u.states[a.ID] = a.State
	}
}

// hideAccount removes everything of an account from the screen. After a lock
// its windows are remembered, for the code to bring them back. What was written in
// them is still on its way to the disk: who closes the account waits for u.saves.
func (u *UI) hideAccount(id string, remember bool) {
	u.chats.closeAccount(id, remember)
	u.notices.forget(id)
	u.clipboard.takeBack(id)
	if u.window.showsContentOf(id) {
		if remember {
			u.nav.ShowCode(id)
		} else {
			u.nav.ShowAccounts()
		}
	}
}

// dress puts the user's language, theme and size of text in force.
func (u *UI) dress() {
	user := u.o.User.Get()
	language := user.Language
	if u.o.Language != "" {
		language = u.o.Language
	}
	if err := i18n.Speak(i18n.Resolve(language)); err != nil {
		u.o.Log.Error("language", "error", err)
	}
	if err := look.TranslateFyne(i18n.Current()); err != nil {
		u.o.Log.Warn("language of Fyne's own menus", "error", err)
	}
	u.system.set(u.app, user.Theme, user.TextSize)
}

// languageChanged puts the language of the settings in force, also where the program was started in another.
func (u *UI) languageChanged() {
	u.o.Language = ""
	u.dress()
	u.chats.redraw()
}

// screenShown tells the log, which a robot may read, what is on the screen.
func (u *UI) screenShown(name string) { u.o.Log.Info("screen", "name", name) }

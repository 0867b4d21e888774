// Package ui is the user interface: one main window, which shows one screen at a
// time, and a window for each conversation.
//
// It holds no state of its own: what is shown is read from packages account and
// messaging, and read again on their events, on Fyne's goroutine. Whatever waits
// for disk, network or key derivation runs on another goroutine.
//
// The screens are packages ([list], [code], [accounts]…). They reach the window and
// each other through [screen.Host] only.
package ui

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"discussions/account"
	"discussions/internal/i18n"
	"discussions/internal/picture"
	"discussions/internal/updates"
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

// Options configure the interface.
type Options struct {
	Manager    *account.Manager
	User       *settings.UserFile
	Deployment settings.Deployment
	Notifier   Notifier
	Tray       Tray          // nil: there is none
	Windows    NativeWindows // nil: a screen without windows of its own, as in tests
	Log        *slog.Logger  // gets the name of each screen, never a person's
	Version    string
	Built      time.Time // zero: not known
	Language   string    // a language code that overrides the user's choice until they choose again; may be ""

	// Hidden starts without a window in view, as when the computer has just started.
	Hidden bool

	// End is called when the user quits. It ends the program in this
	// order: [UI.Close], the senders of events, the application. After its end Fyne
	// would run events on their own goroutines.
	End func()

	// Diagnose writes a file for the help desk, and returns its path. It waits for the disk.
	Diagnose func() (path string, err error)

	Updates func() updates.State // nil: the program does not look for newer versions

	Folder string // where the accounts are, to be shown

	// Exec is the command that starts the program at login.
	Exec []string
}

// UI is the interface. Its methods belong to Fyne's goroutine.
type UI struct {
	app     fyne.App
	options Options
	manager screen.Manager
	nav     navigator

	window        *window
	presence      *presence
	chats         chats
	notifications notifications
	clipboard     clipboard
	opened        *openedFiles
	folders       *look.Folders
	pictures      *picture.Decoder
	news          news
	saves         *saves
	idle          *idle
	states        map[string]account.State // as of the last event
	system        systemTheme
	speaksFor     string // the account whose owner's language is spoken; "": none

	do      func(func()) // fyne.Do; tests have their own
	newView func(conversation.Options) view

	// saveFile asks where a file goes, and creates it; file is nil where the user does not want it. Tests have their own.
	saveFile func(win fyne.Window, name string, chosen func(file io.WriteCloser, path string, err error))

	ctx    context.Context
	cancel context.CancelFunc
	work   sync.WaitGroup
	events func() // ends the subscription
}

// New makes the interface. [UI.Start] shows it.
func New(app fyne.App, o Options) *UI {
	u := newUI(app, o, manager{o.Manager}, fyne.Do, func(o conversation.Options) view { return conversation.New(o) })
	fyne.SetCurrentApp(pastingApp{app, u.nav.ReadText})
	return u
}

func newUI(app fyne.App, o Options, m screen.Manager, do func(func()), newView func(conversation.Options) view) *UI {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	u := &UI{app: app, options: o, manager: m, do: do, newView: newView, states: map[string]account.State{}, saves: newSaves()}
	u.folders = look.NewFolders(app.Preferences())
	u.saveFile = saveByDialog(u.folders)
	u.nav = navigator{u}
	u.ctx, u.cancel = context.WithCancel(context.Background())
	u.chats = chats{u: u, open: map[chatKey]*chat{}, locked: map[string][]messaging.ConversationID{}, places: map[string]*placements{}}
	u.notifications = newNotifications(u)
	u.clipboard = clipboard{board: app.Clipboard(), windows: o.Windows}
	u.opened, u.pictures = newOpenedFiles(o.Folder, app.OpenURL), picture.NewDecoder()
	u.news = news{u: u, outbox: map[string]bool{}}
	u.idle = newIdle(u)
	u.system.follow(u.app, u.dress)
	u.presence = newPresence(u)
	u.dress()
	u.window = newWindow(u)
	return u
}

// Start shows the accounts or, where there is none, the login, which opens the
// browser unless the program starts hidden.
func (u *UI) Start() {
	u.events = u.manager.Subscribe(func(e account.Event) {
		u.do(func() { u.accountEvent(e) })
	})
	u.remember()
	u.app.Lifecycle().SetOnExitedForeground(u.chats.noneInFront)
	u.idle.start()
	if len(u.manager.Accounts()) == 0 && !u.options.Hidden {
		u.nav.LogIn(screen.AnyMethod, "")
	} else {
		u.nav.ShowAccounts()
	}
	u.open()
	u.news.tellSettingsSetAside(u.options.User.KeptAside())
	u.presence.show()
}

// open shows the window for the first time, with its content, as Fyne draws it at once. Before Fyne's loop runs, fyne.Do does not
// wait for the end of that frame.
func (u *UI) open() {
	drawn := false
	u.window.painted.Then(func() { drawn = true })
	if u.options.Hidden {
		u.presence.startHidden()
	} else {
		u.window.win.Show()
	}
	firstFrame := func() { u.options.Log.Info("first frame") }
	if drawn {
		firstFrame()
	} else {
		u.window.painted.Then(firstFrame)
	}
}

// Raise brings the main window to the front, even if it was hidden or minimised.
func (u *UI) Raise() {
	u.presence.away = inView
	u.raise(u.window.win)
	u.presence.tellVisible()
}

// Close cancels all work and waits for it. The windows stay open. emptied, for another goroutine than Fyne's while that one still works,
// looks whether the clipboard still holds what was copied here, and has Fyne's clear it.
func (u *UI) Close() (emptied func()) {
	if p := screen.SignInOf(u.window.shown); p != nil {
		screen.Abandon(u.nav, p)
	}
	u.cancel()
	u.idle.stop()
	u.presence.stop()
	if u.events != nil {
		u.events()
	}
	u.window.leave()
	u.window.toast.leave()
	u.chats.leave()
	copied := u.clipboard.takeBack(u.clipboard.owner)
	u.work.Wait()
	u.opened.close()
	u.notifications.close()
	return func() {
		if copied != nil {
			u.do(copied(context.Background()))
		}
	}
}

// accountEvent handles an event of package account.
func (u *UI) accountEvent(e account.Event) {
	if u.ctx.Err() != nil {
		return
	}
	switch e := e.(type) {
	case account.Changed:
		a, _ := u.nav.Account(e.ID)
		if u.states[e.ID] == account.Open && a.State != account.Open {
			// Mostly after a lock, which has waited for the drafts. An account that closed by itself cannot be held open:
			// the draft of the last half second may be lost.
			u.hideAccount(e.ID, a.State == account.Locked)
		} else if a.Unread == 0 {
			u.notifications.forget(e.ID) // read, possibly on another device
		}
	case account.Received:
		u.notifications.received(e, false)
	case account.Altered:
		u.notifications.altered(e)
	case account.Reacted:
		u.notifications.reacted(e)
	case account.RemovalStopped:
		u.news.add(e.ID, func() wording.Sentence { return wording.RemovalStopped(e.Asked, time.Now()) })
	case account.WrongCodes:
		u.news.add(e.ID, func() wording.Sentence { return wording.WrongCodes(e.Misses, time.Now()) })
	case account.Erased:
		u.hideAccount(e.ID, forgetWindows)
		u.chats.forgetPlaces(e.ID)
		if screen.SignInOf(u.window.shown) == nil { // otherwise that login tells its owner
			u.nav.ShowAccounts()
			u.nav.Warn(wording.Erased(e.Name))
			return
		}
	}
	u.remember()
	u.window.accountsChanged()
	u.presence.show()
}

// remember records the state of each account, to notice changes.
func (u *UI) remember() {
	clear(u.states)
	for _, a := range u.manager.Accounts() {
		u.states[a.ID] = a.State
	}
}

// What happens to the windows of an account that is hidden.
const (
	reopenLater   = true // the next unlock opens them again
	forgetWindows = false
)

// hideAccount removes everything of an account from the screen. The drafts of its
// windows are still being saved: wait for u.saves before closing the account.
func (u *UI) hideAccount(id string, remember bool) {
	u.chats.closeAccount(id, remember)
	u.notifications.hide(id, remember)
	u.takeBack(id)
	u.folders.Forget()
	u.work.Go(func() { u.opened.clear(id) })
	if u.window.showsContentOf(id) {
		if remember {
			u.nav.ShowCode(id)
		} else {
			u.nav.ShowAccounts()
		}
	}
}

// dress applies the language, and the workstation's theme and text size.
func (u *UI) dress() {
	u.speak()
	user := u.options.User.Get()
	u.system.set(u.app, user.Theme, user.TextSize)
}

// speak applies the language.
func (u *UI) speak() {
	if err := i18n.Speak(u.language()); err != nil {
		u.options.Log.Error("language", "error", err)
	}
	if err := look.TranslateFyne(i18n.Current()); err != nil {
		u.options.Log.Warn("language of Fyne's own menus", "error", err)
	}
}

// language is that of whose account is shown, otherwise that of the workstation.
func (u *UI) language() i18n.Language {
	language := u.options.User.Get().Language
	if theirs := u.manager.Settings(u.speaksFor).Language; u.speaksFor != "" && theirs != "" {
		language = theirs
	}
	if u.options.Language != "" {
		language = u.options.Language
	}
	return i18n.Resolve(language)
}

// speakFor speaks the language of an account's owner, or that of the workstation for "".
func (u *UI) speakFor(account string) {
	u.speaksFor = account
	if u.language() == i18n.Current().Language {
		return
	}
	u.speak()
	u.chats.redraw(account)
	u.presence.show()
}

// settingsChanged applies the settings that hold at once.
func (u *UI) settingsChanged() {
	u.idle.arm()
	u.presence.show()
}

// languageChanged applies the language of the settings, also over that of the command line.
func (u *UI) languageChanged() {
	u.options.Language = ""
	u.dress()
	for _, a := range u.manager.Accounts() {
		u.chats.redraw(a.ID)
	}
	u.presence.show()
}

// UpdateChanged shows what has become known of a newer version.
func (u *UI) UpdateChanged() {
	if u.ctx.Err() == nil {
		u.window.accountsChanged()
	}
}

// screenShown logs what is shown; the tests of the whole program wait for it.
func (u *UI) screenShown(name string) { u.options.Log.Info("screen", "name", name) }

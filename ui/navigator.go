package ui

import (
	"context"
	"log/slog"
	"net/url"
	"time"

	"discussions/account"
	"discussions/internal/updates"
	"discussions/messaging"
	"discussions/settings"
	"discussions/ui/accounts"
	"discussions/ui/choices"
	"discussions/ui/code"
	"discussions/ui/list"
	"discussions/ui/look"
	"discussions/ui/person"
	"discussions/ui/screen"
	settingsscreen "discussions/ui/settings"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
)

// navigator implements [screen.Host] with the [UI].
type navigator struct{ u *UI }

var _ screen.Host = navigator{}

func (n navigator) Manager() screen.Manager { return n.u.manager }
func (n navigator) Deployment() settings.Deployment {
	d := n.u.options.Deployment
	d.Policy = n.u.manager.Policy()
	return d
}
func (n navigator) Update() updates.State {
	if n.u.options.Updates == nil {
		return updates.State{}
	}
	return n.u.options.Updates()
}
func (n navigator) Log() *slog.Logger          { return n.u.options.Log }
func (n navigator) Show(s screen.Screen)       { n.u.window.show(s) }
func (n navigator) Shows(s screen.Screen) bool { return n.u.window.shown == s }
func (n navigator) Canvas() fyne.Canvas        { return n.u.window.win.Canvas() }
func (n navigator) Raise()                     { n.u.Raise() }
func (n navigator) Touch()                     { n.u.idle.touch() }
func (n navigator) AfterPaint(f func())        { n.u.window.painted.Then(f) }

// Account implements [screen.Host].
func (n navigator) Account(id string) (account.Account, bool) {
	for _, a := range n.u.manager.Accounts() {
		if a.ID == id {
			return a, true
		}
	}
	return account.Account{}, false
}

// Do implements [screen.Window].
func (n navigator) Do(f func()) {
	n.u.do(func() {
		if n.u.ctx.Err() == nil {
			f()
		}
	})
}

// Go implements [screen.Window]. [UI.Close] waits for work.
func (n navigator) Go(work func(ctx context.Context) (done func())) {
	n.u.work.Go(func() { n.Do(work(n.u.ctx)) })
}

// Ask implements [screen.Window].
func (n navigator) Ask(q look.Question) {
	look.Ask(n.Canvas(), q)
	n.u.screenShown("confirm")
}

// Tell implements [screen.Window].
func (n navigator) Tell(s wording.Sentence) {
	n.Ask(look.Question{Title: s.What, Text: s.Means, Advice: s.Do})
}

// Warn implements [screen.Window].
func (n navigator) Warn(s wording.Sentence) {
	n.Ask(look.Question{Title: s.What, Text: s.Means, Advice: s.Do, Warns: true})
}

// Explain implements [screen.Window].
func (n navigator) Explain(err error) {
	if err != nil {
		n.Log().Warn("told the user", "error", err)
		n.Warn(wording.Explain(err))
	}
}

// ShowMenu implements [screen.Window].
func (n navigator) ShowMenu(m *look.Menu, place look.Place, dismissed func()) {
	m.Show(n.Canvas(), place, dismissed)
	n.u.screenShown("menu")
}

func (n navigator) ShowAccounts()               { n.Show(accounts.New(n)) }
func (n navigator) ShowList(id string)          { list.Show(n, id) }
func (n navigator) ShowCode(id string)          { code.ShowUnlock(n, id) }
func (n navigator) ShowChangeCode(id string)    { code.ShowChange(n, id) }
func (n navigator) ShowLoginNeeded(id string)   { accounts.ShowLoginNeeded(n, id) }
func (n navigator) AddAccount()                 { accounts.ShowAdd(n) }
func (n navigator) LogIn(method int, id string) { accounts.ShowLogin(n, method, id) }
func (n navigator) ChooseCode(s account.SignIn) {
	code.ShowChoose(n, s)
	if removed := s.Person().Removed; !removed.At.IsZero() {
		n.u.news.add("", func() wording.Sentence { return wording.Removed(removed, time.Now()) })
	}
}

// ShowAccount implements [screen.Navigator].
func (n navigator) ShowAccount(id string) {
	a, ok := n.Account(id)
	switch {
	case !ok:
		n.ShowAccounts()
	case a.State == account.Open:
		n.ShowList(id)
	case a.NeedsLogin:
		n.ShowLoginNeeded(id)
	default:
		n.ShowCode(id)
	}
}

// ShowSettings implements [screen.Navigator].
func (n navigator) ShowSettings(id string) {
	settingsscreen.Show(n, settingsscreen.Options{
		User: n.u.options.User, Version: n.u.options.Version, Built: n.u.options.Built, Command: n.u.options.Exec, Folder: n.u.options.Folder,
		Diagnose: n.u.options.Diagnose, Changed: n.u.settingsChanged, Dress: n.u.dress, LanguageChanged: n.u.languageChanged,
	}, id)
}

// OpenReleaseNotes implements [screen.Navigator].
func (n navigator) OpenReleaseNotes() {
	address, err := url.Parse(n.Update().Notes)
	if err != nil || address.Scheme != "https" {
		return
	}
	if err := n.u.app.OpenURL(address); err != nil {
		n.Log().Warn("open the notes of a release", "error", err)
	}
}

// ShowTrouble implements [screen.Navigator].
func (n navigator) ShowTrouble(err error, s account.SignIn, retry, back func()) {
	accounts.ShowTrouble(n, err, s, retry, back)
}

// Opened implements [screen.Navigator].
func (n navigator) Opened(id string) {
	n.ShowList(id)
	n.u.chats.accountOpened(id, func() {
		n.u.notifications.opened(id, func() { n.u.chats.reopen(id) })
	})
	if client, ok := n.u.manager.Client(id); ok {
		n.u.news.tellOutboxSetAside(id, client.SetAside())
	}
}

// SideBySide implements [screen.Navigator].
func (n navigator) SideBySide() func() { return n.u.chats.sideBySide(n.u.window.win) }

// OpenConversation implements [screen.Navigator].
func (n navigator) OpenConversation(account string, id messaging.ConversationID, name string) {
	n.u.chats.show(account, id, name)
}

// OpenMessage implements [screen.Navigator].
func (n navigator) OpenMessage(account string, id messaging.ConversationID, name string, place messaging.Cursor) {
	n.u.chats.show(account, id, name)
	if chat, ok := n.u.chats.open[chatKey{account, id}]; ok {
		chat.view.Show(place)
	}
}

// ShowSearch implements [screen.Navigator].
func (n navigator) ShowSearch(account, text string) { list.ShowSearch(n, account, text) }

// ShowPerson implements [screen.Navigator].
func (n navigator) ShowPerson(account string, p messaging.ConversationID) {
	person.ShowCard(n, account, p)
}

// ShowStatus implements [screen.Navigator].
func (n navigator) ShowStatus(account string) { person.ShowStatus(n, account) }

// MoreChoices implements [screen.Navigator].
func (n navigator) MoreChoices(account string, c messaging.Conversation, show func(*look.Menu)) func(*look.Menu, choices.Line) {
	client, ok := n.u.manager.Client(account)
	if !ok {
		return nil
	}
	return n.u.moreChoices(account, client, c, n.u.window.win, show)
}

// Quit implements [screen.Navigator].
func (n navigator) Quit() {
	if n.u.options.End != nil {
		n.u.options.End()
	}
}

// WithdrawNotification implements [screen.Host].
func (n navigator) WithdrawNotification(account string, conversation messaging.ConversationID) {
	n.u.notifications.withdraw(account, conversation)
}

// Copy implements [screen.Host].
func (n navigator) Copy(owner, text string) {
	n.u.app.Clipboard().SetContent(text)
	n.Copied(owner, text)
}

// Copied implements [screen.Host].
func (n navigator) Copied(owner, text string) { n.u.clipboard.copied(owner, text) }

// ReadText implements [screen.Host].
func (n navigator) ReadText(most int, then func(text string, err error)) {
	n.Go(func(ctx context.Context) func() {
		text, err := n.u.clipboard.read(ctx, most)
		return func() { then(n.u.clipboard.orFyne(text, err)) }
	})
}

// TakeBack implements [screen.Host].
func (n navigator) TakeBack(owner string) { n.u.takeBack(owner) }

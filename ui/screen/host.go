package screen

import (
	"context"
	"log/slog"

	"discussions/account"
	"discussions/internal/updates"
	"discussions/messaging"
	"discussions/settings"
	"discussions/ui/choices"
	"discussions/ui/look"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
)

// Host is what a screen can use of the interface. Only Do may be called off Fyne's goroutine.
type Host interface {
	Window
	Navigator

	Manager() Manager
	Account(id string) (account.Account, bool)
	Deployment() settings.Deployment
	Update() updates.State // what is known of a newer version of the program

	// Copy puts a text of owner into the clipboard; Copied is told that a field did. TakeBack clears it, unless something else has been
	// copied since. ReadText is [look.Board.Read].
	Copy(owner, text string)
	Copied(owner, text string)
	TakeBack(owner string)
	ReadText(most int, then func(text string, err error))

	// WithdrawNotification removes the notification of a conversation.
	WithdrawNotification(account string, conversation messaging.ConversationID)
}

// Window is the main window.
type Window interface {
	Show(Screen)
	Shows(Screen) bool
	Canvas() fyne.Canvas
	Raise()

	Ask(look.Question)
	Tell(wording.Sentence)
	Warn(wording.Sentence) // of something that went wrong
	Explain(err error)     // warns of what an error means; does nothing for nil
	ShowMenu(m *look.Menu, place look.Place, dismissed func())

	Touch()                                          // restarts the time to the automatic lock
	AfterPaint(f func())                             // runs f after the next frame
	Do(f func())                                     // runs f on Fyne's goroutine unless the program is ending
	Go(work func(ctx context.Context) (done func())) // runs work on a new goroutine, then gives done to Do
	Log() *slog.Logger
}

// Navigator leads from one screen to another.
type Navigator interface {
	ShowAccounts()
	ShowAccount(id string) // the list if the account is open, otherwise its code or login
	ShowList(id string)
	ShowCode(id string)
	ShowChangeCode(id string)
	ShowSettings(id string)
	ShowLoginNeeded(id string)
	ShowTrouble(err error, login account.SignIn, retry, back func())

	AddAccount()
	LogIn(method int, id string)     // method is an index into the deployment's or AnyMethod; id "": a new person
	ChooseCode(login account.SignIn) // after a login
	Opened(id string)                // after an unlock: the list, then the windows that the lock closed

	Lock(id string)
	AskLogOut(id string)
	AskRemove(id string)
	LogOutAll()
	Quit()

	SideBySide() func() // places the open conversations beside each other; nil: there are not several, or windows cannot be placed
	OpenConversation(account string, id messaging.ConversationID, name string)
	OpenMessage(account string, id messaging.ConversationID, name string, place messaging.Cursor)
	ShowSearch(account, text string)
	OpenReleaseNotes() // in the browser; does nothing where there are none

	ShowPerson(account string, person messaging.ConversationID)
	ShowStatus(account string)

	// MoreChoices are the lines of a conversation's menu that lead elsewhere; show shows the menu that follows.
	MoreChoices(account string, c messaging.Conversation, show func(*look.Menu)) func(*look.Menu, choices.Line)
}

// Board is the clipboard for the fields of an account's screen.
func Board(h Host, owner string) look.Board {
	return look.Board{Copied: func(text string) { h.Copied(owner, text) }, Read: h.ReadText}
}

// AnyMethod leaves the choice of the login method to the provider's page.
const AnyMethod = -1

// Run runs work, which may wait, on a new goroutine, and gives its result to done on Fyne's goroutine.
func Run[T any](w Window, work func(ctx context.Context) (T, error), done func(T, error)) {
	w.Go(func(ctx context.Context) func() {
		result, err := work(ctx)
		return func() { done(result, err) }
	})
}

// Try is [Run] for work without a result.
func Try(w Window, work func(ctx context.Context) error, done func(error)) {
	w.Go(func(ctx context.Context) func() {
		err := work(ctx)
		return func() { done(err) }
	})
}

// Abandon gives a login up.
func Abandon(w Window, login account.SignIn) {
	w.Go(func(context.Context) func() { login.Abandon(); return func() {} })
}

package screen

import (
	"context"
	"log/slog"

	"discussions/account"
	"discussions/messaging"
	"discussions/settings"
	"discussions/ui/look"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
)

// Host is the interface as its screens see it. All methods belong to Fyne's goroutine, but Do.
type Host interface {
	Window
	Navigator

	Manager() Manager
	Account(id string) (account.Account, bool)
	Deployment() settings.Deployment

	// Copy puts a text that belongs to owner into the clipboard; TakeBack clears it, unless something else is there by then.
	Copy(owner, text string)
	TakeBack(owner string)

	// MarkShown withdraws the notification of a conversation that has been read.
	MarkShown(account string, conversation messaging.ConversationID)
}

// Window is the main window.
type Window interface {
	Show(Screen)
	Shows(Screen) bool
	Canvas() fyne.Canvas
	Raise()

	Ask(look.Question)
	Tell(wording.Sentence)
	Explain(err error) // tells what an error means; nothing for nil
	ShowMenu(m *look.Menu, place look.Place, dismissed func())

	Touch()                                          // somebody is there
	AfterPaint(f func())                             // runs f when what is shown is on the screen
	Do(f func())                                     // runs f on Fyne's goroutine, unless the program ends
	Go(work func(ctx context.Context) (done func())) // runs work on a goroutine of its own, then done as Do does
	Log() *slog.Logger
}

// Navigator leads from one screen to another.
type Navigator interface {
	ShowAccounts()
	ShowAccount(id string) // its list where it is open, else the way into it
	ShowList(id string)
	ShowCode(id string)
	ShowChangeCode(id string)
	ShowSettings(id string)
	ShowLoginNeeded(id string)
	ShowTrouble(err error, login account.SignIn, again, back func())

	AddAccount()
	LogIn(method int, id string)     // of somebody new for ""; method is one of the deployment's or AnyMethod
	ChooseCode(login account.SignIn) // follows a login
	Opened(id string)                // shows an account that was just opened

	Lock(id string)
	AskLogOut(id string)
	AskRemove(id string)
	LogOutAll()

	OpenConversation(account string, id messaging.ConversationID, name string)
}

// AnyMethod leaves the choice between the ways to log in to the provider's page.
const AnyMethod = -1

// Run calls done, on Fyne's goroutine, with what work returned; work runs on a goroutine of its own and may wait.
func Run[T any](w Window, work func(ctx context.Context) (T, error), done func(T, error)) {
	w.Go(func(ctx context.Context) func() {
		result, err := work(ctx)
		return func() { done(result, err) }
	})
}

// Try is [Run] for work that has no result.
func Try(w Window, work func(ctx context.Context) error, done func(error)) {
	w.Go(func(ctx context.Context) func() {
		err := work(ctx)
		return func() { done(err) }
	})
}

// Abandon gives up a login of which nothing will come.
func Abandon(w Window, login account.SignIn) {
	w.Go(func(context.Context) func() { login.Abandon(); return func() {} })
}

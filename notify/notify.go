// Package notify shows desktop notifications, withdraws them, and reports clicks on them.
//
// Other people write what it shows, so no text of a notification ever reaches a shell, a script or unescaped markup. It uses each
// operating system directly:
//
//   - Linux: the notification server of the session bus, if there is one;
//   - Windows: toasts (WinRT). They need the identifier [AppID], the address scheme [Scheme] and the class [ActivatorClass] that
//     the installer registers; a click starts the program with an address that [ParseActivation] understands;
//   - macOS: the notification centre. It needs the program to be in its bundle.
//
// Each has a Notifier with New, Show, Withdraw, WithdrawAll, WithdrawLeft and Close. Show and the withdrawals wait for the operating system, up
// to three seconds: never call them on the goroutine of the windows.
package notify

import (
	"errors"
	"log/slog"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ErrUnavailable means that nothing can show notifications at the moment. A later Show may succeed.
var ErrUnavailable = errors.New("this desktop shows no notifications")

// A Notification is what appears in a corner of the screen. Title and Body are plain text.
type Notification struct {
	ID     string // for Withdraw and for clicks; a later notification with the same ID replaces this one
	Title  string
	Body   string
	Reply  string // the label of a field to answer in, where the desktop has one; "": none
	Silent bool
}

// Options are what a Notifier needs. Its functions are called on a goroutine of the Notifier and must not call Close.
type Options struct {
	AppName string
	Log     *slog.Logger
	Clicked func(id string)
	Replied func(id, text string) // somebody answered in the notification, which is gone then
	State   string                // path of a file that remembers, without any content, what is shown; "": nothing is remembered
}

const (
	// AppID is the program's name for operating systems: the AppUserModelID on Windows, the desktop file's name on Linux.
	AppID = "org.spico.discussions"
	// Scheme is the address scheme by which Windows starts the program when a notification is clicked.
	Scheme = "discussions"
	// ActivatorClass is the class of COM to which Windows gives what is typed in a notification. The installer registers it.
	ActivatorClass = "{4C0E5C1B-6E0D-4F3A-9B55-2D8A7E61F0C4}"

	maxID    = 1024 // bytes
	maxTitle = 100  // characters
	maxBody  = 400  // characters
	maxReply = 8000 // characters of an answer
)

// ParseActivation returns the ID of the clicked notification if arg, an argument of the program, is the address that the
// operating system starts it with. Any web page can contain such an address, so the ID may only choose what to show.
func ParseActivation(arg string) (id string, ok bool) {
	u, err := url.Parse(arg)
	if err != nil || u.Scheme != Scheme || u.Host != "open" || strings.Trim(u.Path, "/") != "" {
		return "", false
	}
	id = u.Query().Get("id")
	return id, id != "" && len(id) <= maxID && utf8.ValidString(id)
}

// activation is the address that ParseActivation understands.
func activation(id string) string {
	return Scheme + "://open?" + url.Values{"id": {id}}.Encode()
}

// cleaned returns n with valid text of limited length, without characters that would disturb the text around it.
func (n Notification) cleaned() Notification {
	n.Title = clean(n.Title, maxTitle, false)
	n.Body = clean(n.Body, maxBody, true)
	n.Reply = clean(n.Reply, maxTitle, false)
	return n
}

// cleanReply is an answer as it may be sent.
func cleanReply(text string) string { return clean(text, maxReply, true) }

func clean(text string, limit int, lines bool) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' && lines:
			return r
		case r == utf8.RuneError:
			return '\uFFFD'
		case unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Bidi_Control, r) || unicode.Is(unicode.Noncharacter_Code_Point, r):
			return -1
		}
		return r
	}, text)
	text = strings.TrimSpace(text)
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	return strings.TrimSpace(string([]rune(text)[:limit-1])) + "…"
}

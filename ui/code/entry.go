// Package code has the screens that ask for a four-digit code: to open an account, to choose a code and to change it.
//
// A code is a [secret.Text]. Unlike elsewhere, a function that receives one owns it and wipes it. Codes that a screen still needs
// are in entry.held and are wiped when the screen is left.
package code

import (
	"time"

	"discussions/account"
	"discussions/internal/i18n"
	"discussions/internal/secret"
	"discussions/ui/look"
	"discussions/ui/screen"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// longWait is a delay after which a full login is quicker than waiting.
const longWait = 2 * time.Minute

// entry is a screen that asks for a code.
type entry struct {
	h       screen.Host
	id      string         // for the log
	signIn  account.SignIn // the login that the code completes; nil: none
	account string         // the open account that the screen belongs to; "": none
	person  string
	second  string // below the name; may be ""
	prompt  string
	back    func()
	extra   string // the button at the bottom; "": none
	onExtra func()
	// forgotten says that extra offers a full login.
	forgotten bool
	received  func(code secret.Text)
	restart   func()        // retries after trouble with the code
	follow    func()        // called when an account has changed; may be nil
	held      []secret.Text // wiped when the screen is left

	keypad *keypad
	line   *look.Label
	timer  *time.Timer
	until  time.Time
	after  string // the prompt after the wait
}

// Name implements [screen.Screen].
func (s *entry) Name() string { return s.id }

// Owner implements [screen.Owned].
func (s *entry) Owner() string { return s.account }

// SignIn implements [screen.LoginStep].
func (s *entry) SignIn() account.SignIn { return s.signIn }

// Content implements [screen.Screen].
func (s *entry) Content() fyne.CanvasObject {
	s.keypad = newKeypad(s.received)
	s.line = look.NewLabel(s.prompt, look.Style{Colour: look.ColorSoft, Wrap: true, Align: fyne.TextAlignCenter})
	column := look.Column(14,
		container.NewCenter(look.NewAvatar(s.person, 72)),
		look.NewLabel(s.person, look.Style{Size: look.SizeTitle, Bold: true, Wrap: true, Align: fyne.TextAlignCenter}))
	if s.second != "" {
		column.Add(look.NewLabel(s.second, look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Wrap: true, Align: fyne.TextAlignCenter}))
	}
	column.Add(s.line)
	column.Add(container.NewCenter(s.keypad))

	top := look.Pad(look.Line(0, nil, look.IconButton(look.IconBack, i18n.T("code.back"), s.back)), 12, 12, 0, 12)
	bottom := look.Blank(0, 24)
	if s.extra != "" {
		bottom = look.Pad(look.NewButton(look.Link, s.extra, s.onExtra), 8, 24, 12, 24)
	}
	return container.NewStack(newBackground(s.keypad), screen.Page(top, container.NewVScroll(look.Pad(column, 0, 24, 0, 24)), bottom))
}

// Focus implements [screen.Focuser].
func (s *entry) Focus() fyne.Focusable { return s.keypad }

// TypedRune implements [screen.Keyed].
func (s *entry) TypedRune(r rune) {
	s.keypad.grabFocus()
	s.keypad.TypedRune(r)
}

// TypedKey implements [screen.Keyed].
func (s *entry) TypedKey(name fyne.KeyName) {
	switch {
	case name == fyne.KeyEscape:
		s.back()
	case name == fyne.KeyBackspace:
		s.keypad.back()
	case isDigit(name): // the keypad has lost the focus
		s.keypad.grabFocus()
		s.keypad.keyboard.down(name)
	default:
		screen.Walk(s.h.Canvas(), name)
	}
}

// Leave implements [screen.Leaver].
func (s *entry) Leave() {
	s.keypad.clear()
	for _, code := range s.held {
		code.Wipe()
	}
	s.held = nil
	if s.timer != nil {
		s.timer.Stop()
	}
}

// AccountsChanged implements [screen.Follower].
func (s *entry) AccountsChanged() {
	if s.follow != nil {
		s.follow()
	}
}

// setPrompt shows above the keypad what to type.
func (s *entry) setPrompt(text string) { s.setLine(text, look.ColorSoft) }

// setTrouble shows above the keypad what went wrong.
func (s *entry) setTrouble(text string) { s.setLine(text, look.ColorDanger) }

func (s *entry) setLine(text string, colour fyne.ThemeColorName) {
	style := s.line.Style
	style.Colour = colour
	s.line.Set(text, style)
}

// busy disables the keypad while a code is checked.
func (s *entry) busy(text string) {
	s.keypad.Disable()
	s.setPrompt(text)
}

// refused clears the code, says why, and asks again.
func (s *entry) refused(text string) {
	s.h.Log().Info("code not taken")
	s.keypad.Enable()
	s.keypad.refuse()
	s.keypad.grabFocus()
	s.setTrouble(text)
}

// waits disables the keypad and counts down to until.
func (s *entry) waits(until time.Time, after string) {
	s.until, s.after = until, after
	s.keypad.clear()
	s.keypad.Disable()
	s.tick()
}

func (s *entry) tick() {
	left := time.Until(s.until)
	if left <= 0 {
		s.keypad.Enable()
		s.keypad.grabFocus()
		s.setTrouble(s.after)
		return
	}
	line := i18n.T("code.wait", "Time", wording.Countdown(left), "Tries", s.after)
	if left > longWait && s.forgotten {
		line += " " + i18n.T("code.waitLogin")
	}
	s.setTrouble(line)
	next := left % time.Second // until the next whole second
	if next == 0 {
		next = time.Second
	}
	s.timer = time.AfterFunc(next, func() {
		s.h.Do(func() {
			if s.h.Shows(s) {
				s.tick()
			}
		})
	})
}

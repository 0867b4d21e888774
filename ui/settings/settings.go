// Package settings is the screen of the user's settings.
package settings

import (
	"context"
	"slices"
	"time"

	"discussions/internal/i18n"
	"discussions/settings"
	"discussions/ui/look"
	"discussions/ui/screen"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Options configure the screen.
type Options struct {
	User    *settings.UserFile
	Version string
	Built   time.Time // zero: not known
	Command []string  // starts the program at login

	Diagnose func() (path string, err error) // writes a file for the help desk; waits for the disk

	Folder          string // where the accounts are
	Changed         func() // called after a setting was saved
	Dress           func() // applies the theme and the text size
	LanguageChanged func() // applies the language
}

// page is the settings screen.
type page struct {
	h  screen.Host
	o  Options
	id string // the account it was opened from

	scroll  *container.Scroll
	cards   *fyne.Container
	atLogin *look.Switch
}

// Show shows the settings; id is the account to go back to.
func Show(h screen.Host, o Options, id string) {
	h.Show(&page{h: h, o: o, id: id, scroll: &container.Scroll{}, cards: &fyne.Container{}})
}

func (s *page) Name() string  { return "settings" }
func (s *page) Owner() string { return s.id }
func (s *page) back()         { s.h.ShowList(s.id) }

func (s *page) TypedKey(name fyne.KeyName) {
	if name == fyne.KeyEscape {
		s.back()
		return
	}
	screen.Walk(s.h.Canvas(), name)
}

func (s *page) TypedRune(rune) {}

func (s *page) Content() fyne.CanvasObject {
	remove := look.NewButton(look.Warn, i18n.T("account.remove"), func() { s.h.AskRemove(s.id) })
	s.cards = look.Column(18, s.notifications(), s.security(), s.appearance(), s.workstation(), s.about(), remove)
	leaving := look.BottomBar(look.NewButton(look.Primary, i18n.T("settings.logOut"), func() { s.h.AskLogOut(s.id) }))
	offset := s.scroll.Offset
	s.scroll = look.NewScroll(look.Pad(s.cards, look.Space, look.Space, look.Space, look.Space))
	s.scroll.Offset = offset
	return screen.Page(screen.BackBar(i18n.T("settings.title"), s.back), s.scroll, leaving)
}

// redraw applies a change, which may be nil, and draws the page anew at the same place, if it is still shown. The same control keeps the
// focus: those that come and go stand behind the one that was used.
func (s *page) redraw(change func()) {
	focused := slices.Index(look.Controls(s.cards), s.h.Canvas().Focused())
	if change != nil {
		change()
	}
	if !s.h.Shows(s) {
		return
	}
	s.h.Show(s)
	if focused >= 0 {
		s.h.Canvas().Focus(look.Controls(s.cards)[focused])
	}
}

// person is what the owner of the account has chosen.
func (s *page) person() settings.Person { return s.h.Manager().Settings(s.id) }

// changeThen saves a setting of the workstation.
func (s *page) changeThen(with func(*settings.User), then func()) {
	screen.Try(s.h, func(context.Context) error {
		_, err := s.o.User.Update(with)
		return err
	}, s.saved(then))
}

// changePerson saves a setting of the account's owner.
func (s *page) changePerson(with func(*settings.Person)) { s.changePersonThen(with, func() {}) }

func (s *page) changePersonThen(with func(*settings.Person), then func()) {
	screen.Try(s.h, func(context.Context) error { return s.h.Manager().ChangeSettings(s.id, with) }, s.saved(then))
}

func (s *page) saved(then func()) func(error) {
	return func(err error) {
		if err != nil {
			s.h.Explain(err)
			return
		}
		s.h.Touch()
		s.o.Changed()
		then()
	}
}

// Package settings is the screen of the user's settings.
package settings

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"discussions/internal/i18n"
	"discussions/settings"
	"discussions/ui/look"
	"discussions/ui/screen"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Options configure the screen.
type Options struct {
	User    *settings.UserFile
	Version string
	Command []string // starts the program at login

	Diagnose func() (path string, err error) // writes a file for the help desk; waits for the disk

	Changed         func() // called after a setting was saved
	Dress           func() // applies the theme and the text size
	LanguageChanged func() // applies the language
}

// page is the settings screen.
type page struct {
	h  screen.Host
	o  Options
	id string // the account it was opened from

	atLogin *look.Switch
}

// Show shows the settings; id is the account to go back to.
func Show(h screen.Host, o Options, id string) { h.Show(&page{h: h, o: o, id: id}) }

func (s *page) Name() string  { return "settings" }
func (s *page) Owner() string { return s.id }
func (s *page) back()         { s.h.ShowList(s.id) }

func (s *page) Content() fyne.CanvasObject {
	user := s.o.User.Get()
	s.atLogin = look.NewSwitch(false, i18n.T("settings.atLogin"), s.setAtLogin)
	s.readAtLogin()

	cards := look.Column(14,
		look.Card(
			choiceRow(i18n.T("settings.notifications"), "", look.NewSwitch(user.Notifications, i18n.T("settings.notifications"),
				func(on bool) { s.change(func(u *settings.User) { u.Notifications = on }) })),
			choiceRow(i18n.T("settings.content"), s.contentNote(), s.contentPicker(user)),
			choiceRow(i18n.T("settings.atLogin"), "", s.atLogin)),
		look.Card(
			choiceRow(i18n.T("settings.lock"), "", s.lockPicker(user)),
			goRow(i18n.T("settings.changeCode"), s.wrongCodes(), func() { s.h.ShowChangeCode(s.id) })),
		look.Card(
			choiceRow(i18n.T("settings.language"), "", s.languagePicker(user)),
			choiceRow(i18n.T("settings.theme"), "", s.themePicker(user)),
			choiceRow(i18n.T("settings.textSize"), "", s.textSizePicker(user))),
		look.Card(s.diagnosisRow()),
		look.NewLabel(i18n.T("settings.version", "Version", s.o.Version),
			look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Align: fyne.TextAlignCenter, Wrap: true}),
	)
	leaving := look.Pad(look.Column(2,
		look.NewButton(look.Primary, i18n.T("settings.logOut"), func() { s.h.AskLogOut(s.id) }),
		look.NewButton(look.Warn, i18n.T("account.remove"), func() { s.h.AskRemove(s.id) })), 8, look.Space, 8, look.Space)
	return screen.Page(screen.BackBar(i18n.T("settings.title"), s.back),
		container.NewVScroll(look.Pad(cards, look.Space, look.Space, 8, look.Space)), leaving)
}

// wrongCodes says whether somebody tried to open the account in the last weeks.
func (s *page) wrongCodes() string {
	a, _ := s.h.Account(s.id)
	now := time.Now()
	if a.Misses.Since.Before(now.AddDate(0, 0, -wrongCodesDays)) {
		return ""
	}
	return wording.Misses(a.Misses, now)
}

// wrongCodesDays is how long the settings tell of wrong codes.
const wrongCodesDays = 30

func (s *page) TypedKey(name fyne.KeyName) {
	if name == fyne.KeyEscape {
		s.back()
		return
	}
	screen.Walk(s.h.Canvas(), name)
}

func (s *page) TypedRune(rune) {}

// change saves a setting.
func (s *page) change(with func(*settings.User)) {
	s.changeThen(with, func() {})
}

func (s *page) changeThen(with func(*settings.User), then func()) {
	screen.Run(s.h, func(context.Context) (settings.User, error) {
		return s.o.User.Update(with)
	}, func(_ settings.User, err error) {
		if err != nil {
			s.h.Explain(err)
			return
		}
		s.h.Touch()
		s.o.Changed()
		then()
	})
}

// contentNote says that the organisation limits what notifications show.
func (s *page) contentNote() string {
	if s.h.Deployment().Policy.NotificationContent == settings.ContentFull {
		return ""
	}
	return i18n.T("settings.contentNote")
}

// contentPicker offers what the organisation allows.
func (s *page) contentPicker(user settings.User) fyne.CanvasObject {
	policy := s.h.Deployment().Policy
	var choices []look.Choice
	for _, c := range []settings.Content{settings.ContentNone, settings.ContentName, settings.ContentFull} {
		if c.AtMost(policy.NotificationContent) == c {
			choices = append(choices, look.Choice{Value: string(c), Text: i18n.T("settings.content." + string(c))})
		}
	}
	return look.NewPicker(string(policy.Content(user)), i18n.T("settings.content"), func(v string) {
		s.change(func(u *settings.User) { u.Content = settings.Content(v) })
	}, choices...)
}

// lockPicker offers times up to the organisation's limit.
func (s *page) lockPicker(user settings.User) fyne.CanvasObject {
	limit := s.h.Deployment().Policy.LockAfter
	now := s.h.Deployment().Policy.Lock(user)
	var choices []look.Choice
	has := false
	add := func(d time.Duration) {
		has = has || d == now
		choices = append(choices, look.Choice{Value: d.String(), Text: duration(d)})
	}
	for _, minutes := range []int{1, 2, 5, 10, 15, 30, 60} {
		if d := time.Duration(minutes) * time.Minute; limit <= 0 || d <= limit {
			add(d)
		}
	}
	if limit <= 0 {
		add(0)
	}
	if !has {
		add(now)
	}
	return look.NewPicker(now.String(), i18n.T("settings.lock"), func(v string) {
		d, err := time.ParseDuration(v)
		if err == nil {
			s.change(func(u *settings.User) { u.LockAfter = d })
		}
	}, choices...)
}

func duration(d time.Duration) string {
	switch {
	case d <= 0:
		return i18n.T("settings.lock.never")
	case d%time.Minute != 0:
		return i18n.N("settings.lock.seconds", int(d/time.Second))
	case d%time.Hour == 0:
		return i18n.N("settings.lock.hours", int(d/time.Hour))
	}
	return i18n.N("settings.lock.minutes", int(d/time.Minute))
}

func (s *page) languagePicker(user settings.User) fyne.CanvasObject {
	choices := []look.Choice{{Value: "", Text: i18n.T("settings.system")}}
	for _, l := range i18n.All() {
		choices = append(choices, look.Choice{Value: string(l.Language), Text: l.Name})
	}
	return look.NewPicker(user.Language, i18n.T("settings.language"), func(v string) {
		s.changeThen(func(u *settings.User) { u.Language = v }, func() {
			s.o.LanguageChanged()
			s.h.ShowSettings(s.id)
		})
	}, choices...)
}

func (s *page) themePicker(user settings.User) fyne.CanvasObject {
	return look.NewPicker(user.Theme, i18n.T("settings.theme"), func(v string) {
		s.changeThen(func(u *settings.User) { u.Theme = v }, s.o.Dress)
	}, look.Choice{Value: string(look.System), Text: i18n.T("settings.system")},
		look.Choice{Value: string(look.Light), Text: i18n.T("settings.theme.light")},
		look.Choice{Value: string(look.Dark), Text: i18n.T("settings.theme.dark")})
}

func (s *page) textSizePicker(user settings.User) fyne.CanvasObject {
	var choices []look.Choice
	for _, percent := range []int{90, 100, 115, 130, 150} {
		choices = append(choices, look.Choice{Value: strconv.Itoa(percent), Text: i18n.T("settings.percent", "Percent", percent)})
	}
	now := strconv.Itoa(int(user.TextSize*100 + 0.5))
	return look.NewPicker(now, i18n.T("settings.textSize"), func(v string) {
		percent, err := strconv.Atoi(v)
		if err != nil {
			return
		}
		s.changeThen(func(u *settings.User) { u.TextSize = float32(percent) / 100 }, func() {
			s.o.Dress()
			s.h.ShowSettings(s.id) // all heights have changed
		})
	}, choices...)
}

// readAtLogin reads the setting from the operating system, which keeps it.
func (s *page) readAtLogin() {
	screen.Run(s.h, func(context.Context) (bool, error) { return settings.OpensAtLogin(), nil },
		func(on bool, _ error) { s.atLogin.Set(on) })
}

func (s *page) setAtLogin(on bool) {
	screen.Try(s.h, func(context.Context) error {
		return settings.SetOpensAtLogin(on, s.o.Command)
	}, func(err error) {
		if err != nil {
			s.h.Explain(fmt.Errorf("%w: %w", wording.ErrOpenAtLogin, err))
			s.readAtLogin()
			return
		}
		s.h.Log().Info("open at login", "on", on)
	})
}

// choiceRow is a row of a card with a control.
func choiceRow(title, note string, control fyne.CanvasObject) fyne.CanvasObject {
	texts := look.Column(0, look.NewLabel(title, look.Style{Wrap: true}))
	if note != "" {
		texts.Add(look.NewLabel(note, look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Wrap: true}))
	}
	return look.Pad(look.Line(16, texts, texts, control), 10, look.Space, 10, look.Space)
}

// goRow is a row of a card that leads to another screen. The warning below the title may be "".
func goRow(title, warning string, tapped func()) fyne.CanvasObject {
	label := look.Column(0, look.NewLabel(title, look.Style{Cut: true}))
	if warning != "" {
		label.Add(look.NewLabel(warning, look.Style{Size: look.SizeSmall, Colour: look.ColorDanger, Wrap: true}))
	}
	line := look.Line(16, label, label, look.Picture(look.IconNext, 18))
	return look.NewPressable(look.Pad(line, 13, look.Space, 13, look.Space), title, tapped)
}

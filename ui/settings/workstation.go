package settings

import (
	"context"
	"fmt"

	"discussions/internal/i18n"
	"discussions/settings"
	"discussions/ui/look"
	"discussions/ui/screen"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
)

// workstation is what all accounts of this workstation share.
func (s *page) workstation() fyne.CanvasObject {
	s.atLogin = look.NewSwitch(false, i18n.T("settings.atLogin"), s.setAtLogin)
	s.readAtLogin()
	return section(i18n.T("settings.workstation"),
		choiceRow(i18n.T("settings.atLogin"), "", s.atLogin),
		choiceRow(i18n.T("settings.language.accounts"), "", s.accountsLanguagePicker()))
}

// accountsLanguagePicker is the language while no account is shown, and of everybody who has not chosen another.
func (s *page) accountsLanguagePicker() fyne.CanvasObject {
	choices := append([]look.Choice{{Value: "", Text: i18n.T("settings.system")}}, languages()...)
	return look.NewPicker(s.o.User.Get().Language, i18n.T("settings.language.accounts"), func(v string) {
		s.changeThen(func(u *settings.User) { u.Language = v }, func() { s.redraw(s.o.LanguageChanged) })
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

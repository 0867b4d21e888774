package settings

import (
	"strconv"

	"discussions/internal/i18n"
	"discussions/settings"
	"discussions/ui/look"

	"fyne.io/fyne/v2"
)

func (s *page) appearance() fyne.CanvasObject {
	user := s.o.User.Get()
	return section(i18n.T("settings.appearance"),
		choiceRow(i18n.T("settings.language"), "", s.languagePicker()),
		choiceRow(i18n.T("settings.theme"), "", s.themePicker(user)),
		choiceRow(i18n.T("settings.textSize"), "", s.textSizePicker(user)))
}

// languagePicker is the language of this person.
func (s *page) languagePicker() fyne.CanvasObject {
	choices := append([]look.Choice{{Value: "", Text: i18n.T("settings.language.workstation")}}, languages()...)
	return look.NewPicker(s.person().Language, i18n.T("settings.language"), func(v string) {
		s.changePersonThen(func(p *settings.Person) { p.Language = v }, func() { s.redraw(s.o.LanguageChanged) })
	}, choices...)
}

// languages are those that the program speaks, by their own names.
func languages() (choices []look.Choice) {
	for _, l := range i18n.All() {
		choices = append(choices, look.Choice{Value: string(l.Language), Text: l.Name})
	}
	return choices
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
		choices = append(choices, look.Choice{Value: strconv.Itoa(percent), Text: i18n.T("number.percent", "Percent", percent)})
	}
	now := strconv.Itoa(int(user.TextSize*100 + 0.5))
	return look.NewPicker(now, i18n.T("settings.textSize"), func(v string) {
		percent, err := strconv.Atoi(v)
		if err != nil {
			return
		}
		s.changeThen(func(u *settings.User) { u.TextSize = float32(percent) / 100 }, func() { s.redraw(s.o.Dress) }) // all heights change
	}, choices...)
}

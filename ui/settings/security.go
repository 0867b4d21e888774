package settings

import (
	"time"

	"discussions/internal/i18n"
	"discussions/settings"
	"discussions/ui/look"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
)

func (s *page) security() fyne.CanvasObject {
	policy := s.h.Manager().Policy()
	rows := []fyne.CanvasObject{
		s.lockRow(s.o.User.Get()),
		goRow(i18n.T("settings.changeCode"), s.wrongCodes(), func() { s.h.ShowChangeCode(s.id) }),
	}
	if policy.CodeLifetime > 0 {
		rows = append(rows, fixedRow(i18n.T("settings.codeLifetime"), i18n.T("settings.every", "Span", wording.Span(policy.CodeLifetime))))
	}
	if policy.LogoutRemoves {
		rows = append(rows, fixedRow(i18n.T("settings.logoutRemoves"), i18n.T("settings.yes")))
	}
	return section(i18n.T("settings.security"), rows...)
}

// lockRow is a choice up to the organisation's limit; where that leaves one value, there is nothing to choose.
func (s *page) lockRow(user settings.User) fyne.CanvasObject {
	picker := s.lockPicker(user)
	limit := s.h.Manager().Policy().LockAfter
	switch {
	case len(picker.Choices) == 1:
		return fixedRow(i18n.T("settings.lock"), picker.Choices[0].Text)
	case limit > 0:
		return choiceRow(i18n.T("settings.lock"), i18n.T("settings.atMost", "Limit", duration(limit)), picker)
	}
	return choiceRow(i18n.T("settings.lock"), "", picker)
}

// lockPicker offers times up to the organisation's limit.
func (s *page) lockPicker(user settings.User) *look.Picker {
	limit := s.h.Manager().Policy().LockAfter
	now := s.h.Manager().Policy().Lock(user)
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
			s.changeThen(func(u *settings.User) { u.LockAfter = d }, func() {})
		}
	}, choices...)
}

func duration(d time.Duration) string {
	switch {
	case d <= 0:
		return i18n.T("settings.lock.never")
	case d%time.Minute != 0:
		return i18n.N("span.seconds", int(d/time.Second))
	case d%time.Hour == 0:
		return i18n.N("span.hours", int(d/time.Hour))
	}
	return i18n.N("span.minutes", int(d/time.Minute))
}

// wrongCodes says whether somebody typed wrong codes in the last weeks.
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

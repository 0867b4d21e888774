package settings

import (
	"time"

	"discussions/internal/i18n"
	"discussions/settings"
	"discussions/ui/look"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
)

func (s *page) notifications() fyne.CanvasObject {
	p := s.person()
	onOff := func(title string, on bool, change func(p *settings.Person, on bool)) fyne.CanvasObject {
		return choiceRow(title, "", look.NewSwitch(on, title, func(on bool) {
			s.changePerson(func(p *settings.Person) { change(p, on) })
		}))
	}
	rows := []fyne.CanvasObject{
		onOff(i18n.T("settings.notifications"), p.Notifications, func(p *settings.Person, on bool) { p.Notifications = on }),
		s.contentRow(p),
		onOff(i18n.T("settings.sound"), p.Sound, func(p *settings.Person, on bool) { p.Sound = on }),
		onOff(i18n.T("settings.reactions"), p.Reactions, func(p *settings.Person, on bool) { p.Reactions = on }),
		choiceRow(i18n.T("quiet.title"), s.quietNote(p), s.quietPicker(p)),
		choiceRow(i18n.T("quiet.daily"), "", look.NewSwitch(p.Quiet.Daily, i18n.T("quiet.daily"), func(on bool) {
			s.changePersonThen(func(p *settings.Person) { p.Quiet.Daily = on }, func() { s.redraw(nil) })
		})),
	}
	if p.Quiet.Daily {
		rows = append(rows, choiceRow(i18n.T("quiet.hours"), "", look.Line(8, nil,
			s.hourPicker(i18n.T("quiet.from"), p.Quiet.From, func(p *settings.Person, minutes int) { p.Quiet.From = minutes }),
			look.NewLabel("–", look.Style{}),
			s.hourPicker(i18n.T("quiet.to"), p.Quiet.To, func(p *settings.Person, minutes int) { p.Quiet.To = minutes }))))
	}
	return section(i18n.T("settings.notifications.section"), rows...)
}

// contentRow offers what the organisation allows; where that is nothing, there is nothing to choose.
func (s *page) contentRow(p settings.Person) fyne.CanvasObject {
	policy := s.h.Manager().Policy()
	var choices []look.Choice
	for _, c := range []settings.Content{settings.ContentNone, settings.ContentName, settings.ContentFull} {
		if c.AtMost(policy.NotificationContent) == c {
			choices = append(choices, look.Choice{Value: string(c), Text: i18n.T("settings.content." + string(c))})
		}
	}
	title, note := i18n.T("settings.content"), ""
	switch len(choices) {
	case 1:
		return fixedRow(title, choices[0].Text)
	case 2:
		note = i18n.T("settings.contentNote")
	}
	return choiceRow(title, note, look.NewPicker(string(policy.Content(p)), title, func(v string) {
		s.changePerson(func(p *settings.Person) { p.Content = settings.Content(v) })
	}, choices...))
}

// quietNote says until when it is quiet.
func (s *page) quietNote(p settings.Person) string {
	if quiet, until := p.Quiet.Now(time.Now()); quiet {
		return i18n.T("quiet.until", "Time", wording.Time(until))
	}
	return ""
}

// quietPicker turns it on and off by hand.
func (s *page) quietPicker(p settings.Person) fyne.CanvasObject {
	const off, on, hour, morning = "off", "on", "hour", "morning"
	choices := []look.Choice{
		{Value: off, Text: i18n.T("quiet.off")}, {Value: hour, Text: i18n.T("quiet.hour")}, {Value: morning, Text: i18n.T("quiet.morning")},
	}
	now := off
	if p.Quiet.Until.After(time.Now()) {
		now, choices[0].Text = on, i18n.T("quiet.stop")
		choices = append(choices, look.Choice{Value: on, Text: i18n.T("quiet.on")})
	}
	return look.NewPicker(now, i18n.T("quiet.title"), func(v string) {
		s.changePersonThen(func(p *settings.Person) {
			switch v {
			case off:
				p.Quiet.Until = time.Time{}
			case hour:
				p.Quiet.Until = time.Now().Add(time.Hour)
			case morning:
				p.Quiet.Until = settings.NextMorning(time.Now())
			}
		}, func() { s.redraw(nil) })
	}, choices...)
}

// hourPicker chooses a time of day.
func (s *page) hourPicker(label string, minutes int, change func(p *settings.Person, minutes int)) fyne.CanvasObject {
	const step = 30
	text := func(minutes int) string {
		return i18n.Date(i18n.TimeOfDay, time.Date(2000, 1, 1, 0, minutes, 0, 0, time.UTC))
	}
	values := map[string]int{}
	var choices []look.Choice
	add := func(m int) {
		values[text(m)] = m
		choices = append(choices, look.Choice{Value: text(m), Text: text(m)})
	}
	for m := 0; m < 24*60; m += step {
		add(m)
		if minutes > m && minutes < m+step {
			add(minutes)
		}
	}
	return look.NewPicker(text(minutes), label, func(v string) {
		s.changePersonThen(func(p *settings.Person) { change(p, values[v]) }, func() { s.redraw(nil) })
	}, choices...)
}

package list

import (
	"context"

	"discussions/messaging"
	"discussions/ui/choices"
	"discussions/ui/look"
	"discussions/ui/screen"

	"fyne.io/fyne/v2"
)

// openMenu shows what can be chosen for a conversation, at a point of the window.
func (l *page) openMenu(c messaging.Conversation, at fyne.Position) {
	l.h.Touch()
	place := look.At(at, choices.Width)
	focus := l.h.Canvas().Focused()
	show := func(m *look.Menu) {
		l.h.ShowMenu(m, place, func() {
			if focus != nil {
				l.h.Canvas().Focus(focus)
			}
		})
	}
	m := look.NewMenu()
	choices.Menu{
		Client: l.client, Conversation: c, Show: show, More: l.h.MoreChoices(l.id, c, show),
		Do: func(f func() error) { screen.Try(l.h, func(context.Context) error { return f() }, l.h.Explain) },
	}.AddTo(m)
	show(m)
}

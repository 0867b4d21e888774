package conversation

import (
	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

const (
	memberRow     = 52
	membersHeight = 360 // height
	membersWidth  = 300
)

// openMembers opens the list of a group's people under the header.
func (v *View) openMembers() {
	v.work.Go(func() {
		members := v.o.Client.Members(v.o.ID)
		v.later(func() { v.popMembers(members) })
	})
}

func (v *View) popMembers(members []messaging.Member) {
	c := fyne.CurrentApp().Driver().CanvasForObject(v.header)
	if c == nil {
		return
	}
	list := newMemberList(members)
	popup := widget.NewPopUp(list, c)
	list.close = func() { popup.Hide(); v.Focus() }
	width := min(membersWidth*v.metrics.scale, v.header.Size().Width-2*look.Space)
	height := min(membersHeight, list.rowsHeight(), c.Size().Height-2*headerHeight)
	popup.Resize(fyne.NewSize(width, height))
	popup.ShowAtRelativePosition(fyne.NewPos(look.Space, v.header.Size().Height-8), v.header)
	c.Focus(list)
}

// memberList is the people of a group, in a list that the keys scroll and close.
type memberList struct {
	widget.BaseWidget

	close  func()
	scroll *container.Scroll
}

var _ fyne.Focusable = (*memberList)(nil)

func newMemberList(members []messaging.Member) *memberList {
	box := look.Column(0)
	for _, m := range members {
		box.Add(memberLine(m))
	}
	if len(members) == 0 {
		box.Add(look.Pad(look.NewLabel(i18n.T("conversation.members.none"), look.Style{Colour: look.ColorSoft, Wrap: true}), 8, 8, 8, 8))
	}
	l := &memberList{scroll: container.NewVScroll(box), close: func() {}}
	l.ExtendBaseWidget(l)
	return l
}

// memberLine shows one person: picture, name, and job where it is known.
func memberLine(m messaging.Member) fyne.CanvasObject {
	person := wording.Name(m.Name)
	words := []fyne.CanvasObject{look.NewLabel(person, look.Style{Bold: true, Cut: true})}
	if job := wording.Name(m.Job); job != "" {
		words = append(words, look.NewLabel(job, look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Cut: true}))
	}
	text := look.Column(0, words...)
	return look.Pad(look.Line(12, text, look.Avatar(person, avatarSize), text), 6, 8, 6, 8)
}

func (l *memberList) rowsHeight() float32 {
	return l.scroll.Content.MinSize().Height + 2*theme.Padding()
}

// FocusGained implements [fyne.Focusable].
func (l *memberList) FocusGained() {}

// FocusLost implements [fyne.Focusable].
func (l *memberList) FocusLost() {}

// TypedRune implements [fyne.Focusable].
func (l *memberList) TypedRune(rune) {}

// TypedKey implements [fyne.Focusable].
func (l *memberList) TypedKey(e *fyne.KeyEvent) {
	at := l.scroll.Offset
	switch e.Name {
	case fyne.KeyEscape, fyne.KeyReturn, fyne.KeyEnter:
		l.close()
		return
	case fyne.KeyUp:
		at.Y -= memberRow
	case fyne.KeyDown:
		at.Y += memberRow
	default:
		return
	}
	l.scroll.ScrollToOffset(at)
}

// CreateRenderer implements [fyne.Widget].
func (l *memberList) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(l.scroll) }

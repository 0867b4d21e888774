package conversation

import (
	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

const (
	memberRow    = 52
	membersMost  = 360 // height
	membersWidth = 300
)

// showMembers opens the list of a group's people under the header.
func (v *View) showMembers() {
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
	height := min(membersMost, list.rowsHeight(), c.Size().Height-2*headerHeight)
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
	box := container.NewVBox()
	for _, m := range members {
		box.Add(memberLine(m))
	}
	if len(members) == 0 {
		box.Add(container.NewPadded(canvas.NewText(i18n.T("conversation.members.none"), look.Colour(look.ColorSoft))))
	}
	l := &memberList{scroll: container.NewVScroll(box), close: func() {}}
	l.ExtendBaseWidget(l)
	return l
}

// memberLine shows one person: picture, name, and job where it is known.
func memberLine(m messaging.Member) fyne.CanvasObject {
	name := canvas.NewText(cleanLine(m.Name), look.Colour(look.ColorText))
	name.TextStyle.Bold = true
	words := []fyne.CanvasObject{name}
	if job := cleanLine(m.Job); job != "" {
		detail := canvas.NewText(job, look.Colour(look.ColorSoft))
		detail.TextSize = theme.Size(look.SizeSmall)
		words = append(words, detail)
	}
	picture := container.NewCenter(look.Avatar(name.Text, avatarSize))
	text := container.New(&stacked{}, words...)
	return container.New(&memberLayout{}, picture, text)
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

// memberLayout puts a picture before words.
type memberLayout struct{}

func (memberLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	words := objects[1].MinSize()
	return fyne.NewSize(avatarSize+24+words.Width, max(memberRow, words.Height+8))
}

func (memberLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Move(fyne.NewPos(8, 0))
	objects[0].Resize(fyne.NewSize(avatarSize, size.Height))
	words := objects[1].MinSize()
	objects[1].Move(fyne.NewPos(8+avatarSize+12, (size.Height-words.Height)/2))
	objects[1].Resize(fyne.NewSize(size.Width-avatarSize-28, words.Height))
}

// stacked puts objects under each other without space.
type stacked struct{}

func (stacked) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, o := range objects {
		m := o.MinSize()
		size = fyne.NewSize(max(size.Width, m.Width), size.Height+m.Height)
	}
	return size
}

func (stacked) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	y := float32(0)
	for _, o := range objects {
		h := o.MinSize().Height
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(size.Width, h))
		y += h
	}
}

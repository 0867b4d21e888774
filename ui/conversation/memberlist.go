package conversation

import (
	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// memberList is the people of a group. There may be thousands: only those in view are drawn. Up and Down move in it, Enter opens the menu
// of a person or, where the user may do nothing with them, their card.
type memberList struct {
	widget.List
	members  []messaging.Member
	own      messaging.Role
	height   float32 // of a row
	at       int     // -1: nobody
	open     func(messaging.Member, look.Place)
	card     func(messaging.Member) // nil: there are none
	onEscape func()
	drawn    map[widget.ListItemID]*memberRow
}

func newMemberList(height float32) *memberList {
	l := &memberList{height: height, at: -1, drawn: map[widget.ListItemID]*memberRow{}}
	l.HideSeparators = true
	l.Length = func() int { return len(l.members) }
	l.CreateItem = func() fyne.CanvasObject { return newMemberRow(l) }
	l.UpdateItem = func(i widget.ListItemID, o fyne.CanvasObject) {
		if i < len(l.members) {
			l.drawn[i] = o.(*memberRow)
			o.(*memberRow).set(l.members[i], i)
		}
	}
	l.ExtendBaseWidget(l)
	return l
}

func (l *memberList) show(members []messaging.Member, own messaging.Role) {
	l.members, l.own = members, own
	l.at = min(l.at, len(members)-1)
	l.Refresh()
}

// press opens the menu of a person, or their card.
func (l *memberList) press(i int) {
	if i < 0 || i >= len(l.members) || !l.opens(l.members[i]) {
		return
	}
	l.at = i
	l.Refresh()
	if !l.hasMenu(l.members[i]) {
		l.card(l.members[i])
		return
	}
	if row := l.drawn[i]; row != nil {
		l.open(l.members[i], look.Below(row, 220))
	}
}

// hasMenu reports whether the user may do something with somebody.
func (l *memberList) hasMenu(m messaging.Member) bool { return !m.Own && mayChange(l.own, m) }

// opens reports whether somebody has a menu or a card.
func (l *memberList) opens(m messaging.Member) bool { return l.hasMenu(m) || !m.Own && l.card != nil }

// FocusGained implements [fyne.Focusable].
func (l *memberList) FocusGained() {
	if l.at < 0 && len(l.members) > 0 {
		l.at = 0
		l.Refresh()
	}
}

// FocusLost implements [fyne.Focusable].
func (l *memberList) FocusLost() { l.at = -1; l.Refresh() }

// TypedRune implements [fyne.Focusable].
func (l *memberList) TypedRune(rune) {}

// TypedKey implements [fyne.Focusable].
func (l *memberList) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyDown:
		l.move(l.at + 1)
	case fyne.KeyUp:
		l.move(l.at - 1)
	case fyne.KeyHome:
		l.move(0)
	case fyne.KeyEnd:
		l.move(len(l.members) - 1)
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		l.press(l.at)
	case fyne.KeyEscape:
		l.onEscape()
	}
}

func (l *memberList) move(at int) {
	if at < 0 || at >= len(l.members) {
		return
	}
	l.at = at
	l.ScrollTo(at)
	l.Refresh()
}

// memberRow is one person: picture, name, job, and what they are in the group.
type memberRow struct {
	look.Row
	list      *memberList
	avatar    *look.Avatar
	name, job *look.Label
	role      *look.Label
	more      fyne.CanvasObject
}

func newMemberRow(l *memberList) *memberRow {
	r := &memberRow{
		list: l, avatar: look.NewAvatar("", avatarSize),
		name: look.NewLabel("", look.Style{Bold: true, Cut: true}), job: look.NewLabel("", look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Cut: true}),
		role: look.NewLabel("", look.Style{Size: look.SizeSmall, Colour: look.ColorAccent}), more: look.Picture(look.IconMore.In(look.ColorSoft), 18),
	}
	words := look.Column(0, r.name, r.job)
	r.Extend(r, look.Pad(look.Line(12, words, r.avatar, words, r.role, r.more), 6, 8, 6, 8), 8, l.height-4)
	return r
}

func (r *memberRow) set(m messaging.Member, i int) {
	name := wording.Name(m.Name)
	r.avatar.SetName(name)
	if m.Own {
		name = i18n.T("group.you", "Name", name)
	}
	r.name.SetText(name)
	job := wording.Name(m.Job)
	r.job.SetText(job)
	r.job.Hidden = job == ""
	r.role.SetText(wording.Role(m.Role))
	r.role.Hidden = wording.Role(m.Role) == ""
	r.OnTapped = nil
	r.more.Hide()
	if r.list.opens(m) {
		r.OnTapped = func() { r.list.press(i) }
	}
	if r.list.hasMenu(m) {
		r.more.Show()
	}
	r.Choose(r.list.at == i)
	r.Arrange()
}

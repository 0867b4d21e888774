package conversation

import (
	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// memberList is the people of a group. There may be thousands: only those in view are drawn. Up and Down move in it, Enter opens the menu
// of a person.
type memberList struct {
	widget.List
	members  []messaging.Member
	own      messaging.Role
	height   float32 // of a row
	at       int     // -1: nobody
	open     func(messaging.Member, look.Place)
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

// press opens the menu of a person, where the user may do something with them.
func (l *memberList) press(i int) {
	if i < 0 || i >= len(l.members) || !mayChange(l.own, l.members[i]) || l.members[i].Own {
		return
	}
	l.at = i
	l.Refresh()
	if row := l.drawn[i]; row != nil {
		l.open(l.members[i], look.Below(row, 220))
	}
}

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
	widget.BaseWidget
	list       *memberList
	i          int
	background *look.Block
	avatar     *fyne.Container
	avatarOf   string
	name, job  *look.Label
	role       *look.Label
	more       fyne.CanvasObject
	content    fyne.CanvasObject
	hovered    bool
}

var (
	_ fyne.Tappable     = (*memberRow)(nil)
	_ desktop.Hoverable = (*memberRow)(nil)
)

func newMemberRow(l *memberList) *memberRow {
	r := &memberRow{
		list: l, background: look.NewBlock("", "", 8), avatar: container.NewStack(look.Blank(avatarSize, avatarSize)),
		name: look.NewLabel("", look.Style{Bold: true, Cut: true}), job: look.NewLabel("", look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Cut: true}),
		role: look.NewLabel("", look.Style{Size: look.SizeSmall, Colour: look.ColorAccent}), more: look.Picture(look.IconMore.In(look.ColorSoft), 18),
	}
	words := look.Column(0, r.name, r.job)
	r.content = container.NewStack(r.background, look.Pad(look.Line(12, words, r.avatar, words, r.role, r.more), 6, 8, 6, 8))
	r.ExtendBaseWidget(r)
	return r
}

func (r *memberRow) set(m messaging.Member, i int) {
	r.i = i
	name := wording.Name(m.Name)
	if r.avatarOf != name {
		r.avatarOf = name
		r.avatar.Objects = []fyne.CanvasObject{look.Avatar(name, avatarSize)}
		r.avatar.Refresh()
	}
	if m.Own {
		name = i18n.T("group.you", "Name", name)
	}
	r.name.SetText(name)
	job := wording.Name(m.Job)
	r.job.SetText(job)
	r.job.Hidden = job == ""
	r.role.SetText(wording.Role(m.Role))
	r.role.Hidden = wording.Role(m.Role) == ""
	if m.Own || !mayChange(r.list.own, m) {
		r.more.Hide()
	} else {
		r.more.Show()
	}
	r.paint()
	r.content.Refresh()
}

func (r *memberRow) paint() {
	r.background.Fill = look.RowFill(r.list.at == r.i, r.hovered)
	r.background.Refresh()
}

// CreateRenderer implements [fyne.Widget].
func (r *memberRow) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(r.content)
}

// MinSize is the same for all.
func (r *memberRow) MinSize() fyne.Size {
	m := r.content.MinSize()
	return fyne.NewSize(m.Width, max(m.Height, r.list.height-4))
}

// Tapped implements [fyne.Tappable].
func (r *memberRow) Tapped(*fyne.PointEvent) { r.list.press(r.i) }

// MouseIn implements [desktop.Hoverable].
func (r *memberRow) MouseIn(*desktop.MouseEvent) { r.hovered = true; r.paint() }

// MouseMoved implements [desktop.Hoverable].
func (r *memberRow) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements [desktop.Hoverable].
func (r *memberRow) MouseOut() { r.hovered = false; r.paint() }

package conversation

import (
	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/conversation/timeline"
	"discussions/ui/look"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

const (
	memberHeight  = 52
	membersHeight = 360
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
	rows := memberRows{members: members, height: memberHeight * v.metrics.scale}
	list := timeline.New(rows)
	popup := widget.NewPopUp(rows.content(list), c)
	list.OnKey = func(e *fyne.KeyEvent) {
		switch e.Name {
		case fyne.KeyEscape, fyne.KeyReturn, fyne.KeyEnter:
			popup.Hide()
			v.Focus()
		}
	}
	width := min(membersWidth*v.metrics.scale, v.header.Size().Width-2*look.Space)
	height := min(membersHeight, float32(max(1, len(members)))*rows.height+2*theme.Padding(), c.Size().Height-2*headerHeight)
	popup.Resize(fyne.NewSize(width, height))
	popup.ShowAtRelativePosition(fyne.NewPos(look.Space, v.header.Size().Height-8), v.header)
	list.ToRow(0, 0)
	list.TakeFocus()
}

// memberRows are the people of a group. A group may have thousands: only those in view are drawn.
type memberRows struct {
	members []messaging.Member
	height  float32
}

// content is the list, or a sentence where nobody is known.
func (r memberRows) content(list *timeline.Timeline) fyne.CanvasObject {
	if len(r.members) > 0 {
		return list
	}
	none := look.NewLabel(i18n.T("conversation.members.none"), look.Style{Colour: look.ColorSoft, Wrap: true})
	return container.NewStack(look.Pad(none, 8, 8, 8, 8), list)
}

func (r memberRows) Len() int                    { return len(r.members) }
func (r memberRows) Key(row int) any             { return row }
func (r memberRows) Kind(int) int                { return 0 }
func (r memberRows) Height(int, float32) float32 { return r.height }
func (r memberRows) Make(int) fyne.CanvasObject  { return container.NewStack() }

// Draw shows one person: picture, name, and job where it is known.
func (r memberRows) Draw(row int, object fyne.CanvasObject) {
	m := r.members[row]
	name := wording.Name(m.Name)
	words := []fyne.CanvasObject{look.NewLabel(name, look.Style{Bold: true, Cut: true})}
	if job := wording.Name(m.Job); job != "" {
		words = append(words, look.NewLabel(job, look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Cut: true}))
	}
	text := look.Column(0, words...)
	line := object.(*fyne.Container)
	line.Objects = []fyne.CanvasObject{look.Middle(look.Pad(look.Line(12, text, look.Avatar(name, avatarSize), text), 0, 8, 0, 8))}
	line.Refresh()
}

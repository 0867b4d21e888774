package pick

import (
	"discussions/ui/look"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// row is one person: a mark where they are chosen, picture, name and job.
type row struct {
	look.Row
	avatar    *look.Avatar
	box       *look.Block
	mark      fyne.CanvasObject
	name, job *look.Label
}

const (
	face = 36
	box  = 20
)

func newRow() *row {
	r := &row{
		avatar: look.NewAvatar("", face), box: look.NewBlock("", look.ColorControl, 5),
		mark: look.Picture(look.IconSent.In(look.ColorOnAccent), 16), name: look.NewLabel("", look.Style{Bold: true, Cut: true}),
		job: look.NewLabel("", look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Cut: true}),
	}
	check := container.NewGridWrap(fyne.NewSquareSize(box), container.NewStack(r.box, container.NewCenter(r.mark)))
	words := look.Column(0, r.name, r.job)
	r.Extend(r, look.Pad(look.Line(12, words, check, r.avatar, words), 6, 10, 6, 10), 8, 52) // room for two lines, also where there is one
	return r
}

func (r *row) set(p Person, chosen, at bool, tapped func()) {
	name := wording.Name(p.Name)
	r.avatar.SetName(name)
	r.name.SetText(name)
	r.job.SetText(wording.Name(p.Job))
	r.job.Hidden = p.Job == ""
	r.box.Fill, r.box.Stroke = "", look.ColorControl
	if chosen {
		r.box.Fill, r.box.Stroke = look.ColorAccent, look.ColorAccent
		r.mark.Show()
	} else {
		r.mark.Hide()
	}
	r.box.Refresh()
	r.OnTapped = tapped
	r.Choose(at)
	r.Arrange()
}

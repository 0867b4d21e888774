package pick

import (
	"discussions/ui/look"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// row is one person: a mark where they are chosen, picture, name and job.
type row struct {
	widget.BaseWidget
	background *look.Block
	avatar     *fyne.Container
	avatarOf   string
	box        *look.Block
	mark       fyne.CanvasObject
	name, job  *look.Label
	content    fyne.CanvasObject
	tapped     func()
	at         bool
	hovered    bool
}

var (
	_ fyne.Tappable      = (*row)(nil)
	_ desktop.Hoverable  = (*row)(nil)
	_ desktop.Cursorable = (*row)(nil)
)

const (
	face = 36
	box  = 20
)

func newRow() *row {
	r := &row{
		background: look.NewBlock("", "", 8), avatar: container.NewStack(look.Blank(face, face)), box: look.NewBlock("", look.ColorControl, 5),
		mark: look.Picture(look.IconSent.In(look.ColorOnAccent), 16), name: look.NewLabel("", look.Style{Bold: true, Cut: true}),
		job: look.NewLabel("", look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Cut: true}),
	}
	check := container.NewGridWrap(fyne.NewSquareSize(box), container.NewStack(r.box, container.NewCenter(r.mark)))
	words := look.Column(0, r.name, r.job)
	r.content = container.NewStack(r.background, look.Pad(look.Line(12, words, check, r.avatar, words), 6, 10, 6, 10))
	r.ExtendBaseWidget(r)
	return r
}

func (r *row) set(p Person, chosen, at bool, tapped func()) {
	name := wording.Name(p.Name)
	if r.avatarOf != name {
		r.avatarOf = name
		r.avatar.Objects = []fyne.CanvasObject{look.Avatar(name, face)}
		r.avatar.Refresh()
	}
	r.name.SetText(name)
	r.job.SetText(wording.Name(p.Job))
	r.job.Hidden = p.Job == ""
	r.box.Fill, r.box.Stroke = "", look.ColorControl
	if chosen {
		r.box.Fill, r.box.Stroke = look.ColorAccent, look.ColorAccent
	}
	if chosen {
		r.mark.Show()
	} else {
		r.mark.Hide()
	}
	r.box.Refresh()
	r.at, r.tapped = at, tapped
	r.paint()
	r.content.Refresh()
}

func (r *row) paint() {
	r.background.Fill = look.RowFill(r.at, r.hovered)
	r.background.Refresh()
}

// CreateRenderer implements [fyne.Widget].
func (r *row) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.content) }

// Tapped implements [fyne.Tappable].
func (r *row) Tapped(*fyne.PointEvent) {
	if r.tapped != nil {
		r.tapped()
	}
}

// MinSize has room for two lines, also where there is one.
func (r *row) MinSize() fyne.Size {
	m := r.content.MinSize()
	return fyne.NewSize(m.Width, fyne.Max(52, m.Height))
}

// MouseIn implements [desktop.Hoverable].
func (r *row) MouseIn(*desktop.MouseEvent) { r.hovered = true; r.paint() }

// MouseMoved implements [desktop.Hoverable].
func (r *row) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements [desktop.Hoverable].
func (r *row) MouseOut() { r.hovered = false; r.paint() }

// Cursor implements [desktop.Cursorable].
func (r *row) Cursor() desktop.Cursor { return desktop.PointerCursor }

package conversation

import (
	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// tray stands over the input and shows the files that go with what is written.
type tray struct {
	widget.BaseWidget
	onChange func()
	plain    bool // the files lie unencrypted on the server, which is said

	list   []*attachment
	rows   *fyne.Container
	scroll *container.Scroll
	inner  *fyne.Container
	note   *look.Label
}

const (
	trayRow  = 48
	trayRows = 3 // seen at once
	trayNote = 24
)

func newTray(onChange func()) *tray {
	t := &tray{onChange: onChange, rows: look.Column(0), note: look.NewLabel("", look.Style{Size: look.SizeSmall, Colour: look.ColorDanger, Cut: true})}
	t.scroll = container.NewVScroll(t.rows)
	t.note.Hide()
	t.inner = container.NewBorder(nil, t.note, nil, nil, t.scroll)
	t.ExtendBaseWidget(t)
	t.Hide()
	return t
}

func (t *tray) add(a *attachment) {
	t.list = append(t.list, a)
	t.show()
}

// take empties the tray.
func (t *tray) take() []*attachment {
	list := t.list
	t.list = nil
	t.show()
	return list
}

// putBack puts files in front of those that came meanwhile.
func (t *tray) putBack(list []*attachment) {
	t.list = append(append([]*attachment(nil), list...), t.list...)
	t.show()
}

func (t *tray) remove(a *attachment) {
	for i, other := range t.list {
		if other == a {
			t.list = append(t.list[:i:i], t.list[i+1:]...)
			break
		}
	}
	t.show()
	t.onChange()
}

// height is the room that the tray takes.
func (t *tray) height() float32 {
	if len(t.list) == 0 {
		return 0
	}
	height := float32(min(trayRows, len(t.list)) * trayRow)
	if t.plain {
		height += trayNote
	}
	return height
}

func (t *tray) show() {
	t.rows.Objects = nil
	for _, a := range t.list {
		t.rows.Add(t.row(a))
	}
	t.note.SetText(i18n.T("attach.plain"))
	t.note.Hidden = !t.plain
	t.rows.Refresh()
	if len(t.list) == 0 {
		t.Hide()
		return
	}
	t.Show()
	t.scroll.Refresh()
}

func (t *tray) row(a *attachment) fyne.CanvasObject {
	file := messaging.File{Name: a.name, MediaType: a.mediaType, Size: a.size}
	icon := look.IconFile
	var picture fyne.CanvasObject
	if a.ready != nil {
		file.Width, file.Height = a.ready.Width, a.ready.Height
	}
	if a.thumbnail != nil {
		shown := canvas.NewImageFromImage(a.thumbnail)
		shown.FillMode, shown.CornerRadius = canvas.ImageFillContain, 6
		picture = shown
	} else {
		picture = container.NewCenter(look.Picture(icon.In(look.ColorAccent), 20))
	}
	words := look.Column(0,
		look.NewLabel(wording.FileNameOf(file).String(), look.Style{Size: look.SizeSmall, Bold: true, Cut: true}),
		look.NewLabel(wording.FileDetail(file, true), look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Cut: true}))
	cross := look.IconButton(look.IconCross, i18n.T("attach.remove", "Name", a.name), func() { t.remove(a) })
	middle := look.Middle(words)
	return container.New(fixedHeight(trayRow), look.Line(10, middle, look.Middle(container.NewGridWrap(fyne.NewSquareSize(40), picture)), middle, look.Middle(cross)))
}

// CreateRenderer implements [fyne.Widget].
func (t *tray) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(t.inner) }

// fixedHeight lays an object out with that height.
type fixedHeight float32

// MinSize implements [fyne.Layout].
func (h fixedHeight) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(objects[0].MinSize().Width, float32(h))
}

// Layout implements [fyne.Layout].
func (h fixedHeight) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Resize(fyne.NewSize(size.Width, float32(h)))
}

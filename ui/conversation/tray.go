package conversation

import (
	"strings"

	"discussions/internal/i18n"
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
	notes  *fyne.Container
	traces *look.Label // the warning about files that are sent with the camera's data
	note   *look.Label
}

const (
	trayRow   = 48
	trayRows  = 3 // visible without scrolling
	trayNote  = 24
	trayRoomy = 360 // a row as wide says how many pixels a picture has
)

func newTray(onChange func()) *tray {
	note := func() *look.Label {
		return look.NewLabel("", look.Style{Size: look.SizeSmall, Colour: look.ColorDanger, Cut: true})
	}
	t := &tray{onChange: onChange, rows: look.Column(0), traces: note(), note: note()}
	t.scroll = container.NewVScroll(t.rows)
	t.notes = look.Column(0, t.traces, t.note)
	t.inner = container.NewBorder(nil, t.notes, nil, nil, t.scroll)
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
	if len(t.traced()) > 0 {
		height += trayNote
	}
	return height
}

func (t *tray) show() {
	t.rows.Objects = nil
	for _, a := range t.list {
		t.rows.Add(t.row(a))
	}
	traces := t.traced()
	t.traces.SetText(i18n.T("attach.traces", "Names", strings.Join(traces, ", ")))
	t.traces.Hidden = len(traces) == 0
	t.note.SetText(i18n.T("attach.plain"))
	t.note.Hidden = !t.plain
	t.notes.Hidden = t.traces.Hidden && t.note.Hidden
	t.rows.Refresh()
	if len(t.list) == 0 {
		t.Hide()
		return
	}
	t.Show()
	t.scroll.Refresh()
}

func (t *tray) row(a *attachment) fyne.CanvasObject {
	file := a.file()
	var picture fyne.CanvasObject = container.NewCenter(look.Picture(look.IconFile.In(look.ColorAccent), 20))
	if a.thumbnail != nil {
		shown := canvas.NewImageFromImage(a.thumbnail)
		shown.FillMode, shown.CornerRadius = canvas.ImageFillContain, 6
		picture = shown
	}
	roomy := t.Size().Width > trayRoomy
	words := look.Column(0,
		look.NewLabel(wording.FileNameOf(file).String(), look.Style{Size: look.SizeSmall, Bold: true, Cut: true}),
		look.NewLabel(wording.FileDetail(file, roomy), look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Cut: true}))
	middle := look.Middle(words)
	parts := []fyne.CanvasObject{look.Middle(container.NewGridWrap(fyne.NewSquareSize(40), picture)), middle}
	a.choice = nil
	if a.choosable {
		word := i18n.T("attach.original")
		if a.original {
			word = "✓ " + word
		}
		a.choice = look.NewTextLink(word, look.SizeSmall, look.ColorAccent, func() { t.choose(a) })
		parts = append(parts, look.Middle(a.choice))
	}
	cross := look.IconButton(look.IconCross, i18n.T("attach.remove", "Name", file.Name), func() { t.remove(a) })
	return container.New(fixedHeight(trayRow), look.Line(10, middle, append(parts, look.Middle(cross))...))
}

// choose sets whether a picture is sent unchanged or prepared. The focus stays at the choice.
func (t *tray) choose(a *attachment) {
	focused := a.choice != nil && a.choice.Focused()
	a.original = !a.original
	t.show()
	t.onChange()
	if c := fyne.CurrentApp().Driver().CanvasForObject(a.choice); c != nil && focused {
		c.Focus(a.choice)
	}
}

// traced names the files that are sent with the camera's data.
func (t *tray) traced() (names []string) {
	for _, a := range t.list {
		if a.original || a.keepsMetadata {
			names = append(names, wording.FileNameOf(a.file()).String())
		}
	}
	return names
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

package conversation

import (
	"image"

	"discussions/internal/i18n"
	"discussions/internal/picture"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// viewer shows a picture over the window: larger, turned, saved; the arrow keys lead to the others that are loaded.
type viewer struct {
	widget.BaseWidget
	v       *View
	overlay *look.Overlay

	e     *entry
	whole *image.RGBA // nil: it is being decoded
	zoom  float32     // 1: as large as the window

	shown  *canvas.Image
	scroll *container.Scroll
	title  *look.Label
	body   *fyne.Container
}

var _ fyne.Focusable = (*viewer)(nil)

const (
	viewedSide = 2560 // pixels of a picture's longer side
	zoomStep   = 1.5
	zoomMost   = 6
)

// openViewer shows the picture of a message.
func (v *View) openViewer(e *entry) {
	c := v.canvas()
	if c == nil {
		return
	}
	w := &viewer{v: v, shown: &canvas.Image{FillMode: canvas.ImageFillContain}, title: look.NewLabel("", look.Style{Bold: true, Cut: true})}
	w.scroll = container.NewScroll(container.NewStack(w.shown))
	buttons := []fyne.CanvasObject{
		w.title,
		look.IconButton(look.IconBefore, i18n.T("viewer.before"), func() { w.step(-1) }),
		look.IconButton(look.IconNext, i18n.T("viewer.next"), func() { w.step(1) }),
		look.IconButton(look.IconMinus, i18n.T("viewer.smaller"), func() { w.enlarge(1 / zoomStep) }),
		look.IconButton(look.IconPlus, i18n.T("viewer.larger"), func() { w.enlarge(zoomStep) }),
		look.IconButton(look.IconTurn, i18n.T("viewer.turn"), w.turn),
	}
	if v.o.SaveFiles {
		buttons = append(buttons, look.IconButton(look.IconExport, i18n.T("file.save"), func() { v.saveFile(w.e) }))
	}
	buttons = append(buttons, look.IconButton(look.IconCross, i18n.T("viewer.close"), w.close))
	w.body = container.NewBorder(look.Pad(look.Line(4, w.title, buttons...), 8, 8, 8, 16), nil, nil, nil, look.Pad(w.scroll, 0, 12, 12, 12))
	w.ExtendBaseWidget(w)
	before := c.Focused()
	w.overlay = look.Popover(c, w, func(window, _ fyne.Size) (fyne.Position, fyne.Size) {
		return fyne.NewPos(12, 12), window.SubtractWidthHeight(24, 24)
	}, func() {
		if before != nil {
			c.Focus(before)
		}
	})
	w.show(e)
	c.Focus(w)
}

// close leaves the viewer; the focus goes where it was.
func (w *viewer) close() { w.overlay.Dismiss() }

// show shows the picture of a message: first as it is in the timeline, then as sharp as it is.
func (w *viewer) show(e *entry) {
	w.e, w.whole, w.zoom = e, nil, 1
	f, _ := e.Content.(messaging.File)
	w.title.SetText(wording.Join(" — ", wording.Name(e.Author), wording.Line(f.Description)))
	if view := w.v.files.byID[e.ID]; view != nil && view.picture != nil {
		w.put(view.picture)
	}
	m := e.Message
	w.v.files.work.Do(func() {
		whole := w.v.files.decode(m, viewedSide)
		w.v.later(func() {
			if w.e == e && whole != nil {
				w.whole = whole
				w.put(whole)
			}
		})
	})
}

func (w *viewer) put(m image.Image) {
	w.shown.Image = m
	w.resize()
	w.shown.Refresh()
}

// step goes to another picture of those that are loaded.
func (w *viewer) step(by int) {
	entries := w.v.thread.entries
	for at := w.v.thread.indexOf(w.e) + by; at >= 0 && at < len(entries); at += by {
		if view := w.v.files.byID[entries[at].ID]; view != nil && isPicture(entries[at]) && view.state.Stage == messaging.FileHere && !view.broken {
			w.show(entries[at])
			return
		}
	}
}

func (w *viewer) enlarge(by float32) {
	w.zoom = max(1, min(zoomMost, w.zoom*by))
	w.resize()
}

func (w *viewer) turn() {
	if w.whole != nil {
		w.whole = picture.Turned(w.whole)
		w.put(w.whole)
	}
}

// resize gives the picture the size of the window, times the zoom.
func (w *viewer) resize() {
	size := w.scroll.Size()
	if w.zoom <= 1 {
		w.shown.SetMinSize(fyne.Size{})
	} else {
		w.shown.SetMinSize(fyne.NewSize(size.Width*w.zoom, size.Height*w.zoom))
	}
	w.scroll.Refresh()
}

// FocusGained implements [fyne.Focusable].
func (w *viewer) FocusGained() {}

// FocusLost implements [fyne.Focusable].
func (w *viewer) FocusLost() {}

// TypedRune implements [fyne.Focusable].
func (w *viewer) TypedRune(r rune) {
	switch r {
	case '+':
		w.enlarge(zoomStep)
	case '-':
		w.enlarge(1 / zoomStep)
	}
}

// TypedKey implements [fyne.Focusable].
func (w *viewer) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyLeft, fyne.KeyUp, fyne.KeyPageUp:
		w.step(-1)
	case fyne.KeyRight, fyne.KeyDown, fyne.KeyPageDown:
		w.step(1)
	case fyne.KeyEscape:
		w.close()
	}
}

// CreateRenderer implements [fyne.Widget].
func (w *viewer) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(w.body) }

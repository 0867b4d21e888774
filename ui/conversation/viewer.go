package conversation

import (
	"image"
	"slices"

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

	m     messaging.Message // with that picture alone
	next  func(from messaging.Message, by int) (messaging.Message, bool)
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

// openViewer shows a picture, from which the arrow keys lead to the others that are loaded.
func (v *View) openViewer(m messaging.Message) { v.viewPicture(m, v.nextPicture) }

// viewPicture shows a picture; next gives those before and after it.
func (v *View) viewPicture(m messaging.Message, next func(from messaging.Message, by int) (messaging.Message, bool)) {
	c := v.canvas()
	if c == nil {
		return
	}
	w := &viewer{v: v, next: next, shown: &canvas.Image{FillMode: canvas.ImageFillContain}, title: look.NewLabel("", look.Style{Bold: true, Cut: true})}
	w.scroll = container.NewScroll(container.NewStack(w.shown))
	buttons := []fyne.CanvasObject{
		w.title,
		look.IconButton(look.IconBefore, i18n.T("viewer.before"), func() { w.step(-1) }),
		look.IconButton(look.IconNext, i18n.T("viewer.next"), func() { w.step(1) }),
		look.IconButton(look.IconMinus, i18n.T("viewer.smaller"), func() { w.enlarge(1 / zoomStep) }),
		look.IconButton(look.IconPlus, i18n.T("viewer.larger"), func() { w.enlarge(zoomStep) }),
		look.IconButton(look.IconTurn, i18n.T("viewer.turn"), w.turn),
	}
	buttons = append(buttons, look.IconButton(look.IconBubble, i18n.T("gallery.goTo"), func() { w.close(); v.goToMessage(w.m) }))
	if v.o.SaveFiles {
		buttons = append(buttons, look.IconButton(look.IconExport, i18n.T("file.save"), func() { v.saveFile(w.m) }))
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
	w.show(m)
	c.Focus(w)
}

// close leaves the viewer; the focus goes where it was.
func (w *viewer) close() { w.overlay.Dismiss() }

// show shows a picture: first as it is in the timeline, then as sharp as it is.
func (w *viewer) show(m messaging.Message) {
	w.m, w.whole, w.zoom = m, nil, 1
	f, _ := m.Content.(messaging.File)
	w.title.SetText(wording.Join(" — ", wording.Name(m.Author), wording.Line(f.Description)))
	if view := w.v.files.byID[m.ID]; view != nil && view.picture != nil {
		w.put(view.picture)
	}
	w.v.files.work.Do(func() {
		whole := w.v.files.decode(m, viewedSide)
		w.v.later(func() {
			if w.m.ID == m.ID && whole != nil {
				w.whole = whole
				w.put(whole)
				w.v.logDrawn("viewer drawn")
			}
		})
	})
}

func (w *viewer) put(m image.Image) {
	w.shown.Image = m
	w.resize()
	w.shown.Refresh()
}

// step goes to another picture.
func (w *viewer) step(by int) {
	if m, ok := w.next(w.m, by); ok {
		w.show(m)
	}
}

// nextPicture is the next picture, before or after another, of those that are loaded and here.
func (v *View) nextPicture(from messaging.Message, by int) (next messaging.Message, found bool) {
	e := v.thread.byID[from.ID.Whole()]
	if e == nil {
		return next, false
	}
	at := slices.IndexFunc(e.files, func(m messaging.Message) bool { return m.ID == from.ID }) + by
	for i := v.thread.index(e); ; {
		for ; at >= 0 && at < len(e.files); at += by {
			if m := e.files[at]; isPicture(m) {
				if view := v.files.byID[m.ID]; view != nil && view.state.Stage == messaging.FileHere && !view.broken {
					return m, true
				}
			}
		}
		if i += by; i < 0 || i >= len(v.thread.entries) {
			return next, false
		}
		if e, at = v.thread.entries[i], 0; by < 0 {
			at = len(e.files) - 1
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

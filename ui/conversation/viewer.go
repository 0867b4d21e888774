package conversation

import (
	"context"
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

// viewer shows a picture over the window: larger, turned, saved; the arrow keys lead to all others of the conversation.
type viewer struct {
	widget.BaseWidget
	v       *View
	overlay *look.Overlay
	album   *album

	m     messaging.Message // with that picture alone
	f     *fileView
	whole *image.RGBA // nil: it is not decoded yet
	zoom  float32     // 1: as large as the window
	leave func()      // cancels the work for the picture that is not done yet
	steps int         // steps still to take: to newer pictures or, below 0, to older ones
	words string      // shown during these steps
	wants bool        // the picture is to be saved as soon as it is here

	shown  *canvas.Image
	scroll *container.Scroll
	title  *look.Label
	note   *fyne.Container
	foot   *fyne.Container // with the note; hidden when there is nothing to say
	body   *fyne.Container
}

var _ fyne.Focusable = (*viewer)(nil)

const (
	viewedSide = 2560 // pixels of a picture's longer side
	zoomStep   = 1.5
	zoomMost   = 6
)

// openViewer shows a picture.
func (v *View) openViewer(m messaging.Message) {
	c := v.canvas()
	if c == nil {
		return
	}
	w := &viewer{v: v, album: newAlbum(v), leave: func() {}, note: container.NewHBox(), shown: &canvas.Image{FillMode: canvas.ImageFillContain}, title: look.NewLabel("", look.Style{Bold: true, Cut: true})}
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
		buttons = append(buttons, look.IconButton(look.IconExport, i18n.T("file.save"), w.save))
	}
	buttons = append(buttons, look.IconButton(look.IconCross, i18n.T("viewer.close"), w.close))
	w.foot = look.Pad(container.NewCenter(w.note), 0, 12, 12, 12)
	w.body = container.NewBorder(look.Pad(look.Line(4, w.title, buttons...), 8, 8, 8, 16),
		w.foot, nil, nil, look.Pad(w.scroll, 0, 12, 12, 12))
	w.ExtendBaseWidget(w)
	before := c.Focused()
	w.overlay = look.Popover(c, w, func(window, _ fyne.Size) (fyne.Position, fyne.Size) {
		return fyne.NewPos(12, 12), window.SubtractWidthHeight(24, 24)
	}, func() {
		v.viewer = nil
		w.leave()
		if before != nil {
			c.Focus(before)
		}
	})
	v.viewer = w
	w.show(m)
	c.Focus(w)
}

// close leaves the viewer; the focus goes where it was.
func (w *viewer) close() { w.overlay.Dismiss() }

// show shows a picture: first as it is in the timeline, then as sharp as it is.
func (w *viewer) show(m messaging.Message) {
	w.leave()
	w.m, w.f, w.whole, w.zoom, w.wants = m, &fileView{}, nil, 1, false
	f, _ := m.Content.(messaging.File)
	w.title.SetText(wording.Join(" — ", wording.Name(m.Author), wording.Line(f.Description)))
	if view := w.v.files.byID[m.ID]; view != nil && view.picture != nil {
		w.put(view.picture)
	} else {
		w.put(image.NewRGBA(image.Rect(0, 0, 1, 1)))
	}
	w.tell()
	w.load()
}

// load decodes the picture, or has it fetched. A tiny one stands in for it meanwhile.
func (w *viewer) load() {
	m, f, v := w.m, w.f, w.v
	before, looked := f.state, f.looked
	content, _ := m.Content.(messaging.File)
	f.loading = true
	ctx, leave := context.WithCancel(v.ctx)
	w.leave = leave
	v.files.work.Do(func() {
		if ctx.Err() != nil { // the user is at another one already
			return
		}
		state := v.o.Client.FileState(m)
		here := state.Stage == messaging.FileHere || content.Local != ""
		var whole *image.RGBA
		var preview image.Image
		if here {
			whole = v.files.decode(m, viewedSide)
		} else if !looked {
			preview = v.files.preview(content)
			v.o.Client.FetchFile(m, messaging.Unasked)
		}
		v.later(func() {
			f.loading, f.looked = false, true
			if f.state == before { // otherwise an event came first, with a newer state
				f.state = state
			}
			f.broken = here && whole == nil
			if w.f != f {
				return
			}
			switch {
			case whole != nil:
				w.whole = whole
				w.put(whole)
				v.logDrawn("viewer drawn")
			case f.state.Stage == messaging.FileHere && !here: // it came meanwhile
				w.load()
			case preview != nil:
				w.put(preview)
			}
			w.tell()
		})
	})
}

func (w *viewer) put(m image.Image) {
	w.shown.Image = m
	w.resize()
	w.shown.Refresh()
}

// tell says under the picture why it is not shown, and what the user can do.
func (w *viewer) tell() {
	words, link, do := w.words, "", func() {}
	if words == "" && w.whole == nil {
		s := sharedFile{e: &entry{Message: w.m}, message: w.m, f: w.f}
		s.file, _ = w.m.Content.(messaging.File)
		words, link, do = s.say(w.v, true)
		if w.f.broken {
			words = i18n.T("viewer.broken")
		}
	}
	w.note.RemoveAll()
	if words != "" {
		w.note.Add(look.NewLabel(words, look.Style{Size: look.SizeSmall, Colour: look.ColorSoft}))
	}
	if link != "" {
		w.note.Add(look.NewTextLink(link, look.SizeSmall, look.ColorAccent, do))
	}
	w.foot.Hidden = len(w.note.Objects) == 0
	w.body.Refresh()
}

// step goes to another picture, which may have to be looked for.
func (w *viewer) step(by int) {
	if w.steps*by < 0 {
		w.steps = 0
	}
	w.steps += by
	w.words = ""
	w.album.begin()
	w.walk()
}

func (w *viewer) walk() {
	if w.steps == 0 || w.album.loading {
		return
	}
	by := 1
	if w.steps < 0 {
		by = -1
	}
	next, found, load := w.album.beside(w.m, by)
	switch {
	case found:
		w.steps -= by
		w.words = ""
		w.show(next)
		w.walk()
	case load != nil:
		if !w.album.more && by < 0 {
			w.words = i18n.T("gallery.searching")
			w.tell()
		}
		load(w.loaded)
	default:
		w.steps, w.words = 0, ""
		w.tell()
	}
}

// loaded continues after the album has read more.
func (w *viewer) loaded(err error) {
	if w.v.viewer != w {
		return
	}
	if err != nil {
		w.v.o.Log.Info("no other pictures", "error", err)
		w.steps, w.words = 0, whyNoFiles(err)
		w.tell()
		return
	}
	w.walk()
}

// concerns follows an event. A picture that was withdrawn is not shown any longer.
func (w *viewer) concerns(e messaging.Event) {
	switch e := e.(type) {
	case messaging.FileChanged:
		if e.ID == w.m.ID {
			calledOff := w.f.state.Stage == messaging.FileMoving && e.State.Stage == messaging.FileAbsent
			again := w.f.state.Stage == messaging.FileFailed && e.State.Stage == messaging.FileAbsent
			w.f.state, w.f.looked = e.State, w.f.looked && !again
			if (again || e.State.Stage == messaging.FileHere) && w.whole == nil && !w.f.loading {
				w.load()
			}
			w.tell()
			w.saveIfHere(calledOff)
		}
	case messaging.MessageChanged:
		w.changed(e.Message.ID, e.Message.Parts())
	case messaging.MessageRemoved:
		w.changed(e.ID, nil)
	}
}

func (w *viewer) changed(id messaging.MessageID, parts []messaging.Message) {
	w.album.change(id, parts)
	if w.m.ID.Whole() != id {
		return
	}
	for _, part := range parts {
		if part.ID == w.m.ID {
			w.m = part
			return
		}
	}
	w.close()
}

// save asks where the picture is to be saved. One that is not here is fetched first.
func (w *viewer) save() {
	w.wants = true
	if f, _ := w.m.Content.(messaging.File); w.f.state.Stage == messaging.FileHere || f.Local != "" {
		w.saveNow()
	} else {
		w.v.fetchFile(w.m)
	}
}

// saveIfHere goes on with what is to be saved, or gives it up: why is said under the picture.
func (w *viewer) saveIfHere(calledOff bool) {
	switch stage := w.f.state.Stage; {
	case stage == messaging.FileFailed, stage == messaging.FileForeign, calledOff:
		w.wants = false
	case stage == messaging.FileHere && w.wants:
		w.saveNow()
	}
}

func (w *viewer) saveNow() {
	w.wants = false
	w.v.saveFile(w.m)
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

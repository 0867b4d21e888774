package conversation

import (
	"time"

	"discussions/internal/i18n"
	"discussions/ui/textlayout"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// selection is the part of one message's text that the user has marked.
type selection struct {
	e          *entry
	start, end int // in the text; end may lie before start
}

// within gives the marked part of a message's text; from equals to where nothing is marked.
func (s *selection) within(e *entry) (from, to int) {
	if s.e != e {
		return 0, 0
	}
	return min(s.start, s.end, len(e.text)), min(max(s.start, s.end), len(e.text))
}

func (s *selection) concerns(e *entry) bool { return s.e == e }

// text is what is marked.
func (s *selection) text() string {
	if s.e == nil {
		return ""
	}
	from, to := s.within(s.e)
	return s.e.text[from:to]
}

// press is the last press of a mouse button on a row: two or three in a row mark a word or all.
type press struct {
	at    time.Time
	count int
}

const pressAgain = 400 * time.Millisecond

var (
	_ desktop.Mouseable      = (*messageRow)(nil)
	_ desktop.Hoverable      = (*messageRow)(nil)
	_ desktop.Cursorable     = (*messageRow)(nil)
	_ fyne.Draggable         = (*messageRow)(nil)
	_ fyne.SecondaryTappable = (*messageRow)(nil)
)

// MouseDown implements [desktop.Mouseable]: marking begins.
func (r *messageRow) MouseDown(e *desktop.MouseEvent) {
	r.v.timeline.Take()
	if e.Button != desktop.MouseButtonPrimary {
		return
	}
	if !r.onText(e.Position) {
		r.v.mark(nil, 0, 0)
		return
	}
	now := r.v.now()
	if now.Sub(r.pressed.at) > pressAgain {
		r.pressed.count = 0
	}
	r.pressed.at, r.pressed.count = now, r.pressed.count+1
	at := r.offset(e.Position)
	switch r.pressed.count {
	case 1:
		r.v.mark(r.e, at, at)
	case 2:
		from, to := textlayout.WordAt(r.e.text, at)
		r.v.mark(r.e, from, to)
	default:
		r.v.mark(r.e, 0, len(r.e.text))
	}
}

// MouseUp implements [desktop.Mouseable].
func (r *messageRow) MouseUp(*desktop.MouseEvent) {}

// Dragged implements [fyne.Draggable]: marking goes on.
func (r *messageRow) Dragged(e *fyne.DragEvent) {
	if s := r.v.selection; s.e == r.e {
		r.v.mark(r.e, s.start, r.offset(e.Position))
	}
}

// DragEnd implements [fyne.Draggable].
func (r *messageRow) DragEnd() {}

// MouseIn implements [desktop.Hoverable].
func (r *messageRow) MouseIn(e *desktop.MouseEvent) { r.over = r.onText(e.Position) }

// MouseMoved implements [desktop.Hoverable].
func (r *messageRow) MouseMoved(e *desktop.MouseEvent) { r.over = r.onText(e.Position) }

// MouseOut implements [desktop.Hoverable].
func (r *messageRow) MouseOut() { r.over = false }

// Cursor implements [desktop.Cursorable].
func (r *messageRow) Cursor() desktop.Cursor {
	if r.over {
		return desktop.TextCursor
	}
	return desktop.DefaultCursor
}

// TappedSecondary implements [fyne.SecondaryTappable]: what can be done with the message.
func (r *messageRow) TappedSecondary(e *fyne.PointEvent) {
	c := fyne.CurrentApp().Driver().CanvasForObject(r)
	if c == nil {
		return
	}
	words, id := r.e.text, r.e.ID
	if marked := r.v.selection.text(); marked != "" && r.v.selection.concerns(r.e) {
		words = marked
	}
	items := []*fyne.MenuItem{fyne.NewMenuItem(i18n.T("conversation.copy"), func() { r.v.copy(words) })}
	if r.l.failed {
		items = append(items,
			fyne.NewMenuItem(i18n.T("conversation.resend"), func() { r.v.resend(id) }),
			fyne.NewMenuItem(i18n.T("conversation.discard"), func() { r.v.discard(id) }))
	}
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", items...), c, e.AbsolutePosition)
}

func (r *messageRow) onText(at fyne.Position) bool {
	b := r.l.bubble
	return at.X >= b.x && at.X < b.x+b.w && at.Y >= b.y && at.Y < b.y+b.h
}

// offset is the place in the text that lies nearest to a point of the row.
func (r *messageRow) offset(at fyne.Position) int {
	lines := r.l.lines
	i := int((at.Y - r.l.bubble.y - bubblePadY) / r.v.metrics.textLine)
	line := lines[max(0, min(i, len(lines)-1))]
	x := at.X - r.l.bubble.x - bubblePadX
	return line.Start + textlayout.OffsetAt(r.e.text[line.Start:line.End], x, r.v.metrics.ofText)
}

// copy puts a text into the clipboard.
func (v *View) copy(text string) {
	if text != "" {
		fyne.CurrentApp().Clipboard().SetContent(text)
		v.copied(text)
	}
}

// copied says what was put into the clipboard, to whoever will have to take it back.
func (v *View) copied(text string) {
	if v.o.Copied != nil {
		v.o.Copied(text)
	}
}

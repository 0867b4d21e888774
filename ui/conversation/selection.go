package conversation

import (
	"time"

	"discussions/ui/look"
	"discussions/ui/textlayout"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
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

// clickCount counts clicks on a row that follow each other: two mark a word, three mark all.
type clickCount struct {
	at    time.Time
	count int
}

const clickInterval = 400 * time.Millisecond

var (
	_ desktop.Mouseable      = (*messageView)(nil)
	_ desktop.Hoverable      = (*messageView)(nil)
	_ desktop.Cursorable     = (*messageView)(nil)
	_ fyne.Draggable         = (*messageView)(nil)
	_ fyne.SecondaryTappable = (*messageView)(nil)
)

// MouseDown implements [desktop.Mouseable]: marking begins.
func (r *messageView) MouseDown(e *desktop.MouseEvent) {
	r.v.timeline.TakeFocus()
	if e.Button != desktop.MouseButtonPrimary {
		return
	}
	if b, at := r.chipAt(e.Position); b != nil {
		r.v.react(r.row.e, b.reactions[at].Emoji)
		return
	}
	if !r.onText(e.Position) {
		r.v.mark(nil, 0, 0)
		return
	}
	r.pressed = r.linkAt(e.Position)
	now := r.v.now()
	if now.Sub(r.clicks.at) > clickInterval {
		r.clicks.count = 0
	}
	r.clicks.at, r.clicks.count = now, r.clicks.count+1
	at, text := r.offset(e.Position), r.row.e.text
	switch r.clicks.count {
	case 1:
		r.v.mark(r.row.e, at, at)
	case 2:
		from, to := textlayout.WordAt(text, at)
		r.v.mark(r.row.e, from, to)
	default:
		r.v.mark(r.row.e, 0, len(text))
	}
}

// MouseUp implements [desktop.Mouseable]: a click on a link that marks nothing opens it.
func (r *messageView) MouseUp(e *desktop.MouseEvent) {
	pressed := r.pressed
	r.pressed = nil
	if pressed != nil && r.linkAt(e.Position) == pressed && r.v.selection.text() == "" {
		r.v.openLink(r.row.e, *pressed)
	}
}

// Dragged implements [fyne.Draggable]: marking goes on, also into other parts of the same message.
func (r *messageView) Dragged(e *fyne.DragEvent) {
	s := r.v.selection
	if s.e != r.row.e {
		return
	}
	under, at := r, e.Position
	if o, top := r.v.timeline.ObjectAt(r.Position().Y + at.Y); o != nil {
		if other, ok := o.(*messageView); ok && other.row.e == r.row.e {
			under, at.Y = other, r.Position().Y+at.Y-top
		}
	}
	r.v.mark(r.row.e, s.start, under.offset(at))
}

// DragEnd implements [fyne.Draggable].
func (r *messageView) DragEnd() {}

// MouseIn implements [desktop.Hoverable].
func (r *messageView) MouseIn(e *desktop.MouseEvent) {
	r.MouseMoved(e)
	r.v.bar.enterRow(r.row.e)
}

// MouseMoved implements [desktop.Hoverable].
func (r *messageView) MouseMoved(e *desktop.MouseEvent) {
	r.over = r.onText(e.Position)
	r.onLink = r.linkAt(e.Position) != nil
	r.v.showWho(r, e.Position)
}

// MouseOut implements [desktop.Hoverable].
func (r *messageView) MouseOut() {
	r.over, r.onLink = false, false
	r.v.bar.leaveRow()
	r.v.tip.hide()
}

// Cursor implements [desktop.Cursorable].
func (r *messageView) Cursor() desktop.Cursor {
	if r.over && !r.onLink {
		return desktop.TextCursor
	}
	if r.onChip || r.onLink {
		return desktop.PointerCursor
	}
	return desktop.DefaultCursor
}

// TappedSecondary implements [fyne.SecondaryTappable]: it shows what can be done with the message.
func (r *messageView) TappedSecondary(e *fyne.PointEvent) {
	r.v.openMenu(r.row.e, r.l, e.AbsolutePosition)
}

func (r *messageView) onText(at fyne.Position) bool {
	text, _ := r.l.text()
	return text != nil && r.l.bubble.contains(at)
}

// offset is the place in the text that lies nearest to a point of the row.
func (r *messageView) offset(at fyne.Position) int {
	text, place := r.l.text()
	if text == nil {
		return 0
	}
	return text.offset(at.X-place.x, at.Y-place.y)
}

// copy puts a text into the clipboard.
func (v *View) copy(text string) {
	if text != "" {
		fyne.CurrentApp().Clipboard().SetContent(text)
		v.copied(text)
	}
}

// copied reports what was put into the clipboard, so that it can be cleared later.
func (v *View) copied(text string) {
	if v.o.Board.Copied != nil {
		v.o.Board.Copied(text)
	}
}

// board is the clipboard for the entries of the window. A paste that comes after its end is dropped.
func (v *View) board() look.Board {
	b := look.Board{Copied: v.copied}
	if read := v.o.Board.Read; read != nil {
		b.Read = func(most int, then func(string, error)) {
			read(most, func(text string, err error) {
				if !v.closed {
					then(text, err)
				}
			})
		}
	}
	return b
}

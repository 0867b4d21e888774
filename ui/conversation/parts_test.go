package conversation

import (
	"strings"
	"testing"
	"unicode/utf8"

	"discussions/messaging"
	"discussions/ui/textlayout"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"pgregory.net/rapid"
)

// long shows one long text, all of it.
func long(t *testing.T, text string) *stage {
	t.Helper()
	c := person(0)
	m := said(text)
	c.setMessages(m)
	s := newStage(t, c, 560, 640).open()
	s.finish()
	s.press("Tout afficher")
	return s
}

func TestAnExpandedTextIsLaidOutAsItComesIntoView(t *testing.T) {
	for name, text := range hostile() {
		t.Run(name, func(t *testing.T) {
			c := person(0)
			c.setMessages(said(text))
			s := newStage(t, c, 560, 640).open()
			s.finish()
			if s.button("Tout afficher") == nil {
				return // little of it is visible
			}
			s.press("Tout afficher")
			e := s.thread.entries[0]
			lines := 0 // laid out at the end, which was in view, and at the start
			for _, l := range e.layouts {
				if l != nil {
					text, _ := l.text()
					lines += len(text.lines)
				}
			}
			if lines > 6*partLines {
				t.Errorf("%d lines are laid out", lines)
			}
			s.timeline.ToRow(0, 0)
			for range 3 * e.parts() {
				s.timeline.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -3000)})
			}
			if !s.timeline.Stuck() {
				t.Error("the end of the text does not come into view")
			}
		})
	}
}

func TestExpandingKeepsTheFirstLineWhereItIs(t *testing.T) {
	c := person(0)
	short := said("Bonjour")
	c.setMessages(short, short, short, short, short, said(strings.Repeat("une ligne\n", 400)))
	s := newStage(t, c, 560, 640).open()
	s.finish()
	long := row{kind: messageRow, e: s.thread.entries[5]}
	s.timeline.ToRow(s.thread.rowIndex(long), -300)
	before, _ := s.timeline.Top(s.thread.rowIndex(long))
	s.press("Tout afficher")
	if after, ok := s.timeline.Top(s.thread.rowIndex(long)); !ok || after != before || s.timeline.Stuck() {
		t.Errorf("the first line went from %v to %v", before, after)
	}
}

func TestThePartsOfATextAreAllOfIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		unit := rapid.StringOfN(rapid.RuneFrom([]rune("ab \n\n👍🏽\u200déé")), 1, 60, -1).Draw(t, "unit")
		e := newEntry(messaging.Message{Content: messaging.Text{Body: strings.Repeat(unit, rapid.IntRange(1, 400).Draw(t, "times"))}})
		e.expand()
		at := 0
		for i := range e.parts() {
			from, to := e.part(i)
			if from != at || to < from || to == from && len(e.text) > 0 || to-from > partBytes {
				t.Fatalf("part %d of %d is %d to %d after %d", i, e.parts(), from, to, at)
			}
			part := e.text[from:to]
			if !utf8.ValidString(part) || strings.Count(part, "\n") > partLines {
				t.Fatalf("part %d has %d lines, valid: %v", i, strings.Count(part, "\n"), utf8.ValidString(part))
			}
			at = to
		}
		if at != len(e.text) {
			t.Fatalf("%d of %d bytes", at, len(e.text))
		}
	})
}

func TestThePartsLookLikeOneBubble(t *testing.T) {
	s := long(t, strings.Repeat("mot ", 5000))
	e := s.thread.entries[0]
	r := rows{s.View}
	var bubble rect
	for part := range e.parts() {
		l := r.layout(row{kind: messageRow, part: int32(part), e: e}, 560)
		if part > 0 && (l.bubble.x != bubble.x || l.bubble.w != bubble.w || l.bubble.y != 0) {
			t.Errorf("part %d: bubble %v after %v", part, l.bubble, bubble)
		}
		if part < e.parts()-1 && l.bubble.y+l.bubble.h != l.height {
			t.Errorf("part %d leaves a gap below: bubble %v, height %v", part, l.bubble, l.height)
		}
		bubble = l.bubble
	}
	if e.parts() < 3 {
		t.Errorf("%d parts", e.parts())
	}
}

func TestMarkingGoesAcrossParts(t *testing.T) {
	s := long(t, strings.Repeat("mot ", 5000))
	e := s.thread.entries[0]
	_, split := e.part(0)
	s.timeline.ToRow(s.thread.rowIndex(row{kind: messageRow, part: 1, e: e}), 300)
	views := s.messageViews()
	first, second := views[0], views[1]
	text, at := first.l.text()
	last := text.lines[len(text.lines)-1]
	click(first, fyne.NewPos(at.x, at.y+at.h-4))
	down := first.Size().Height + 30
	first.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(at.x+200, down)}})
	got := s.selection.text()
	if s.selection.start != last.Start || s.selection.end <= split || !strings.HasPrefix(e.text[last.Start:], got) {
		t.Errorf("marked %d to %d, the second part begins at %d", s.selection.start, s.selection.end, split)
	}
	marks := 0
	for _, r := range []*messageView{first, second} {
		marks += r.shapes.used - 1 // but for the bubble
	}
	if marks < 2 {
		t.Errorf("%d lines are marked", marks)
	}
}

// TestAFoldedTextCostsTheSameWhateverItsLength counts calls of the measure function.
func TestAFoldedTextCostsTheSameWhateverItsLength(t *testing.T) {
	for name, text := range hostile() {
		t.Run(name, func(t *testing.T) {
			work := func(text string) (calls, bytes int) {
				m := newMetrics(nil)
				m.textRuler = textlayout.NewRuler(func(s string) float32 {
					calls, bytes = calls+1, bytes+len(s)
					return fyne.MeasureText(s, m.text, fyne.TextStyle{}).Width
				})
				e := newEntry(messaging.Message{Content: messaging.Text{Body: text}, Time: noon})
				m.layout(e, 0, position{}, false, 560)
				return calls, bytes
			}
			calls, bytes := work(text)
			more, moreBytes := work(strings.Repeat(text, 10))
			if more > calls+2 || moreBytes > bytes+len(text)/10 {
				t.Errorf("%d calls for %d bytes; ten times the text: %d calls for %d bytes", calls, bytes, more, moreBytes)
			}
			if calls > 1500 {
				t.Errorf("%d calls for the first lines", calls)
			}
		})
	}
}

func TestALongTextIsCopiedWhole(t *testing.T) {
	text := strings.Repeat("mot ", 5000)
	s := long(t, text)
	row := s.messageViews()[0]
	s.copyOf(row).do()
	if got := fyne.CurrentApp().Clipboard().Content(); got != text {
		t.Errorf("copied %d bytes of %d", len(got), len(text))
	}
	test.Type(s.composer.input, "x") // the view still works
}

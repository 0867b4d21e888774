package timeline

import (
	"fmt"
	"testing"

	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
)

// list is rows of heights that follow from their names.
type list struct {
	names    []int
	measured map[int]bool
	made     int
	drawn    int
}

func newList(n int) *list {
	l := &list{measured: map[int]bool{}}
	for i := range n {
		l.names = append(l.names, i)
	}
	return l
}

func (l *list) Len() int        { return len(l.names) }
func (l *list) Key(row int) any { return l.names[row] }
func (l *list) Kind(row int) int {
	return l.names[row] & 1
}

func (l *list) Height(row int, width float32) float32 {
	l.measured[l.names[row]] = true
	return 20 + float32((l.names[row]&7)*9) + 4000/width
}

func (l *list) Make(int) fyne.CanvasObject {
	l.made++
	return canvas.NewText("", nil)
}

func (l *list) Draw(row int, o fyne.CanvasObject) {
	l.drawn++
	o.(*canvas.Text).Text = fmt.Sprint(l.names[row])
}

func show(t testing.TB, l *list) *Timeline {
	app := test.NewTempApp(t)
	app.Settings().SetTheme(look.New(look.Light, 1))
	tl := New(l)
	w := test.NewTempWindow(t, tl)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(400, 600))
	return tl
}

// onScreen maps the names of rows in view to where they are.
func (t *Timeline) onScreen() map[string]float32 {
	out := map[string]float32{}
	for _, o := range test.WidgetRenderer(t).Objects() {
		if text, ok := o.(*canvas.Text); ok {
			out[text.Text] = text.Position().Y
		}
	}
	return out
}

func TestOnlyRowsNearTheViewAreMeasuredAndDrawn(t *testing.T) {
	l := newList(100_000)
	tl := show(t, l)
	if n := len(l.measured); n > 40 {
		t.Fatalf("%d rows were measured to show the newest", n)
	}
	for range 50 {
		tl.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 300)})
	}
	if l.made > 60 {
		t.Fatalf("%d objects were made for a screen of about 15 rows", l.made)
	}
	if n := len(l.measured); n > 500 {
		t.Fatalf("%d rows were measured for 15,000 pixels", n)
	}
}

func TestScrollingDrawsNewRowsOnly(t *testing.T) {
	l := newList(1000)
	tl := show(t, l)
	tl.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 2000)})
	l.drawn = 0
	tl.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 5)})
	if l.drawn > 1 {
		t.Fatalf("%d rows were drawn for 5 pixels", l.drawn)
	}
}

func TestOlderRowsLeaveTheScreenAsItIs(t *testing.T) {
	l := newList(200)
	tl := show(t, l)
	tl.ToRow(3, 10)
	before := tl.onScreen()
	older := make([]int, 50)
	for i := range older {
		older[i] = 10_000 + i
	}
	l.names = append(older, l.names...)
	tl.Renumber(func(row int) (int, bool) { return row + 50, true })
	for name, y := range tl.onScreen() {
		if was, ok := before[name]; ok && !near(was, y) {
			t.Errorf("row %s jumped from %v to %v", name, was, y)
		}
	}
	if first, _ := tl.InView(); first < 50 {
		t.Fatalf("the view went to row %d", first)
	}
}

func TestKeysMove(t *testing.T) {
	tl := show(t, newList(500))
	press := func(name fyne.KeyName) { tl.TypedKey(&fyne.KeyEvent{Name: name}) }
	for _, step := range []struct {
		key  fyne.KeyName
		want func(first, last int, stuck bool) bool
	}{
		{fyne.KeyUp, func(_, _ int, stuck bool) bool { return !stuck }},
		{fyne.KeyDown, func(_, last int, stuck bool) bool { return stuck && last == 499 }},
		{fyne.KeyPageUp, func(_, last int, stuck bool) bool { return !stuck && last < 499 && last > 480 }},
		{fyne.KeyHome, func(first, _ int, stuck bool) bool { return !stuck && first == 0 }},
		{fyne.KeyPageDown, func(first, _ int, _ bool) bool { return first > 5 && first < 30 }},
		{fyne.KeyEnd, func(_, last int, stuck bool) bool { return stuck && last == 499 }},
	} {
		press(step.key)
		if first, last := tl.InView(); !step.want(first, last, tl.Stuck()) {
			t.Errorf("after %s: rows %d to %d, stuck %v", step.key, first, last, tl.Stuck())
		}
	}
}

func TestTheBarMovesByRows(t *testing.T) {
	tl := show(t, newList(1000))
	drag := func(y, dy float32) {
		tl.bar.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(4, y)}, Dragged: fyne.NewDelta(0, dy)})
	}
	drag(585, -1)
	drag(300, -285)
	if first, _ := tl.InView(); first < 400 || first > 600 {
		t.Errorf("in the middle of the bar is row %d of 1000", first)
	}
	drag(-50, -350)
	tl.bar.DragEnd()
	if first, _ := tl.InView(); first != 0 {
		t.Errorf("at the top of the bar is row %d", first)
	}
	tl.bar.Tapped(&fyne.PointEvent{Position: fyne.NewPos(4, 500)})
	if first, _ := tl.InView(); first == 0 || first > 40 {
		t.Errorf("a tap below the thumb went to row %d", first)
	}
}

func TestTheRingShowsTheFocusOfTheKeyboardOnly(t *testing.T) {
	tl := show(t, newList(10))
	tl.TakeFocus()
	if tl.ring.Visible() {
		t.Error("a click shows the ring")
	}
	tl.FocusLost()
	tl.FocusGained()
	if !tl.ring.Visible() {
		t.Error("the Tab key does not show the ring")
	}
}

func TestWhatIsTypedGoesOn(t *testing.T) {
	tl := show(t, newList(1))
	var typed []rune
	tl.OnTyped = func(r rune) { typed = append(typed, r) }
	test.Type(tl, "oui")
	if string(typed) != "oui" {
		t.Errorf("got %q", string(typed))
	}
}

func TestAStripAboveMovesNothing(t *testing.T) {
	tl := show(t, newList(300))
	tl.ToRow(100, -10)
	before := tl.onScreen()
	tl.Reveal(fyne.NewSize(400, 564))
	for name, y := range tl.onScreen() {
		if was, ok := before[name]; ok && !near(was-36, y) {
			t.Errorf("row %s moved on the screen from %v to %v", name, was, y+36)
		}
	}
}

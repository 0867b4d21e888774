package timeline

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// column is a geometry over rows with names, so that a test can follow one row through any change.
type column struct {
	Geometry
	names   []int
	heights map[int]float32
	next    int
}

func newColumn(t *rapid.T) *column {
	c := &column{heights: map[int]float32{}}
	c.Measure = func(row int) float32 { return c.heights[c.names[row]] }
	c.Geometry.Resize(rapid.Float32Range(50, 900).Draw(t, "view"))
	c.insert(t, 0, rapid.IntRange(0, 60).Draw(t, "rows"))
	return c
}

func (c *column) insert(t *rapid.T, at, n int) {
	old := c.names
	c.names = append([]int{}, old[:at]...)
	for range n {
		c.next++
		c.names = append(c.names, c.next)
		c.heights[c.next] = rapid.Float32Range(1, 400).Draw(t, "height")
	}
	c.names = append(c.names, old[at:]...)
	c.renumber(old)
}

func (c *column) remove(at, n int) {
	old := c.names
	c.names = append(append([]int{}, old[:at]...), old[at+n:]...)
	c.renumber(old)
}

func (c *column) renumber(old []int) {
	now := map[int]int{}
	for row, name := range c.names {
		now[name] = row
	}
	c.Renumber(len(c.names), func(row int) (int, bool) {
		i, ok := now[old[row]]
		return i, ok
	})
}

// seen maps the rows in view to the lower edge of each.
func (c *column) seen() map[int]float32 {
	out := map[int]float32{}
	for _, p := range c.Placed() {
		out[c.names[p.Row]] = p.Bottom()
	}
	return out
}

func (c *column) anywhere(t *rapid.T) {
	for range rapid.IntRange(0, 4).Draw(t, "moves") {
		c.Scroll(rapid.Float32Range(-900, 900).Draw(t, "scroll"))
	}
}

// check tests what must be true after every step.
func (c *column) check(t *rapid.T) {
	t.Helper()
	placed := c.Placed()
	if len(c.names) == 0 {
		if len(placed) != 0 || !c.Stuck() {
			t.Fatalf("empty column: placed %v, stuck %v", placed, c.Stuck())
		}
		return
	}
	for i, p := range placed {
		if p.Height != c.Measure(p.Row) {
			t.Fatalf("row %d has height %v, placed with %v", p.Row, c.Measure(p.Row), p.Height)
		}
		if i > 0 && (p.Row != placed[i-1].Row+1 || !near(p.Top, placed[i-1].Bottom())) {
			t.Fatalf("gap between %+v and %+v", placed[i-1], p)
		}
		if p.Bottom() < -0.1 || p.Top >= c.view {
			t.Fatalf("row out of sight placed: %+v in a view of %v", p, c.view)
		}
	}
	first, last := placed[0], placed[len(placed)-1]
	atStart, end := first.Row == 0 && first.Top > -0.1, last.Row == c.count-1
	if first.Top > 0.1 && !(first.Row == 0 && end) {
		t.Fatalf("empty space above: %+v", first)
	}
	if last.Bottom() < c.view-0.1 {
		t.Fatalf("empty space below %+v in a view of %v (at start: %v)", last, c.view, atStart)
	}
	if stuck := end && last.Bottom() <= c.view+atEnd && !c.MoreBelow; stuck != c.Stuck() {
		t.Fatalf("stuck is %v, last row %+v of %d, view %v", c.Stuck(), last, c.count, c.view)
	}
	from, to := c.Bar()
	if from < 0 || to > 1.0001 || from >= to {
		t.Fatalf("bar from %v to %v", from, to)
	}
}

func near(a, b float32) bool { return math.Abs(float64(a-b)) < 0.1 }

func TestAnyStepsKeepTheColumnWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newColumn(t)
		t.Repeat(map[string]func(*rapid.T){
			"scroll":  func(t *rapid.T) { c.Scroll(rapid.Float32Range(-2000, 2000).Draw(t, "by")) },
			"append":  func(t *rapid.T) { c.insert(t, len(c.names), rapid.IntRange(1, 5).Draw(t, "n")) },
			"prepend": func(t *rapid.T) { c.insert(t, 0, rapid.IntRange(1, 20).Draw(t, "n")) },
			"insert": func(t *rapid.T) {
				c.insert(t, rapid.IntRange(0, len(c.names)).Draw(t, "at"), 1)
			},
			"remove": func(t *rapid.T) {
				at := rapid.IntRange(0, len(c.names)).Draw(t, "at")
				c.remove(at, rapid.IntRange(0, len(c.names)-at).Draw(t, "n"))
			},
			"resize": func(t *rapid.T) { c.Geometry.Resize(rapid.Float32Range(50, 900).Draw(t, "view")) },
			"reveal": func(t *rapid.T) { c.Reveal(rapid.Float32Range(50, 900).Draw(t, "view")) },
			"reflow": func(t *rapid.T) { c.reflow(rapid.Float32Range(0.3, 3).Draw(t, "factor")) },
			"end":    func(*rapid.T) { c.ToEnd() },
			"row":    func(t *rapid.T) { c.ToRow(rapid.IntRange(-3, 99).Draw(t, "row"), 20) },
			"share":  func(t *rapid.T) { c.ToShare(rapid.Float32Range(-0.1, 1.1).Draw(t, "share")) },
			"more below": func(t *rapid.T) {
				c.MoreBelow = rapid.Bool().Draw(t, "more")
				c.renumber(c.names)
			},
			"": c.check,
		})
	})
}

func (c *column) reflow(factor float32) {
	c.Reflow(func() {
		for name, height := range c.heights {
			c.heights[name] = max(1, height*factor)
		}
	})
}

func TestOlderRowsDoNotMoveWhatIsInView(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newColumn(t)
		c.anywhere(t)
		before, full := c.seen(), len(c.Placed()) > 0 && c.Placed()[0].Top <= 0
		c.insert(t, 0, rapid.IntRange(1, 80).Draw(t, "older"))
		if !full {
			return // there was room above: it may fill
		}
		same(t, before, c.seen())
	})
}

func TestNewerRowsDoNotMoveTheViewOfAReader(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newColumn(t)
		c.anywhere(t)
		if c.Stuck() {
			return
		}
		before := c.seen()
		c.insert(t, len(c.names), rapid.IntRange(1, 10).Draw(t, "newer"))
		same(t, before, c.seen())
		if c.Stuck() {
			t.Fatal("the view stuck to the end by itself")
		}
	})
}

func TestRowsThatComeBehindALastOneThatIsNotTheEndMoveNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newColumn(t)
		c.MoreBelow = true
		c.renumber(c.names)
		c.ToEnd()
		first := c.Placed()
		full := len(first) > 0 && first[0].Top <= 0
		before := c.seen()
		c.insert(t, len(c.names), rapid.IntRange(1, 30).Draw(t, "newer"))
		if full {
			same(t, before, c.seen())
		}
		if len(first) > 0 && c.Stuck() {
			t.Fatal("the view follows rows that are not the newest")
		}
	})
}

func TestNewerRowsAreFollowedAtTheEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newColumn(t)
		c.insert(t, len(c.names), rapid.IntRange(1, 10).Draw(t, "newer"))
		last := c.Placed()[len(c.Placed())-1]
		if !c.Stuck() || last.Row != c.Count()-1 || !near(last.Bottom(), c.view) {
			t.Fatalf("stuck %v, last %+v of %d in %v", c.Stuck(), last, c.Count(), c.view)
		}
	})
}

func TestARowThatGrowsAtItsTopKeepsItsText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newColumn(t)
		c.anywhere(t)
		if c.Stuck() || c.Count() == 0 {
			return
		}
		first := c.Placed()[0]
		if first.Row == 0 {
			return // it may reach the start
		}
		name := c.names[first.Row]
		c.heights[name] += rapid.Float32Range(-c.heights[name]/2, 60).Draw(t, "by")
		if c.heights[name] < first.Bottom() {
			return // all of it would be in view: others fill
		}
		c.renumber(c.names)
		if got := c.seen()[name]; !near(got, first.Bottom()) {
			t.Fatalf("lower edge moved from %v to %v", first.Bottom(), got)
		}
	})
}

func TestChangingTheWidthAndBackMovesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newColumn(t)
		c.anywhere(t)
		row, hidden := c.Position()
		stuck := c.Stuck()
		factor := rapid.Float32Range(0.4, 2.5).Draw(t, "factor")
		c.reflowExactly(factor)
		if mid, _ := c.Position(); !stuck && !c.Stuck() && mid != row {
			t.Fatalf("anchor went from row %d to %d", row, mid)
		}
		clamped := c.Stuck()
		c.reflowExactly(1 / factor)
		if stuck || clamped {
			return
		}
		if r, h := c.Position(); r != row || math.Abs(float64(h-hidden)) > 0.5 {
			t.Fatalf("position went from %d+%v to %d+%v", row, hidden, r, h)
		}
	})
}

func (c *column) reflowExactly(factor float32) {
	c.Reflow(func() {
		for name := range c.heights {
			c.heights[name] *= factor
		}
	})
}

func TestRevealKeepsEverythingInPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newColumn(t)
		c.anywhere(t)
		first := c.Placed()
		if c.Stuck() || first[0].Row < 3 {
			return
		}
		before, old := c.seen(), c.view
		c.Reveal(old - rapid.Float32Range(0, 40).Draw(t, "by"))
		for name, bottom := range c.seen() {
			if was, ok := before[name]; ok && !near(was-(old-c.view), bottom) {
				t.Fatalf("row %d moved on the screen: from %v to %v", name, was, bottom+old-c.view)
			}
		}
	})
}

func same(t *rapid.T, before, after map[int]float32) {
	t.Helper()
	for name, bottom := range before {
		if got, ok := after[name]; !ok || !near(got, bottom) {
			t.Fatalf("row %d jumped from %v to %v (in view: %v)", name, bottom, got, ok)
		}
	}
}

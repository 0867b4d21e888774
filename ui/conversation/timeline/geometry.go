package timeline

// Geometry places rows of unknown heights in a view, around an anchor: the row at the upper edge and the share of it that is
// hidden above. It never sums the heights of rows out of sight, so its work depends on the view, not on the number of rows.
//
// The zero value is an empty view; set Measure before anything else. All lengths are in Fyne's pixels.
type Geometry struct {
	// Measure gives the height of a row at the present width. It must return the same until Reflow or Renumber.
	Measure func(row int) float32

	// MoreBelow says that newer rows exist that are not loaded: the last row is not followed.
	MoreBelow bool

	count  int
	view   float32
	anchor int
	hidden float32 // of the anchor, above the upper edge; negative only where all rows together are shorter than the view
	stuck  bool
	placed []Placed
}

// Placed is a row in view. Top is counted from the upper edge of the view and is negative for a row that begins above it.
type Placed struct {
	Row         int
	Top, Height float32
}

// Bottom is where the row ends.
func (p Placed) Bottom() float32 { return p.Top + p.Height }

// atEnd is how far from the end, in pixels, a view still counts as showing it: rounding, not a choice.
const atEnd = 0.5

// Count is the number of rows.
func (g *Geometry) Count() int { return g.count }

// Placed lists the rows in view from top to bottom. It is valid until the next change.
func (g *Geometry) Placed() []Placed { return g.placed }

// Stuck says whether the view shows the end and follows it when rows are appended.
func (g *Geometry) Stuck() bool { return g.stuck || g.count == 0 }

// Position gives the anchor row and the pixels of it above the upper edge.
func (g *Geometry) Position() (row int, hidden float32) { return g.anchor, g.hidden }

// Resize changes the height of the view: the end stays at the lower edge where the view is stuck to it, else the anchor stays.
func (g *Geometry) Resize(view float32) {
	g.view = view
	g.settle()
}

// Reveal changes the height of the view by moving its upper edge: what is in view stays where it is on the screen.
func (g *Geometry) Reveal(view float32) {
	if !g.stuck {
		g.hidden += g.view - view
	}
	g.Resize(view)
}

// Reflow measures again after change, which makes the heights stale (another width or text size): the anchor keeps its share
// above the edge.
func (g *Geometry) Reflow(change func()) {
	share := float32(0)
	if len(g.placed) > 0 {
		share = max(0, g.hidden) / g.placed[0].Height
	}
	change()
	if len(g.placed) > 0 {
		g.hidden = share * g.Measure(g.anchor)
	}
	g.settle()
}

// Renumber follows rows that came, went or changed height, anywhere. now gives the present number of a row by its number
// before, false where it is gone. The first row in view that still exists keeps its lower edge on the screen (a row grows and
// shrinks at its top: an author's name, a date), unless the view is stuck to the end, which it then follows.
func (g *Geometry) Renumber(count int, now func(row int) (int, bool)) {
	held, bottom := -1, float32(0)
	for _, p := range g.placed {
		if row, ok := now(p.Row); ok && p.Bottom() > 0 {
			held, bottom = row, p.Bottom()
			break
		}
	}
	g.stuck = g.Stuck() && !g.MoreBelow
	g.count = count
	switch {
	case held >= 0:
		g.anchor, g.hidden = held, g.Measure(held)-bottom
	case count > 0:
		g.anchor, g.hidden = min(g.anchor, count-1), 0
	}
	g.settle()
}

// Scroll moves the view down by pixels, up where they are negative.
func (g *Geometry) Scroll(pixels float32) {
	if g.stuck && pixels >= 0 {
		return
	}
	g.stuck = false
	g.hidden += pixels
	g.settle()
}

// ToRow brings the upper edge of a row to top.
func (g *Geometry) ToRow(row int, top float32) {
	g.stuck = false
	g.anchor, g.hidden = max(0, min(row, g.count-1)), -top
	g.settle()
}

// ToEnd shows the last row and sticks to it.
func (g *Geometry) ToEnd() {
	g.stuck = true
	g.settle()
}

// Bar gives the part of all rows that is in view, counted in rows, as shares between 0 and 1.
func (g *Geometry) Bar() (from, to float32) {
	if len(g.placed) == 0 {
		return 0, 1
	}
	first, last := g.placed[0], g.placed[len(g.placed)-1]
	n := float64(g.count)
	above := float64(max(0, -first.Top) / first.Height)
	below := float64(max(0, last.Bottom()-g.view) / last.Height)
	return float32((float64(first.Row) + above) / n), float32((float64(last.Row+1) - below) / n)
}

// ToShare moves to a share of the way between the first row and the end, counted in rows: what a scroll bar asks for.
func (g *Geometry) ToShare(share float32) {
	if g.count == 0 {
		return
	}
	if share >= 1 {
		g.ToEnd()
		return
	}
	from, to := g.Bar()
	at := max(0, float64(share)) * float64(1-(to-from)) * float64(g.count)
	row := min(int(at), g.count-1)
	g.ToRow(row, -float32(at-float64(row))*g.Measure(row))
}

// settle brings the anchor back to the upper edge, respects both ends and places what is in view.
func (g *Geometry) settle() {
	g.placed = g.placed[:0]
	if g.count == 0 {
		g.anchor, g.hidden, g.stuck = 0, 0, true
		return
	}
	if g.view <= 0 {
		return
	}
	if !g.stuck {
		g.walkUp()
		g.hidden = max(0, g.hidden) // the first row goes no lower
		g.walkDown()
		g.place()
	}
	if last := len(g.placed) - 1; last >= 0 {
		p := g.placed[last]
		g.stuck = p.Row == g.count-1 && p.Bottom() <= g.view+atEnd
	}
	if g.stuck {
		g.fromEnd()
		g.place()
		g.stuck = !g.MoreBelow
	}
}

// fromEnd puts the foot of the last row at the foot of the view. Rows that do not fill the view stand at its foot too.
func (g *Geometry) fromEnd() {
	g.anchor, g.hidden = g.count, -g.view
	g.walkUp()
}

// walkUp moves the anchor up while there is room above it and rows to fill it.
func (g *Geometry) walkUp() {
	for g.hidden < 0 && g.anchor > 0 {
		g.anchor--
		g.hidden += g.Measure(g.anchor)
	}
}

// walkDown moves the anchor down while all of it is hidden.
func (g *Geometry) walkDown() {
	for g.anchor < g.count-1 {
		height := g.Measure(g.anchor)
		if g.hidden < height {
			return
		}
		g.hidden -= height
		g.anchor++
	}
}

func (g *Geometry) place() {
	g.placed = g.placed[:0]
	top := -g.hidden
	for row := g.anchor; row < g.count; row++ {
		height := g.Measure(row)
		g.placed = append(g.placed, Placed{Row: row, Top: top, Height: height})
		if top += height; top >= g.view {
			break
		}
	}
}

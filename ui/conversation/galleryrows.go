package conversation

import (
	"time"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"

	"fyne.io/fyne/v2"
)

// galleryKind is the sort of a row of the gallery.
type galleryKind uint8

const (
	monthRow galleryKind = iota
	tileRow
	fileRow
	olderRow // leads to what is on the server
	emptyRow // below few rows: the timeline would put them at its foot
)

// galleryRow is a row of the gallery: it begins with a file of the list.
type galleryRow struct {
	kind  galleryKind
	from  int // index in parts
	count int // of tiles
}

const (
	tileSide      = 132
	tileGap       = 6
	galleryMonth  = 40 // heights of rows
	galleryFile   = 60
	galleryFooter = 56
)

// arrange follows a change of the size: other tiles stand in a row.
func (g *gallery) arrange() {
	if g.list.Size() != g.size {
		g.arrangeAnew()
	}
}

// arrangeAnew makes the rows. What is in view keeps its place.
func (g *gallery) arrangeAnew() {
	var held []messaging.MessageID // what the rows in view began with
	first, last := g.list.InView()
	for at := first; at >= 0 && at <= last && at < len(g.rows); at++ {
		held = append(held, g.key(at).id)
	}
	old := g.rows
	begun := len(g.parts) == 0
	g.size = g.list.Size()
	g.parts = g.parts[:0]
	clear(g.place)
	for _, m := range g.messages {
		g.parts = append(g.parts, m.Parts()...)
	}
	g.sortByMonth()
	for i, m := range g.parts {
		g.place[m.ID] = i
	}
	g.rows = g.rowsOf()
	g.fillUp()
	now := map[galleryKey]int{}
	for at := range g.rows {
		now[g.key(at)] = at
	}
	g.list.MoreBelow(true) // the end is not followed
	g.list.Renumber(func(at int) (int, bool) {
		if at-first < 0 || at-first >= len(held) || old[at].kind >= olderRow && len(held) > 1 {
			return 0, false
		}
		row, ok := now[galleryKey{old[at].kind, held[at-first]}]
		return row, ok
	})
	if begun {
		g.list.ToRow(0, 0)
	}
}

// sortByMonth puts the pictures of each month before its other files.
func (g *gallery) sortByMonth() {
	sorted := make([]messaging.Message, 0, len(g.parts))
	for from := 0; from < len(g.parts); {
		to := from
		for to < len(g.parts) && sameMonth(g.parts[from].Time, g.parts[to].Time) {
			to++
		}
		for _, pictures := range []bool{true, false} {
			for _, m := range g.parts[from:to] {
				if isPicture(m) == pictures {
					sorted = append(sorted, m)
				}
			}
		}
		from = to
	}
	g.parts = sorted
}

func (g *gallery) rowsOf() (rows []galleryRow) {
	columns := columnsIn(g.size.Width)
	for i := 0; i < len(g.parts); {
		if i == 0 || !sameMonth(g.parts[i-1].Time, g.parts[i].Time) {
			rows = append(rows, galleryRow{kind: monthRow, from: i})
		}
		if !isPicture(g.parts[i]) {
			rows = append(rows, galleryRow{kind: fileRow, from: i})
			i++
			continue
		}
		n := 1
		for n < columns && i+n < len(g.parts) && isPicture(g.parts[i+n]) && sameMonth(g.parts[i].Time, g.parts[i+n].Time) {
			n++
		}
		rows = append(rows, galleryRow{kind: tileRow, from: i, count: n})
		i += n
	}
	if !g.more && g.past {
		rows = append(rows, galleryRow{kind: olderRow})
	}
	return rows
}

// fillUp adds an empty row where the others do not fill the view.
func (g *gallery) fillUp() {
	g.fill = g.size.Height
	for at := range g.rows {
		if g.fill -= (galleryRows{g}).Height(at, g.size.Width); g.fill <= 0 {
			return
		}
	}
	g.rows = append(g.rows, galleryRow{kind: emptyRow})
}

func sameMonth(a, b time.Time) bool {
	a, b = a.Local(), b.Local()
	return a.Year() == b.Year() && a.Month() == b.Month()
}

// galleryKey is what stays with a row of the gallery.
type galleryKey struct {
	kind galleryKind
	id   messaging.MessageID
}

func (g *gallery) key(at int) galleryKey {
	row := g.rows[at]
	if row.kind >= olderRow {
		return galleryKey{kind: row.kind}
	}
	return galleryKey{row.kind, g.parts[row.from].ID}
}

// redraw draws what is in view again.
func (g *gallery) redraw() {
	g.list.Renumber(func(at int) (int, bool) { return at, true })
}

// galleryRows gives the rows to the timeline.
type galleryRows struct{ g *gallery }

func (r galleryRows) Len() int        { return len(r.g.rows) }
func (r galleryRows) Key(at int) any  { return r.g.key(at) }
func (r galleryRows) Kind(at int) int { return int(r.g.rows[at].kind) }

func (r galleryRows) Height(at int, width float32) float32 {
	scale := r.g.v.metrics.scale
	switch r.g.rows[at].kind {
	case monthRow:
		return round(galleryMonth * scale)
	case tileRow:
		return r.g.tile(width) + tileGap
	case fileRow:
		return round(galleryFile * scale)
	case emptyRow:
		return r.g.fill
	}
	return round(galleryFooter * scale)
}

// tile is the side of a tile: the tiles of a full row fill the width.
func (g *gallery) tile(width float32) float32 {
	return max(1, (width-2*margin+tileGap)/float32(columnsIn(width))-tileGap)
}

// columnsIn is how many tiles stand side by side.
func columnsIn(width float32) int { return max(1, int((width-2*margin+tileGap)/(tileSide+tileGap))) }

func (r galleryRows) Make(kind int) fyne.CanvasObject {
	switch galleryKind(kind) {
	case monthRow:
		return look.Pad(look.NewLabel("", look.Style{Bold: true}), 12, margin, 4, margin)
	case tileRow:
		return newTiles(r.g)
	case fileRow:
		return newGalleryFile(r.g)
	case olderRow:
		return newOlder(r.g)
	}
	return look.Blank(1, 1)
}

func (r galleryRows) Draw(at int, object fyne.CanvasObject) {
	row := r.g.rows[at]
	switch row.kind {
	case monthRow:
		label := object.(*fyne.Container).Objects[0].(*look.Label)
		label.SetText(i18n.Date(i18n.Month, r.g.parts[row.from].Time.Local()))
	case tileRow:
		object.(*tiles).show(r.g.parts[row.from : row.from+row.count])
	case fileRow:
		object.(*galleryFileRow).show(r.g.parts[row.from])
	case olderRow:
		object.(*olderFiles).show()
	}
}

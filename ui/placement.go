package ui

import (
	"encoding/json"
	"math"
	"sync"

	"discussions/messaging"

	"fyne.io/fyne/v2"
)

// Rect is a rectangle on the desktop, in the coordinates of its windows.
type Rect struct{ X, Y, Width, Height int }

func (r Rect) contains(x, y int) bool {
	return x >= r.X && x < r.X+r.Width && y >= r.Y && y < r.Y+r.Height
}

// placement is where the window of a conversation was.
type placement struct {
	X      int     `json:"x,omitempty"`
	Y      int     `json:"y,omitempty"`
	Placed bool    `json:"placed,omitempty"` // X and Y are known: on Wayland they are not
	Width  float32 `json:"width"`
	Height float32 `json:"height"`
	OnTop  bool    `json:"on_top,omitempty"`
}

const (
	minWidth, minHeight = 280, 240
	maxSide             = 10_000
	mostPlaces          = 500 // for each account; then those of the longest closed go
)

// size is the window's size, within reason.
func (p placement) size() fyne.Size {
	within := func(v, least, otherwise float32) float32 {
		if !(v > 0 && v < maxSide) { // also NaN
			return otherwise
		}
		return max(v, least)
	}
	return fyne.NewSize(within(p.Width, minWidth, 560), within(p.Height, minHeight, 640))
}

// inView reports whether enough of the window's top is on a screen to take hold of it. A screen may have gone since.
func (p placement) inView(screens []Rect) bool {
	if !p.Placed {
		return false
	}
	for _, s := range screens {
		if s.contains(p.X+40, p.Y) && s.contains(p.X+int(p.size().Width/2), p.Y+20) {
			return true
		}
	}
	return false
}

// placements are those of an account, kept sealed with it. The methods may be called from any goroutine.
type placements struct {
	mu      sync.Mutex
	places  map[messaging.ConversationID]placement
	order   []messaging.ConversationID // the last closed last
	changed bool
}

// placementsFile is the form of what is kept.
type placementsFile struct {
	Windows []placed `json:"windows"`
}

type placed struct {
	Conversation messaging.ConversationID `json:"conversation"`
	placement
}

// load reads what was kept. Places that were set meanwhile stay.
func (p *placements) load(data []byte) {
	var file placementsFile
	if json.Unmarshal(data, &file) != nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, w := range file.Windows {
		if _, known := p.places[w.Conversation]; !known {
			p.set(w.Conversation, w.placement)
		}
	}
}

func (p *placements) get(id messaging.ConversationID) placement {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.places[id]
}

func (p *placements) put(id messaging.ConversationID, place placement) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.places[id] != place {
		p.set(id, place)
		p.changed = true
	}
}

// set is called with the lock.
func (p *placements) set(id messaging.ConversationID, place placement) {
	if p.places == nil {
		p.places = map[messaging.ConversationID]placement{}
	}
	if _, known := p.places[id]; !known {
		p.order = append(p.order, id)
	}
	p.places[id] = place
	for len(p.order) > mostPlaces {
		delete(p.places, p.order[0])
		p.order = p.order[1:]
	}
}

// take returns what is to be kept, once for each change.
func (p *placements) take() (data []byte, changed bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.changed {
		return nil, false
	}
	p.changed = false
	var file placementsFile
	for _, id := range p.order {
		file.Windows = append(file.Windows, placed{id, p.places[id]})
	}
	data, err := json.Marshal(file)
	return data, err == nil
}

// tile divides an area among that many windows: in rows that are filled, as square as can be. Where there is no room for so many of the
// least size, the first places are taken again.
func tile(area Rect, count, leastWidth, leastHeight int) []Rect {
	mostColumns, mostRows := max(1, area.Width/leastWidth), max(1, area.Height/leastHeight)
	cells := min(count, mostColumns*mostRows)
	if cells <= 0 {
		return nil
	}
	columns := int(math.Ceil(math.Sqrt(float64(cells) * float64(area.Width) / float64(max(1, area.Height)))))
	columns = max((cells+mostRows-1)/mostRows, min(columns, mostColumns))
	rows := (cells + columns - 1) / columns
	places := make([]Rect, count)
	for i := range places {
		if i >= cells {
			places[i] = places[i-cells]
			continue
		}
		row := i / columns
		inRow := min(columns, cells-row*columns)
		left, right := (i%columns)*area.Width/inRow, (i%columns+1)*area.Width/inRow
		top, bottom := row*area.Height/rows, (row+1)*area.Height/rows
		places[i] = Rect{area.X + left, area.Y + top, right - left, bottom - top}
	}
	return places
}

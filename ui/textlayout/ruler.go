package textlayout

import "math"

// cacheSize is how many characters a [Ruler] remembers; cachedBytes is the length of the longest one.
const (
	cacheSize   = 4096
	cachedBytes = 32
)

// Ruler measures text of one font, size and style. It remembers the width of single characters, from which it estimates where a
// line may end; only the line itself is then measured. It is not safe for use by several goroutines.
type Ruler struct {
	measure func(string) float32
	ascii   [128]float32 // NaN: not measured yet
	other   map[string]float32
	spare   *window // used again
}

// NewRuler makes a ruler of a function that gives the width of a text.
func NewRuler(measure func(text string) float32) *Ruler {
	r := &Ruler{measure: measure, other: map[string]float32{}}
	for i := range r.ascii {
		r.ascii[i] = float32(math.NaN())
	}
	return r
}

// Width is the width of a text on one line.
func (r *Ruler) Width(text string) float32 { return r.measure(text) }

// window is an empty window; give it back with reuse.
func (r *Ruler) window() *window {
	w := r.spare
	r.spare = nil
	if w == nil {
		w = &window{}
	}
	w.start, w.end = 0, -1
	return w
}

func (r *Ruler) reuse(w *window) { r.spare = w }

// advance is the width of one character standing alone.
func (r *Ruler) advance(cluster string) float32 {
	if len(cluster) == 1 && cluster[0] < 128 {
		known := &r.ascii[cluster[0]]
		if *known != *known {
			*known = r.measure(cluster)
		}
		return *known
	}
	if width, ok := r.other[cluster]; ok {
		return width
	}
	width := r.measure(cluster)
	if len(cluster) <= cachedBytes {
		if len(r.other) >= cacheSize {
			clear(r.other)
		}
		r.other[cluster] = width
	}
	return width
}

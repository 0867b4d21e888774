package textlayout

import "strings"

// wholeBytes is the length up to which a paragraph is measured whole first: most messages are one short line.
const wholeBytes = 128

// Line is a part of a text that stands on one line: the bytes from Start to End, without the space or line break that ended it.
type Line struct {
	Start, End int
	Width      float32
}

// Wrapper breaks a text into lines no wider than a width, one at a time. A line break in the text ("\n") ends a line. Every text
// has at least one line. A single character wider than a line stands alone on it.
type Wrapper struct {
	text  string
	width float32
	ruler *Ruler

	start     int // of the next line
	paragraph int // where the paragraph of start ends; -1 when that is not known
	done      bool
	window    *window
}

// NewWrapper breaks a text into lines.
func NewWrapper(text string, width float32, ruler *Ruler) *Wrapper {
	return &Wrapper{text: text, width: width, ruler: ruler, paragraph: -1, window: ruler.window()}
}

// Wrap gives all lines of a text.
func Wrap(text string, width float32, ruler *Ruler) []Line {
	lines, _ := WrapFirst(text, width, ruler, len(text)+1)
	return lines
}

// WrapFirst gives the first lines of a text, n at most, and whether there are more. Its work does not depend on what follows.
func WrapFirst(text string, width float32, ruler *Ruler, n int) (lines []Line, more bool) {
	w := NewWrapper(text, width, ruler)
	defer ruler.reuse(w.window)
	for len(lines) < n {
		line, ok := w.Next()
		if !ok {
			return lines, false
		}
		lines = append(lines, line)
	}
	return lines, !w.done
}

// Next gives the next line; ok is false behind the last one.
func (w *Wrapper) Next() (line Line, ok bool) {
	if w.done {
		return Line{}, false
	}
	if w.paragraph < 0 {
		w.paragraph = len(w.text)
		if i := strings.IndexByte(w.text[w.start:], '\n'); i >= 0 {
			w.paragraph = w.start + i
		}
		w.window.end = -1
		if w.paragraph-w.start <= wholeBytes {
			if width := w.ruler.Width(w.text[w.start:w.paragraph]); width <= w.width {
				line = Line{w.start, w.paragraph, width}
				w.advance(w.paragraph)
				return line, true
			}
		}
	}
	line, next := Line{Start: w.start, End: w.start}, w.start
	if w.start < w.paragraph {
		line, next = w.fill()
	}
	w.advance(next)
	return line, true
}

// advance sets the start of the next line: next, or behind the line break that stands there.
func (w *Wrapper) advance(next int) {
	w.start = next
	if next < w.paragraph {
		return
	}
	w.done = w.paragraph == len(w.text)
	w.start, w.paragraph = w.paragraph+1, -1
}

// fill breaks off one line of the paragraph and gives the place where the next one starts.
func (w *Wrapper) fill() (line Line, next int) {
	win := w.window
	if w.start < win.start || w.start >= win.end {
		win.cut(w.text, w.start, w.paragraph)
	}
	first := win.find(w.start)
	f := filler{w: win, text: w.text, ruler: w.ruler, start: w.start, first: first, grown: first}
	if f.grow(w.width) && win.end < w.paragraph && win.start < w.start {
		// The line may go on behind the window, which began with an earlier line.
		win.cut(w.text, w.start, w.paragraph)
		f = filler{w: win, text: w.text, ruler: w.ruler, start: w.start}
	}
	last, width := f.fit(w.width)
	c := win.clusters[last]
	return Line{w.start, c.trimmed, width}, c.end
}

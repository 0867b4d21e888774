package textlayout

import (
	"strings"
	"unicode/utf8"

	"github.com/go-text/typesetting/segmenter"
)

// windowBytes is how much of a paragraph is looked at in one go. No line is longer.
const windowBytes = 4096

// cluster is a user-perceived character of a text.
type cluster struct {
	end     int     // its end in the text, in bytes
	trimmed int     // the same without the spaces at the end of the line so far; set by filler.grow
	sum     float32 // estimated width from the start of the line up to trimmed; set by filler.grow
	breaks  bool    // a line may end behind it
	space   bool
}

// window is a part of a paragraph cut into clusters. The buffers are used again.
type window struct {
	start, end int
	clusters   []cluster
	segmenter  segmenter.Segmenter
	offsets    []int // of each rune
}

// cut segments text[start:limit], or the first windowBytes of it.
func (w *window) cut(text string, start, limit int) {
	end := limit
	if end-start > windowBytes {
		end = start + windowBytes
		for range utf8.UTFMax - 1 {
			if !utf8.RuneStart(text[end]) {
				end--
			}
		}
	}
	w.start, w.end = start, end
	w.clusters, w.offsets = w.clusters[:0], w.offsets[:0]
	part := text[start:end]
	for i := range part {
		w.offsets = append(w.offsets, start+i)
	}
	w.offsets = append(w.offsets, end)
	w.segmenter.InitWithString(part)
	graphemes, lines := w.segmenter.GraphemeIterator(), w.segmenter.LineIterator()
	lineEnd := 0
	for graphemes.Next() {
		g := graphemes.Grapheme()
		last := g.Offset + len(g.Text)
		for lineEnd < last && lines.Next() {
			l := lines.Line()
			lineEnd = l.Offset + len(l.Text)
		}
		w.clusters = append(w.clusters, cluster{
			end:    w.offsets[last],
			breaks: lineEnd == last,
			space:  len(g.Text) == 1 && g.Text[0] == ' ',
		})
	}
}

// find is the index of the first cluster that starts at or behind a place in the text.
func (w *window) find(at int) int {
	if at <= w.start {
		return 0
	}
	low, high := 0, len(w.clusters)
	for low < high {
		if middle := (low + high) / 2; w.clusters[middle].end <= at {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}

// begin is where a cluster begins in the text.
func (w *window) begin(i int) int {
	if i == 0 {
		return w.start
	}
	return w.clusters[i-1].end
}

// signs are the places where an address is cut that is too long for a line.
const signs = "/-?&=_.,;"

func (w *window) endsInSign(text string, i int) bool {
	return strings.IndexByte(signs, text[w.clusters[i].end-1]) >= 0
}

package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"discussions/internal/fold"
	"discussions/ui/wording"
)

// snippet is the part of a text around the first word that was searched.
type snippet struct {
	text  string
	marks [][2]int // the words that were searched, in bytes of text
}

const (
	before = 24  // letters that a snippet shows before the first mark
	most   = 160 // letters of a snippet
)

// newSnippet cuts a snippet out of a message's text. It takes time in proportion to the text.
func newSnippet(text, wanted string) snippet {
	text = strings.Join(strings.Fields(wording.Sanitize(text)), " ")
	marks := marked(text, wanted)
	start := 0
	if len(marks) > 0 {
		start = back(text, marks[0][0], before)
	}
	end := forward(text, start, most)
	s := snippet{text: text[start:end]}
	shift := -start
	if start > 0 {
		s.text = "… " + s.text
		shift += len("… ")
	}
	if end < len(text) {
		s.text += "…"
	}
	for _, m := range marks {
		if m[1] <= end {
			s.marks = append(s.marks, [2]int{m[0] + shift, m[1] + shift})
		}
	}
	return s
}

// after puts words before a snippet.
func (s snippet) after(words string) snippet {
	out := snippet{text: words + s.text}
	for _, m := range s.marks {
		out.marks = append(out.marks, [2]int{m[0] + len(words), m[1] + len(words)})
	}
	return out
}

// marked finds the words of a text that were searched, as the index does: without accents and capitals; the last may be a beginning, of
// which only that is marked.
func marked(text, wanted string) (marks [][2]int) {
	words := fold.Words(wanted)
	if len(words) == 0 {
		return nil
	}
	last := words[len(words)-1]
	whole := map[string]bool{}
	for _, w := range words {
		whole[w.Folded] = true
	}
	for _, w := range fold.Words(text) {
		switch {
		case whole[w.Folded]:
			marks = append(marks, [2]int{w.Start, w.End})
		case last.End == len(wanted) && strings.HasPrefix(w.Folded, last.Folded):
			marks = append(marks, [2]int{w.Start, w.Start + beginning(text[w.Start:w.End], last.Folded)})
		}
	}
	return marks
}

// beginning is how many bytes of a word fold to a beginning of it.
func beginning(word, folded string) int {
	n := 0
	for i, r := range word {
		if n >= len(folded) && !unicode.Is(unicode.M, r) { // an accent belongs to its letter
			return i
		}
		n += len(fold.Text(string(r)))
	}
	return len(word)
}

// back goes n letters back from a place, then on to the beginning of a word.
func back(text string, at, n int) int {
	from := at
	for ; n > 0 && from > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(text[:from])
		from -= size
	}
	if from == 0 {
		return 0
	}
	if i := strings.IndexByte(text[from:at], ' '); i >= 0 {
		return from + i + 1
	}
	return from
}

// forward goes n letters on from a place.
func forward(text string, at, n int) int {
	for ; n > 0 && at < len(text); n-- {
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return at
}

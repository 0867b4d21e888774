package textlayout

// filler finds the end of one line that starts with the cluster first of a window.
type filler struct {
	w     *window
	text  string
	ruler *Ruler
	start int // of the line, in the text
	first int
	grown int // the first cluster without an estimate

	anywhere bool // the line may end behind any cluster

	width   float32 // estimated, with the spaces at the end
	trimmed int
}

// grow estimates the width of the line until it exceeds width, and says whether all of the window fits.
func (f *filler) grow(width float32) bool {
	for ; f.grown < len(f.w.clusters); f.grown++ {
		i := f.grown
		c := &f.w.clusters[i]
		if i == f.first {
			f.width, f.trimmed, c.sum = 0, f.start, 0
		} else if f.w.clusters[i-1].sum > width {
			return false
		} else {
			c.sum = f.w.clusters[i-1].sum
		}
		f.width += f.ruler.advance(f.text[f.w.begin(i):c.end])
		if !c.space {
			f.trimmed, c.sum = c.end, f.width
		}
		c.trimmed = f.trimmed
	}
	return f.w.clusters[len(f.w.clusters)-1].sum <= width
}

// fit is the last cluster of the line, and the line's width. The estimate is checked against the true width and corrected by the
// difference between the two: the characters of some scripts are wider alone than in a word.
func (f *filler) fit(width float32) (last int, actual float32) {
	last, actual, ok := f.try(width, width)
	if !ok || f.w.clusters[last].sum <= 0 || actual <= 0 {
		return f.shrink(last, width, actual)
	}
	if ratio := actual / f.w.clusters[last].sum; ratio < 0.98 && last < len(f.w.clusters)-1 {
		if more, wider, ok := f.try(width/ratio, width); ok && more > last {
			return more, wider
		}
	}
	return last, actual
}

// try takes the line that is estimated to fit, and says whether it does.
func (f *filler) try(estimated, width float32) (last int, actual float32, ok bool) {
	f.grow(estimated)
	last = f.choose(estimated)
	actual = f.ruler.Width(f.text[f.start:f.w.clusters[last].trimmed])
	return last, actual, actual <= width
}

// shrink shortens a line until it fits: by estimates first, then by a fourth each time, so that it always gets there soon.
func (f *filler) shrink(last int, width, actual float32) (int, float32) {
	for n := 0; actual > width && last > f.first; n++ {
		estimate := f.w.clusters[last].sum
		aim := min(estimate*width/actual, f.w.clusters[last-1].sum)
		shorter := f.choose(aim)
		if shorter >= last || n > 2 {
			shorter = f.first + (last-f.first)*3/4
		}
		last = shorter
		actual = f.ruler.Width(f.text[f.start:f.w.clusters[last].trimmed])
	}
	return last, actual
}

// choose is the last cluster at which the line may end within a width: where the text may be broken, else inside a word.
func (f *filler) choose(width float32) int {
	most := f.within(width)
	if f.anywhere {
		return most
	}
	for i := most; i >= f.first; i-- {
		if c := f.w.clusters[i]; (c.breaks || i == len(f.w.clusters)-1) && c.trimmed > f.start {
			return i
		}
	}
	n := most - f.first
	for i := most; i > f.first && i > most-n/3; i-- {
		if f.w.endsInSign(f.text, i) {
			return i
		}
	}
	return most
}

// within is the last cluster up to which the line is estimated to fit into a width, the first one at least.
func (f *filler) within(width float32) int {
	low, high := f.first, f.grown
	for low < high {
		if middle := (low + high) / 2; f.w.clusters[middle].sum <= width {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return max(f.first, low-1)
}

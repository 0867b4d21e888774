package xmpp

import (
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// XEP-0428: Fallback Indication, with the counting of XEP-0426.

// Fallback marks parts of a message's texts that are only meant for programs that do not know an extension.
type Fallback struct {
	For           string // the extension's namespace
	Body, Subject []Range
}

// Range is a part of a text, from Start to before End, in Unicode code points.
type Range struct{ Start, End int }

// ToEnd is the End of a range that goes to the end of the text.
const ToEnd = math.MaxInt32

const (
	maxFallbacks = 8  // of one message
	maxRanges    = 32 // of one text of one fallback
)

type fallbackElements struct {
	Fallbacks []fallbackElement `xml:"urn:xmpp:fallback:0 fallback"`
}

type fallbackElement struct {
	For     string         `xml:"for,attr,omitempty"`
	Body    []rangeElement `xml:"body"`
	Subject []rangeElement `xml:"subject"`
}

type rangeElement struct {
	Start string `xml:"start,attr,omitempty"`
	End   string `xml:"end,attr,omitempty"`
}

func newFallbacks(list []Fallback) (elements []fallbackElement) {
	for _, f := range list {
		elements = append(elements, fallbackElement{For: f.For, Body: newRanges(f.Body), Subject: newRanges(f.Subject)})
	}
	return elements
}

func newRanges(ranges []Range) (elements []rangeElement) {
	for _, r := range ranges {
		var e rangeElement
		if r.Start > 0 || r.End < ToEnd {
			e.Start = strconv.Itoa(r.Start)
		}
		if r.End < ToEnd {
			e.End = strconv.Itoa(r.End)
		}
		elements = append(elements, e)
	}
	return elements
}

// decode drops invalid ranges, and fallbacks left without any.
func (e *fallbackElements) decode() (list []Fallback) {
	for _, f := range atMost(maxFallbacks, e.Fallbacks) {
		decoded := Fallback{For: f.For, Body: decodeRanges(f.Body), Subject: decodeRanges(f.Subject)}
		if len(f.Body) == 0 && len(f.Subject) == 0 { // the whole message
			decoded.Body, decoded.Subject = []Range{{End: ToEnd}}, []Range{{End: ToEnd}}
		}
		if decoded.Body != nil || decoded.Subject != nil {
			list = append(list, decoded)
		}
	}
	return list
}

func decodeRanges(elements []rangeElement) (ranges []Range) {
	for _, e := range atMost(maxRanges, elements) {
		if r, ok := newRange(e.Start, e.End); ok {
			ranges = append(ranges, r)
		}
	}
	return ranges
}

// newRange parses two attributes. A missing start is 0, a missing end the end of the text.
func newRange(start, end string) (r Range, ok bool) {
	r = Range{End: ToEnd}
	if start != "" {
		n, err := strconv.ParseUint(start, 10, 31)
		if err != nil {
			return Range{}, false
		}
		r.Start = int(n)
	}
	if end != "" {
		n, err := strconv.ParseUint(end, 10, 31)
		if err != nil {
			return Range{}, false
		}
		r.End = int(n)
	}
	return r, r.Start < r.End
}

// BodyWithout returns the body without the fallback texts for these namespaces.
func (m *Message) BodyWithout(namespaces ...string) string {
	return cutRanges(m.Body, m.fallbacks(namespaces, func(f Fallback) []Range { return f.Body }))
}

// PlacesWithout translates places of the body, in code points, into those of what [Message.BodyWithout] returns, in bytes.
func (m *Message) PlacesWithout(places []int, namespaces ...string) []int {
	order := make([]int, len(places))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return places[a] - places[b] })
	translated := make([]int, len(places))
	point, bytes := 0, 0
	reached := func() {
		for len(order) > 0 && places[order[0]] <= point {
			translated[order[0]] = bytes
			order = order[1:]
		}
	}
	for r, kept := range cut(m.Body, m.fallbacks(namespaces, func(f Fallback) []Range { return f.Body })) {
		reached()
		if kept {
			bytes += utf8.RuneLen(r)
		}
		point++
	}
	point = math.MaxInt // the rest lies behind the end
	reached()
	return translated
}

// SubjectWithout returns the subject without the fallback texts for these namespaces.
func (m *Message) SubjectWithout(namespaces ...string) string {
	return cutRanges(m.Subject, m.fallbacks(namespaces, func(f Fallback) []Range { return f.Subject }))
}

func (m *Message) fallbacks(namespaces []string, of func(Fallback) []Range) (ranges []Range) {
	for _, f := range m.Fallbacks {
		if slices.Contains(namespaces, f.For) {
			ranges = append(ranges, of(f)...)
		}
	}
	return ranges
}

// cutRanges removes the ranges from text.
func cutRanges(text string, ranges []Range) string {
	if len(ranges) == 0 {
		return text
	}
	var rest strings.Builder
	for r, kept := range cut(text, ranges) {
		if kept {
			rest.WriteRune(r)
		}
	}
	return rest.String()
}

// cut gives the code points of text, and whether they lie outside of the ranges. These may overlap, come in any order, or lie outside the
// text.
func cut(text string, ranges []Range) iter.Seq2[rune, bool] {
	ranges = slices.SortedFunc(slices.Values(ranges), func(a, b Range) int { return a.Start - b.Start })
	return func(yield func(rune, bool) bool) {
		at, end := 0, 0 // end: the farthest end of the ranges so far
		for _, r := range text {
			for len(ranges) > 0 && ranges[0].Start <= at {
				end = max(end, ranges[0].End)
				ranges = ranges[1:]
			}
			if !yield(r, at >= end) {
				return
			}
			at++
		}
	}
}

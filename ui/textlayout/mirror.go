package textlayout

import "golang.org/x/text/unicode/bidi"

// mirrored is the sign that looks like r in a mirror: what a bracket, a quotation mark or a comparison is in text that runs from
// right to left (Bidi_Mirroring_Glyph).
func mirrored(r rune) rune {
	switch r {
	case '[', '{', '［', '｛', '«', '‹', '<', '＜', '≤':
		return r + between(r)
	case ']', '}', '］', '｝', '»', '›', '>', '＞', '≥':
		return r - between(r)
	}
	if p, _ := bidi.LookupRune(r); p.IsBracket() { // the others are neighbours
		if p.IsOpeningBracket() {
			return r + 1
		}
		return r - 1
	}
	return r
}

// between is how far apart the two signs of a pair are in Unicode.
func between(r rune) rune {
	switch r {
	case '«', '»':
		return '»' - '«'
	case '≤', '≥', '‹', '›':
		return 1
	}
	return 2
}

// canonical is the same for brackets that are the same but for their code.
func canonical(r rune) rune {
	switch r {
	case '\u2329':
		return '\u3008'
	case '\u232A':
		return '\u3009'
	}
	return r
}

package wording

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// marksKept is how many combining marks one letter may carry: more is not a language but a way to write over other lines.
const marksKept = 4

// Sanitize makes a text that others wrote safe to show: what would change the order of other characters (bidi controls), hide
// some (zero width) or break the screen (controls, heaps of marks) goes. A joiner or non-joiner stays inside an emoji or a word
// that is spelt with it. It is for display; the message itself stays.
func Sanitize(text string) string {
	if isPlain(text) {
		return text
	}
	var out strings.Builder
	out.Grow(len(text))
	text = strings.ToValidUTF8(strings.ReplaceAll(text, "\r\n", "\n"), "\uFFFD")
	marks, base, last := 0, ' ', ' '
	for i, r := range text {
		switch {
		case r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029':
			r = '\n'
		case r == '\t':
			r = ' '
		case r == '\u200D' || r == '\u200C':
			next, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(r):])
			if !(r == '\u200D' && emojiPart(last) && emojiPart(next)) && !joins(r, base, last, next) {
				continue
			}
			last = r
			out.WriteRune(r)
			continue // it does not separate two runs of marks
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r), r == '\u115F', r == '\u1160', r == '\u3164', r == '\u034F':
			continue
		}
		if !unicode.In(r, unicode.Mn, unicode.Me) {
			marks, base = 0, r // only characters that stay separate two runs of marks
		} else if marks++; marks > marksKept {
			continue
		}
		last = r
		out.WriteRune(r)
	}
	return out.String()
}

// oneLine sanitizes a text and puts it on one line of at most that many characters.
func oneLine(text string, most int) string {
	if bytes := 8 * most; len(text) > bytes { // what lies behind is never shown: do not look at it
		text = strings.ToValidUTF8(text[:bytes], "") + "…"
	}
	runes := []rune(strings.Join(strings.Fields(Sanitize(text)), " "))
	if len(runes) > most {
		return strings.TrimRight(string(runes[:most-1]), " ") + "…"
	}
	return string(runes)
}

// isPlain is the quick way out for nearly every message.
func isPlain(text string) bool {
	for _, r := range text {
		if r >= 0x300 && !(r >= 0x2010 && r <= 0x2027) || r < ' ' && r != '\n' || r >= 0x7F && r < 0xA0 || r == 0xAD {
			return false
		}
	}
	return true
}

// shaping are the scripts whose letters take another form beside each other.
var shaping = []*unicode.RangeTable{
	unicode.Arabic, unicode.Syriac, unicode.Nko, unicode.Mandaic, unicode.Mongolian, unicode.Adlam, unicode.Hanifi_Rohingya,
}

// joins says whether a joiner or non-joiner belongs to the spelling: between two letters of a script whose letters join, or behind a
// virama, which makes one letter of two (UAX #31, 2.3). In all other places it would make two words that look the same. base is the
// letter before it, last that letter or the last mark on it.
func joins(r, base, last, next rune) bool {
	if virama(last) {
		return r == '\u200D' || unicode.IsLetter(next)
	}
	for _, script := range shaping {
		if unicode.Is(script, base) && unicode.Is(script, next) {
			return unicode.IsLetter(base) && unicode.IsLetter(next)
		}
	}
	return false
}

// virama says whether r is the mark of the scripts of India that takes the vowel from a letter.
func virama(r rune) bool {
	return r >= 0x900 && r <= 0xDFF && (r&0x7F == 0x4D || r == 0xDCA)
}

func emojiPart(r rune) bool {
	return unicode.Is(unicode.So, r) || r == '\uFE0F' || r >= 0x1F3FB && r <= 0x1F3FF
}

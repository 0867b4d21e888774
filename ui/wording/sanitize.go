package wording

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// marksKept is how many combining marks one letter may carry: more is not a language but a way to write over other lines.
const marksKept = 4

// Sanitize makes a text that others wrote safe to show: what would change the order of other characters (bidi controls), hide
// some (zero width) or break the screen (controls, heaps of marks) goes. It is for display; the message itself stays.
func Sanitize(text string) string {
	if isPlain(text) {
		return text
	}
	var out strings.Builder
	out.Grow(len(text))
	text = strings.ToValidUTF8(strings.ReplaceAll(text, "\r\n", "\n"), "\uFFFD")
	marks, last := 0, ' '
	for i, r := range text {
		switch {
		case r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029':
			r = '\n'
		case r == '\t':
			r = ' '
		case r == '\u200D': // joins emoji; between letters it only hides
			next, _ := utf8.DecodeRuneInString(text[i+len("\u200D"):])
			if !emojiPart(last) || !emojiPart(next) {
				continue
			}
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r), r == '\u115F', r == '\u1160', r == '\u3164', r == '\u034F':
			continue
		}
		if !unicode.In(r, unicode.Mn, unicode.Me) {
			marks = 0 // only what stays parts two heaps of marks
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

func emojiPart(r rune) bool {
	return unicode.Is(unicode.So, r) || r == '\uFE0F' || r >= 0x1F3FB && r <= 0x1F3FF
}

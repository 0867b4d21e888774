package textlayout

import (
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestLevels(t *testing.T) {
	golden, err := os.ReadFile("testdata/levels.txt")
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for text := range strings.Lines(string(golden)) {
		fields := strings.Split(strings.TrimSuffix(text, "\n"), "\t")
		if len(fields) != 3 {
			continue // the comment
		}
		lines++
		for i, rightToLeft := range []bool{false, true} {
			var got strings.Builder
			for _, level := range levelsOf(fields[0], rightToLeft) {
				got.WriteByte('0' + level)
			}
			if want := fields[1+i]; got.String() != want {
				t.Errorf("%q, right to left %v:\n got %s\nwant %s", fields[0], rightToLeft, &got, want)
			}
		}
	}
	if lines < 25 {
		t.Errorf("only %d lines", lines)
	}
}

// seen is a line as it is seen from left to right, each character by itself.
func seen(line string, rightToLeft bool) string {
	var b strings.Builder
	for _, p := range pieces(line, rightToLeft) {
		text := strings.ReplaceAll(p.shown(line), "\u200E", "")
		if p.rightToLeft {
			runes := []rune(text)
			for i := len(runes) - 1; i >= 0; i-- {
				b.WriteRune(runes[i])
			}
			continue
		}
		b.WriteString(text)
	}
	return b.String()
}

// TestSeen is written with Hebrew letters named in capitals, as in UAX #9, so that the source is readable: A is alef.
func TestSeen(t *testing.T) {
	hebrew := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r >= 'A' && r <= 'Z' {
				return 'א' + r - 'A'
			}
			return r
		}, s)
	}
	for _, c := range []struct{ name, in, want string }{
		{"left to right stays", "donner 5 mg (max. 10)", "donner 5 mg (max. 10)"},
		{"words of both", "voir ABC DEF ce soir", "voir FED CBA ce soir"},
		{"a number in a text from right to left", "ABC 12.5 DEF", "FED 12.5 CBA"},
		{"a dose with its unit", "ABC 5 mg DEF", "FED mg 5 CBA"},
		{"a range", "ABC 5-10 DEF", "FED 5-10 CBA"},
		{"a fraction", "ABC 1/2 DEF", "FED 1/2 CBA"},
		{"a per cent sign", "ABC 10% DEF", "FED 10% CBA"},
		{"brackets look the other way", "ABC (DEF) GHI", "IHG (FED) CBA"},
		{"Latin in brackets", "ABC (mg) DEF", "FED (mg) CBA"},
		{"a sign between two words", "ABC / DEF", "FED / CBA"},
		{"comparison", "ABC < DEF", "FED > CBA"},
		{"quotation marks", "ABC «DEF»", "«FED» CBA"},
		{"a full stop at the end", "ABC.", ".CBA"},
		{"in French it stays at the end", "voir ABC.", "voir CBA."},
		{"joined emoji stay whole", "ABC 👩\u200d⚕️ DEF", "FED 👩\u200d⚕️ CBA"},
		{"skin tones stay with them", "ABC 👍🏽👍 DEF", "FED 👍👍🏽 CBA"},
		{"a name and a number after it", "ABC 7", "7 CBA"},
	} {
		t.Run(c.name, func(t *testing.T) {
			line := hebrew(c.in)
			if got := seen(line, RightToLeft(line, 0)); got != hebrew(c.want) {
				t.Errorf("got  %q\nwant %q", got, hebrew(c.want))
			}
		})
	}
}

func TestWordsStandInTheOrderInWhichTheyAreSeen(t *testing.T) {
	const mark = "\u200E"
	got := Shown("مرحبا بالعالم / שלום עולם")
	want := mark + "עולם" + mark + " " + mark + "שלום" + mark + " / " + mark + "بالعالم" + mark + " " + mark + "مرحبا" + mark
	if got != want {
		t.Errorf("got  %+q\nwant %+q", got, want)
	}
	if got := Shown("می\u200cخواهم"); got != mark+"می\u200cخواهم"+mark {
		t.Errorf("a word with a non-joiner: %+q", got)
	}
	if got := Shown("Où êtes-vous ? 12/8 👩\u200d⚕️"); got != "Où êtes-vous ? 12/8 👩\u200d⚕️" {
		t.Errorf("a French text is changed: %+q", got)
	}
}

func TestRightToLeft(t *testing.T) {
	const text = "Bonjour\n12 שלום dit-elle\n\n… مرحبا\n123\n"
	want := []bool{false, true, false, true, false, false}
	for i, at := 0, 0; i < len(want); i++ {
		end := len(text)
		if n := strings.IndexByte(text[at:], '\n'); n >= 0 {
			end = at + n
		}
		for _, place := range []int{at, end} {
			if got := RightToLeft(text, place); got != want[i] {
				t.Errorf("paragraph %d at %d: %v", i, place, got)
			}
		}
		at = min(end+1, len(text))
	}
	if RightToLeft("", 0) {
		t.Error("nothing runs from right to left")
	}
}

var bothWays = []rune("abé  אבגםשلمرحبا 1234٠١٢ ()[]«<.,:/-+%€!?…👍🏽\u0301\u05B0\u064B\u200C\u200D")

func TestNothingIsLostInTheOtherOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.StringOf(rapid.RuneFrom(bothWays)).Draw(t, "line")
		if rapid.IntRange(0, 19).Draw(t, "long") == 0 {
			line = strings.Repeat(line, 6000/(len(line)+1))
		}
		rightToLeft := rapid.Bool().Draw(t, "right to left")
		taken := make([]bool, len(line))
		for _, p := range pieces(line, rightToLeft) {
			if !utf8.ValidString(line[p.start:p.end]) || p.start == p.end {
				t.Fatalf("piece %+v of %+q", p, line)
			}
			for i := p.start; i < p.end; i++ {
				if taken[i] {
					t.Fatalf("byte %d of %+q is drawn twice", i, line)
				}
				taken[i] = true
			}
		}
		for i, ok := range taken {
			if !ok {
				t.Fatalf("byte %d of %+q is not drawn", i, line)
			}
		}
	})
}

// ofRunes measures a rune as 10 pixels wide, what has no width as nothing.
func ofRunes(s string) float32 {
	n := 0
	for _, r := range s {
		if r >= '\u0300' && !strings.ContainsRune("\u0301\u05B0\u064B\u200C\u200D\u200E\uFE0F", r) || r < '\u0300' {
			n++
		}
	}
	return 10 * float32(n)
}

func TestMarkedTextIsWhereItIsSeen(t *testing.T) {
	ruler := NewRuler(ofRunes)
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.StringOf(rapid.RuneFrom(bothWays)).Draw(t, "line")
		rightToLeft := rapid.Bool().Draw(t, "right to left")
		from := Boundary(line, rapid.IntRange(0, len(line)).Draw(t, "from"))
		to := max(from, Boundary(line, rapid.IntRange(0, len(line)).Draw(t, "to")))
		total, before := float32(0), float32(-1)
		for _, s := range Spans(line, rightToLeft, from, to, ruler) {
			if s.X < before {
				t.Fatalf("spans of %+q overlap", line)
			}
			before = s.X + s.Width - 1
			total += s.Width
		}
		if want := ofRunes(line[from:to]); total < want-1 || total > want+1 {
			t.Fatalf("%+q from %d to %d is %v wide, marked are %v", line, from, to, want, total)
		}
	})
}

func TestAClickFindsTheCharacterThatIsSeen(t *testing.T) {
	const line = "ab אבג 12 cd" // seen: ab 12 גבא cd
	order := []int{0, 1, 2, 10, 11, 9, 7, 5, 3, 12, 13, 14}
	ruler := NewRuler(ofRunes)
	for seen, at := range order {
		got := VisualOffsetAt(line, false, float32(10*seen)+2, ruler)
		_, n := utf8.DecodeRuneInString(line[at:])
		if got != at && got != at+n {
			t.Errorf("a click on character %d gives the place %d, want %d or %d", seen, got, at, at+n)
		}
	}
	if got := VisualOffsetAt("אבג", true, -5, ruler); got != 6 {
		t.Errorf("left of a line from right to left is its end, got %d", got)
	}
	if got := VisualOffsetAt("אבג", true, 500, ruler); got != 0 {
		t.Errorf("right of it is its start, got %d", got)
	}
}

// TestOrderIsLinearInTheText counts what is measured, and looks at what a stranger may send.
func TestOrderIsLinearInTheText(t *testing.T) {
	for name, text := range hostile(2000) {
		text = strings.ToValidUTF8(strings.ReplaceAll(text, "\n", " "), "\uFFFD")
		for _, line := range []string{text, "א" + text, strings.Repeat("א(", 600), strings.Repeat("(א", 500) + strings.Repeat(")", 500)} {
			c := &counter{measure: ofRunes}
			Spans(line, true, 0, len(line), NewRuler(c.width))
			VisualOffsetAt(line, true, 1e6, NewRuler(c.width))
			if c.bytes > 16*len(line)+200 { // a click looks for its character by halves
				t.Errorf("%s: %d bytes measured of %d", name, c.bytes, len(line))
			}
		}
	}
}

func BenchmarkVisual(b *testing.B) {
	for _, c := range []struct{ name, line string }{
		{"Latin", strings.Repeat("Bonjour ", 12)},
		{"both", strings.Repeat("abc שלום 12 مرحبا ", 6)},
		{"hostile", "א" + strings.Repeat("(א 1", 1000)},
	} {
		b.Run(c.name, func(b *testing.B) {
			for range b.N {
				Shown(c.line)
			}
		})
	}
}

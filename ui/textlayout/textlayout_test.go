package textlayout

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// byRunes measures a rune as 10 pixels wide, a combining mark or a joiner as nothing.
func byRunes(s string) float32 {
	n := 0
	for _, r := range s {
		if r != '\u0301' && r != '\u200d' && r != '\ufe0f' {
			n++
		}
	}
	return 10 * float32(n)
}

// joined measures like a script whose letters are narrower in a word than alone.
func joined(s string) float32 {
	n := float32(utf8.RuneCountInString(s))
	return 4*n + min(n, 1)*6
}

// spread measures like a font whose letters stand further apart in a word than alone.
func spread(s string) float32 {
	n := float32(utf8.RuneCountInString(s))
	return 10*n + max(0, n-1)*7
}

func wrapped(text string, width float32, measure func(string) float32) []string {
	var out []string
	for _, l := range Wrap(text, width, NewRuler(measure)) {
		out = append(out, text[l.Start:l.End])
	}
	return out
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		name string
		in   string
		want []string
	}{
		{"a short text stays", "un deux", []string{"un deux"}},
		{"at spaces", "un deux trois quatre", []string{"un deux", "trois", "quatre"}},
		{"at line breaks", "un\n\ndeux", []string{"un", "", "deux"}},
		{"a line break at the end opens a line", "un\n", []string{"un", ""}},
		{"nothing is one line", "", []string{""}},
		{"spaces alone are one empty line", "               ", []string{""}},
		{"spaces at the start stay", "  un", []string{"  un"}},
		{"spaces at the end of a line hang over", "un deux tr     quatre", []string{"un deux tr", "quatre"}},
		{"long words are cut", "abcdefghijklmnopqrstuvw", []string{"abcdefghij", "klmnopqrst", "uvw"}},
		{"a long word after others", "un abcdefghijkl m", []string{"un", "abcdefghij", "kl m"}},
		{"not at no-break spaces", "aa 10\u00a0000\u202fUI", []string{"aa", "10\u00a0000\u202fUI"}},
		{"not before a French sign", "abcdefg hi ?", []string{"abcdefg", "hi ?"}},
		{"behind a hyphen", "un rendez-vous", []string{"un rendez-", "vous"}},
		{"addresses at their signs", "https://abcd.fr", []string{"https://", "abcd.fr"}},
		{"long addresses near their signs", "abcde_fg?hijklmno", []string{"abcde_fg?", "hijklmno"}},
		{"marks stay with their letter", "aaaaaaaaaaae\u0301e", []string{"aaaaaaaaaa", "ae\u0301e"}},
		{"a flag stays whole", "aaaaaaaaa🇫🇷", []string{"aaaaaaaaa", "🇫🇷"}},
		{"a joined emoji stays whole", "aaaaaaaa👩🏽\u200d⚕️", []string{"aaaaaaaa", "👩🏽\u200d⚕️"}},
		{"ideographs have no spaces", "一二三四五六七八九十一", []string{"一二三四五六七八九十", "一"}},
		{"not before an ideographic full stop", "一二三四五六七八九十。", []string{"一二三四五六七八九", "十。"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := wrapped(c.in, 100, byRunes)
			if strings.Join(got, "|") != strings.Join(c.want, "|") {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestEstimatesAreCorrectedByTheTrueWidth(t *testing.T) {
	text := strings.Repeat("abc ", 60)
	for _, c := range []struct {
		name    string
		measure func(string) float32
		most    int // characters that fit into 100
	}{
		{"letters narrower in a word", joined, 23},
		{"letters wider in a word", spread, 6},
	} {
		t.Run(c.name, func(t *testing.T) {
			for i, line := range wrapped(text, 100, c.measure) {
				if c.measure(line) > 100 {
					t.Errorf("%q is %v wide", line, c.measure(line))
				}
				if want := c.most/4*4 - 1; i < 5 && len(line) < want-4 {
					t.Errorf("%q leaves too much room: %d characters fit", line, c.most)
				}
			}
		})
	}
}

var alphabet = []rune("abcdé   \n\u00a0-/👍🏽🇫🇷\u200d\u0301一。?שלام")

func TestWrapLosesNothingAndFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom(alphabet)).Draw(t, "text")
		if rapid.IntRange(0, 9).Draw(t, "long") == 0 {
			text = strings.Repeat(text, rapid.IntRange(1, 5000/(len(text)+1)+1).Draw(t, "times"))
		}
		width := rapid.Float32Range(15, 300).Draw(t, "width")
		measure := rapid.SampledFrom([]func(string) float32{byRunes, joined, spread}).Draw(t, "measure")
		at := 0
		for _, l := range Wrap(text, width, NewRuler(measure)) {
			if l.Start < at || l.End < l.Start || strings.Trim(text[at:l.Start], " \n") != "" {
				t.Fatalf("line %+v of %q after byte %d", l, text, at)
			}
			line := text[l.Start:l.End]
			if l.Width != measure(line) {
				t.Fatalf("%q is said to be %v wide, is %v", line, l.Width, measure(line))
			}
			if l.Width > width && !single(line) {
				t.Fatalf("%q is %v wide, of %v", line, l.Width, width)
			}
			if !utf8.ValidString(line) || strings.Contains(line, "\n") {
				t.Fatalf("%+q is cut inside a character or holds a line break", line)
			}
			at = l.End
		}
		if strings.Trim(text[at:], " \n") != "" {
			t.Fatalf("%q is lost", text[at:])
		}
	})
}

// single says whether a line is one character, with spaces before it.
func single(line string) bool {
	var w window
	w.cut(line, 0, len(line))
	n := 0
	for _, c := range w.clusters {
		if !c.space {
			n++
		}
	}
	return n <= 1
}

func TestInvalidTextIsWrappedToo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOfN(rapid.Byte(), 0, 6000).Draw(t, "bytes"))
		kept := 0
		for _, l := range Wrap(text, 80, NewRuler(byRunes)) {
			kept += len(strings.ReplaceAll(text[l.Start:l.End], " ", ""))
		}
		if want := len(strings.NewReplacer(" ", "", "\n", "").Replace(text)); kept != want {
			t.Fatalf("%d bytes on lines, want %d", kept, want)
		}
	})
	if n := len(Wrap(strings.Repeat("\x80", 20_000), 80, NewRuler(byRunes))); n == 0 {
		t.Error("no lines")
	}
}

// hostile are texts of about n bytes that a stranger may send.
func hostile(n int) map[string]string {
	repeat := func(s string) string { return strings.Repeat(s, n/len(s)+1) }
	return map[string]string{
		"one word":           repeat("A"),
		"words":              repeat("mot "),
		"spaces":             repeat(" "),
		"emoji":              repeat("👍"),
		"joined emoji":       repeat("👩🏽\u200d⚕️"),
		"one joined emoji":   repeat("👩\u200d"),
		"flags":              repeat("🇫🇷"),
		"lines":              repeat("a\n"),
		"line breaks":        repeat("\n"),
		"combining marks":    "e" + repeat("\u0301"),
		"nothing visible":    repeat("\u200d"),
		"no-break spaces":    repeat("a\u00a0"),
		"mixed directions":   repeat("abc שלום 12 مرحبا "),
		"ideographs":         repeat("一二三四五"),
		"signs":              repeat("/"),
		"hyphens":            repeat("a-"),
		"different, no word": different(n),
		"broken":             repeat("\xff"),
		"broken rest":        repeat("\x80"),
	}
}

// different is a text of many different characters without a space.
func different(n int) string {
	var b strings.Builder
	for r := rune(0x4e00); b.Len() < n; r++ {
		if r > 0x9000 {
			r = 0x4e00
		}
		b.WriteRune(r)
	}
	return b.String()
}

// counter counts what is measured.
type counter struct {
	calls, bytes int
	measure      func(string) float32
}

func (c *counter) width(s string) float32 {
	c.calls++
	c.bytes += len(s)
	return c.measure(s)
}

// TestTheWorkIsLinearInTheText counts calls of the measure function, so that it does not depend on the machine.
func TestTheWorkIsLinearInTheText(t *testing.T) {
	const n = 60_000
	for _, measure := range []struct {
		name string
		f    func(string) float32
	}{{"plain", byRunes}, {"joined", joined}, {"spread", spread}} {
		for name, text := range hostile(n) {
			t.Run(measure.name+"/"+name, func(t *testing.T) {
				c := &counter{measure: measure.f}
				lines := Wrap(text, 560, NewRuler(c.width))
				if limit := 8*len(lines) + 2*cacheSize + n/2; c.calls > limit {
					t.Errorf("%d calls for %d lines of %d bytes", c.calls, len(lines), len(text))
				}
				if limit := 12 * len(text); c.bytes > limit {
					t.Errorf("%d bytes measured of %d", c.bytes, len(text))
				}
			})
		}
	}
}

// TestTheFirstLinesDoNotDependOnTheRest: a folded message costs no more when it is longer.
func TestTheFirstLinesDoNotDependOnTheRest(t *testing.T) {
	short, long := hostile(60_000), hostile(600_000)
	for name := range short {
		t.Run(name, func(t *testing.T) {
			work := func(text string) (*counter, int) {
				c := &counter{measure: byRunes}
				lines, _ := WrapFirst(text, 560, NewRuler(c.width), 50)
				return c, len(lines)
			}
			a, lines := work(short[name])
			b, _ := work(long[name])
			if lines == 50 && (a.calls != b.calls || a.bytes != b.bytes) {
				t.Errorf("%d calls for %d bytes, %d calls for %d bytes", a.calls, a.bytes, b.calls, b.bytes)
			}
		})
	}
}

func TestWrapFirstSaysWhetherThereIsMore(t *testing.T) {
	for _, c := range []struct {
		text  string
		n     int
		lines int
		more  bool
	}{
		{"a\nb\nc", 2, 2, true}, {"a\nb", 2, 2, false}, {"a", 2, 1, false}, {"a\n", 1, 1, true},
	} {
		lines, more := WrapFirst(c.text, 100, NewRuler(byRunes), c.n)
		if len(lines) != c.lines || more != c.more {
			t.Errorf("%q: %d lines, more %v", c.text, len(lines), more)
		}
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		in    string
		width float32
		want  string
	}{
		{"Bonjour", 70, "Bonjour"},
		{"Bonjour", 60, "Bonjo…"},
		{"Bon jour", 50, "Bon…"},
		{"Bonjour", 5, "…"},
		{"", 50, ""},
		{"un\ndeux", 50, "un"},
		{"aaa👩🏽\u200d⚕️", 40, "aaa…"},
		{strings.Repeat("x", 10_000), 40, "xxx…"},
	} {
		if got := Cut(c.in, c.width, NewRuler(byRunes)); got != c.want {
			t.Errorf("%.20q in %v: %q, want %q", c.in, c.width, got, c.want)
		}
	}
}

func TestOffsetAt(t *testing.T) {
	for x, want := range map[float32]int{-5: 0, 4: 0, 6: 1, 14: 1, 16: 3, 99: 4} { // "é" is two bytes
		if got := OffsetAt("aéb", x, NewRuler(byRunes)); got != want {
			t.Errorf("at %v: %d, want %d", x, got, want)
		}
	}
	if got := OffsetAt("👩🏽\u200d⚕️", 5, NewRuler(byRunes)); got != 0 {
		t.Errorf("a joined emoji is split at %d", got)
	}
	if got := OffsetAt("", 5, NewRuler(byRunes)); got != 0 {
		t.Errorf("nothing: %d", got)
	}
	c := &counter{measure: byRunes}
	OffsetAt(strings.Repeat("a", 1000), 5000, NewRuler(c.width))
	if c.calls > 16 {
		t.Errorf("%d calls", c.calls)
	}
}

func TestCharacters(t *testing.T) {
	for text, want := range map[string]int{"": 0, "ab": 1, "éa": 2, "👩🏽\u200d⚕️x": len("👩🏽\u200d⚕️"), "🇫🇷🇩🇪": len("🇫🇷")} {
		if got := First(text); got != want {
			t.Errorf("the first character of %q is %d bytes long, want %d", text, got, want)
		}
	}
	for _, c := range []struct {
		text        string
		limit, want int
	}{
		{"abc", 2, 2}, {"aé", 2, 1}, {"🇫🇷🇩🇪", 12, 8}, {"e\u0301", 1, 0},
		{strings.Repeat("é", 4000), windowBytes, windowBytes - 2}, // the last one looked at may go on
		{"e" + strings.Repeat("\u0301", 4000), windowBytes, windowBytes - 1},
	} {
		if got := Boundary(c.text, c.limit); got != c.want {
			t.Errorf("%.10q up to %d: %d, want %d", c.text, c.limit, got, c.want)
		}
	}
}

func TestWordAt(t *testing.T) {
	for at, want := range map[int]string{0: "Bonjour", 7: "Bonjour", 9: "été", 8: ""} {
		from, to := WordAt("Bonjour, été", at)
		if got := "Bonjour, été"[from:to]; got != want {
			t.Errorf("word at %d: %q, want %q", at, got, want)
		}
	}
}

func BenchmarkWrap(b *testing.B) {
	for name, text := range hostile(60_000) {
		b.Run(strings.ReplaceAll(name, " ", "-"), func(b *testing.B) {
			for range b.N {
				Wrap(text, 560, NewRuler(byRunes))
			}
		})
	}
}

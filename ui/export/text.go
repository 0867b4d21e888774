package export

import (
	"bufio"
	"io"
	"strings"
)

// WriteText writes a transcript as text (UTF-8).
func (t Transcript) WriteText(w io.Writer) error {
	out := bufio.NewWriter(w)
	line := func(parts ...string) {
		for _, part := range parts {
			_, _ = out.WriteString(part) // Flush tells the error
		}
		_ = out.WriteByte('\n')
	}
	line(t.title())
	for _, s := range t.subtitle() {
		line(s)
	}
	for p := range t.paragraphs {
		line()
		switch {
		case p.day != "":
			line("— ", p.day, " —")
			continue
		case p.note != "":
			line(p.head, " (", p.note, ")")
		default:
			line(p.head)
		}
		for s := range strings.SplitSeq(p.body, "\n") {
			line("  ", s)
		}
	}
	return out.Flush()
}

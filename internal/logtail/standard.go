package logtail

import (
	"io"
	"regexp"
)

// Standard is a place for the standard library's own log. It keeps only Fyne's own messages, without file names or addresses.
// Other packages quote there what servers send, and with GODEBUG=http2debug=2 net/http logs all traffic.
func Standard(w io.Writer) io.Writer { return standard{w} }

type standard struct{ w io.Writer }

// of Fyne's LogError: what is wrong, its cause, and where in Fyne's code. A line break would begin something else.
var ofFyne = regexp.MustCompile(`^([0-9/]+ [0-9:]+ )?(Fyne error: [^/\\\n]*|  Cause: [^/\\\n]*|  At: \S+\.go:\d+)\n$`)

func (s standard) Write(line []byte) (int, error) {
	if !ofFyne.Match(line) {
		return len(line), nil
	}
	return s.w.Write(line)
}

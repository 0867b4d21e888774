package instance

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Message asks the running program to come to the front, and possibly to open something.
type Message struct {
	Open   string // what to open, by the identifier that its notification had; empty: only come to the front
	Hidden bool   // the later start was to stay hidden: there is nothing to do. Open is empty then
}

const (
	wordRaise  = "raise\n"
	wordHidden = "hidden\n"
	wordOpen   = "open "
	answer     = "ok\n"

	maxOpen = 1024 // bytes of Message.Open
	maxLine = len(wordOpen) + 3*maxOpen + 1
)

// line encodes the message as one line, with the identifier percent-encoded. An identifier that is too long is left out.
func (m Message) line() string {
	if m.Hidden {
		return wordHidden
	}
	if !sendable(m.Open) {
		return wordRaise
	}
	return wordOpen + url.QueryEscape(m.Open) + "\n"
}

// parse decodes what line encodes, and nothing else.
func parse(line []byte) (Message, bool) {
	text := string(line)
	switch text {
	case wordRaise:
		return Message{}, true
	case wordHidden:
		return Message{Hidden: true}, true
	}
	text, found := strings.CutPrefix(text, wordOpen)
	text, ended := strings.CutSuffix(text, "\n")
	if !found || !ended {
		return Message{}, false
	}
	open, err := url.QueryUnescape(text)
	if err != nil || !sendable(open) || url.QueryEscape(open) != text {
		return Message{}, false
	}
	return Message{Open: open}, true
}

func sendable(id string) bool {
	return id != "" && len(id) <= maxOpen && utf8.ValidString(id) && !strings.ContainsFunc(id, unicode.IsControl)
}

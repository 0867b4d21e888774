package conversation

import (
	"reflect"
	"strings"

	"discussions/messaging"
	"discussions/messaging/model"
	"discussions/ui/textlayout"
	"discussions/ui/wording"
)

// entry is a loaded message with what is known of its drawing.
type entry struct {
	messaging.Message

	files    []messaging.Message // each of its files
	text     string              // what can be marked and is folded when it is long, safe to show: a text's body, a file's description
	links    []wording.Link      // in the text, in order
	named    []markedName        // people in the text
	day      int                 // of its time
	notice   bool
	expanded bool         // a long text is shown whole
	cuts     []int        // where the parts of an expanded text begin, but for the first
	layouts  []*rowLayout // of its parts; nil where there is none
}

// set takes the new state of the message.
func (e *entry) set(m messaging.Message) {
	changed := e.Content == nil || !reflect.DeepEqual(m.Content, e.Content)
	e.Message, e.files = m, m.Parts()
	e.day, e.notice = dayOf(m.Time), isNotice(m.Content)
	if changed {
		e.text = wording.Sanitize(markable(m.Content))
		e.links = wording.Links(e.text)
		e.named = nil
		if text, ok := m.Content.(messaging.Text); ok {
			e.named = markedNames(text.Body, e.text, text.Mentions)
		}
		e.cut()
	}
	e.layouts = nil
}

// markable is the part of a content that the user can mark.
func markable(c messaging.Content) string {
	switch c := c.(type) {
	case messaging.Text:
		return c.Body
	case messaging.File:
		return c.Description
	}
	return ""
}

// expand shows the whole of a long text.
func (e *entry) expand() {
	e.expanded, e.layouts = true, nil
	e.cut()
}

// A part of an expanded text is one row of its own, so that only what is in view is laid out.
const (
	partBytes = 4096
	partLines = 60
)

// cut divides an expanded text into parts. It looks at no widths, so that it costs next to nothing.
func (e *entry) cut() {
	e.cuts = nil
	if !e.expanded {
		return
	}
	for start := 0; ; {
		end := partEnd(e.text[start:])
		if start += end; start >= len(e.text) {
			return
		}
		e.cuts = append(e.cuts, start)
	}
}

// partEnd is the length of the first part of a text: it ends behind a line break where there is one, else behind a space.
func partEnd(text string) int {
	end, lines := 0, 0
	for end < len(text) && lines < partLines {
		i := strings.IndexByte(text[end:min(len(text), partBytes)], '\n')
		if i < 0 {
			break
		}
		end, lines = end+i+1, lines+1
	}
	switch {
	case lines == partLines:
		return end
	case len(text) <= partBytes:
		return len(text)
	case end > partBytes/2:
		return end
	}
	if i := strings.LastIndexByte(text[:partBytes], ' '); i > partBytes/2 {
		return i + 1
	}
	return textlayout.Boundary(text, partBytes)
}

// parts is the number of rows that the message takes.
func (e *entry) parts() int { return len(e.cuts) + 1 }

// part gives the range of a part in the text.
func (e *entry) part(i int) (from, to int) {
	to = len(e.text)
	if i > 0 {
		from = e.cuts[i-1]
	}
	if i < len(e.cuts) {
		to = e.cuts[i]
	}
	return from, to
}

// fullText is all of a message's text, as it is copied.
func fullText(e *entry) string { return wording.Sanitize(model.PlainText(e.Content)) }

package conversation

import (
	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/textlayout"

	"fyne.io/fyne/v2"
)

// rect is a part of a row.
type rect struct{ x, y, w, h float32 }

// laid is a row laid out at one width: what stands where. It is worked out when the row comes near the view, and kept.
type laid struct {
	width float32
	style int // the count of changes of style that it was laid out for
	place place

	height  float32
	startY  float32 // "this is where the conversation begins", when place.start
	dayY    float32 // rules, when there are any
	freshY  float32
	nameY   float32 // the author's name, when named
	named   bool
	avatar  bool
	bubble  rect
	lines   []textlayout.Line
	folded  bool // there are more lines than are shown
	foldY   float32
	side    rect // time and state beside the bubble
	time    string
	failed  bool
	links   bool              // the failure's words stand under the bubble: they do not fit beside it
	reason  string            // why it failed
	reasons []textlayout.Line // the same in lines
	reasonY float32           // the first of them
}

// layout lays a row out. It measures text, and nothing else of it takes time.
func (m *metrics) layout(e *entry, p place, group bool, width float32) *laid {
	l := &laid{width: width, place: p, failed: e.Own && e.State == messaging.Failed}
	l.named = p.head && group && !e.Own
	l.avatar = p.head && !e.Own
	if p.time {
		l.time = clock(e.Time)
	}
	y := m.above(l)

	sideWidth := m.side(l, e)
	room := width - 2*edge - m.indent
	most := max(bubbleLess, min(m.maximum, room-sideWidth-timeGap))
	if l.failed {
		most = max(bubbleLess, min(m.maximum, room))
	}
	limit := foldAfter + foldAfter/4
	if e.expanded {
		limit = len(e.text) + 1
	}
	if l.lines, l.folded = textlayout.WrapFirst(e.text, most-2*bubblePadX, m.ofText, limit); l.folded {
		l.lines = l.lines[:foldAfter]
	}
	widest := float32(8)
	for _, line := range l.lines {
		widest = max(widest, line.Width)
	}
	l.bubble = rect{edge + m.indent, y, min(most, ceil(widest)+2*bubblePadX), float32(len(l.lines))*m.textLine + 2*bubblePadY}
	if l.folded {
		l.foldY = l.bubble.y + l.bubble.h - bubblePadY
		l.bubble.w = max(l.bubble.w, min(most, m.ofSmall.Width(i18n.T("conversation.more"))+2*bubblePadX))
		l.bubble.h += m.smallLine + rowGap
	}
	if e.Own {
		l.bubble.x = width - edge - l.bubble.w
	}
	y += l.bubble.h
	l.side = rect{l.bubble.x + l.bubble.w + timeGap, y - m.tinyLine - 3, sideWidth, m.tinyLine}
	if e.Own {
		l.side.x = l.bubble.x - timeGap - sideWidth
	}
	if l.failed {
		y = m.failure(l, e, y)
	}
	l.height = y + rowGap
	return l
}

// above places what stands over the bubble and gives the bubble's top.
func (m *metrics) above(l *laid) float32 {
	y := float32(0)
	if l.place.start {
		l.startY = y + groupSpace
		y = l.startY + m.smallLine
	}
	if l.place.day {
		l.dayY = y + 2*rowGap
		y = l.dayY + m.smallLine + 2*rowGap
	}
	if l.place.fresh {
		l.freshY = y + 2*rowGap
		y = l.freshY + m.smallLine + 2*rowGap
	}
	switch {
	case l.named:
		l.nameY = y + 2*rowGap
		y = l.nameY + m.smallLine + 2
	case l.place.head:
		y += groupSpace - rowGap
	}
	return y
}

// side is the width of the words beside the bubble.
func (m *metrics) side(l *laid, e *entry) float32 {
	if l.failed {
		words := failedWords()
		bold := styledRuler(m.tiny, fyne.TextStyle{Bold: true}).Width
		return ceil(m.ofTiny.Width(words[0]) + bold(words[1]) + bold(words[2]) + 2*m.ofTiny.Width(between))
	}
	width := float32(0)
	if l.time != "" {
		width = m.ofTiny.Width(l.time)
	}
	if e.Own {
		if width > 0 {
			width += rowGap
		}
		width += stateSize * m.scale
	}
	return ceil(width)
}

// failure places the words about a message that was refused, and gives the row's foot.
func (m *metrics) failure(l *laid, e *entry, y float32) float32 {
	if l.links = l.bubble.x-timeGap-l.side.w < edge; l.links {
		l.side.x, l.side.y = max(edge, l.width-edge-l.side.w), y+rowGap
		y = l.side.y + l.side.h
	}
	l.reason = failure(e.Failure)
	l.reasons = textlayout.Wrap(l.reason, max(bubbleLess, l.width-2*edge), m.ofTiny)
	l.reasonY = y + 2
	return l.reasonY + float32(len(l.reasons))*m.tinyLine
}

// failedWords are what stands beside a message that was refused: the first is a word, the others are links.
func failedWords() []string {
	return []string{i18n.T("conversation.failed"), i18n.T("conversation.resend"), i18n.T("conversation.discard")}
}

// between stands between two of them.
const between = " · "

// failure is the sentence for an error condition of RFC 6120, section 8.3.3.
func failure(condition string) string {
	switch condition {
	case "item-not-found", "gone", "recipient-unavailable", "remote-server-not-found", "jid-malformed", "redirect":
		return i18n.T("conversation.failure.recipient")
	case "forbidden", "not-allowed", "not-authorized", "registration-required", "subscription-required":
		return i18n.T("conversation.failure.forbidden")
	case "remote-server-timeout", "service-unavailable", "internal-server-error", "resource-constraint":
		return i18n.T("conversation.failure.unavailable")
	}
	return i18n.T("conversation.failure.refused")
}

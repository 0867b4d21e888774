package conversation

import (
	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/textlayout"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
)

// failureBlock says under a message why it was refused.
type failureBlock struct {
	inert
	words string
	m     *metrics
	lines []textlayout.Line
	width float32
}

func newFailure(e *entry) *failureBlock { return &failureBlock{words: failure(e.Failure)} }

func (b *failureBlock) measure(m *metrics, width float32) fyne.Size {
	b.m = m
	b.lines = textlayout.Wrap(b.words, max(bubbleMin, width), m.tinyRuler)
	b.width = widest(b.lines)
	return fyne.NewSize(b.width, float32(len(b.lines))*m.tinyLine)
}

func (b *failureBlock) draw(p *painter, x, y float32) {
	for _, line := range b.lines {
		p.text(b.words[line.Start:line.End], b.m.tiny, fyne.TextStyle{}, look.Colour(look.ColorSoft), x+b.width-line.Width, y)
		y += b.m.tinyLine
	}
}

// failure is the sentence for an error condition of RFC 6120, section 8.3.3, or "too-long".
func failure(condition string) string {
	switch condition {
	case "item-not-found", "gone", "recipient-unavailable", "remote-server-not-found", "jid-malformed", "redirect":
		return i18n.T("conversation.failure.recipient")
	case "forbidden", "not-allowed", "not-authorized", "registration-required", "subscription-required":
		return i18n.T("conversation.failure.forbidden")
	case "remote-server-timeout", "service-unavailable", "internal-server-error", "resource-constraint":
		return i18n.T("conversation.failure.unavailable")
	case "too-long":
		return i18n.T("conversation.failure.too-long")
	}
	if words := wording.FileFailure(messaging.FileFailure(condition)); words != "" {
		return words
	}
	return i18n.T("conversation.failure.refused")
}

package conversation

import (
	"discussions/messaging"

	"fyne.io/fyne/v2"
)

// block is one part of a message: its author, its text, a quote, a file … It lays itself out once and is then drawn any number of
// times. To show something new of a message, write a block and name it in [contentOf] or in [metrics.layout].
type block interface {
	// measure lays the block out in a width and gives the room that it takes.
	measure(m *metrics, width float32) fyne.Size
	// draw draws it as it was measured, with the upper left corner at a point of the row.
	draw(p *painter, x, y float32)
	// actions are what the user can do with it, for the message's menu.
	actions(v *View) []action
}

// action is something that the user can do with a message.
type action struct {
	name string
	do   func()
}

// inert is for blocks without actions.
type inert struct{}

func (inert) actions(*View) []action { return nil }

// contentOf gives the blocks of a message's content, from top to bottom: those that stand in its bubble.
func contentOf(v *View, e *entry, part int) []block {
	var blocks []block
	if part == 0 && e.ReplyTo != nil {
		blocks = append(blocks, newQuote(e.ReplyTo))
	}
	switch c := e.Content.(type) {
	case messaging.Text:
		if part == 0 && c.Subject != "" {
			blocks = append(blocks, newSubject(c.Subject))
		}
		if e.text != "" || c.Subject == "" {
			blocks = append(blocks, newText(e, part))
		}
	case messaging.File:
		if part == 0 {
			for _, m := range e.files {
				blocks = append(blocks, newShared(e, m, v.file(m)))
			}
		}
		if e.text != "" {
			blocks = append(blocks, newText(e, part))
		}
	case messaging.Retracted:
		blocks = append(blocks, newRetracted(e, c))
	case messaging.Invitation:
		blocks = append(blocks, newInvitation(e, c))
	case messaging.Unreadable:
		blocks = append(blocks, newUnreadable(c))
	}
	return blocks
}

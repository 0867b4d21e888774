package messaging

import (
	"strings"
	"unicode/utf8"

	"discussions/messaging/model"
	"discussions/messaging/store"
)

// answer makes an outgoing message an answer to another one.
func (c *Client) answer(s *store.Store, o *store.Outgoing, to MessageID) error {
	m, found, err := s.Message(o.Conv, to)
	if err != nil {
		return err
	}
	if _, gone := m.Content.(Retracted); !found || gone || c.outbox.Get(m.OriginID) != nil && m.State == Failed {
		return ErrNoMessage
	}
	id, _ := m.WireID()
	o.About, o.Reply = m.LocalID(), &store.Reply{ID: id, Fallback: quotation(&m)}
	switch {
	case !m.Group && m.Own:
		o.Reply.Author = c.own.String()
	case !m.Group:
		o.Reply.Author = string(m.Conv)
	case m.Nick != "":
		o.Reply.Author = string(m.Conv) + "/" + m.Nick
	case m.Own && c.rooms[m.Conv] != nil:
		o.Reply.Author = string(m.Conv) + "/" + c.rooms[m.Conv].nick
	}
	return nil
}

// How much of a message is quoted for programs that do not know answers.
const (
	quotedLines = 4
	quotedBytes = 400
)

// quotation is the beginning of a message, as an answer quotes it.
func quotation(m *store.Message) string {
	text := model.PlainText(m.Content)
	if len(text) > quotedBytes {
		end := quotedBytes
		for !utf8.RuneStart(text[end]) {
			end--
		}
		text = text[:end] + "…"
	}
	lines := strings.Split(text, "\n")
	if len(lines) > quotedLines {
		lines = append(lines[:quotedLines], "…")
	}
	return strings.Join(lines, "\n")
}

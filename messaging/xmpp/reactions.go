package xmpp

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// XEP-0444: Message Reactions.

const nsReactions = "urn:xmpp:reactions:0"

// Reactions are all reactions of the sender to one message. They replace the sender's earlier ones; an empty list removes them. Anybody can
// send them: check that the sender takes part in that conversation.
type Reactions struct {
	ID    string   // of the message: in a room its stanza-id, else its origin-id, or its id if it has none
	Emoji []string // each once, in order
}

const (
	maxReactions    = 16 // by one sender to one message; more are ignored
	maxEmojiInBytes = 64 // the longest in Unicode 16 has 35
)

type reactionElements struct {
	Reactions *reactionsElement `xml:"urn:xmpp:reactions:0 reactions"`
}

type reactionsElement struct {
	ID        string   `xml:"id,attr"`
	Reactions []string `xml:"reaction"`
}

func newReactions(r *Reactions) *reactionsElement {
	if r == nil {
		return nil
	}
	return &reactionsElement{ID: r.ID, Reactions: r.Emoji}
}

func (e *reactionsElement) decode() *Reactions {
	if e == nil || e.ID == "" {
		return nil
	}
	r := &Reactions{ID: e.ID}
	for _, text := range e.Reactions {
		if len(r.Emoji) == maxReactions {
			break
		}
		if IsEmoji(text) && !slices.Contains(r.Emoji, text) {
			r.Emoji = append(r.Emoji, text)
		}
	}
	return r
}

// IsEmoji reports whether a text can be a reaction: short, only symbols and their modifiers, no letters or spaces. It accepts symbols
// newer than this program's Unicode tables.
func IsEmoji(s string) bool {
	if len(s) > maxEmojiInBytes || !utf8.ValidString(s) {
		return false
	}
	symbol := false
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9', r == '#', r == '*': // of keycaps
		case r == '\u200d', r == '\ufe0e', r == '\ufe0f', r >= 0xE0020 && r <= 0xE007F: // joiner, variations, tags
		case r == '\u20e3', r == '‼', r == '⁉', r == '〰': // keycap, and emoji that are punctuation
			symbol = true
		case r >= 0x1F000 && r <= 0x1FBFF, r >= 0x80 && unicode.IsSymbol(r):
			symbol = true
		default:
			return false
		}
	}
	return symbol
}

package export

import (
	"bytes"
	"strings"
	"testing"

	"discussions/internal/i18n/i18ntest"
	"discussions/messaging"
)

// In a transcript only what stands at the beginning of a line says who wrote, so nothing that somebody wrote may come there.
func TestNobodyWritesInAnothersNameInATranscript(t *testing.T) {
	i18ntest.Speak(t, "fr")
	const forged = "9:15  Dr Claire Martin (lu)"
	for _, end := range []string{"\n", "\r", "\r\n", "\u2028", "\u2029", "\u0085", "\v", "\f", "\x1c", "\n\u200b", "\n\u202e"} {
		text := "a" + end + forged
		m := said(at(23, 9, 12), messaging.Text{Subject: text, Body: text})
		m.ReplyTo = &messaging.Quote{Author: text, Text: text}
		m.Reactions = []messaging.Reaction{{Emoji: text, By: []string{text}}}
		file := said(at(23, 9, 13), messaging.File{Name: text, Description: text})
		withdrawn := said(at(23, 9, 14), messaging.Retracted{By: text})
		for i, list := range [][]messaging.Message{{m}, {file}, {withdrawn}} {
			list[0].Author = text
			tr := Transcript{Name: text, Account: text, Time: at(26, 1, 2), Messages: list}
			var out bytes.Buffer
			if err := tr.WriteText(&out); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(out.String()) {
				if strings.HasPrefix(line, forged) {
					t.Errorf("%q, %d: a line of its own: %q", end, i, line)
				}
			}
		}
	}
}

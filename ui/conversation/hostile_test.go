package conversation

import (
	"fmt"
	"strings"
	"testing"

	"discussions/messaging"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// hostile are texts that a stranger may send: as long as a message may be, in the scripts and shapes that are hard to lay out.
func hostile() map[string]string {
	const n = 60_000
	repeat := func(s string) string { return strings.Repeat(s, n/len(s)) }
	return map[string]string{
		"OneWord":        repeat("A"),
		"Words":          repeat("mot "),
		"Emoji":          strings.Repeat("👍", 15_000),
		"JoinedEmoji":    repeat("👩🏽\u200d⚕️"),
		"Flags":          repeat("🇫🇷"),
		"Lines":          strings.Repeat("a\n", 30_000),
		"LineBreaks":     repeat("\n"),
		"CombiningMarks": "e" + strings.Repeat("\u0301", 60_000),
		"MarkedLetters":  repeat("e\u0301\u0302\u0303\u0304"),
		"MixedDirection": repeat("abc שלום 12 مرحبا "),
		"Ideographs":     repeat("一二三四五六七八"),
		"Invisible":      repeat("\u200b\u200d"),
		"Address":        "https://example.org/" + repeat("a/b?c="),
	}
}

// openHostile shows a conversation of 30 messages, the last but one of which is the text.
func openHostile(b *testing.B, text string) *View {
	page := messaging.Page{Messages: person(30).messages(), Start: true}
	page.Messages[28].Content, page.Messages[28].Own = messaging.Text{Body: text}, false
	return benchView(b, page)
}

// BenchmarkOpen opens a conversation with a text, on Fyne's goroutine. Aim: under 50 ms.
func BenchmarkOpen(b *testing.B) {
	for name, text := range hostile() {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				openHostile(b, text)
			}
		})
	}
}

// BenchmarkWidth changes the width of a window with such a text. Aim: under 50 ms.
func BenchmarkWidth(b *testing.B) {
	for name, text := range hostile() {
		b.Run(name, func(b *testing.B) {
			v := openHostile(b, text)
			b.ResetTimer()
			for i := range b.N {
				v.body.Resize(fyne.NewSize(400+float32(i*37%200), 640))
			}
		})
	}
}

func BenchmarkRefusedPaste(b *testing.B) {
	v := openHostile(b, "")
	clipboard := test.NewClipboard()
	clipboard.SetContent(strings.Repeat("x", 1<<20))
	b.ResetTimer()
	for range b.N {
		v.composer.input.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clipboard})
	}
}

// BenchmarkSelectAll marks the longest text of the box. Aim: under 50 ms; Fyne as it is published takes seconds.
func BenchmarkSelectAll(b *testing.B) {
	v := openHostile(b, "")
	v.composer.input.pasteText(strings.Repeat("Une ligne de trente lettres ...\n", maxLines-1))
	b.ResetTimer()
	for range b.N {
		v.composer.input.TypedShortcut(&fyne.ShortcutSelectAll{})
	}
}

// BenchmarkTurnPage turns the pages of such a text when all of it is shown. Aim: under 33 ms each.
func BenchmarkTurnPage(b *testing.B) {
	for name, text := range hostile() {
		b.Run(name, func(b *testing.B) {
			v := openHostile(b, text)
			for _, e := range v.thread.entries {
				v.expand(e)
			}
			v.timeline.ToEnd()
			b.ResetTimer()
			for i := range b.N {
				key := fyne.KeyPageUp
				if i%60 >= 30 {
					key = fyne.KeyPageDown
				}
				v.timeline.TypedKey(&fyne.KeyEvent{Name: key})
			}
		})
	}
}

// BenchmarkOpen200Reactions opens a conversation whose last message has reactions of 200 people, and shows who they are.
func BenchmarkOpen200Reactions(b *testing.B) {
	page := messaging.Page{Messages: person(30).messages(), Start: true}
	for i := range 200 {
		page.Messages[29].Reactions = append(page.Messages[29].Reactions,
			messaging.Reaction{Emoji: string(rune('\U0001F600' + i%80)), By: []string{fmt.Sprint("Collègue ", i)}})
	}
	b.ResetTimer()
	for range b.N {
		v := benchView(b, page)
		v.showReactions(v.thread.entries[29])
	}
}

func BenchmarkOpen5000Members(b *testing.B) {
	v := openHostile(b, "")
	members := make([]messaging.Member, 5000)
	b.ResetTimer()
	for range b.N {
		v.popMembers(members)
	}
}

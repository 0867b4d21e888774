package search

import (
	"time"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/messaging/model"
	"discussions/ui/look"
	"discussions/ui/wording"
)

// hit is one message that was found.
type hit struct {
	look.Row
	avatar *look.Avatar
	title  *look.Label
	time   *look.Label
	line   *markedLine
}

func newHit() *hit {
	h := &hit{
		avatar: look.NewAvatar("", 36),
		title:  look.NewLabel("", look.Style{Bold: true, Cut: true}),
		time:   look.NewLabel("", look.Style{Size: look.SizeSmall, Colour: look.ColorSoft}),
		line:   newMarkedLine(),
	}
	texts := look.Column(2, look.Line(8, h.title, h.title, h.time), h.line)
	h.Extend(h, look.Pad(look.Line(12, texts, h.avatar, texts), 7, look.Space, 7, look.Space), 0, 0)
	return h
}

// set shows a message. conversation is the name of its conversation, "" where all hits are of one, and avatar what a group is shown by.
func (h *hit) set(m messaging.Message, conversation string, avatar *messaging.Avatar, wanted string, now time.Time, chosen bool) {
	author := wording.Name(m.Author)
	if m.Own {
		author = i18n.T("search.me")
	}
	name, found := author, newSnippet(textOf(m.Content), wanted)
	if conversation != "" {
		if name = wording.Name(conversation); name != author && author != "" {
			found = found.after(i18n.T("search.by", "Name", author))
		}
	}
	if conversation == "" {
		avatar = nil // its author's
	}
	h.avatar.Set(name, avatar)
	h.title.SetText(name)
	h.time.SetText(wording.When(m.Time, now))
	h.line.set(found)
	h.Choose(chosen)
	h.Arrange()
}

// textOf is where the words that were searched stand: of files in their names, and in what was written beside them.
func textOf(c messaging.Content) string {
	f, ok := c.(messaging.File)
	if !ok {
		return model.PlainText(c)
	}
	words := ""
	for _, file := range f.Files() {
		words = wording.Join(", ", words, wording.FileNameOf(file).String())
	}
	return wording.Join(" — ", words, f.Description)
}

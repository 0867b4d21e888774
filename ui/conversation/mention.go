package conversation

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"discussions/internal/fold"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/textlayout"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

const (
	mostProposed = 6  // people at once
	mentionBytes = 60 // of a name that is looked for
)

// mentionBox completes the name of a member behind an "@" in the input: Up and Down choose, Tab and Enter take, Escape leaves it as it is.
type mentionBox struct {
	widget.BaseWidget

	input   *input
	people  func(done func([]messaging.Member)) // reads the members
	changed func()                              // it is shown, hidden or has another height
	later   func(func())                        // runs a function in a later turn of Fyne's goroutine

	members []messaging.Member // of the group, read at the first "@"
	folded  []string           // their names, see [fold.Searchable]
	asked   bool
	found   []messaging.Member
	at      int
	left    string // the text behind an "@" that the user does not want to complete
	column  *fyne.Container
	content fyne.CanvasObject
}

// newMentionBox makes a box that proposes nobody: set people and changed.
func newMentionBox(i *input) *mentionBox {
	b := &mentionBox{input: i, people: func(func([]messaging.Member)) {}, changed: func() {}, later: func(f func()) { f() }, column: look.Column(0)}
	b.content = container.NewStack(look.NewBlock(look.ColorSurface, look.ColorLine, look.Radius), look.Pad(b.column, 4, 4, 4, 4))
	b.ExtendBaseWidget(b)
	b.Hide()
	return b
}

// CreateRenderer implements [fyne.Widget].
func (b *mentionBox) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(b.content) }

// follow looks at what stands before the cursor.
func (b *mentionBox) follow() {
	word, ok := b.word()
	if !ok || word == b.left && b.left != "" {
		b.close()
		return
	}
	if b.left != "" && !strings.HasPrefix(word, b.left) {
		b.left = ""
	}
	if !b.asked {
		b.asked = true
		b.people(func(members []messaging.Member) {
			b.members, b.folded = members, nil
			for _, m := range members {
				b.folded = append(b.folded, fold.Searchable(m.Name))
			}
			b.follow()
		})
		return
	}
	b.propose(findMembers(b.members, b.folded, word))
}

// findMembers gives the members with a name of which a word begins with what is looked for.
func findMembers(members []messaging.Member, folded []string, wanted string) (found []messaging.Member) {
	beginning := fold.Searchable(wanted)
	if strings.HasSuffix(wanted, " ") { // a whole word, and maybe one more
		beginning += " "
	}
	for i, m := range members {
		if len(found) < mostProposed && !m.Own && strings.Contains(folded[i], beginning) {
			found = append(found, m)
		}
	}
	return found
}

// word is what stands between an "@" and the cursor: the beginning of a name.
func (b *mentionBox) word() (word string, ok bool) {
	before := b.input.beforeCursor()
	at := strings.LastIndexByte(before, '@')
	if at < 0 || len(before)-at > mentionBytes || strings.ContainsAny(before[at:], "\n\t") {
		return "", false
	}
	if last, _ := utf8.DecodeLastRuneInString(before[:at]); at > 0 && (unicode.IsLetter(last) || unicode.IsDigit(last)) {
		return "", false // an address
	}
	return before[at+1:], true
}

func (b *mentionBox) propose(found []messaging.Member) {
	if len(found) == 0 {
		b.close()
		return
	}
	if !slices.Equal(found, b.found) {
		b.at = 0
	}
	b.found = found
	b.column.Objects = nil
	for i, m := range found {
		name := wording.Name(m.Name)
		words := look.Line(8, nil, look.NewLabel(name, look.Style{Bold: true}), look.NewLabel(wording.Name(m.Job), look.Style{Size: look.SizeSmall, Colour: look.ColorSoft}))
		fill := fyne.ThemeColorName("")
		if i == b.at {
			fill = look.ColorAccentSoft
		}
		line := look.NewPressable(container.NewStack(look.NewBlock(fill, "", 8), look.Pad(look.Line(10, nil, look.NewAvatar(name, 28), words), 4, 10, 4, 8)), name, func() { b.take(i) })
		b.column.Add(line)
	}
	b.column.Refresh()
	b.Show()
	b.changed()
}

func (b *mentionBox) close() {
	if b.Visible() {
		b.found, b.at = nil, 0
		b.Hide()
		b.changed()
	}
}

// take puts a name into the text.
func (b *mentionBox) take(i int) {
	word, ok := b.word()
	if !ok || i >= len(b.found) {
		return
	}
	name := wording.Name(cmp.Or(b.found[i].Said, b.found[i].Name))
	b.left = name
	b.close()
	b.input.replaceBefore(utf8.RuneCountInString(word), name+" ")
	if c := b.canvas(); c != nil {
		c.Focus(b.input)
	}
}

// canvas is that of the input, nil where it is not shown.
func (b *mentionBox) canvas() fyne.Canvas { return fyne.CurrentApp().Driver().CanvasForObject(b.input) }

// leave closes it when the input has lost the focus, unless it went to one of the people: a click on them is on its way.
func (b *mentionBox) leave() {
	b.later(func() {
		for _, o := range b.column.Objects {
			if o.(*look.Pressable).Focused() {
				return
			}
		}
		b.close()
	})
}

// forget makes the next completion read the members again, as they may have changed. Somebody who is looking for one
// may find them now.
func (b *mentionBox) forget() {
	b.asked = false
	if c := b.canvas(); c != nil && c.Focused() == b.input {
		b.follow()
	}
}

// key takes the keys of the input while people are proposed. false: it is not for it.
func (b *mentionBox) key(name fyne.KeyName) bool {
	if !b.Visible() {
		return false
	}
	switch name {
	case fyne.KeyDown:
		b.at = (b.at + 1) % len(b.found)
		b.propose(b.found)
	case fyne.KeyUp:
		b.at = (b.at + len(b.found) - 1) % len(b.found)
		b.propose(b.found)
	case fyne.KeyTab, fyne.KeyReturn, fyne.KeyEnter:
		b.take(b.at)
	case fyne.KeyEscape:
		b.left, _ = b.word()
		b.close()
	default:
		return false
	}
	return true
}

// markedNames are the places of an entry's text that name somebody. Others send them: each letter of the body is looked at once, and of
// places that overlap the first one counts.
func markedNames(body, shown string, mentions messaging.Mentions) (list []markedName) {
	all := mentions.List()
	slices.SortStableFunc(all, func(a, b messaging.Mention) int { return a.Start - b.Start })
	looked, end := 0, 0 // of the body, and of what is shown
	for _, m := range all {
		if m.Start < looked || m.Start >= m.End || m.End > len(body) {
			continue
		}
		start := end + len(wording.Sanitize(body[looked:m.Start]))
		name := wording.Sanitize(body[m.Start:m.End])
		looked, end = m.End, start+len(name)
		if end <= len(shown) && shown[start:end] == name {
			list = append(list, markedName{start, end, m.Me})
		}
	}
	return list
}

// markedName is a name in a text.
type markedName struct {
	start, end int
	me         bool
}

// drawMentions draws what is behind the names of people whom the text mentions.
func (b *textBlock) drawMentions(p *painter, x, y float32) {
	for _, n := range b.e.named {
		for i, line := range b.lines {
			start, end := max(n.start, line.Start), min(n.end, line.End)
			if start >= end {
				continue
			}
			tint := look.Colour(look.ColorSurface)
			if n.me {
				tint = look.Colour(look.ColorMark)
			}
			words, rightToLeft := b.words(line)
			left := x + b.indent(line)
			for _, s := range textlayout.Spans(words, rightToLeft, start-line.Start, end-line.Start, b.m.textRuler) {
				p.shape(rect{left + s.X - 2, y + float32(i)*b.m.textLine + 1, s.Width + 4, b.m.textLine - 2}, tint, 5)
			}
		}
	}
}

// mentionable reads who can be mentioned in the conversation.
func (v *View) mentionable(done func([]messaging.Member)) {
	if !v.conversation.Group {
		return
	}
	v.work.Go(func() {
		members := v.o.Client.Members(v.o.ID)
		v.later(func() { done(members) })
	})
}

// placeMentions puts the proposed people over the input.
func (v *View) placeMentions(size fyne.Size) {
	box := v.composer.input.mention
	if !box.Visible() {
		return
	}
	needs := box.MinSize()
	width := min(max(needs.Width, 260), size.Width-2*look.Space)
	box.Move(fyne.NewPos(look.Space, v.composer.Position().Y-needs.Height-4))
	box.Resize(fyne.NewSize(width, needs.Height))
}

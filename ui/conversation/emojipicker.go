package conversation

import (
	"strings"

	"discussions/internal/fold"
	"discussions/internal/i18n"
	"discussions/ui/look"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
)

// emoji is one that can be picked.
type emoji struct {
	text   string
	names  string // in all languages, for people to search
	folded string // the names, for [fold.Search]
}

// allEmoji are those that can be picked, the suggested ones first.
func allEmoji() (list []emoji) {
	for _, e := range wording.AllEmoji() {
		names := e.French + "|" + e.English
		list = append(list, emoji{e.Text, names, fold.Searchable(names)})
	}
	return list
}

// findEmoji gives those with a name of which a word begins with each word of what is looked for.
func findEmoji(all []emoji, wanted string) (found []emoji) {
	search, wanted := fold.NewSearch(wanted), strings.TrimSpace(wanted)
	for _, e := range all {
		named := len(search) > 0 || wanted == ""
		if named && search.Fits(e.folded) || e.text == wanted {
			found = append(found, e)
		}
	}
	return found
}

const (
	pickerColumns = 8
	pickerCell    = 36
	pickerHeight  = 5 * pickerCell
)

// emojiPicker lets the user choose a reaction to a message. The arrow keys lead from the field into the emoji, and back.
type emojiPicker struct {
	c     fyne.Canvas
	all   []emoji
	found []emoji
	take  func(emoji string)

	over  *look.Overlay
	field *look.Field
	grid  *fyne.Container
	none  *look.Label
	box   *container.Scroll
}

// pick lets the user choose a reaction to a message.
func (v *View) pick(e *entry) {
	c := v.canvas()
	if c == nil {
		return
	}
	v.bar.hide()
	p := &emojiPicker{c: c, all: allEmoji(), grid: container.NewGridWrap(fyne.NewSquareSize(pickerCell))}
	p.take = func(emoji string) {
		p.over.Close()
		v.react(e, emoji)
		v.Focus()
	}
	p.none = look.NewLabel(i18n.T("conversation.react.none"), look.Style{Colour: look.ColorSoft, Size: look.SizeSmall})
	p.field = look.NewField(look.IconSearch, i18n.T("conversation.react.search"), v.board())
	p.field.OnChanged = p.fill
	p.field.OnKey = func(name fyne.KeyName) {
		switch {
		case name == fyne.KeyEscape:
			p.over.Dismiss()
		case name == fyne.KeyDown:
			p.choose(0)
		case (name == fyne.KeyReturn || name == fyne.KeyEnter) && len(p.found) > 0:
			p.take(p.found[0].text)
		}
	}
	p.box = container.NewVScroll(p.grid)
	p.box.SetMinSize(fyne.NewSize(pickerColumns*(pickerCell+4)+8, pickerHeight))
	p.fill("")
	box := look.Pad(look.Column(8, p.field, container.NewStack(p.box, p.none)), 12, 12, 12, 12)
	p.over = look.Popover(c, box, func(window, size fyne.Size) (fyne.Position, fyne.Size) {
		size = fyne.NewSize(min(size.Width, window.Width-2*look.Space), size.Height)
		return fyne.NewPos((window.Width-size.Width)/2, max(look.Space, (window.Height-size.Height)/2)), size
	}, v.Focus)
	c.Focus(p.field)
}

// fill shows what has such a name.
func (p *emojiPicker) fill(wanted string) {
	p.found = findEmoji(p.all, wanted)
	p.grid.Objects = nil
	for i, f := range p.found {
		text := &canvas.Text{Text: f.text, TextSize: 20, Color: look.Colour(look.ColorText), Alignment: fyne.TextAlignCenter}
		cell := &emojiCell{picker: p, at: i}
		cell.Content, cell.Label, cell.Radius, cell.OnTapped = container.NewCenter(text), f.text+" "+f.names, look.Radius, func() { p.take(f.text) }
		cell.ExtendBaseWidget(cell)
		p.grid.Objects = append(p.grid.Objects, cell)
	}
	p.none.Hidden = len(p.found) > 0
	p.grid.Refresh()
	p.box.ScrollToTop()
}

// choose gives the focus to one of the emoji, and to the field above the first line of them.
func (p *emojiPicker) choose(i int) {
	switch {
	case i < 0:
		p.c.Focus(p.field)
	case i < len(p.grid.Objects):
		p.c.Focus(p.grid.Objects[i].(*emojiCell))
	}
}

// columns is how many emoji stand in a line.
func (p *emojiPicker) columns() int {
	n := 1
	for n < len(p.grid.Objects) && p.grid.Objects[n].Position().Y == p.grid.Objects[0].Position().Y {
		n++
	}
	return n
}

// emojiCell is one of the emoji that can be picked.
type emojiCell struct {
	look.Pressable
	picker *emojiPicker
	at     int
}

// FocusGained implements [fyne.Focusable].
func (c *emojiCell) FocusGained() {
	c.Pressable.FocusGained()
	look.Reveal(c.picker.box, c)
}

// TypedKey implements [fyne.Focusable].
func (c *emojiCell) TypedKey(e *fyne.KeyEvent) {
	p := c.picker
	switch e.Name {
	case fyne.KeyLeft:
		p.choose(c.at - 1)
	case fyne.KeyRight:
		p.choose(c.at + 1)
	case fyne.KeyUp:
		p.choose(c.at - p.columns())
	case fyne.KeyDown:
		p.choose(c.at + p.columns())
	case fyne.KeyEscape:
		p.over.Dismiss()
	default:
		c.Pressable.TypedKey(e)
	}
}

// TypedRune goes on with what is looked for.
func (c *emojiCell) TypedRune(r rune) {
	if r != ' ' {
		c.picker.c.Focus(c.picker.field)
		c.picker.field.TypedRune(r)
	}
}

package conversation

import (
	"strings"

	"discussions/assets"
	"discussions/internal/fold"
	"discussions/internal/i18n"
	"discussions/ui/look"

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
	for line := range strings.Lines(assets.Emoji) {
		text, names, ok := strings.Cut(strings.TrimSpace(line), "|")
		if ok {
			list = append(list, emoji{text, names, fold.Searchable(names)})
		}
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

// pick lets the user choose a reaction to a message.
func (v *View) pick(e *entry) {
	c := v.canvas()
	if c == nil {
		return
	}
	v.bar.hide()
	all := allEmoji()
	var over *look.Overlay
	take := func(emoji string) {
		over.Close()
		v.react(e, emoji)
		v.Focus()
	}
	grid := container.NewGridWrap(fyne.NewSquareSize(pickerCell))
	none := look.NewLabel(i18n.T("conversation.react.none"), look.Style{Colour: look.ColorSoft, Size: look.SizeSmall})
	var found []emoji
	fill := func(wanted string) {
		found = findEmoji(all, wanted)
		grid.Objects = nil
		for _, f := range found {
			text := &canvas.Text{Text: f.text, TextSize: 20, Color: look.Colour(look.ColorText), Alignment: fyne.TextAlignCenter}
			cell := look.NewPressable(container.NewCenter(text), f.text+" "+f.names, func() { take(f.text) })
			grid.Objects = append(grid.Objects, cell)
		}
		none.Hidden = len(found) > 0
		grid.Refresh()
	}
	field := look.NewField(look.IconSearch, i18n.T("conversation.react.search"), nil)
	field.OnChanged = fill
	field.OnKey = func(name fyne.KeyName) {
		switch {
		case name == fyne.KeyEscape:
			over.Dismiss()
		case name == fyne.KeyDown:
			c.FocusNext()
		case (name == fyne.KeyReturn || name == fyne.KeyEnter) && len(found) > 0:
			take(found[0].text)
		}
	}
	fill("")
	scroll := container.NewVScroll(grid)
	scroll.SetMinSize(fyne.NewSize(pickerColumns*(pickerCell+4)+8, pickerHeight))
	box := look.Pad(look.Column(8, field, container.NewStack(scroll, none)), 12, 12, 12, 12)
	over = look.Popover(c, box, func(window, size fyne.Size) (fyne.Position, fyne.Size) {
		size = fyne.NewSize(min(size.Width, window.Width-2*look.Space), size.Height)
		return fyne.NewPos((window.Width-size.Width)/2, max(look.Space, (window.Height-size.Height)/2)), size
	}, v.Focus)
	c.Focus(field)
}

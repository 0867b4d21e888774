// Package pick lets the user choose people of a list.
package pick

import (
	"slices"
	"strings"

	"discussions/internal/fold"
	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// Person is somebody who can be chosen.
type Person struct {
	ID        messaging.ConversationID
	Name, Job string
}

// People are the persons among conversations, by name, without some.
func People(all []messaging.Conversation, without ...messaging.ConversationID) (list []Person) {
	for _, c := range all {
		if !c.Group && !slices.Contains(without, c.ID) {
			list = append(list, Person{c.ID, c.Name, c.Detail})
		}
	}
	slices.SortStableFunc(list, func(a, b Person) int { return strings.Compare(fold.Text(a.Name), fold.Text(b.Name)) })
	return list
}

// Picker is a search field over a list of people, each of whom can be chosen. Up and Down move in the list while the field has the focus,
// Enter chooses.
type Picker struct {
	Field     *look.Field
	Content   fyne.CanvasObject
	OnChanged func() // somebody was chosen, or not any more; may be nil
	OnEscape  func() // may be nil

	all    []Person
	words  []string // what a search looks into, for each of all
	found  []int    // indices of all
	chosen []messaging.ConversationID
	at     int // index of found that the keys are at
	list   *list
	told   *look.Label
	none   *look.Label
}

// New makes a picker without people, see [Picker.Show].
func New(board look.Board) *Picker {
	p := &Picker{at: 0}
	p.Field = look.NewField(look.IconSearch, i18n.T("group.new.who"), board)
	p.Field.OnChanged = func(string) { p.at = 0; p.filter() }
	p.Field.OnKey = p.key
	p.list = newList(p)
	p.told = look.NewLabel("", look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Cut: true})
	p.none = look.NewLabel("", look.Style{Colour: look.ColorSoft, Wrap: true, Align: fyne.TextAlignCenter})
	body := container.NewStack(p.list, look.Pad(p.none, 24, 24, 0, 24))
	p.Content = container.NewBorder(look.Column(6, p.Field, p.told), nil, nil, nil, look.Pad(body, 6, 0, 0, 0))
	p.tell()
	return p
}

// Show shows the people who can be chosen.
func (p *Picker) Show(people []Person) {
	p.all, p.words = people, nil
	for _, v := range people {
		p.words = append(p.words, fold.Searchable(v.Name+" "+v.Job))
	}
	p.filter()
}

// Chosen gives those who were chosen, in that order.
func (p *Picker) Chosen() []messaging.ConversationID { return slices.Clone(p.chosen) }

// Found gives those who fit what is searched.
func (p *Picker) Found() (list []Person) {
	for _, i := range p.found {
		list = append(list, p.all[i])
	}
	return list
}

func (p *Picker) filter() {
	wanted := fold.NewSearch(p.Field.Text)
	p.found = nil
	for i, words := range p.words {
		if wanted.Fits(words) {
			p.found = append(p.found, i)
		}
	}
	p.none.SetText("")
	if len(p.found) == 0 && len(p.all) > 0 {
		p.none.SetText(i18n.T("group.nobody"))
	}
	p.list.Refresh()
}

// toggle chooses somebody, or takes that back.
func (p *Picker) toggle(found int) {
	if found < 0 || found >= len(p.found) {
		return
	}
	id := p.all[p.found[found]].ID
	if i := slices.Index(p.chosen, id); i >= 0 {
		p.chosen = slices.Delete(p.chosen, i, i+1)
	} else {
		p.chosen = append(p.chosen, id)
	}
	p.at = found
	p.tell()
	p.list.Refresh()
	if p.OnChanged != nil {
		p.OnChanged()
	}
}

// tell says how many are chosen, and who.
func (p *Picker) tell() {
	words := i18n.N("group.chosen", len(p.chosen))
	var names []string
	for _, id := range p.chosen {
		if i := slices.IndexFunc(p.all, func(v Person) bool { return v.ID == id }); i >= 0 {
			names = append(names, wording.Name(p.all[i].Name))
		}
	}
	switch {
	case len(p.chosen) == 0:
		words = i18n.T("group.chosen.none")
	case len(names) > 0:
		words = i18n.T("group.chosen.names", "Chosen", words, "Names", strings.Join(names, ", "))
	}
	p.told.SetText(words)
}

// key handles the keys of the field and of the list.
func (p *Picker) key(name fyne.KeyName) {
	switch name {
	case fyne.KeyDown:
		p.move(p.at + 1)
	case fyne.KeyUp:
		p.move(p.at - 1)
	case fyne.KeyReturn, fyne.KeyEnter:
		p.toggle(p.at)
		p.Field.TypedShortcut(&fyne.ShortcutSelectAll{}) // the next name replaces this one
	case fyne.KeyEscape:
		if p.OnEscape != nil {
			p.OnEscape()
		}
	}
}

func (p *Picker) move(at int) {
	p.at = max(0, min(at, len(p.found)-1))
	p.list.ScrollTo(p.at)
	p.list.Refresh()
}

// list draws the people in view only: there may be thousands.
type list struct {
	widget.List
	p *Picker
}

func newList(p *Picker) *list {
	l := &list{p: p}
	l.HideSeparators = true
	l.Length = func() int { return len(p.found) }
	l.CreateItem = func() fyne.CanvasObject { return newRow() }
	l.UpdateItem = func(i widget.ListItemID, o fyne.CanvasObject) {
		if i < len(p.found) {
			person := p.all[p.found[i]]
			o.(*row).set(person, slices.Contains(p.chosen, person.ID), i == p.at, func() { p.toggle(i) })
		}
	}
	l.ExtendBaseWidget(l)
	return l
}

// FocusGained implements [fyne.Focusable].
func (l *list) FocusGained() {}

// FocusLost implements [fyne.Focusable].
func (l *list) FocusLost() {}

// TypedKey implements [fyne.Focusable]: Space chooses as Enter does.
func (l *list) TypedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeySpace {
		l.p.toggle(l.p.at)
		return
	}
	l.p.key(e.Name)
}

// TypedRune types into the field.
func (l *list) TypedRune(r rune) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(l); c != nil && r != ' ' {
		c.Focus(l.p.Field)
		l.p.Field.TypedRune(r)
	}
}

package list

import (
	"cmp"
	"context"
	"slices"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/screen"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// newConversation chooses a person or group to write to.
type newConversation struct {
	h    screen.Host
	id   string // of the account
	all  []messaging.Conversation
	left bool

	search *look.Field
	rows   *fyne.Container
	shown  []messaging.Conversation
}

func showNew(h screen.Host, id string) { h.Show(&newConversation{h: h, id: id}) }

func (n *newConversation) Name() string          { return "new" }
func (n *newConversation) Owner() string         { return n.id }
func (n *newConversation) Focus() fyne.Focusable { return n.search }
func (n *newConversation) Find()                 { n.h.Canvas().Focus(n.search) }
func (n *newConversation) Leave()                { n.left = true }
func (n *newConversation) back()                 { n.h.ShowList(n.id) }
func (n *newConversation) TypedRune(r rune)      { n.Find(); n.search.TypedRune(r) }

func (n *newConversation) Content() fyne.CanvasObject {
	n.search = look.NewField(look.IconSearch, i18n.T("new.search"))
	n.search.OnChanged = func(string) { n.h.Touch(); n.draw() }
	n.search.OnKey = n.TypedKey
	n.rows = look.Column(0)
	n.load()
	top := look.Column(0, screen.BackBar(i18n.T("new.title"), n.back), look.Pad(n.search, 12, look.Space, 8, look.Space))
	return screen.Page(top, container.NewVScroll(look.Pad(n.rows, 0, 6, 8, 6)), look.Blank(0, 0))
}

func (n *newConversation) load() {
	c, ok := n.h.Manager().Client(n.id)
	if !ok {
		return
	}
	screen.Run(n.h, func(context.Context) ([]messaging.Conversation, error) {
		return c.Conversations()
	}, func(all []messaging.Conversation, err error) {
		if n.left {
			return
		}
		if err != nil {
			n.h.Explain(err)
			return
		}
		slices.SortStableFunc(all, func(a, b messaging.Conversation) int {
			if a.Group != b.Group { // people first
				if a.Group {
					return 1
				}
				return -1
			}
			return cmp.Compare(normalize(a.Name), normalize(b.Name))
		})
		n.all = all
		n.draw()
	})
}

// draw shows who matches the search.
func (n *newConversation) draw() {
	n.rows.RemoveAll()
	n.shown = n.shown[:0]
	wanted := newSearch(n.search.Text)
	for _, c := range n.all {
		if !wanted.fits(c.Name, c.Detail) {
			continue
		}
		n.shown = append(n.shown, c)
		name, second := wording.Name(c.Name), wording.Name(c.Detail)
		if c.Group && second == "" {
			second = i18n.N("list.members", c.Members)
		}
		texts := look.Column(0, look.NewLabel(name, look.Style{Bold: true, Cut: true}))
		if second != "" {
			texts.Add(look.NewLabel(second, look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Cut: true}))
		}
		line := look.Line(12, texts, look.Avatar(name, 40), texts)
		n.rows.Add(look.NewPressable(look.Pad(line, 8, 10, 8, 10), name, func() { n.open(c) }))
	}
	if len(n.shown) == 0 {
		text := i18n.T("new.empty")
		if n.search.Text != "" {
			text = i18n.T("list.notFound", "Text", n.search.Text)
		}
		n.rows.Add(look.Pad(look.NewLabel(text, look.Style{Colour: look.ColorSoft, Wrap: true, Align: fyne.TextAlignCenter}), 40, 34, 0, 34))
	}
	n.rows.Refresh()
}

func (n *newConversation) open(c messaging.Conversation) {
	n.back()
	n.h.OpenConversation(n.id, c.ID, c.Name)
}

func (n *newConversation) TypedKey(name fyne.KeyName) {
	switch name {
	case fyne.KeyEscape:
		n.back()
	case fyne.KeyReturn, fyne.KeyEnter:
		if len(n.shown) > 0 && n.search.Text != "" {
			n.open(n.shown[0])
		}
	default:
		screen.Walk(n.h.Canvas(), name)
	}
}

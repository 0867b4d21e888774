package list

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"discussions/internal/fold"
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
	all  []candidate
	left bool

	search    *look.Field
	directory *look.TextLink // looks into the organisation's directory for what is typed
	looked    string         // what was looked for there; "": nothing
	found     []messaging.Conversation
	trouble   string // why nothing can be found there
	rows      *rowList
	empty     *look.Label
	body      *fyne.Container
	page      fyne.CanvasObject
}

// candidate is a person or group, and what a search looks into.
type candidate struct {
	messaging.Conversation
	words string
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
	n.search = look.NewField(look.IconSearch, i18n.T("new.search"), screen.Board(n.h, n.id))
	n.search.OnChanged = func(string) {
		n.h.Touch()
		n.rows.chosen, n.looked, n.found, n.trouble = -1, "", nil, ""
		n.filter()
	}
	n.directory = look.NewTextLink("", look.SizeSmall, look.ColorAccent, n.lookUp)
	n.directory.Cut = true
	n.directory.Hide()
	n.search.OnKey = n.TypedKey
	n.rows = newRowList(n, n.open)
	n.empty = look.NewLabel("", look.Style{Colour: look.ColorSoft, Wrap: true, Align: fyne.TextAlignCenter})
	n.body = container.NewStack(n.rows, look.Pad(n.empty, 40, 40, 0, 40))
	n.load()
	top := look.Column(0, screen.BackBar(i18n.T("new.title"), n.back), look.Pad(look.Column(6, n.search, n.directory), 12, look.Space, 8, look.Space))
	group := look.NewIconTextButton(look.Outlined, look.IconGroup, i18n.T("group.new"), func() { showNewGroup(n.h, n.id) })
	n.page = screen.Page(top, n.body, look.BottomBar(group))
	return n.page
}

func (n *newConversation) load() {
	c, ok := n.h.Manager().Client(n.id)
	if !ok {
		return
	}
	screen.Run(n.h, func(context.Context) ([]candidate, error) {
		all, err := c.Conversations()
		return candidates(all), err
	}, func(all []candidate, err error) {
		if n.left {
			return
		}
		if err != nil {
			n.h.Explain(err)
			return
		}
		n.all = all
		n.filter()
	})
}

// candidates are people, then groups, by name.
func candidates(all []messaging.Conversation) []candidate {
	list := make([]candidate, len(all))
	names := make(map[messaging.ConversationID]string, len(all))
	for i, c := range all {
		names[c.ID] = fold.Text(c.Name)
		list[i] = candidate{c, searchable(c)}
		shown := &list[i] // who it is, not what was said
		shown.Last, shown.Typing, shown.Draft, shown.Unread = nil, nil, false, 0
	}
	slices.SortStableFunc(list, func(a, b candidate) int {
		if a.Group != b.Group { // people first
			if a.Group {
				return 1
			}
			return -1
		}
		return cmp.Compare(names[a.ID], names[b.ID])
	})
	return list
}

// filter shows who matches the search.
func (n *newConversation) filter() {
	wanted := fold.NewSearch(n.search.Text)
	var found []messaging.Conversation
	for _, c := range n.all {
		if wanted.Fits(c.words) {
			found = append(found, c.Conversation)
		}
	}
	for _, c := range n.found {
		if !slices.ContainsFunc(found, func(known messaging.Conversation) bool { return known.ID == c.ID }) {
			found = append(found, c)
		}
	}
	n.rows.show(found)
	n.offerDirectory()
	switch {
	case len(found) > 0:
		n.empty.SetText("")
	case n.trouble != "":
		n.empty.SetText(n.trouble)
	case n.search.Text != "":
		n.empty.SetText(i18n.T("list.notFound", "Text", n.search.Text))
	default:
		n.empty.SetText(i18n.T("new.empty"))
	}
	n.page.Refresh() // the line above the list may be there now, or gone
}

func (n *newConversation) open(c messaging.Conversation) {
	n.back()
	n.h.OpenConversation(n.id, c.ID, c.Name)
}

func (n *newConversation) TypedKey(name fyne.KeyName) {
	if name == fyne.KeyEscape {
		n.back()
		return
	}
	if (name == fyne.KeyReturn || name == fyne.KeyEnter) && len(n.rows.found) == 0 && strings.TrimSpace(n.search.Text) != "" {
		n.lookUp()
		return
	}
	n.rows.handle(name, n.search.Text != "")
}

// offerDirectory offers to look into the directory for what is typed, or says what was found there.
func (n *newConversation) offerDirectory() {
	text := strings.TrimSpace(n.search.Text)
	words := i18n.T("new.directory", "Text", wording.Name(text))
	switch {
	case n.looked == "" && n.trouble == "":
	case n.trouble != "":
		words = n.trouble
	case n.found == nil:
		words = i18n.T("new.searching")
	default:
		words = i18n.N("new.found", len(n.found))
	}
	n.directory.Hidden = text == "" || n.trouble != "" && len(n.rows.found) == 0 // it is told in the place of people
	n.directory.Set(words, look.SizeSmall, look.ColorAccent, n.lookUp)
}

// lookUp looks into the directory for what is typed.
func (n *newConversation) lookUp() {
	n.h.Touch()
	c, ok := n.h.Manager().Client(n.id)
	text := strings.TrimSpace(n.search.Text)
	if !ok || text == "" || n.looked == text {
		return
	}
	n.looked, n.found, n.trouble = text, nil, ""
	n.Find() // from where the keys reach who is found
	n.filter()
	screen.Run(n.h, func(ctx context.Context) ([]messaging.Card, error) { return c.FindPeople(ctx, text) }, func(found []messaging.Card, err error) {
		if n.left || n.looked != text {
			return
		}
		n.found = []messaging.Conversation{}
		for _, p := range found {
			n.found = append(n.found, messaging.Conversation{ID: p.ID, Name: p.Name, Detail: whoIs(p), Presence: p.Presence})
		}
		switch {
		case errors.Is(err, messaging.ErrNotOffered):
			n.trouble = i18n.T("new.noDirectory")
		case errors.Is(err, messaging.ErrOffline):
			n.trouble = i18n.T("new.directoryOffline")
		case err != nil:
			n.h.Explain(err)
			n.looked = ""
		case len(found) == 0:
			n.trouble = i18n.T("new.noneFound", "Text", wording.Name(text))
		}
		if err != nil { // it can be tried again
			n.looked = ""
		}
		n.filter()
		n.h.AfterPaint(func() { n.h.Log().Debug("directory drawn", "found", len(found)) })
	})
}

// whoIs tells one person of a name from another: job, department, organisation, town.
func whoIs(p messaging.Card) string {
	return wording.Join(" · ", p.Job, p.Unit, p.Org, p.Place)
}

// Package search finds messages: in one conversation, or in all of an account.
package search

import (
	"context"
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	"discussions/internal/dispatch"
	"discussions/internal/fold"
	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// Client is what a search needs of its account: [messaging.Client] has it. Its methods wait for the disk or the network.
type Client interface {
	Search(context.Context, messaging.Search) (messaging.Found, error)
	Conversations() ([]messaging.Conversation, error)
	Members(messaging.ConversationID) []messaging.Member
	FetchPast(context.Context, messaging.ConversationID) (more bool, err error)
}

var _ Client = (*messaging.Client)(nil)

// Options say where a [Panel] searches.
type Options struct {
	Client       Client
	Conversation messaging.ConversationID // "": in all
	Open         func(messaging.Message)  // the user chose a message
	Touched      func()                   // the user types
	Board        look.Board
	Escape       func()                  // the user is done
	Drawn        func(letters, hits int) // what was found for so many letters is about to be drawn; may be nil
	Do           func(func())            // runs a function on Fyne's goroutine
	Now          func() time.Time
}

const (
	part      = 50 // messages read at once
	least     = 2  // letters of a search
	fetches   = 4  // parts of the archive that one press fetches
	mostNamed = 30 // conversations and members that a picker offers
)

// Panel is a field for words, filters, and the messages that were found. Its methods belong to Fyne's goroutine.
type Panel struct {
	Content fyne.CanvasObject
	o       Options

	field   *look.Field
	filters *fyne.Container
	where   *look.Picker // nil in one conversation
	who     *look.Picker
	when    *look.Picker
	list    *widget.List
	note    *look.Label
	further *look.TextLink
	foot    *fyne.Container
	body    *fyne.Container

	known  map[messaging.ConversationID]messaging.Conversation
	found  []messaging.Message
	before int64 // of the next part; 0: there is none
	whole  bool  // the index has all
	chosen int   // index in found; -1: none
	failed error
	past   string // what is known of the server's archive; "": nothing

	ctx    context.Context // of the panel
	cancel context.CancelFunc
	stop   context.CancelFunc // of the running search
	turn   int                // counts searches
	work   dispatch.Tasks
	closed bool
}

// New makes a panel. Close ends what it does.
func New(o Options) *Panel {
	p := &Panel{o: o, chosen: -1, stop: func() {}, known: map[messaging.ConversationID]messaging.Conversation{}}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	hint := i18n.T("search.everywhere")
	if o.Conversation != "" {
		hint = i18n.T("search.here")
	}
	p.field = look.NewField(look.IconSearch, hint, o.Board)
	p.field.OnChanged = func(string) { o.Touched(); p.search() }
	p.field.OnKey = p.TypedKey
	p.when = look.NewPicker("", i18n.T("search.when"), func(string) { p.search() },
		look.Choice{Text: i18n.T("search.anyTime")}, look.Choice{Value: "7", Text: i18n.T("search.week")},
		look.Choice{Value: "31", Text: i18n.T("search.month")}, look.Choice{Value: "366", Text: i18n.T("search.year")})
	p.who = look.NewPicker("", i18n.T("search.who"), func(string) { p.search() },
		look.Choice{Text: i18n.T("search.anybody")}, look.Choice{Value: own, Text: i18n.T("search.me")})
	p.filters = look.Line(6, nil, p.who, p.when)
	if o.Conversation == "" {
		p.where = look.NewPicker("", i18n.T("search.where"), func(string) { p.search() }, look.Choice{Text: i18n.T("search.anywhere")})
		p.filters = look.Line(6, nil, p.where, p.who, p.when)
	}
	p.list = p.newList()
	p.note = look.NewLabel("", look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Wrap: true, Align: fyne.TextAlignCenter})
	p.further = look.NewTextLink(i18n.T("search.further"), look.SizeSmall, look.ColorAccent, p.fetch)
	p.foot = look.Column(2, p.note, container.NewCenter(p.further))
	// Long names are scrolled; the bar has its place below.
	filters := container.NewHScroll(look.Pad(p.filters, 1, 1, 9, 1))
	top := look.Column(8, p.field, filters)
	p.body = container.NewBorder(look.Pad(top, 12, look.Space, 0, look.Space), look.Pad(p.foot, 8, look.Space, 10, look.Space), nil, nil, p.list)
	p.Content = container.NewStack(look.NewBlock(look.ColorBackground, "", 0), p.body)
	p.readNames()
	p.tell()
	return p
}

// own is the value of the filter for what the user wrote.
const own = "own"

func (p *Panel) newList() *widget.List {
	l := widget.NewList(
		func() int { return len(p.found) },
		func() fyne.CanvasObject { return newHit() },
		func(i widget.ListItemID, o fyne.CanvasObject) {
			if i >= len(p.found) {
				return
			}
			m := p.found[i]
			name := ""
			if p.o.Conversation == "" {
				name = p.NameOf(m.Conversation)
			}
			h := o.(*hit)
			h.OnTapped = func() { p.open(i) }
			h.set(m, name, p.known[m.Conversation].Avatar, p.field.Text, p.o.Now(), i == p.chosen)
			if i == len(p.found)-1 {
				p.readOn()
			}
		})
	l.HideSeparators = true
	return l
}

// Field is where the words are typed.
func (p *Panel) Field() fyne.Focusable { return p.field }

// FocusIn puts the cursor into the field, where what is typed takes the place of an earlier search.
func (p *Panel) FocusIn(c fyne.Canvas) {
	if c != nil { // else Fyne does not know it yet
		c.Focus(p.field)
		p.selectAll()
	}
}

// Set searches a text, which what is typed replaces.
func (p *Panel) Set(text string) {
	p.field.SetText(text)
	p.selectAll()
}

func (p *Panel) selectAll() { p.field.TypedShortcut(&fyne.ShortcutSelectAll{}) }

// Type puts a letter into the field, which gets the cursor.
func (p *Panel) Type(r rune) {
	p.focus()
	p.field.TypedRune(r)
}

func (p *Panel) focus() {
	if c := fyne.CurrentApp().Driver().CanvasForObject(p.field); c != nil {
		c.Focus(p.field)
	}
}

// NameOf is the name of a conversation, its address while the name is not known.
func (p *Panel) NameOf(id messaging.ConversationID) string {
	if name := p.known[id].Name; name != "" {
		return name
	}
	return string(id)
}

// Close ends the panel.
func (p *Panel) Close() {
	p.closed = true
	p.cancel()
	p.work.Stop()
}

// Saved waits for the work that Close has ended. Do not call it on Fyne's goroutine.
func (p *Panel) Saved() { p.work.Close() }

// TypedKey takes the keys of the list: Up and Down choose, Enter opens, Escape ends.
func (p *Panel) TypedKey(name fyne.KeyName) {
	p.o.Touched()
	switch name {
	case fyne.KeyDown:
		p.choose(min(p.chosen+1, len(p.found)-1))
	case fyne.KeyUp:
		p.choose(max(p.chosen-1, 0))
	case fyne.KeyReturn, fyne.KeyEnter:
		p.open(max(p.chosen, 0))
	case fyne.KeyEscape:
		p.o.Escape()
	}
}

func (p *Panel) choose(i int) {
	if i < 0 || i >= len(p.found) {
		return
	}
	p.chosen = i
	p.list.ScrollTo(i)
	p.list.Refresh()
}

func (p *Panel) open(i int) {
	if i < len(p.found) {
		p.chosen = i
		p.list.Refresh()
		p.o.Open(p.found[i])
	}
}

// later runs f on Fyne's goroutine, unless the panel is closed by then.
func (p *Panel) later(f func()) {
	p.o.Do(func() {
		if !p.closed {
			f()
		}
	})
}

// question is the query in the field and the filters.
func (p *Panel) question() messaging.Search {
	q := messaging.Search{Text: p.field.Text, Conv: p.o.Conversation, Limit: part}
	if p.where != nil {
		q.Conv = messaging.ConversationID(p.where.Value)
	}
	switch p.who.Value {
	case "":
	case own:
		q.Own = true
	default:
		q.Author = p.who.Value
	}
	for days, back := range map[string]int{"7": 7, "31": 31, "366": 366} {
		if p.when.Value == days {
			q.From = p.o.Now().AddDate(0, 0, -back)
		}
	}
	return q
}

// search begins anew. What ran before is given up.
func (p *Panel) search() {
	p.stop()
	p.turn++
	p.past = ""
	if utf8.RuneCountInString(fold.Text(p.field.Text)) < least {
		p.found, p.before, p.chosen, p.failed = nil, 0, -1, nil
		p.list.Refresh()
		p.tell()
		return
	}
	p.run(p.question(), func(f messaging.Found) {
		p.found, p.chosen = f.Messages, -1
		p.list.ScrollToTop()
	})
}

// readOn reads the next part of what was found.
func (p *Panel) readOn() {
	if p.before == 0 {
		return
	}
	q := p.question()
	q.Before, p.before = p.before, 0
	p.run(q, func(f messaging.Found) { p.found = append(slices.Clip(p.found), f.Messages...) })
}

func (p *Panel) run(q messaging.Search, take func(messaging.Found)) {
	turn := p.turn
	ctx, stop := context.WithCancel(p.ctx)
	p.stop = stop
	p.work.Go(func() {
		defer stop()
		f, err := p.o.Client.Search(ctx, q)
		p.later(func() {
			if turn != p.turn || errors.Is(err, context.Canceled) {
				return
			}
			p.failed = err
			switch {
			case err == nil:
				take(f)
				p.before, p.whole = f.Before, f.Whole
			case q.Before == 0:
				p.found, p.before, p.chosen = nil, 0, -1 // what is there answered another question
			}
			p.list.Refresh()
			p.tell()
			if p.o.Drawn != nil {
				p.o.Drawn(utf8.RuneCountInString(q.Text), len(p.found))
			}
		})
	})
}

// fetch brings older messages of the conversation here, and searches them.
func (p *Panel) fetch() {
	p.o.Touched()
	p.focus() // from where the keys reach what is found
	turn := p.turn
	p.past = i18n.T("search.fetching")
	p.tell()
	p.work.Go(func() {
		more, err := true, error(nil)
		for range fetches {
			if more, err = p.o.Client.FetchPast(p.ctx, p.o.Conversation); err != nil || !more {
				break
			}
		}
		p.later(func() {
			if turn != p.turn {
				return
			}
			p.search()
			switch {
			case errors.Is(err, messaging.ErrOffline):
				p.past = i18n.T("search.offline")
			case err != nil:
				p.past = wording.Explain(err).Text()
			case !more:
				p.past = i18n.T("search.allHere")
			}
			p.tell()
		})
	})
}

// tell says what was found and where.
func (p *Panel) tell() {
	words := ""
	searched := utf8.RuneCountInString(fold.Text(p.field.Text)) >= least
	switch {
	case p.failed != nil:
		words = wording.Join(" ", i18n.T("search.failed"), wording.Explain(p.failed).Short())
	case p.past != "":
		words = p.past
	case !searched:
		words = i18n.T("search.begin")
	case !p.whole:
		words = i18n.T("search.indexing")
	case len(p.found) == 0:
		words = i18n.T("search.nothing", "Text", p.field.Text)
	case p.o.Conversation == "":
		words = i18n.T("search.only")
	}
	p.note.SetText(words)
	if searched && p.o.Conversation != "" && p.past == "" && p.failed == nil && p.before == 0 {
		p.further.Show()
	} else {
		p.further.Hide()
	}
	p.body.Refresh()
}

// readNames reads the names for the list and the filters.
func (p *Panel) readNames() {
	p.work.Go(func() {
		list, err := p.o.Client.Conversations()
		var members []messaging.Member
		if p.o.Conversation != "" {
			members = p.o.Client.Members(p.o.Conversation)
		}
		p.later(func() {
			if err != nil {
				return // the search itself tells of it
			}
			for _, c := range list {
				p.known[c.ID] = c
				switch {
				case p.where != nil && c.Last != nil && len(p.where.Choices) <= mostNamed:
					p.where.Choices = append(p.where.Choices, look.Choice{Value: string(c.ID), Text: wording.Name(c.Name)})
				case c.ID == p.o.Conversation && !c.Group:
					members = []messaging.Member{{JID: string(c.ID), Name: c.Name}}
				}
			}
			for _, m := range members[:min(len(members), mostNamed)] {
				p.who.Choices = append(p.who.Choices, look.Choice{Value: m.JID, Text: wording.Name(m.Name)})
			}
			p.list.Refresh()
		})
	})
}

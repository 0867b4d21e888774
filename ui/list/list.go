// Package list is the list of an account's conversations, and the choice of a person or group to write to.
package list

import (
	"context"
	"slices"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/accounts"
	"discussions/ui/look"
	"discussions/ui/screen"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// list shows the conversations of one account.
type list struct {
	h      screen.Host
	id     string // of the account
	client screen.Client

	all     []messaging.Conversation // as the account has them
	found   []messaging.Conversation // those that fit the search
	chosen  int                      // in found, by the arrow keys; -1: none
	loading bool
	stale   bool // changed again while loading
	loaded  bool
	left    bool
	cancel  func()

	bar    *accounts.Bar
	banner *look.Banner
	search *look.Field
	rows   *rowList
	empty  *look.Label
	body   *fyne.Container
	page   fyne.CanvasObject
}

// Show shows the list of an account; where the account is not open, its code comes first.
func Show(h screen.Host, id string) {
	c, ok := h.Manager().Client(id)
	if !ok {
		h.ShowCode(id)
		return
	}
	h.Show(&list{h: h, id: id, client: c, chosen: -1})
}

func (l *list) Name() string  { return "list" }
func (l *list) Owner() string { return l.id }

func (l *list) Content() fyne.CanvasObject {
	l.bar = accounts.NewBar(l.h, l.id)
	l.banner = look.NewBanner()
	l.search = look.NewField(look.IconSearch, i18n.T("list.search"))
	l.search.OnChanged = func(string) { l.h.Touch(); l.chosen = -1; l.filter() }
	l.search.OnKey = l.TypedKey
	l.rows = newRowList(l)
	l.empty = look.NewLabel("", look.Style{Colour: look.ColorSoft, Wrap: true, Align: fyne.TextAlignCenter})
	l.body = container.NewStack(l.rows, look.Middle(look.Pad(l.empty, 0, 40, 0, 40)))

	passing := look.NewBanner()
	if a, ok := l.h.Account(l.id); ok && a.Ephemeral {
		passing.Set(i18n.T("drawers.ephemeral"), "", nil)
	}
	top := look.Column(0, l.bar.Content, passing, l.banner, look.Pad(l.search, 12, look.Space, 8, look.Space))
	bottom := look.BottomBar(look.NewButton(look.Primary, i18n.T("list.new"), func() { showNew(l.h, l.id) }))
	l.cancel = l.client.Subscribe(func(e messaging.Event) { l.h.Do(func() { l.event(e) }) })
	l.page = screen.Page(top, l.body, bottom)
	l.showConnection(l.client.Connection())
	l.reload()
	return l.page
}

func (l *list) Leave() {
	l.left = true
	l.cancel()
}

// accountsChanged keeps the bar's badge and name fresh.
func (l *list) AccountsChanged() { l.bar.Refresh() }

// showConnection tells trouble. The list takes the room that the banner leaves.
func (l *list) showConnection(c messaging.Connection) {
	trouble := wording.Connection(c)
	do := l.client.Retry
	if trouble.Remedy == wording.LogIn {
		do = func() { l.h.LogIn(screen.AnyMethod, l.id) }
	}
	l.banner.Set(trouble.Text, trouble.Button, do)
	l.page.Refresh()
}

func (l *list) event(e messaging.Event) {
	if l.left {
		return
	}
	switch e := e.(type) {
	case messaging.ConnectionChanged:
		l.showConnection(e.Connection)
		l.filter()
	case messaging.TypingChanged:
		for i := range l.all {
			if l.all[i].ID == e.ID {
				l.all[i].Typing = e.Names
			}
		}
		l.filter()
	case messaging.CountChanged:
	default:
		l.reload()
	}
}

// reload reads the conversations again. What changes while it reads makes it
// read once more, not once for each change.
func (l *list) reload() {
	if l.loading {
		l.stale = true
		return
	}
	l.loading = true
	screen.Run(l.h, func(context.Context) ([]messaging.Conversation, error) {
		return l.client.Conversations()
	}, func(all []messaging.Conversation, err error) {
		l.loading = false
		if l.left {
			return
		}
		if err != nil {
			l.h.Log().Warn("read the conversations", "error", err)
		} else {
			l.all, l.loaded = all, true
			for _, c := range all {
				if c.Unread == 0 {
					l.h.MarkShown(l.id, c.ID)
				}
			}
			l.filter()
			shown := len(l.found)
			l.h.AfterPaint(func() { l.h.Log().Info("list drawn", "shown", shown) })
		}
		if l.stale {
			l.stale = false
			l.reload()
		}
	})
}

// filter keeps what fits the search and draws it.
func (l *list) filter() {
	l.found = slices.DeleteFunc(slices.Clone(l.all), func(c messaging.Conversation) bool {
		return !fits(l.search.Text, c.Name, c.Detail)
	})
	l.chosen = min(l.chosen, len(l.found)-1)
	switch {
	case !l.loaded, len(l.found) > 0:
		l.empty.SetText("")
	case l.search.Text != "":
		l.empty.SetText(i18n.T("list.notFound", "Text", l.search.Text))
	case l.client.Connection().State == messaging.Online:
		l.empty.SetText(i18n.T("list.empty"))
	default: // nobody knows yet
		l.empty.SetText(i18n.T("list.unknown"))
	}
	l.body.Refresh()
}

func (l *list) open(i int) {
	if i < 0 || i >= len(l.found) {
		return
	}
	l.h.Touch()
	c := l.found[i]
	l.search.SetText("") // it has found what it was for
	l.h.OpenConversation(l.id, c.ID, c.Name)
}

// find starts a search anew: what was searched before is replaced by what is typed.
func (l *list) Find() {
	l.h.Canvas().Focus(l.search)
	l.search.TypedShortcut(&fyne.ShortcutSelectAll{})
}

// typedKey walks in the list: Up and Down choose, Enter opens.
func (l *list) TypedKey(name fyne.KeyName) {
	l.h.Touch()
	switch name {
	case fyne.KeyDown:
		l.choose(min(l.chosen+1, len(l.found)-1))
	case fyne.KeyUp:
		l.choose(max(l.chosen-1, 0))
	case fyne.KeyReturn, fyne.KeyEnter:
		if l.chosen < 0 && l.search.Text != "" {
			l.chosen = 0
		}
		l.open(l.chosen)
	case fyne.KeyEscape:
		l.search.SetText("")
		l.choose(-1)
	}
}

func (l *list) TypedRune(r rune) {
	l.h.Canvas().Focus(l.search)
	l.search.TypedRune(r)
}

func (l *list) choose(i int) {
	l.chosen = i
	if i >= 0 && i < len(l.found) {
		l.rows.ScrollTo(i)
	}
	l.rows.Refresh()
}

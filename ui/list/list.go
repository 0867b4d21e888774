// Package list has the list of an account's conversations, and the screen to start a new one.
package list

import (
	"strings"

	"time"

	"discussions/internal/dispatch"
	"discussions/internal/fold"
	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/accounts"
	"discussions/ui/look"
	"discussions/ui/screen"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// page shows the conversations of one account.
type page struct {
	h      screen.Host
	id     string // of the account
	client screen.Client

	conversations *reader
	left          bool
	cancel        func()
	again         *time.Timer // until the banner's words change; nil: they never did

	bar    *accounts.Bar
	banner *look.Banner
	tooOld *look.Banner // the program must be replaced
	asks   *requests
	search *look.Field
	within *look.TextLink // searches the messages as well
	away   bool           // the archived conversations are shown
	aways  *look.TextLink // leads to them, and back
	rows   *rowList
	empty  *look.Label
	body   *fyne.Container
	frame  fyne.CanvasObject
}

// Show shows the list of an account. If the account is not open, it asks for the code.
func Show(h screen.Host, id string) {
	c, ok := h.Manager().Client(id)
	if !ok {
		h.ShowCode(id)
		return
	}
	h.Show(&page{h: h, id: id, client: c})
}

func (l *page) Name() string  { return "list" }
func (l *page) Owner() string { return l.id }

func (l *page) Content() fyne.CanvasObject {
	l.bar = accounts.NewBar(l.h, l.id)
	l.banner = look.NewBanner()
	l.asks = newRequests(l.h, l.client, func() { l.frame.Refresh() })
	l.search = look.NewField(look.IconSearch, i18n.T("list.search"), screen.Board(l.h, l.id))
	l.search.OnChanged = func(string) { l.h.Touch(); l.rows.chosen = -1; l.filter() }
	l.search.OnKey = l.TypedKey
	l.within = look.NewTextLink("", look.SizeSmall, look.ColorAccent, nil)
	l.within.Cut = true
	l.within.Hide()
	l.aways = look.NewTextLink("", look.SizeSmall, look.ColorAccent, func() { l.showArchived(!l.away) })
	l.aways.Hide()
	l.rows = newRowList(l, l.open)
	l.rows.menu = l.openMenu
	l.empty = look.NewLabel("", look.Style{Colour: look.ColorSoft, Wrap: true, Align: fyne.TextAlignCenter})
	l.body = container.NewStack(l.rows, look.Middle(look.Pad(l.empty, 0, 40, 0, 40)))

	ephemeral := look.NewBanner()
	if a, ok := l.h.Account(l.id); ok && a.Ephemeral {
		ephemeral.Set(i18n.T("accounts.ephemeral"), "", nil)
	}
	l.tooOld = look.NewBanner()
	l.showUpdate()
	top := look.Column(0, l.bar.Content, l.tooOld, ephemeral, l.banner, l.asks.content, look.Pad(look.Column(6, l.search, l.within, l.aways), 12, look.Space, 8, look.Space))
	bottom := look.BottomBar(look.NewButton(look.Primary, i18n.T("list.new"), func() { showNew(l.h, l.id) }))
	l.conversations = newReader(l.h, l.client, l.read)
	events := dispatch.NewBatch(l.h.Do, l.events)
	l.cancel = l.client.Subscribe(func(e messaging.Event) { events.Put(e) })
	l.frame = screen.Page(top, l.body, bottom)
	l.showConnection(l.client.Connection())
	l.asks.read()
	l.conversations.event(messaging.ConversationsChanged{})
	l.conversations.read()
	return l.frame
}

func (l *page) Leave() {
	l.left, l.conversations.closed = true, true
	if l.again != nil {
		l.again.Stop()
	}
	l.cancel()
}

// AccountsChanged implements [screen.Follower].
func (l *page) AccountsChanged() {
	l.bar.Refresh()
	if l.showUpdate() {
		l.frame.Refresh()
	}
}

// showUpdate says that the program must be replaced. It reports whether that is new.
func (l *page) showUpdate() bool {
	update := l.h.Update()
	if !update.TooOld {
		return l.tooOld.Set("", "", nil)
	}
	button := ""
	if update.Notes != "" {
		button = i18n.T("updates.notes")
	}
	return l.tooOld.Set(i18n.T("updates.tooOld", "Version", update.Newer), button, l.h.OpenReleaseNotes)
}

// showConnection shows trouble with the connection in the banner.
func (l *page) showConnection(c messaging.Connection) {
	trouble := wording.Connection(c, time.Now())
	if l.again != nil {
		l.again.Stop()
	}
	if trouble.Again > 0 {
		l.again = time.AfterFunc(trouble.Again, func() { l.h.Do(l.countDown) })
	}
	do := l.client.Retry
	if trouble.Remedy == wording.LogIn {
		do = func() { l.h.LogIn(screen.AnyMethod, l.id) }
	}
	l.banner.Set(trouble.Text, trouble.Button, do)
	l.frame.Refresh()
}

// countDown shows how long it is now until the next attempt to connect.
func (l *page) countDown() {
	if !l.left {
		l.showConnection(l.client.Connection())
	}
}

// events handles a batch of events.
func (l *page) events(events []messaging.Event) {
	if l.left {
		return
	}
	redraw := false
	for _, e := range events {
		l.conversations.event(e)
		switch e := e.(type) {
		case messaging.ConnectionChanged:
			l.showConnection(e.Connection)
			redraw = true
		case messaging.ContactRequestsChanged:
			l.asks.read()
		case messaging.TypingChanged:
			redraw = true
		}
	}
	l.conversations.read()
	if redraw {
		l.filter()
	}
}

// read is called after conversations were read again.
func (l *page) read(changed []messaging.Conversation) {
	for _, c := range changed {
		if c.Unread == 0 {
			l.h.WithdrawNotification(l.id, c.ID)
		}
	}
	l.filter()
	shown, unread := len(l.rows.found), 0
	for _, c := range l.conversations.all {
		unread += c.Unread
	}
	l.h.AfterPaint(func() { l.h.Log().Info("list drawn", "shown", shown, "unread", unread) })
}

// filter shows the conversations that match the search.
func (l *page) filter() {
	wanted := fold.NewSearch(l.search.Text)
	searching := len(wanted) > 0
	l.offerArchived(searching)
	var found []messaging.Conversation
	for _, c := range l.conversations.all {
		if (searching || c.Archived == l.away) && wanted.Fits(l.conversations.words[c.ID]) {
			found = append(found, c)
		}
	}
	l.rows.show(found)
	l.offerSearch()
	words := ""
	switch {
	case !l.conversations.loaded, len(found) > 0:
	case l.search.Text != "":
		words = i18n.T("list.notFound", "Text", l.search.Text)
	case l.client.Connection().State == messaging.Online:
		words = i18n.T("list.empty")
	default: // offline: there may be some on the server
		words = i18n.T("list.unknown")
	}
	if l.empty.Text != words {
		l.empty.SetText(words)
		l.body.Refresh()
	}
}

// offerArchived leads to the archived conversations, and back, where there are any.
func (l *page) offerArchived(searching bool) {
	n := 0
	for _, c := range l.conversations.all {
		if c.Archived {
			n++
		}
	}
	l.away = l.away && n > 0
	words := i18n.N("list.archived", n)
	if l.away {
		words = i18n.T("list.notArchived")
	}
	l.offer(l.aways, n > 0 && !searching, words, l.aways.OnTapped)
}

// offer shows a link, or hides it.
func (l *page) offer(link *look.TextLink, on bool, words string, tapped func()) {
	changed := link.Hidden == on || link.Label != words
	link.OnTapped = tapped
	if changed {
		link.Hidden = !on
		link.Set(words, look.SizeSmall, look.ColorAccent, tapped)
		l.frame.Refresh()
	}
}

// showArchived shows the archived conversations, or the others.
func (l *page) showArchived(on bool) {
	l.h.Touch()
	l.away, l.rows.chosen = on, -1
	l.filter()
	l.frame.Refresh()
}

// offerSearch offers to search the text in the messages.
func (l *page) offerSearch() {
	text, words := strings.TrimSpace(l.search.Text), ""
	if text != "" {
		words = i18n.T("list.searchMessages", "Text", wording.Name(text))
	}
	l.offer(l.within, text != "", words, func() { l.h.ShowSearch(l.id, text) })
}

func (l *page) open(c messaging.Conversation) {
	l.h.Touch()
	l.search.SetText("") // the search is over
	l.h.OpenConversation(l.id, c.ID, c.Name)
}

// Find implements [screen.Finder]: typing replaces an earlier search.
func (l *page) Find() {
	l.h.Canvas().Focus(l.search)
	l.search.TypedShortcut(&fyne.ShortcutSelectAll{})
}

// TypedKey implements [screen.Keyed]: Up and Down choose, Enter opens.
func (l *page) TypedKey(name fyne.KeyName) {
	l.h.Touch()
	if name == fyne.KeyEscape {
		if l.search.Text == "" && l.away {
			l.showArchived(false)
			return
		}
		l.search.SetText("")
		l.rows.choose(-1)
		return
	}
	l.rows.handle(name, l.search.Text != "")
}

func (l *page) TypedRune(r rune) {
	l.h.Canvas().Focus(l.search)
	l.search.TypedRune(r)
}

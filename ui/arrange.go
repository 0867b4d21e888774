package ui

import (
	"context"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/choices"
	"discussions/ui/look"
	"discussions/ui/screen"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// placesOf are the places of the windows of an account.
func (c *chats) placesOf(account string) *placements {
	if c.places[account] == nil {
		c.places[account] = &placements{}
	}
	return c.places[account]
}

// opened reads the places of an account that has been opened, then calls then.
func (c *chats) accountOpened(account string, then func()) {
	places := c.placesOf(account)
	screen.Run(c.u.nav, func(context.Context) ([]byte, error) { return c.u.manager.Windows(account) }, func(data []byte, err error) {
		if err != nil {
			c.u.options.Log.Info("places of windows not read", "error", err)
		}
		places.load(data)
		then()
	})
}

// place gives a window that is not shown yet the size and place that it had.
func (c *chats) place(key chatKey, win fyne.Window) {
	p := c.placesOf(key.account).get(key.conversation)
	win.Resize(p.size())
	d, ok := win.(desktop.Window)
	if c.u.options.Windows == nil || !ok {
		return
	}
	if p.inView(c.u.options.Windows.Screens()) {
		d.RequestPosition(p.X, p.Y)
	}
	if p.OnTop {
		d.RequestAlwaysOnTop()
	}
}

// keepPlace notes where a window is that is being closed.
func (c *chats) keepPlace(key chatKey, open *chat) {
	places := c.placesOf(key.account)
	p := places.get(key.conversation)
	size := open.win.Canvas().Size()
	p.Width, p.Height = size.Width, size.Height
	if native := c.u.options.Windows; native != nil {
		if x, y, ok := native.Position(open.win); ok {
			p.X, p.Y, p.Placed = x, y, true
		}
	}
	places.put(key.conversation, p)
}

// savePlaces is called on any goroutine.
func (c *chats) savePlaces(account string, places *placements) {
	data, changed := places.take()
	if !changed {
		return
	}
	if err := c.u.manager.SaveWindows(account, data); err != nil {
		c.u.options.Log.Info("places of windows not kept", "error", err)
	}
}

// setOnTop keeps a window above the others, or no longer.
func (c *chats) setOnTop(key chatKey, on bool) {
	open, ok := c.open[key]
	if !ok || c.u.options.Windows == nil {
		return
	}
	places := c.placesOf(key.account)
	p := places.get(key.conversation)
	p.OnTop = on
	places.put(key.conversation, p)
	c.u.options.Windows.SetOnTop(open.win, on)
}

// arranged are all windows in the order in which they were opened.
func (c *chats) arranged() []chatKey {
	var all []chatKey
	for _, a := range c.u.manager.Accounts() {
		all = append(all, c.of(a.ID)...)
	}
	c.sort(all)
	return all
}

// titleBar is the height of what desktops put above a window, at most.
const titleBar = 40

// screens are those where windows can be placed, and kept above others.
func (c *chats) screens() []Rect {
	if c.u.options.Windows == nil {
		return nil
	}
	return c.u.options.Windows.Screens()
}

// sideBySide places all conversations beside each other on the screen of that window. It is nil where there is nothing to place.
func (c *chats) sideBySide(from fyne.Window) func() {
	if screens := c.screens(); len(c.open) > 1 && len(screens) > 0 {
		return func() { c.tile(from, screens) }
	}
	return nil
}

func (c *chats) tile(from fyne.Window, screens []Rect) {
	native, area := c.u.options.Windows, screens[0]
	if x, y, ok := native.Position(from); ok {
		for _, s := range screens {
			if s.contains(x, y) {
				area = s
			}
		}
	}
	all := c.arranged()
	var least fyne.Size // of the largest in the window system's units, with its frame
	for _, key := range all {
		win := c.open[key].win
		scale := win.Canvas().Scale()
		size := win.Content().MinSize().AddWidthHeight(0, titleBar)
		least = least.Max(fyne.NewSize(size.Width*scale, size.Height*scale))
	}
	for i, place := range tile(area, len(all), int(least.Width), int(least.Height)) {
		native.Place(c.open[all[i]].win, place)
	}
	c.u.options.Log.Info("side by side", "windows", len(all))
}

// next brings the conversation after, or before, the one in front to the front.
func (c *chats) next(step int) {
	all := c.arranged()
	if len(all) == 0 {
		return
	}
	at := -1
	for i, key := range all {
		if c.isFront(key) {
			at = i
		}
	}
	switch {
	case at < 0 && step < 0:
		at = len(all) - 1
	case at < 0:
		at = 0
	default:
		at = (at + step + len(all)) % len(all)
	}
	c.u.raise(c.open[all[at]].win)
}

// showMenu is the menu of a conversation's window.
func (c *chats) showMenu(key chatKey, place look.Place) {
	client, ok := c.u.manager.Client(key.account)
	if !ok {
		return
	}
	screen.Run(c.u.nav, func(context.Context) (messaging.Conversation, error) {
		return client.Conversation(key.conversation)
	}, func(v messaging.Conversation, err error) {
		open, ok := c.open[key]
		if !ok {
			return
		}
		if err != nil {
			c.u.options.Log.Warn("conversation not read", "error", err)
			return
		}
		c.showMenuOf(key, open, v, client, place)
	})
}

func (c *chats) showMenuOf(key chatKey, open *chat, v messaging.Conversation, client screen.Client, place look.Place) {
	canvas := open.win.Canvas()
	m := look.NewMenu()
	show := func(m *look.Menu) { m.Show(canvas, place, nil) }
	m.Line(look.IconPicture, i18n.T("gallery.title"), look.ColorText, open.view.ShowFiles)
	choices.Menu{
		Client: client, Conversation: v, Show: show, More: c.u.moreChoices(key.account, client, v, open.win, show),
		Do:     func(f func() error) { c.try(open, f) },
		Unread: func() { open.win.Close() }, // left open, it would be read at once
	}.AddTo(m)
	if len(c.screens()) > 0 {
		m.Rule()
		onTop := c.placesOf(key.account).get(key.conversation).OnTop
		m.Switch(i18n.T("window.onTop"), onTop, func() { c.setOnTop(key, !onTop) })
		if tile := c.sideBySide(open.win); tile != nil {
			m.Line(look.IconTiles, i18n.T("window.sideBySide"), look.ColorText, tile)
		}
	}
	m.Show(canvas, place, nil)
	c.u.screenShown("window-menu")
}

// try runs f, which may wait, and shows its error in a window.
func (c *chats) try(open *chat, f func() error) {
	screen.Try(c.u.nav, func(context.Context) error { return f() }, func(err error) {
		if err != nil {
			c.u.options.Log.Warn("told the user", "error", err)
			s := wording.Explain(err)
			look.Ask(open.win.Canvas(), look.Question{Title: s.What, Text: s.Means, Advice: s.Do, Warns: true})
		}
	})
}

// retitle shows the name of a conversation and the number of unread messages in the title of its window.
func (c *chats) retitle(key chatKey, now messaging.Conversation) {
	if open, ok := c.open[key]; ok && (open.unread != now.Unread || open.name != now.Name) {
		open.name, open.unread = now.Name, now.Unread
		open.win.SetTitle(open.title())
	}
}

func (c *chat) title() string {
	return countedTitle(wording.Join(" – ", wording.Name(c.name), c.owner), c.unread)
}

// countedTitle is a title with a number before it, where a task bar shows it even when it is short of room.
func countedTitle(title string, unread int) string {
	if unread <= 0 {
		return title
	}
	return i18n.T("window.title", "Count", unread, "Title", title)
}

// forget forgets the places of an account that is gone.
func (c *chats) forgetPlaces(account string) { delete(c.places, account) }

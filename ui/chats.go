package ui

import (
	"context"
	"slices"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/conversation"
	"discussions/ui/look"
	"discussions/ui/screen"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
)

// chatKey identifies the window of a conversation.
type chatKey struct {
	account      string
	conversation messaging.ConversationID
}

// view is the content of such a window: [conversation.View].
type view interface {
	Content() fyne.CanvasObject
	Focus()
	InFront(bool)
	Find()                 // shows the search in the conversation
	ShowFiles()            // shows its pictures and files
	Show(messaging.Cursor) // goes to a place
	Attach([]fyne.URI)     // puts files beside what is written
	Close() (saved func()) // saved blocks until the draft and sent messages are on disk
}

// chat is the window of one conversation.
type chat struct {
	win   fyne.Window
	view  view
	focus *focusTracker
	name  string
	order int // in which the windows were opened

	owner  string // the account's person
	unread int
}

// chats are the windows of all conversations.
type chats struct {
	u      *UI
	open   map[chatKey]*chat
	opened int
	front  *chatKey                              // the window with the keyboard focus
	locked map[string][]messaging.ConversationID // account → conversations to reopen after unlocking
	places map[string]*placements                // account → where its windows were
}

// show opens the window of a conversation, or raises it if it is open.
func (c *chats) show(account string, id messaging.ConversationID, name string) {
	u, key := c.u, chatKey{account, id}
	if open, ok := c.open[key]; ok {
		u.raise(open.win)
		u.screenShown("conversation")
		return
	}
	client, ok := u.manager.Client(account)
	if !ok {
		return
	}
	if u.saves.Running(account) { // possibly this conversation's draft
		u.nav.Go(func(context.Context) func() {
			u.saves.Wait(account)
			return func() { c.show(account, id, name) }
		})
		return
	}
	owner, _ := u.nav.Account(account)
	// On X11 the first title becomes the window's class, by which desktops group
	// windows: so it starts with the program's name.
	win := u.app.NewWindow(i18n.T("app.name"))
	win.SetPadded(false)
	win.SetIcon(look.AppIcon())
	c.opened++
	opened := &chat{win: win, name: name, owner: owner.Name, order: c.opened}
	options := conversation.Options{
		Client: client, ID: id, AccountName: owner.Name, AccountColour: look.PersonColour(owner.Name),
		Window: win, Log: u.options.Log, LogIn: func() { u.Raise(); u.nav.LogIn(screen.AnyMethod, account) },
		Board: screen.Board(u.nav, account), Touched: u.idle.touch, EditWithin: u.manager.Policy().EditWithin,
		Person: func(who messaging.ConversationID) { u.Raise(); u.nav.ShowPerson(account, who) },
		Menu:   func(place look.Place) { c.showMenu(key, place) }, Changed: func(now messaging.Conversation) { c.retitle(key, now) },
	}
	u.allowFiles(&options, account)
	opened.view = u.newView(options)
	opened.focus = newFocusTracker(win, func() { c.toFront(key) })
	c.open[key] = opened
	u.presence.tellVisible()
	win.SetOnDropped(func(_ fyne.Position, uris []fyne.URI) { opened.view.Attach(uris) })
	win.SetContent(watchPointer(u.idle, container.NewStack(opened.focus, opened.view.Content())))
	c.place(key, win)
	u.shortcuts(win.Canvas(), func() { u.nav.Lock(account) }, opened.view.Find, func() { u.Raise(); u.nav.ShowSearch(account, "") }, func() { win.Close() })
	win.Canvas().AddShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyG, Modifier: fyne.KeyModifierShortcutDefault}, func(fyne.Shortcut) {
		u.idle.touch()
		opened.view.ShowFiles()
	})
	win.SetOnClosed(func() { c.keepPlace(key, opened); c.closed(key) })
	opened.focus.lost() // until the desktop focuses it
	win.Show()
	win.SetTitle(opened.title())
	u.screenShown("conversation")
}

// toFront marks a window as focused, which means that it is being read.
func (c *chats) toFront(key chatKey) {
	c.u.idle.touch()
	c.noneInFront()
	if chat, ok := c.open[key]; ok {
		c.front = &key
		if chat.win.Canvas().Focused() == nil {
			chat.view.Focus()
		}
		chat.view.InFront(true)
		c.u.notifications.withdraw(key.account, key.conversation)
	}
}

// noneInFront is called when no conversation window has the focus any more.
func (c *chats) noneInFront() {
	if c.front == nil {
		return
	}
	if chat, ok := c.open[*c.front]; ok {
		chat.view.InFront(false)
		chat.focus.lost()
	}
	c.front = nil
}

// isFront reports whether a conversation is being read.
func (c *chats) isFront(key chatKey) bool { return c.front != nil && *c.front == key }

// closed cleans up after a window was closed.
func (c *chats) closed(key chatKey) {
	chat, ok := c.open[key]
	if !ok {
		return
	}
	if c.isFront(key) {
		c.front = nil
	}
	delete(c.open, key)
	c.u.presence.tellVisible()
	places := c.placesOf(key.account)
	saved, end := chat.view.Close(), c.u.saves.Begin(key.account)
	c.u.work.Go(func() { defer end(); saved(); c.savePlaces(key.account, places) })
}

// of returns the open conversations of an account, in the order of opening.
func (c *chats) of(account string) []chatKey {
	var keys []chatKey
	for key := range c.open {
		if key.account == account {
			keys = append(keys, key)
		}
	}
	c.sort(keys)
	return keys
}

func (c *chats) sort(keys []chatKey) {
	slices.SortFunc(keys, func(a, b chatKey) int { return c.open[a].order - c.open[b].order })
}

// closeAccount closes every window of an account. With remember, the next unlock
// reopens them.
func (c *chats) closeAccount(account string, remember bool) {
	var ids []messaging.ConversationID
	for _, key := range c.of(account) {
		ids = append(ids, key.conversation)
		c.open[key].win.Close()
	}
	switch {
	case !remember:
		delete(c.locked, account)
	case len(ids) > 0:
		c.locked[account] = ids
	}
}

// reopen opens the windows that a lock closed.
func (c *chats) reopen(account string) {
	ids := c.locked[account]
	delete(c.locked, account)
	c.showByID(account, ids...)
}

// showByID opens conversations after reading their names.
func (c *chats) showByID(account string, ids ...messaging.ConversationID) {
	client, ok := c.u.manager.Client(account)
	if !ok {
		return
	}
	screen.Run(c.u.nav, func(context.Context) ([]string, error) {
		names := make([]string, len(ids))
		for i, id := range ids {
			found, err := client.Conversation(id)
			if err != nil {
				return names, err
			}
			names[i] = found.Name
		}
		return names, nil
	}, func(names []string, err error) {
		c.u.nav.Explain(err)
		for i, id := range ids {
			if names[i] != "" {
				c.show(account, id, names[i])
			}
		}
	})
}

// redraw reopens the windows of an account, to change their language.
func (c *chats) redraw(account string) {
	for _, key := range c.of(account) {
		name := c.open[key].name
		c.open[key].win.Close()
		c.show(key.account, key.conversation, name)
	}
}

// leave closes the views but not their windows: Fyne closes those when the
// program ends.
func (c *chats) leave() {
	for key, open := range c.open {
		c.keepPlace(key, open)
		c.closed(key)
	}
}

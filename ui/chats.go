package ui

import (
	"context"
	"slices"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/conversation"
	"discussions/ui/look"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// chatKey names a conversation's window: an account and a conversation of it.
type chatKey struct {
	account      string
	conversation messaging.ConversationID
}

// view is the content of such a window: [conversation.View].
type view interface {
	Content() fyne.CanvasObject
	Focus()
	InFront(bool)
	Close() (kept func())
}

// chat is the window of one conversation.
type chat struct {
	win   fyne.Window
	view  view
	front *front
	name  string
	order int // of opening
}

// chats are the windows of all conversations.
type chats struct {
	u      *UI
	open   map[chatKey]*chat
	opened int
	front  *chatKey                              // the one that has the keyboard
	again  map[string][]messaging.ConversationID // account → the conversations to open again after a lock

	closing map[string][]<-chan struct{} // account → closed when what was written in a closed window is kept
}

// openConversation shows a conversation in its window, and raises it when it
// is open already.
func (u *UI) openConversation(account string, id messaging.ConversationID, name string) {
	key := chatKey{account, id}
	if c, ok := u.chats.open[key]; ok {
		raise(c.win)
		u.screenShown("conversation")
		return
	}
	client, ok := u.back.client(account)
	if !ok {
		return
	}
	if unkept := u.chats.unkept(account); len(unkept) > 0 { // maybe the draft of just this one
		u.run(func(context.Context) error { waitFor(unkept); return nil }, func(error) { u.openConversation(account, id, name) })
		return
	}
	who, _ := u.account(account)
	// The title at the creation becomes the window's class: with the program's
	// name, desktops count every window to the program (facts: fyne, "Windows").
	win := u.app.NewWindow(i18n.T("app.name"))
	win.SetPadded(false)
	win.SetIcon(look.AppIcon())
	u.chats.opened++
	c := &chat{win: win, name: name, order: u.chats.opened}
	c.view = u.newView(conversation.Options{
		Client: client, ID: id, AccountName: who.Name, AccountColour: look.PersonColour(who.Name),
		Window: win, Log: u.o.Log, LogIn: func() { u.Raise(); u.logIn(anyMethod, account) }, Copied: func(text string) { u.clipboard.copied(account, text) }, Touched: u.idle.touch,
	})
	c.front = newFront(win, func() { u.chats.toFront(key) })
	u.chats.open[key] = c
	win.SetContent(watch(u.idle, container.NewStack(c.front, c.view.Content())))
	win.Resize(fyne.NewSize(560, 640))
	u.shortcuts(win.Canvas(), func() { u.lock(account) }, func() { win.Close() })
	win.SetOnClosed(func() { u.chats.closed(key) })
	c.front.lost() // until the desktop says otherwise
	win.Show()
	win.SetTitle(wording.Join(" – ", wording.Name(name), who.Name))
	u.screenShown("conversation")
}

// toFront follows the keyboard: what is in front is being read.
func (c *chats) toFront(key chatKey) {
	c.u.idle.touch()
	c.noneInFront()
	if chat, ok := c.open[key]; ok {
		c.front = &key
		if chat.win.Canvas().Focused() == nil {
			chat.view.Focus()
		}
		chat.view.InFront(true)
		c.u.notices.withdraw(key.account, key.conversation)
	}
}

// noneInFront follows the keyboard to another window or program.
func (c *chats) noneInFront() {
	if c.front == nil {
		return
	}
	if chat, ok := c.open[*c.front]; ok {
		chat.view.InFront(false)
		chat.front.lost()
	}
	c.front = nil
}

// isFront reports whether a conversation is being read just now.
func (c *chats) isFront(key chatKey) bool { return c.front != nil && *c.front == key }

// closed follows a window that was closed.
func (c *chats) closed(key chatKey) {
	chat, ok := c.open[key]
	if !ok {
		return
	}
	if c.isFront(key) {
		c.front = nil
	}
	delete(c.open, key)
	kept, done := chat.view.Close(), make(chan struct{})
	c.closing[key.account] = append(c.unkept(key.account), done)
	c.u.work.Go(func() { defer close(done); kept() })
}

// unkept are those that are closed when what was written in the account's closed windows is on the disk.
func (c *chats) unkept(account string) []<-chan struct{} {
	c.closing[account] = slices.DeleteFunc(c.closing[account], func(kept <-chan struct{}) bool {
		select {
		case <-kept:
			return true
		default:
			return false
		}
	})
	return slices.Clone(c.closing[account])
}

func waitFor(all []<-chan struct{}) {
	for _, one := range all {
		<-one
	}
}

// of are the open conversations of an account, in the order of opening.
func (c *chats) of(account string) []chatKey {
	var keys []chatKey
	for key := range c.open {
		if key.account == account {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, func(a, b chatKey) int { return c.open[a].order - c.open[b].order })
	return keys
}

// closeAccount closes every window of an account, and remembers them when the
// code is to bring them back.
func (c *chats) closeAccount(account string, remember bool) {
	var ids []messaging.ConversationID
	for _, key := range c.of(account) {
		ids = append(ids, key.conversation)
		c.open[key].win.Close()
	}
	switch {
	case !remember:
		delete(c.again, account)
	case len(ids) > 0:
		c.again[account] = ids
	}
}

// bringBack opens the windows that a lock closed.
func (c *chats) bringBack(account string) {
	ids := c.again[account]
	delete(c.again, account)
	client, ok := c.u.back.client(account)
	if !ok {
		return
	}
	c.u.openNamed(client, account, ids...)
}

// retell draws every window anew, in another language.
func (c *chats) retell() {
	for _, a := range c.u.back.Accounts() {
		for _, key := range c.of(a.ID) {
			name := c.open[key].name
			c.open[key].win.Close()
			c.u.openConversation(key.account, key.conversation, name)
		}
	}
}

// leave ends what every window shows. The windows themselves stay: at the
// program's end there is nothing left to close them with.
func (c *chats) leave() {
	for key := range c.open {
		c.closed(key)
	}
}

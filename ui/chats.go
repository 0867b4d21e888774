package ui

import (
	"discussions/ui/conversation"
	"discussions/ui/look"

	"fyne.io/fyne/v2"
)

// chatKey names a conversation's window: an account and a conversation of it.
type chatKey struct{ account, conversation string }

// chat is the window of one conversation.
type chat struct {
	win  fyne.Window
	view *conversation.View
	name string
}

// chats are the windows of all conversations.
type chats struct {
	u     *UI
	open  map[chatKey]*chat
	front *chatKey            // the one that has the keyboard
	again map[string][]string // account → the conversations to open again after a lock
}

// openConversation shows a conversation in its window, and raises it when it
// is open already.
func (u *UI) openConversation(account, id, name string) {
	key := chatKey{account, id}
	if c, ok := u.chats.open[key]; ok {
		c.win.Show()
		c.win.RequestFocus()
		c.view.Focus()
		return
	}
	client, ok := u.back.client(account)
	if !ok {
		return
	}
	who, _ := u.account(account)
	// The title at the creation becomes the window's class: with the program's
	// name, desktops count every window to the program (facts: fyne, "Windows").
	win := u.app.NewWindow(look.T("app.name"))
	win.SetPadded(false)
	win.SetIcon(look.AppIcon())
	c := &chat{win: win, name: name}
	c.view = conversation.New(conversation.Options{
		Client: client, ID: id, AccountName: who.Name, AccountColour: look.PersonColour(who.Name),
		Window: win, Log: u.o.Log,
	})
	u.chats.open[key] = c
	win.SetContent(watch(u.idle, c.view.Content()))
	win.Resize(fyne.NewSize(560, 640))
	u.shortcuts(win.Canvas(), func() { win.Close() })
	win.SetOnClosed(func() { u.chats.closed(key) })
	win.Show()
	win.SetTitle(joined(" – ", name, who.Name))
	c.view.Focus()
	u.chats.toFront(key)
	u.screenShown("conversation")
}

// toFront follows the keyboard: what is in front is being read.
func (c *chats) toFront(key chatKey) {
	c.noneInFront()
	if chat, ok := c.open[key]; ok {
		c.front = &key
		chat.view.InFront(true)
		c.u.notices.withdraw(key.account, key.conversation)
	}
}

func (c *chats) noneInFront() {
	if c.front == nil {
		return
	}
	if chat, ok := c.open[*c.front]; ok {
		chat.view.InFront(false)
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
	chat.view.Close()
}

// closeAccount closes every window of an account, and remembers them when the
// code is to bring them back.
func (c *chats) closeAccount(account string, remember bool) {
	var ids []string
	for key, chat := range c.open {
		if key.account == account {
			ids = append(ids, key.conversation)
			chat.win.Close()
		}
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
	for _, id := range ids {
		c.u.named(client, account, id)
	}
}

func (c *chats) closeAll() {
	for key := range c.open {
		c.open[key].win.Close()
	}
}

// retell draws every window anew, in another language.
func (c *chats) retell() {
	for key, chat := range c.open {
		id, account, name := key.conversation, key.account, chat.name
		chat.win.Close()
		c.u.openConversation(account, id, name)
	}
}

package ui

import (
	"context"
	"strings"

	"discussions/account"
	"discussions/internal/dispatch"
	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/notify"
	"discussions/settings"
	"discussions/ui/screen"
	"discussions/ui/wording"
)

// notifications are the desktop notifications, one for each conversation. The
// desktop may be slow: only the newest wish for each conversation waits for it,
// and withdrawals go first.
type notifications struct {
	u      *UI
	wishes *dispatch.Latest[string, wish]               // by the notification's id
	shown  map[string]map[messaging.ConversationID]bool // account → conversation → true; the conversation is "" for a locked account
	hidden map[string]bool                              // accounts that are being locked: no text of theirs is shown any more
	count  uint64                                       // messages so far: their numbers
	latest map[chatKey]uint64                           // the message that a conversation's last wish was about
}

// wish is what the desktop is to do with a notification: withdraw it, or show it.
type wish struct {
	withdraw    bool
	title, body string
}

func newNotifications(u *UI) notifications {
	n := notifications{u: u, shown: map[string]map[messaging.ConversationID]bool{}, hidden: map[string]bool{}, latest: map[chatKey]uint64{}}
	n.wishes = dispatch.NewLatest(func(id string, w wish) {
		if w.withdraw {
			u.options.Notifier.Withdraw(id)
			return
		}
		err := u.options.Notifier.Show(notify.Notification{ID: id, Title: w.title, Body: w.body})
		if err != nil { // no notification server: the list still shows the message
			u.options.Log.Info("notification not shown", "error", err)
		}
	})
	return n
}

// close waits for the desktop. What is not shown yet is not shown any more.
func (n *notifications) close() {
	n.wishes.Drop()
	n.wishes.Close()
}

// notificationID identifies a notification. An account's id has no space.
func notificationID(account string, id messaging.ConversationID) string {
	return account + " " + string(id)
}

// received notifies of a message, unless its conversation is being read.
func (n *notifications) received(e account.Received) {
	u := n.u
	user := u.options.User.Get()
	key := chatKey{e.ID, e.Message.Conversation}
	if !user.Notifications || u.options.Notifier == nil || u.chats.isFront(key) {
		u.options.Log.Info("message not notified")
		return
	}
	a, ok := u.nav.Account(e.ID)
	if !ok {
		return
	}
	n.count++
	number := n.count
	if e.Locked || a.State != account.Open || n.hidden[e.ID] {
		n.show(number, chatKey{e.ID, ""}, i18n.T("app.name"), i18n.T("notice.locked", "Name", a.Name))
		return
	}
	content := u.options.Deployment.Policy.Content(user)
	if content == settings.ContentNone {
		n.show(number, key, i18n.T("app.name"), i18n.T("notice.new"))
		return
	}
	client, ok := u.manager.Client(e.ID)
	if !ok {
		return
	}
	screen.Run(u.nav, func(context.Context) (string, error) {
		c, err := client.Conversation(e.Message.Conversation)
		if err != nil || !c.Group {
			return "", err
		}
		return c.Name, nil
	}, func(group string, _ error) { // on an error, without the group's name
		// It may have been locked, or read, in the meantime.
		if a, ok := u.nav.Account(e.ID); !ok || a.State != account.Open || n.hidden[e.ID] || u.chats.isFront(key) {
			return
		}
		body := i18n.T("notice.new")
		if content == settings.ContentFull {
			body = wording.Preview(e.Message)
		}
		n.show(number, key, wording.Join(" – ", wording.Name(e.Message.Author), wording.Name(group)), body)
	})
}

// show shows a notification about the message with that number, unless a newer
// message, or a withdrawal, came first.
func (n *notifications) show(number uint64, key chatKey, title, body string) {
	if number <= n.latest[key] {
		return
	}
	n.latest[key] = number
	if n.shown[key.account] == nil {
		n.shown[key.account] = map[messaging.ConversationID]bool{}
	}
	n.shown[key.account][key.conversation] = true
	n.wishes.Put(notificationID(key.account, key.conversation), wish{title: title, body: body})
}

// withdraw removes the notification of a conversation.
func (n *notifications) withdraw(account string, conversation messaging.ConversationID) {
	n.latest[chatKey{account, conversation}] = n.count
	if n.shown[account][conversation] {
		delete(n.shown[account], conversation)
		n.wishes.PutFirst(notificationID(account, conversation), wish{withdraw: true})
	}
}

// forget removes the notifications of an account.
func (n *notifications) forget(account string) {
	for conversation := range n.shown[account] {
		n.withdraw(account, conversation)
	}
}

// hide removes the notifications of an account that is being locked or closed.
// Until it is opened again, no text of it is shown. At a lock, the one without
// content stays: its message came in the meantime.
func (n *notifications) hide(account string, lock bool) {
	n.hidden[account] = true
	for conversation := range n.shown[account] {
		if !lock || conversation != "" {
			n.withdraw(account, conversation)
		}
	}
}

// opened tells that an account is open: its texts may be shown.
func (n *notifications) opened(account string) {
	delete(n.hidden, account)
	n.withdraw(account, "") // that of the locked account
}

// Clicked handles a click on a notification: it opens the conversation, or asks
// for the code first.
func (u *UI) Clicked(id string) {
	account, rest, _ := strings.Cut(id, " ")
	conversation := messaging.ConversationID(rest)
	u.notifications.withdraw(account, conversation)
	u.OpenConversation(account, conversation)
}

// OpenConversation shows an account and opens one of its conversations. If the
// account is not open, it asks for the code.
func (u *UI) OpenConversation(account string, conversation messaging.ConversationID) {
	if _, ok := u.manager.Client(account); !ok || conversation == "" {
		u.Raise()
		u.nav.ShowAccount(account)
		return
	}
	if !u.window.showsContentOf(account) {
		u.nav.ShowList(account)
	}
	u.chats.showByID(account, conversation)
}

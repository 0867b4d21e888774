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

// notifications are the desktop notifications on screen. shown is account →
// conversation → true; the conversation is "" for a locked account.
type notifications struct {
	u     *UI
	work  dispatch.Tasks // in order: a withdrawal must not overtake its notification
	shown map[string]map[messaging.ConversationID]bool
}

// notificationID identifies a notification. An account's id has no space.
func notificationID(account string, id messaging.ConversationID) string {
	return account + " " + string(id)
}

// received notifies of a message, unless its conversation is being read.
func (n *notifications) received(e account.Received) {
	u := n.u
	user := u.options.User.Get()
	if !user.Notifications || u.options.Notifier == nil || u.chats.isFront(chatKey{e.ID, e.Message.Conversation}) {
		u.options.Log.Info("message not notified")
		return
	}
	a, ok := u.nav.Account(e.ID)
	if !ok {
		return
	}
	if e.Locked || a.State != account.Open {
		n.show(e.ID, "", i18n.T("app.name"), i18n.T("notice.locked", "Name", a.Name))
		return
	}
	content := u.options.Deployment.Policy.Content(user)
	if content == settings.ContentNone {
		n.show(e.ID, e.Message.Conversation, i18n.T("app.name"), i18n.T("notice.new"))
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
		if a, ok := u.nav.Account(e.ID); !ok || a.State != account.Open || u.chats.isFront(chatKey{e.ID, e.Message.Conversation}) {
			return
		}
		body := i18n.T("notice.new")
		if content == settings.ContentFull {
			body = wording.Preview(e.Message)
		}
		n.show(e.ID, e.Message.Conversation, wording.Join(" – ", wording.Name(e.Message.Author), wording.Name(group)), body)
	})
}

func (n *notifications) show(account string, conversation messaging.ConversationID, title, body string) {
	if n.shown[account] == nil {
		n.shown[account] = map[messaging.ConversationID]bool{}
	}
	n.shown[account][conversation] = true
	n.work.Do(func() {
		err := n.u.options.Notifier.Show(notify.Notification{ID: notificationID(account, conversation), Title: title, Body: body})
		if err != nil { // no notification server: the list still shows the message
			n.u.options.Log.Info("notification not shown", "error", err)
		}
	})
}

// withdraw removes the notification of a conversation.
func (n *notifications) withdraw(account string, conversation messaging.ConversationID) {
	if n.shown[account][conversation] {
		delete(n.shown[account], conversation)
		n.work.Do(func() { n.u.options.Notifier.Withdraw(notificationID(account, conversation)) })
	}
}

// forget removes the notifications of an account.
func (n *notifications) forget(account string) {
	for conversation := range n.shown[account] {
		n.withdraw(account, conversation)
	}
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

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

// notices are the desktop notifications that are shown now: account →
// conversation ("" for a locked account's) → true.
type notices struct {
	u     *UI
	work  dispatch.Tasks // one after another: a withdrawal must not overtake its notification
	shown map[string]map[messaging.ConversationID]bool
}

// noticeID names a notification; an id of an account holds no space.
func noticeID(account string, id messaging.ConversationID) string { return account + " " + string(id) }

// received tells of a message, unless its conversation is being read.
func (n *notices) received(e account.Received) {
	u := n.u
	user := u.o.User.Get()
	if !user.Notifications || u.o.Notifier == nil || u.chats.isFront(chatKey{e.ID, e.Message.Conversation}) {
		u.o.Log.Info("message not notified")
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
	content := u.o.Deployment.Policy.Content(user)
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
	}, func(group string, _ error) { // without the group's name rather than not at all
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

func (n *notices) show(account string, conversation messaging.ConversationID, title, body string) {
	if n.shown[account] == nil {
		n.shown[account] = map[messaging.ConversationID]bool{}
	}
	n.shown[account][conversation] = true
	n.work.Do(func() {
		err := n.u.o.Notifier.Show(notify.Notification{ID: noticeID(account, conversation), Title: title, Body: body})
		if err != nil { // no server of notifications: nothing is lost, the list shows the same
			n.u.o.Log.Info("notification not shown", "error", err)
		}
	})
}

// withdraw takes one back, when it was read.
func (n *notices) withdraw(account string, conversation messaging.ConversationID) {
	if n.shown[account][conversation] {
		delete(n.shown[account], conversation)
		n.work.Do(func() { n.u.o.Notifier.Withdraw(noticeID(account, conversation)) })
	}
}

// forget takes back all of an account, when it is locked or logged out.
func (n *notices) forget(account string) {
	for conversation := range n.shown[account] {
		n.withdraw(account, conversation)
	}
}

// Clicked follows a click on the notification of that id: it opens the
// conversation, or asks for the code first.
func (u *UI) Clicked(id string) {
	account, rest, _ := strings.Cut(id, " ")
	conversation := messaging.ConversationID(rest)
	u.notices.withdraw(account, conversation)
	u.OpenConversation(account, conversation)
}

// OpenConversation brings an account to the front and opens a conversation of
// it; where the account is closed, its code comes first.
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

package ui

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

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
// desktop may be slow: only the newest request for each conversation waits, and
// withdrawals go first.
type notifications struct {
	u      *UI
	wishes *dispatch.Latest[string, wish]               // by the notification's id
	shown  map[string]map[messaging.ConversationID]bool // account → conversation → true; the conversation is "" for a locked account
	hidden map[string]bool                              // accounts that are being locked: no text of theirs is shown any more
	count  uint64                                       // messages so far: their numbers
	latest map[chatKey]uint64                           // the message of a conversation's last request
	about  map[chatKey]messaging.MessageID              // the same
	unsent map[chatKey]string                           // answers that could not be sent, until the account is open
}

// wish is a request to the desktop: to show a notification, or to withdraw it.
type wish struct {
	withdraw    bool
	title, body string
	reply       string // the label of the answer; "": it cannot be answered
	silent      bool
}

func newNotifications(u *UI) notifications {
	n := notifications{u: u, shown: map[string]map[messaging.ConversationID]bool{}, hidden: map[string]bool{}, latest: map[chatKey]uint64{}, unsent: map[chatKey]string{}, about: map[chatKey]messaging.MessageID{}}
	n.wishes = dispatch.NewLatest(func(id string, w wish) {
		if w.withdraw {
			u.options.Notifier.Withdraw(id)
			return
		}
		err := u.options.Notifier.Show(notify.Notification{ID: id, Title: w.title, Body: w.body, Reply: w.reply, Silent: w.silent})
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

// altered follows a correction or a withdrawal of the message that a notification is about: the new text, without a sound, or nothing.
func (n *notifications) altered(e account.Altered) {
	key := chatKey{e.ID, e.Message.Conversation}
	if n.about[key] != e.Message.ID || !n.shown[key.account][key.conversation] {
		return
	}
	if _, withdrawn := e.Message.Content.(messaging.Retracted); withdrawn {
		n.withdraw(e.ID, e.Message.Conversation)
		return
	}
	n.received(account.Received{ID: e.ID, Message: e.Message}, true)
}

// reacted notifies of a reaction to a message of the account, where its user wants that.
func (n *notifications) reacted(e account.Reacted) {
	u, who, key := n.u, n.u.manager.Settings(e.ID), chatKey{e.ID, e.Message.Conversation}
	quiet, _ := who.Quiet.Now(time.Now())
	a, ok := u.nav.Account(e.ID)
	if !who.Notifications || !who.Reactions || quiet || u.options.Notifier == nil || u.chats.isFront(key) || !ok || a.State != account.Open || n.hidden[e.ID] {
		return
	}
	if n.shown[e.ID][e.Message.Conversation] {
		return // an unread message is more important
	}
	n.count++
	w := wish{title: i18n.T("app.name"), body: i18n.T("notice.reaction"), silent: true}
	if content := u.manager.Policy().Content(who); content != settings.ContentNone {
		w.title = wording.Name(e.By)
		if content == settings.ContentFull {
			w.body = i18n.T("notice.reacted", "Emoji", wording.Line(strings.Join(e.Emoji, " ")), "Text", wording.Preview(e.Message))
		}
	}
	n.about[key] = ""
	n.show(n.count, key, w)
}

// received notifies of a message, unless its conversation is being read. silent: it was notified before, and says something else now.
func (n *notifications) received(e account.Received, silent bool) {
	u := n.u
	who := u.manager.Settings(e.ID)
	who.Sound = who.Sound && !silent
	key := chatKey{e.ID, e.Message.Conversation}
	quiet, _ := who.Quiet.Now(time.Now())
	if !who.Notifications || quiet || u.options.Notifier == nil || u.chats.isFront(key) {
		u.options.Log.Info("message not notified")
		return
	}
	a, ok := u.nav.Account(e.ID)
	if !ok {
		return
	}
	n.count++
	number := n.count
	n.about[key] = e.Message.ID
	if e.Locked || a.State != account.Open || n.hidden[e.ID] {
		n.show(number, chatKey{e.ID, ""}, wish{title: i18n.T("app.name"), body: i18n.T("notice.locked", "Name", a.Name), silent: !who.Sound})
		return
	}
	content := u.manager.Policy().Content(who)
	if content == settings.ContentNone {
		n.show(number, key, wish{title: i18n.T("app.name"), body: i18n.T("notice.new"), silent: !who.Sound})
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
		w := wish{title: wording.Join(" – ", wording.Name(e.Message.Author), wording.Name(group)), body: i18n.T("notice.new"), silent: !who.Sound}
		if content == settings.ContentFull {
			w.body, w.reply = wording.Preview(e.Message), i18n.T("notice.reply")
		}
		n.show(number, key, w)
	})
}

// show shows a notification about the message with that number, unless a newer
// message, or a withdrawal, came first.
func (n *notifications) show(number uint64, key chatKey, w wish) {
	if number <= n.latest[key] {
		return
	}
	n.latest[key] = number
	if n.shown[key.account] == nil {
		n.shown[key.account] = map[messaging.ConversationID]bool{}
	}
	n.shown[key.account][key.conversation] = true
	n.wishes.Put(notificationID(key.account, key.conversation), w)
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
	if !lock {
		maps.DeleteFunc(n.unsent, func(key chatKey, _ string) bool { return key.account == account })
	}
	for conversation := range n.shown[account] {
		if !lock || conversation != "" {
			n.withdraw(account, conversation)
		}
	}
}

// opened is called when an account is open: its texts may be shown. It calls then when the unsent answers are in their boxes.
func (n *notifications) opened(account string, then func()) {
	delete(n.hidden, account)
	n.withdraw(account, "") // that of the locked account
	n.restoreReplies(account, then)
}

// Clicked handles a click on a notification: it opens the conversation, or asks
// for the code first.
func (u *UI) Clicked(id string) {
	account, rest, _ := strings.Cut(id, " ")
	conversation := messaging.ConversationID(rest)
	u.notifications.withdraw(account, conversation)
	u.OpenConversation(account, conversation)
}

// Replied sends what was typed into a notification. Where the account was locked meanwhile, the text is kept until its code, and put
// into the conversation's box. The same holds for an answer to a notification that this run does not show: one of a crashed run, or
// one that another program invented.
func (u *UI) Replied(id, text string) {
	account, rest, _ := strings.Cut(id, " ")
	conversation := messaging.ConversationID(rest)
	shown := u.notifications.shown[account][conversation]
	u.notifications.withdraw(account, conversation)
	client, ok := u.manager.Client(account)
	if strings.TrimSpace(text) == "" || conversation == "" {
		return
	}
	if !ok || u.notifications.hidden[account] {
		u.notifications.unsent[chatKey{account, conversation}] = text
		u.OpenConversation(account, conversation)
		return
	}
	if !shown {
		u.notifications.unsent[chatKey{account, conversation}] = text
		u.notifications.restoreReplies(account, u.Raise)
		return
	}
	screen.Try(u.nav, func(context.Context) error {
		if _, err := client.Send(conversation, messaging.Text{Body: text}); err != nil {
			return err
		}
		return client.MarkRead(conversation)
	}, func(err error) {
		if err != nil {
			u.notifications.unsent[chatKey{account, conversation}] = text
			u.Raise()
			u.nav.Explain(err)
			u.notifications.restoreReplies(account, func() {})
		}
	})
}

// restoreReplies puts the answers that could not be sent into the boxes of their conversations, behind what is there, and opens
// them; then it calls then.
func (n *notifications) restoreReplies(account string, then func()) {
	client, ok := n.u.manager.Client(account)
	replies := map[messaging.ConversationID]string{}
	for key, text := range n.unsent {
		if key.account == account && ok {
			replies[key.conversation] = text
			delete(n.unsent, key)
			if open, ok := n.u.chats.open[key]; ok { // its box is read when it opens again
				open.win.Close()
			}
		}
	}
	if len(replies) == 0 {
		then()
		return
	}
	screen.Try(n.u.nav, func(context.Context) (err error) {
		n.u.saves.Wait(account)
		for id, text := range replies {
			err = errors.Join(err, client.SetDraft(id, wording.Join("\n", client.Draft(id), text)))
		}
		return err
	}, func(err error) {
		n.u.nav.Explain(err)
		then()
		n.u.chats.showByID(account, slices.Collect(maps.Keys(replies))...)
	})
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

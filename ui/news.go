package ui

import (
	"discussions/ui/look"
	"discussions/ui/wording"
)

// news are messages that the user must read: each is shown again over every new screen until it is dismissed.
type news struct {
	u       *UI
	waiting []*newsItem
	shown   *newsItem
	outbox  map[string]bool // paths of damaged outboxes that were told
}

type newsItem struct {
	account string // shown over this account's screens only; "": over any screen
	text    func() wording.Sentence
}

func (n *news) add(account string, text func() wording.Sentence) {
	n.waiting = append(n.waiting, &newsItem{account, text})
	n.show()
}

// covered is called after another screen has replaced the one with the news.
func (n *news) covered() {
	n.shown = nil
	n.show()
}

// show shows the first item that belongs on this screen.
func (n *news) show() {
	if n.shown != nil || n.u.window.shown == nil {
		return
	}
	for i, item := range n.waiting {
		if item.account != "" && !n.u.window.showsContentOf(item.account) {
			continue
		}
		n.shown = item
		s := item.text()
		n.u.nav.Ask(look.Question{Title: s.What, Text: s.Means, Advice: s.Do, Warns: true, Do: func() {
			n.shown = nil
			n.waiting = append(n.waiting[:i:i], n.waiting[i+1:]...)
			n.show()
		}})
		return
	}
}

// tellSettingsSetAside reports a settings file that could not be read.
func (n *news) tellSettingsSetAside(path string) {
	if path != "" {
		n.add("", func() wording.Sentence { return wording.SettingsSetAside(path) })
	}
}

// tellOutboxSetAside reports, once, an outbox that could not be read.
func (n *news) tellOutboxSetAside(account, path string) {
	if path == "" || n.outbox[path] {
		return
	}
	n.outbox[path] = true
	n.add(account, func() wording.Sentence { return wording.OutboxSetAside(path) })
}

package ui

import (
	"discussions/ui/look"
	"discussions/ui/wording"
)

// news is what the user must have read: it is shown again over each new screen until it is dismissed.
type news struct {
	u       *UI
	waiting []*newsItem
	shown   *newsItem
	outbox  map[string]bool // paths of damaged outboxes that were told
}

type newsItem struct {
	account string // told over the screens of this account only; "": over any
	text    func() wording.Sentence
}

func (n *news) add(account string, text func() wording.Sentence) {
	n.waiting = append(n.waiting, &newsItem{account, text})
	n.show()
}

// covered says that another screen took the place of the one with the news.
func (n *news) covered() {
	n.shown = nil
	n.show()
}

// show asks to read the first that concerns the screen.
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
		n.u.nav.Ask(look.Question{Title: s.What, Text: s.Means, Advice: s.Do, Do: func() {
			n.shown = nil
			n.waiting = append(n.waiting[:i:i], n.waiting[i+1:]...)
			n.show()
		}})
		return
	}
}

// tellSettingsSetAside tells of a settings file that could not be read at the start.
func (n *news) tellSettingsSetAside(path string) {
	if path != "" {
		n.add("", func() wording.Sentence { return wording.SettingsSetAside(path) })
	}
}

// tellOutboxSetAside tells, once, of an outbox that could not be read when the account was opened.
func (n *news) tellOutboxSetAside(account, path string) {
	if path == "" || n.outbox[path] {
		return
	}
	n.outbox[path] = true
	n.add(account, func() wording.Sentence { return wording.OutboxSetAside(path) })
}

package messagingtest

import (
	"errors"
	"fmt"

	"discussions/messaging"
)

func (c *contract) history() {
	c.Archived(numbered(0, 40)...)
	c.online()
	all := c.read(messaging.Cursor{}, 100, 0)
	c.same("all", c.texts(all), numbered(0, 40))
	for i, m := range all.Messages[1:] {
		if !all.Messages[i].Cursor.Before(m.Cursor) || all.Messages[i].Time.After(m.Time) {
			c.Errorf("message %d is not after the one before it", i+1)
		}
	}
	at := func(i int) messaging.Cursor { return all.Messages[i].Cursor }
	between := at(20)
	between.Time++ // no message stands there
	for _, test := range []struct {
		name          string
		around        messaging.Cursor
		before, after int
		want          []string
		start, end    bool
	}{
		{"the newest", messaging.Cursor{}, 10, 0, numbered(30, 40), false, true},
		{"the newest, with what comes after them", messaging.Cursor{}, 10, 10, numbered(30, 40), false, true},
		{"exactly all", messaging.Cursor{}, 40, 0, numbered(0, 40), true, true},
		{"all but one", messaging.Cursor{}, 39, 0, numbered(1, 40), false, true},
		{"a place, with what stands there after it", at(20), 5, 5, numbered(15, 25), false, false},
		{"before a place", at(20), 5, 0, numbered(15, 20), false, false},
		{"from a place on", at(20), 0, 5, numbered(20, 25), false, false},
		{"around no message", between, 2, 2, numbered(19, 23), false, false},
		{"up to the start", at(5), 50, 0, numbered(0, 5), true, false},
		{"exactly up to the start", at(5), 5, 0, numbered(0, 5), true, false},
		{"before the start", at(0), 5, 0, nil, true, false},
		{"up to the end", at(35), 0, 50, numbered(35, 40), false, true},
		{"exactly up to the end", at(35), 0, 5, numbered(35, 40), false, true},
		{"the last", at(39), 0, 1, numbered(39, 40), false, true},
		{"from start to end", at(20), 50, 50, numbered(0, 40), true, true},
		{"nothing", at(20), 0, 0, nil, false, false},
		{"less than nothing", at(20), -1, -1, nil, false, false},
	} {
		page, err := c.History(c.Context(), Sophie, test.around, test.before, test.after)
		c.must(err)
		c.same(test.name, c.texts(page), test.want)
		c.same(test.name+": start", page.Start, test.start)
		c.same(test.name+": end", page.End, test.end)
	}
}

func (c *contract) wholeHistory() {
	const n = 333
	c.Archived(numbered(0, n)...)
	c.online()
	var back, forth []string
	for around, pages := (messaging.Cursor{}), 0; ; pages++ {
		page := c.read(around, 50, 0)
		back = append(c.texts(page), back...)
		if page.Start {
			break
		}
		if len(page.Messages) > 50 || len(page.Messages) == 0 || pages > n {
			c.Fatalf("a page of %d messages is not at the start", len(page.Messages))
		}
		around = page.Messages[0].Cursor
	}
	c.same("read back", back, numbered(0, n))
	for around := c.read(messaging.Cursor{}, n, 0).Messages[0].Cursor; ; {
		page := c.read(around, 0, 50)
		forth = append(forth, c.texts(page)...)
		if page.End {
			break
		}
		if len(page.Messages) != 50 {
			c.Fatalf("a page of %d messages is not at the end", len(page.Messages))
		}
		around = page.Messages[49].Cursor
		around.Row++ // after it
	}
	c.same("read forth", forth, numbered(0, n))
}

func (c *contract) emptyConversation() {
	c.online()
	page, err := c.History(c.Context(), paul, messaging.Cursor{}, 10, 10)
	c.must(err)
	c.same("history", page, messaging.Page{Messages: page.Messages, Start: true, End: true})
	c.same("messages", len(page.Messages), 0)
	conv := c.conversation(paul)
	c.same("conversation", conv.ID, paul)
	c.same("its last message", conv.Last, (*messaging.Message)(nil))
	c.same("draft", c.Draft(paul), "")
	c.must(c.MarkRead(paul))
	c.same("form of the address", c.conversation("Paul@Example.org/bureau").ID, paul)
	for _, bad := range []messaging.ConversationID{"", "@", Claire} {
		_, err := c.History(c.Context(), bad, messaging.Cursor{}, 10, 0)
		_, other := c.Conversation(bad)
		for _, err := range []error{err, other, c.SetDraft(bad, "x"), c.MarkRead(bad)} {
			if !errors.Is(err, messaging.ErrNoConversation) {
				c.Errorf("%q: %v", bad, err)
			}
		}
	}
}

func numbered(from, to int) (list []string) {
	for i := from; i < to; i++ {
		list = append(list, fmt.Sprint("message ", i))
	}
	return list
}

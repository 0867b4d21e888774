package messagingtest

import (
	"fmt"
	"slices"
	"sync"
	"testing/synctest"
	"time"

	"discussions/messaging"
)

func (c *contract) eventsComeAfterTheStore() {
	c.Archived("hier")
	c.online()
	c.Subscribe(func(e messaging.Event) {
		switch e := e.(type) {
		case messaging.MessageAdded:
			c.inStore(e.Message)
		case messaging.MessageChanged:
			c.inStore(e.Message)
		case messaging.MessageRemoved:
			for _, m := range c.read(messaging.Cursor{}, 50, 0).Messages {
				if m.ID == e.ID {
					c.Errorf("%s is told to be removed, and is there", e.ID)
				}
			}
		case messaging.CountChanged:
			if list, err := c.Conversations(); err != nil || len(list) == 0 {
				c.Errorf("%d conversations, %v", len(list), err)
			}
		}
	})
	c.Says("un")
	m := c.send("deux")
	c.Acknowledge()
	c.Seen(m.ID)
	m = c.send("trois")
	c.Refuse(m.ID, "forbidden")
	synctest.Wait()
	c.must(c.Discard(m.ID))
	synctest.Wait()
}

// inStore checks that the store has a message, in a state that is at least that one.
func (c *contract) inStore(m messaging.Message) {
	page := c.read(m.Cursor, 0, 1)
	if len(page.Messages) != 1 || page.Messages[0].ID != m.ID || page.Messages[0].State < m.State {
		c.Errorf("told of %s (%s), and the store has %+v", m.ID, m.State, page.Messages)
	}
}

func (c *contract) eventsComeInOrder() {
	c.online()
	var second, third []messaging.Event
	c.watch(&second)
	unsubscribe := c.watch(&third)
	unsubscribe()
	var senders sync.WaitGroup
	for i := range 20 {
		senders.Go(func() { c.send(fmt.Sprint("message ", i)) })
	}
	c.Says("un")
	senders.Wait()
	c.Says("deux")
	synctest.Wait()
	var added []messaging.MessageID
	for _, e := range c.told(&c.events) {
		if e, ok := e.(messaging.MessageAdded); ok {
			added = append(added, e.Message.ID)
		}
	}
	var stored []messaging.MessageID
	for _, m := range c.read(messaging.Cursor{}, 50, 0).Messages {
		stored = append(stored, m.ID)
	}
	c.same("in the order of the conversation", added, stored)
	all, late := c.told(&c.events), c.told(&second)
	c.same("to the second", late, all[len(all)-len(late):])
	c.same("to one who has unsubscribed", len(c.told(&third)), 0)
}

// eventsAreEnough: reading once and then following the events gives the same as reading again.
func (c *contract) eventsAreEnough() {
	c.Archived("hier")
	c.online()
	list := map[messaging.ConversationID]messaging.Conversation{}
	window := map[messaging.MessageID]messaging.Message{}
	for _, conv := range c.conversations() {
		list[conv.ID] = conv
	}
	for _, m := range c.read(messaging.Cursor{}, 100, 0).Messages {
		window[m.ID] = m
	}
	read := func(id messaging.ConversationID) {
		if conv, err := c.Conversation(id); err == nil {
			list[id] = conv
		}
	}
	var mu sync.Mutex
	c.Subscribe(func(e messaging.Event) {
		mu.Lock()
		defer mu.Unlock()
		switch e := e.(type) {
		case messaging.ConversationsChanged:
			for _, conv := range c.conversations() {
				list[conv.ID] = conv
			}
		case messaging.ConversationChanged:
			read(e.ID)
		case messaging.TypingChanged:
			conv := list[e.ID]
			conv.Typing = e.Names
			list[e.ID] = conv
		case messaging.MessageAdded:
			if e.Message.Conversation == Sophie {
				window[e.Message.ID] = e.Message
			}
		case messaging.MessageChanged:
			window[e.Message.ID] = e.Message
		case messaging.MessageRemoved:
			delete(window, e.ID)
		}
	})
	var own messaging.Message
	for _, step := range []struct {
		name string
		do   func()
	}{
		{"Sophie types", func() { c.Types(true) }},
		{"Sophie writes", func() { c.Types(false); c.Says("un") }},
		{"a draft", func() { c.must(c.SetDraft(Sophie, "brouillon")) }},
		{"an answer", func() { own = c.send("deux") }},
		{"no draft", func() { c.must(c.SetDraft(Sophie, "")) }},
		{"it is sent", c.Acknowledge},
		{"it is delivered", func() { c.Delivered(own.ID) }},
		{"all is read", func() { c.must(c.MarkRead(Sophie)) }},
		{"Sophie reads", func() { c.Seen(own.ID) }},
		{"one that is refused", func() { own = c.send("trois"); c.Refuse(own.ID, "forbidden") }},
		{"it is sent again", func() { c.must(c.Resend(own.ID)) }},
		{"it is refused again", func() { c.Refuse(own.ID, "forbidden") }},
		{"it is given up", func() { c.must(c.Discard(own.ID)) }},
		{"offline", c.Disconnect},
		{"one that waits", func() { own = c.send("quatre") }},
		{"some are missed", func() { c.Missed("cinq", "six") }},
		{"online", c.Connect},
		{"what waited is sent", c.Acknowledge},
	} {
		step.do()
		time.Sleep(time.Second)
		synctest.Wait()
		mu.Lock()
		for _, conv := range c.conversations() {
			told := list[conv.ID]
			told.FirstUnread = messaging.Cursor{} // which the list leaves out
			c.same(step.name+": conversation", told, conv)
		}
		messages := c.read(messaging.Cursor{}, 100, 0).Messages
		for _, m := range messages {
			c.same(step.name+": message", window[m.ID], m)
		}
		c.same(step.name+": number of messages", len(window), len(messages))
		mu.Unlock()
	}
}

func (c *contract) missed() {
	c.Archived("hier")
	c.online()
	c.Disconnect()
	c.Missed("un", "deux")
	c.forget()
	c.online()
	added := slices.DeleteFunc(c.story(), func(line string) bool { return line == "list" })
	c.same("told", added, []string{"added un received", "added deux received"})
	c.same("unread", c.Unread(), 2)
	c.same("messages", c.texts(c.read(messaging.Cursor{}, 10, 0)), []string{"hier", "un", "deux"})
	c.same("the first", c.texts(c.read(c.conversation(Sophie).FirstUnread, 0, 5)), []string{"un", "deux"})
}

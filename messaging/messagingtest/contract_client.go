package messagingtest

import (
	"errors"
	"slices"
	"testing/synctest"

	"discussions/messaging"
)

func (c *contract) locked() {
	c.Archived("hier")
	c.online()
	own := c.send("à moi")
	c.must(c.Lock())
	c.must(c.Lock())
	c.forget()
	c.Says("un")
	synctest.Wait()
	c.same("unread", c.Unread(), 1)
	c.same("unsent", c.Unsent(), 1)
	c.same("told", c.told(&c.events), []messaging.Event{messaging.CountChanged{Unread: 1, Unsent: 1, Live: true}})
	for name, err := range c.each(own.ID) {
		if !errors.Is(err, messaging.ErrLocked) {
			c.Errorf("%s: %v", name, err)
		}
	}
	c.same("draft", c.Draft(Sophie), "")
	c.same("members", len(c.Members(Sophie)), 0)
	c.SetTyping(Sophie, true)
	c.Retry()
	synctest.Wait()
	c.same("Sophie was told", c.Told(), []string(nil))
	c.forget()
	c.must(c.Unlock(key()))
	c.must(c.Unlock(key()))
	synctest.Wait()
	c.same("read the list again", slices.Contains(c.told(&c.events), messaging.Event(messaging.ConversationsChanged{})), true)
	c.same("messages", len(c.read(messaging.Cursor{}, 10, 0).Messages), 3)
	c.same("unread once unlocked", c.conversation(Sophie).Unread, 1)
}

func (c *contract) closed() {
	c.Archived("hier")
	c.online()
	own := c.send("à moi")
	c.must(c.Close())
	c.must(c.Close())
	for name, err := range c.each(own.ID) {
		if !errors.Is(err, messaging.ErrClosed) {
			c.Errorf("%s: %v", name, err)
		}
	}
	if err := c.Unlock(key()); !errors.Is(err, messaging.ErrClosed) {
		c.Errorf("Unlock: %v", err)
	}
}

// each calls every method that may fail, and gives the errors by name.
func (c *contract) each(own messaging.MessageID) map[string]error {
	_, list := c.Conversations()
	_, one := c.Conversation(Sophie)
	_, history := c.History(c.Context(), Sophie, messaging.Cursor{}, 10, 0)
	_, send := c.Send(Sophie, messaging.Text{Body: "non"})
	return map[string]error{
		"Conversations": list, "Conversation": one, "History": history, "Send": send, "SetDraft": c.SetDraft(Sophie, "non"),
		"MarkRead": c.MarkRead(Sophie), "Resend": c.Resend(own), "Discard": c.Discard(own),
	}
}

func (c *contract) connection() {
	c.same("at first", c.Connection().State, messaging.Connecting)
	c.Connect()
	synctest.Wait()
	c.same("state", c.Connection(), messaging.Connection{State: messaging.Online})
	c.Disconnect()
	synctest.Wait()
	lost := messaging.Connection{State: messaging.Offline, Problem: messaging.Unreachable}
	c.same("state when lost", c.Connection(), lost)
	c.Retry()
	synctest.Wait()
	again := messaging.Connection{State: messaging.Connecting, Problem: messaging.Unreachable}
	c.same("state when tried again", c.Connection(), again)
	c.Connect()
	synctest.Wait()
	c.Retry()
	synctest.Wait()
	var told []messaging.Connection
	for _, e := range c.told(&c.events) {
		if e, ok := e.(messaging.ConnectionChanged); ok {
			told = append(told, e.Connection)
		}
	}
	online := messaging.Connection{State: messaging.Online}
	c.same("told", told, []messaging.Connection{online, lost, again, online})
}

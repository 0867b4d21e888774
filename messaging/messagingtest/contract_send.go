package messagingtest

import (
	"errors"
	"strings"
	"testing/synctest"
	"time"

	"discussions/messaging"
	"discussions/messaging/model"
)

func (c *contract) states() {
	c.Archived("bonjour")
	c.online()
	c.forget()
	m := c.send("me voici")
	c.same("at first", m.State, messaging.Queued)
	c.same("own", m.Own, true)
	c.same("conversation", m.Conversation, Sophie)
	c.same("unsent", c.Unsent(), 1)
	c.same("history", c.texts(c.read(messaging.Cursor{}, 10, 0)), []string{"bonjour", "me voici"})
	c.same("the last of the list", c.conversation(Sophie).Last, &m)
	for _, step := range []struct {
		do   func()
		want messaging.State
	}{
		{c.Acknowledge, messaging.Sent},
		{func() { c.Delivered(m.ID) }, messaging.Delivered},
		{func() { c.Seen(m.ID) }, messaging.Read},
		{func() { c.Delivered(m.ID) }, messaging.Read}, // late
		{func() { c.Refuse(m.ID, "forbidden") }, messaging.Read},
	} {
		step.do()
		time.Sleep(time.Second) // the archive is asked for it
		synctest.Wait()
		c.same("state", c.conversation(Sophie).Last.State, step.want)
	}
	readers, err := c.Readers(Sophie, m.ID)
	c.must(err)
	c.same("readers, of which two people need none", len(readers), 0)
	c.same("unsent", c.Unsent(), 0)
	c.same("told", c.story(), []string{
		"added me voici queued live", "list", "changed me voici sent", "list", "changed me voici delivered", "list", "changed me voici read", "list",
	})
}

func (c *contract) offline() {
	c.Archived("bonjour")
	c.online()
	c.Disconnect()
	m := c.send("hors ligne")
	c.Acknowledge()
	synctest.Wait()
	c.same("state", c.conversation(Sophie).Last.State, messaging.Queued)
	c.same("unsent", c.Unsent(), 1)
	c.online()
	c.Acknowledge()
	time.Sleep(time.Second)
	synctest.Wait()
	c.same("state once online", c.conversation(Sophie).Last.State, messaging.Sent)
	c.same("the same message", c.conversation(Sophie).Last.ID, m.ID)
	c.same("unsent once online", c.Unsent(), 0)
}

func (c *contract) unsendable() {
	c.online()
	c.forget()
	for _, test := range []struct {
		to      messaging.ConversationID
		content messaging.Content
		want    error
	}{
		{Sophie, messaging.Text{}, messaging.ErrEmpty},
		{Sophie, messaging.Text{Body: " \n\t"}, messaging.ErrEmpty},
		{Sophie, messaging.Text{Body: strings.Repeat("x", messaging.MaxBody+1)}, messaging.ErrTooLong},
		{Sophie, messaging.Text{Body: strings.Repeat("<", messaging.MaxBody/2)}, messaging.ErrTooLong}, // "&lt;" in XML
		{"", messaging.Text{Body: "bonjour"}, messaging.ErrNoConversation},
		{"@", messaging.Text{Body: "bonjour"}, messaging.ErrNoConversation},
		{Claire, messaging.Text{Body: "bonjour"}, messaging.ErrNoConversation},
	} {
		if _, err := c.Send(test.to, test.content); !errors.Is(err, test.want) {
			c.Errorf("Send(%q): %v, want %v", test.to, err, test.want)
		}
	}
	if _, err := c.Send(Sophie, messaging.File{Name: "ordonnance.pdf"}); err == nil {
		c.Error("a file was sent")
	}
	synctest.Wait()
	c.same("told", c.story(), []string(nil))
	c.same("unsent", c.Unsent(), 0)
}

func (c *contract) resend() {
	c.Archived("bonjour")
	c.online()
	m := c.send("refusé")
	c.refused("one that is on its way", c.Resend(m.ID))
	c.Acknowledge()
	c.forget()
	c.Refuse(m.ID, "forbidden")
	synctest.Wait()
	last := c.conversation(Sophie).Last
	c.same("state", last.State, messaging.Failed)
	c.same("reason", last.Failure, "forbidden")
	c.same("unsent", c.Unsent(), 1)
	c.must(c.Resend(m.ID))
	last = c.conversation(Sophie).Last
	c.same("state when sent again", last.State, messaging.Queued)
	c.same("reason when sent again", last.Failure, "")
	c.Acknowledge()
	time.Sleep(time.Second)
	synctest.Wait()
	c.same("state at the end", c.conversation(Sophie).Last.State, messaging.Sent)
	c.same("told", c.story(), []string{"changed refusé failed", "list", "changed refusé queued", "list", "changed refusé sent", "list"})
	c.refused("one that was sent", c.Resend(m.ID))
	c.refused("one that is not there", c.Resend("x"))
}

func (c *contract) discard() {
	c.Archived("bonjour")
	c.online()
	c.Disconnect()
	m := c.send("hors ligne")
	c.forget()
	c.must(c.Discard(m.ID))
	synctest.Wait()
	c.same("told", c.story(), []string{"removed " + string(m.ID), "list"})
	c.same("unsent", c.Unsent(), 0)
	c.same("what is left", c.texts(c.read(messaging.Cursor{}, 10, 0)), []string{"bonjour"})
	c.same("the last of the list", model.PlainText(c.conversation(Sophie).Last.Content), "bonjour")
	c.refused("one that was given up", c.Discard(m.ID))

	c.online()
	m = c.send("refusé")
	c.refused("one that is on its way", c.Discard(m.ID))
	c.Acknowledge()
	c.refused("one that the server has", c.Discard(m.ID))
	c.Refuse(m.ID, "forbidden")
	synctest.Wait()
	c.must(c.Discard(m.ID))
	c.same("what is left of a refused one", c.texts(c.read(messaging.Cursor{}, 10, 0)), []string{"bonjour"})
	c.Refuse(m.ID, "forbidden") // the server may say it twice
	synctest.Wait()
	c.same("unsent after a second refusal", c.Unsent(), 0)
	c.refused("another's", c.Discard(c.conversation(Sophie).Last.ID))
	c.refused("one that is not there", c.Discard("x"))
}

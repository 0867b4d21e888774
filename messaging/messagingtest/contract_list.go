package messagingtest

import (
	"testing/synctest"
	"time"

	"discussions/messaging"
)

func (c *contract) list() {
	c.Archived("bonjour")
	c.online()
	time.Sleep(time.Second)
	_, err := c.Send(paul, messaging.Text{Body: "à Paul"})
	c.must(err)
	c.same("after a message to Paul", c.ids(), []messaging.ConversationID{paul, Sophie})
	time.Sleep(time.Second)
	c.send("à Sophie")
	c.same("after a message to Sophie", c.ids(), []messaging.ConversationID{Sophie, paul})
}

func (c *contract) draft() {
	c.Archived("bonjour")
	c.online()
	c.forget()
	c.must(c.SetDraft(Sophie, "Ne pas oub"))
	c.same("draft", c.Draft(Sophie), "Ne pas oub")
	c.same("in the list", c.conversation(Sophie).Draft, true)
	c.must(c.SetDraft(Sophie, "Ne pas oub"))
	c.must(c.SetDraft(Sophie, "\n "))
	c.same("draft of spaces", c.Draft(Sophie), "")
	c.same("in the list without a draft", c.conversation(Sophie).Draft, false)
	synctest.Wait()
	changed := messaging.Event(messaging.ConversationChanged{ID: Sophie})
	c.same("told", c.told(&c.events), []messaging.Event{changed, changed})
	c.must(c.SetDraft(Sophie, "gardé"))
	c.send("envoyé")
	c.same("a message leaves the draft alone", c.Draft(Sophie), "gardé")
	c.must(c.Lock())
	c.same("draft while locked", c.Draft(Sophie), "")
	c.must(c.Unlock(key()))
	c.same("draft after unlocking", c.Draft(Sophie), "gardé")
}

func (c *contract) reading() {
	c.Archived("hier")
	c.online()
	c.same("what is old is read", c.conversation(Sophie).Unread, 0)
	c.Says("un")
	c.Says("deux")
	synctest.Wait()
	conv := c.conversation(Sophie)
	c.same("unread", conv.Unread, 2)
	c.same("of all", c.Unread(), 2)
	c.same("the first", c.texts(c.read(conv.FirstUnread, 0, 5)), []string{"un", "deux"})
	c.forget()
	c.must(c.MarkRead(Sophie))
	conv = c.conversation(Sophie)
	c.same("unread when read", conv.Unread, 0)
	c.same("the first when read", conv.FirstUnread, messaging.Cursor{})
	c.same("of all when read", c.Unread(), 0)
	c.must(c.MarkRead(Sophie))
	synctest.Wait()
	c.same("told", c.told(&c.events), []messaging.Event{messaging.ConversationChanged{ID: Sophie}, messaging.CountChanged{}})
	c.Says("trois")
	synctest.Wait()
	c.same("the first of what comes next", c.texts(c.read(c.conversation(Sophie).FirstUnread, 0, 5)), []string{"trois"})
}

// answering: the window in front calls MarkRead, which sends Sophie a marker.
func (c *contract) answering() {
	c.online()
	c.Says("un")
	c.send("deux")
	synctest.Wait()
	c.same("unread", c.conversation(Sophie).Unread, 1)
	c.same("of all", c.Unread(), 1)
	c.must(c.MarkRead(Sophie))
	c.same("unread when read", c.conversation(Sophie).Unread, 0)
}

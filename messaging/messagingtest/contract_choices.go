package messagingtest

import (
	"errors"
	"slices"
	"testing/synctest"
	"time"

	"discussions/messaging"
)

func (c *contract) muted() {
	c.online()
	c.Says("avant")
	synctest.Wait()
	c.same("unread before", c.Unread(), 1)
	c.forget()
	c.must(c.Mute(Sophie, time.Now().Add(time.Hour), true))
	synctest.Wait()
	v := c.conversation(Sophie)
	c.same("muted, with mentions", []bool{v.Muted(time.Now()), v.Mentions}, []bool{true, true})
	c.same("what is muted does not count", c.Unread(), 0)
	c.toldOf(messaging.ConversationChanged{ID: Sophie})
	c.forget()
	c.Says("en silence")
	synctest.Wait()
	for _, e := range c.told(&c.events) {
		switch e := e.(type) {
		case messaging.MessageAdded:
			c.same("the message is quiet", e.Quiet, true)
		case messaging.CountChanged:
			c.same("a count that rings", e.Live, false)
		}
	}
	c.same("unread in the conversation", c.conversation(Sophie).Unread, 2)
	c.same("unread of all", c.Unread(), 0)
	c.must(c.Mute(Sophie, time.Time{}, false))
	synctest.Wait()
	c.same("unread, no longer muted", c.Unread(), 2)
	c.same("muted", c.conversation(Sophie).Muted(time.Now()), false)
}

func (c *contract) favourite() {
	c.online()
	c.Says("ancien")
	synctest.Wait()
	_, err := c.Send(paul, messaging.Text{Body: "plus récent"})
	c.must(err)
	synctest.Wait()
	c.same("by their newest message", c.ids(), []messaging.ConversationID{paul, Sophie})
	c.forget()
	c.must(c.SetFavourite(Sophie, true))
	synctest.Wait()
	c.toldOf(messaging.ConversationChanged{ID: Sophie})
	c.same("the favourite first", c.ids(), []messaging.ConversationID{Sophie, paul})
	c.must(c.SetFavourite(Sophie, false))
	c.same("by their newest message again", c.ids(), []messaging.ConversationID{paul, Sophie})
}

func (c *contract) putAway() {
	c.online()
	c.Says("un")
	synctest.Wait()
	c.must(c.SetArchived(Sophie, true))
	c.same("put away", c.conversation(Sophie).Archived, true)
	c.Says("deux")
	synctest.Wait()
	c.same("a message brings it back", c.conversation(Sophie).Archived, false)
	c.must(c.SetArchived(Sophie, true))
	c.must(c.SetArchived(Sophie, false))
	c.same("fetched back by hand", c.conversation(Sophie).Archived, false)
	c.must(c.SetArchived(Sophie, true))
	c.send("trois")
	synctest.Wait()
	c.same("an own message brings it back", c.conversation(Sophie).Archived, false)
}

func (c *contract) markedUnread() {
	c.online()
	c.Says("un")
	synctest.Wait()
	c.must(c.MarkRead(Sophie))
	c.must(c.MarkUnread(Sophie))
	synctest.Wait()
	v := c.conversation(Sophie)
	c.same("marked, without an unread message", []any{v.MarkedUnread, v.Unread}, []any{true, 0})
	c.same("it counts as one", c.Unread(), 1)
	c.Says("deux")
	synctest.Wait()
	c.same("it counts once", c.Unread(), 1)
	c.must(c.MarkRead(Sophie))
	synctest.Wait()
	c.same("read", []any{c.conversation(Sophie).MarkedUnread, c.Unread()}, []any{false, 0})
	c.must(c.MarkUnread(Sophie))
	c.must(c.MarkRead(Sophie))
	c.same("read, where nothing was unread", []any{c.conversation(Sophie).MarkedUnread, c.Unread()}, []any{false, 0})
}

func (c *contract) pinned() {
	c.online()
	c.Says("le code de la porte est 4271")
	synctest.Wait()
	first := c.read(messaging.Cursor{}, 1, 0).Messages[0]
	second := c.send("à rappeler")
	c.forget()
	c.must(c.SetPinned(Sophie, first.ID, true))
	c.must(c.SetPinned(Sophie, second.ID, true))
	c.must(c.SetPinned(Sophie, second.ID, true)) // a second time changes nothing
	synctest.Wait()
	c.toldOf(messaging.PinsChanged{ID: Sophie})
	c.same("pinned, the newest first", c.pins(), []messaging.MessageID{second.ID, first.ID})
	c.Acknowledge()
	synctest.Wait()
	c.same("pinned, once the server has them", c.pins(), []messaging.MessageID{second.ID, first.ID})
	c.must(c.Retract(Sophie, second.ID))
	synctest.Wait()
	c.same("what is withdrawn is not pinned", c.pins(), []messaging.MessageID{first.ID})
	c.must(c.SetPinned(Sophie, first.ID, false))
	c.same("no longer pinned", len(c.pins()), 0)
	if err := c.SetPinned(Sophie, "nothing", true); !errors.Is(err, messaging.ErrNoMessage) {
		c.Errorf("a message that is not there: %v", err)
	}
	c.must(c.Lock())
	if err := c.SetPinned(Sophie, first.ID, true); !errors.Is(err, messaging.ErrLocked) {
		c.Errorf("locked: %v", err)
	}
	if err := c.SetFavourite(Sophie, true); !errors.Is(err, messaging.ErrLocked) {
		c.Errorf("locked: %v", err)
	}
}

func (c *contract) pins() (ids []messaging.MessageID) {
	c.Helper()
	list, err := c.Pinned(Sophie)
	c.must(err)
	for _, m := range list {
		ids = append(ids, m.ID)
	}
	return ids
}

func (c *contract) toldOf(e messaging.Event) {
	c.Helper()
	if !slices.Contains(c.told(&c.events), e) {
		c.Errorf("%T was not told", e)
	}
}

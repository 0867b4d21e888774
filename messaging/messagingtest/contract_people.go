package messagingtest

import (
	"context"
	"errors"
	"testing/synctest"
	"time"

	"discussions/messaging"
)

func (c *contract) ownStatus() {
	c.online()
	c.same("at first", c.Status(), messaging.Status{Presence: messaging.Available})
	c.forget()
	want := messaging.Status{Presence: messaging.Busy, Text: "Au bloc", Until: time.Now().Add(time.Hour)}
	c.must(c.SetStatus(messaging.Status{Presence: messaging.Busy, Text: " Au bloc ", Until: want.Until}))
	synctest.Wait()
	c.same("set", c.Status(), want)
	c.toldOf(messaging.StatusChanged{Status: want})
	c.must(c.Lock())
	if err := c.SetStatus(messaging.Status{}); !errors.Is(err, messaging.ErrLocked) {
		c.Errorf("locked: %v", err)
	}
	c.same("while locked", c.Status(), want)
}

func (c *contract) blocked() {
	c.online()
	c.Says("bonjour")
	synctest.Wait()
	c.forget()
	c.must(c.SetBlocked(context.Background(), Sophie, true))
	synctest.Wait()
	c.toldOf(messaging.ConversationChanged{ID: Sophie})
	c.same("blocked", c.conversation(Sophie).Blocked, true)
	c.same("what was said stays", len(c.read(messaging.Cursor{}, 5, 0).Messages), 1)
	card, err := c.Card(Sophie)
	c.must(err)
	c.same("on the card", card.Blocked, true)
	c.must(c.SetBlocked(context.Background(), Sophie, false))
	c.same("no longer", c.conversation(Sophie).Blocked, false)
	c.Disconnect()
	synctest.Wait()
	for name, err := range map[string]error{
		"block":          c.SetBlocked(context.Background(), Sophie, true),
		"ask":            c.AskToBeContact(paul),
		"fetch the card": second(c.FetchCard(context.Background(), Sophie)),
		"find people":    second(c.FindPeople(context.Background(), "paul")),
	} {
		if !errors.Is(err, messaging.ErrOffline) {
			c.Errorf("%s offline: %v", name, err)
		}
	}
	if _, err := c.Card(Claire); !errors.Is(err, messaging.ErrNoConversation) {
		c.Errorf("the own card: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

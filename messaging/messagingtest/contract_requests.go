package messagingtest

import (
	"errors"
	"slices"
	"testing/synctest"

	"discussions/messaging"
)

func (c *contract) contactRequests() {
	c.online()
	for _, accept := range []bool{true, false} {
		c.forget()
		before := len(c.Answers())
		c.Asks("Paul, infirmier", "Bonjour !")
		c.Asks("Paul, infirmier", "Bonjour, c'est Paul.") // again, from another device
		synctest.Wait()
		c.same("requests", c.ContactRequests(), []messaging.ContactRequest{{From: paul, Name: "Paul, infirmier", Text: "Bonjour, c'est Paul."}})
		c.toldOfRequests()
		c.must(c.AnswerContactRequest(paul, accept))
		synctest.Wait()
		c.same("requests after the answer", len(c.ContactRequests()), 0)
		c.toldOfRequests()
		want := []string{"unsubscribed"}
		if accept {
			want = []string{"subscribe", "subscribed"}
		}
		c.same("what Paul was told", c.Answers()[before:], want)
	}
	if err := c.AnswerContactRequest(paul, true); !errors.Is(err, messaging.ErrNoConversation) {
		c.Errorf("an answer that nobody asked for: %v", err)
	}
}

func (c *contract) contactRequestsOffline() {
	c.online()
	c.must(c.Lock())
	c.Asks("Paul", "")
	synctest.Wait()
	c.same("requests while locked", len(c.ContactRequests()), 0)
	if err := c.AnswerContactRequest(paul, true); !errors.Is(err, messaging.ErrLocked) {
		c.Errorf("an answer while locked: %v", err)
	}
	c.must(c.Unlock(key()))
	c.same("requests once unlocked", len(c.ContactRequests()), 1)
	c.Disconnect()
	synctest.Wait()
	if err := c.AnswerContactRequest(paul, true); !errors.Is(err, messaging.ErrOffline) {
		c.Errorf("an answer while offline: %v", err)
	}
	c.same("requests that wait on", len(c.ContactRequests()), 1)
	c.same("what Paul was told", len(c.Answers()), 0)
}

func (c *contract) toldOfRequests() {
	c.Helper()
	if !slices.Contains(c.told(&c.events), messaging.Event(messaging.ContactRequestsChanged{})) {
		c.Error("the requests have changed, and nobody was told")
	}
	c.forget()
}

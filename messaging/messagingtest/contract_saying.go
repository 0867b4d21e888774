package messagingtest

import (
	"context"
	"errors"
	"fmt"
	"testing/synctest"
	"time"

	"discussions/messaging"
)

func (c *contract) correct() {
	c.Archived("bonjour")
	c.online()
	m := c.send("10 mg")
	c.Acknowledge()
	c.forget()
	c.must(c.Correct(Sophie, m.ID, messaging.Text{Body: "1 mg"}))
	last := c.conversation(Sophie).Last
	c.same("the same message", last.ID, m.ID)
	c.same("state", last.State, messaging.Queued)
	c.same("corrected", last.Edited.IsZero(), false)
	c.Acknowledge()
	time.Sleep(time.Second)
	synctest.Wait()
	c.same("told", c.story(), []string{"changed 1 mg queued", "list", "changed 1 mg sent", "list"})
	versions, err := c.Versions(Sophie, m.ID)
	c.must(err)
	c.same("before", len(versions), 1)
	c.same("it said", versions[0].Content, messaging.Content(messaging.Text{Body: "10 mg"}))
	c.same("history", c.texts(c.read(messaging.Cursor{}, 10, 0)), []string{"bonjour", "1 mg"})
	c.forget()
	c.must(c.Correct(Sophie, m.ID, messaging.Text{Body: "1 mg"}))
	c.same("told of the same text", c.story(), []string(nil))
	c.refused("another's", c.Correct(Sophie, c.read(messaging.Cursor{}, 10, 0).Messages[0].ID, messaging.Text{Body: "x"}))
	c.refused("one that is not there", c.Correct(Sophie, "x", messaging.Text{Body: "x"}))
	c.refused("one of another conversation", c.Correct(paul, m.ID, messaging.Text{Body: "x"}))
	if err := c.Correct(Sophie, m.ID, messaging.Text{}); !errors.Is(err, messaging.ErrEmpty) {
		c.Error("a text was emptied:", err)
	}
	c.Disconnect()
	m = c.send("hors ligne")
	c.must(c.Correct(Sophie, m.ID, messaging.Text{Body: "corrigé"}))
	last = c.conversation(Sophie).Last
	c.same("one that nobody has is written anew", last.Edited.IsZero() && last.Content == messaging.Content(messaging.Text{Body: "corrigé"}), true)
}

func (c *contract) retract() {
	c.Archived("bonjour")
	c.online()
	m := c.send("secret")
	c.Acknowledge()
	c.must(c.Correct(Sophie, m.ID, messaging.Text{Body: "autre secret"}))
	c.Acknowledge()
	time.Sleep(time.Second)
	synctest.Wait()
	c.forget()
	c.must(c.Retract(Sophie, m.ID))
	synctest.Wait()
	last := c.conversation(Sophie).Last
	if _, gone := last.Content.(messaging.Retracted); !gone || last.ID != m.ID || last.State == messaging.Failed {
		c.Errorf("withdrawn: %+v", last)
	}
	c.same("told", c.story(), []string{"changed  " + last.State.String(), "list"})
	versions, err := c.Versions(Sophie, m.ID)
	c.must(err)
	c.same("what it said", len(versions), 0)
	c.refused("twice", c.Retract(Sophie, m.ID))
	c.refused("another's, where nobody moderates", c.Moderate(context.Background(), Sophie, c.read(messaging.Cursor{}, 10, 0).Messages[0].ID))
	c.refused("another's", c.Retract(Sophie, c.read(messaging.Cursor{}, 10, 0).Messages[0].ID))
	c.refused("a correction of it", c.Correct(Sophie, m.ID, messaging.Text{Body: "x"}))
	c.refused("a reaction to it", c.React(Sophie, m.ID, "👍", true))
	_, err = c.Reply(Sophie, m.ID, messaging.Text{Body: "x"})
	c.refused("an answer to it", err)
	c.Acknowledge()
	time.Sleep(time.Second)
	synctest.Wait()
	c.Disconnect()
	m = c.send("jamais parti")
	c.must(c.Retract(Sophie, m.ID))
	c.same("what nobody has is gone", len(c.read(messaging.Cursor{}, 10, 0).Messages), 2)
}

func (c *contract) reply() {
	c.Archived("Donner 1 mg ?")
	c.online()
	question := c.read(messaging.Cursor{}, 10, 0).Messages[0]
	m, err := c.Reply(Sophie, question.ID, messaging.Text{Body: "oui"})
	c.must(err)
	c.same("leads to", m.ReplyTo.ID, question.ID)
	c.same("place", m.ReplyTo.Cursor, question.Cursor)
	c.same("quotes", m.ReplyTo.Text, "Donner 1 mg ?")
	c.same("history", c.texts(c.read(messaging.Cursor{}, 10, 0)), []string{"Donner 1 mg ?", "oui"})
	_, err = c.Reply(Sophie, "x", messaging.Text{Body: "oui"})
	c.refused("to nothing", err)
	if _, err = c.Reply(Sophie, question.ID, messaging.Text{}); !errors.Is(err, messaging.ErrEmpty) {
		c.Error("an empty answer:", err)
	}
}

func (c *contract) react() {
	c.Archived("bonjour")
	c.online()
	m := c.read(messaging.Cursor{}, 10, 0).Messages[0]
	c.forget()
	for _, step := range []struct {
		emoji string
		on    bool
		want  []string
	}{
		{"👍", true, []string{"👍"}}, {"🎉", true, []string{"👍", "🎉"}}, {"👍", true, []string{"👍", "🎉"}}, {"👍", false, []string{"🎉"}}, {"🎉", false, nil},
	} {
		c.must(c.React(Sophie, m.ID, step.emoji, step.on))
		var got []string
		for _, r := range c.read(messaging.Cursor{}, 1, 0).Messages[0].Reactions {
			got = append(got, r.Emoji)
			c.same("by", r.By, []string{"Dr Claire Martin"})
			c.same("own", r.Own, true)
		}
		c.same(fmt.Sprint(step.emoji, step.on), got, step.want)
	}
	synctest.Wait()
	changed := 0
	for _, line := range c.story() {
		if line == "changed bonjour received" {
			changed++
		}
	}
	c.same("told", changed, 4)
	c.refused("to nothing", c.React(Sophie, "x", "👍", true))
}

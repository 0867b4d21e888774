package messagingtest

import (
	"fmt"
	"testing/synctest"
	"time"

	"discussions/messaging"
)

func (c *contract) steadyTyping() {
	c.online()
	for second := range 30 {
		c.SetTyping(Sophie, true)
		time.Sleep(time.Second)
		synctest.Wait()
		want := []string{"composing"}
		if second >= 20 {
			want = append(want, "composing") // for those who came later
		}
		c.same(fmt.Sprintf("told after %d s", second+1), c.Told(), want)
	}
	time.Sleep(10*time.Second - time.Second - time.Millisecond)
	synctest.Wait()
	c.same("told just before the pause", c.Told(), []string{"composing", "composing"})
	time.Sleep(time.Millisecond)
	synctest.Wait()
	c.same("told after the pause", c.Told(), []string{"composing", "composing", "paused"})
	c.SetTyping(Sophie, true)
	synctest.Wait()
	c.same("told when it goes on", c.Told(), []string{"composing", "composing", "paused", "composing"})
}

func (c *contract) typingEnds() {
	c.SetTyping(Sophie, true)
	synctest.Wait()
	c.same("told offline", c.Told(), []string(nil))
	c.online()
	c.SetTyping(Sophie, false)
	synctest.Wait()
	c.same("told of nothing", c.Told(), []string(nil))
	c.SetTyping(Sophie, true)
	c.SetTyping(Sophie, false)
	c.SetTyping(Sophie, false)
	synctest.Wait()
	c.same("told when the user leaves", c.Told(), []string{"composing", "paused"})
	c.SetTyping(Sophie, true)
	synctest.Wait()
	c.send("fini")
	time.Sleep(time.Minute)
	synctest.Wait()
	c.same("told when the message is sent", c.Told(), []string{"composing", "paused", "composing"})
}

func (c *contract) othersTyping() {
	c.Archived("bonjour")
	c.online()
	c.forget()
	c.Types(true)
	synctest.Wait()
	typing := c.conversation(Sophie).Typing
	c.same("how many type", len(typing), 1)
	c.Types(false)
	synctest.Wait()
	c.same("how many type at the end", len(c.conversation(Sophie).Typing), 0)
	c.same("told", c.told(&c.events), []messaging.Event{
		messaging.TypingChanged{ID: Sophie, Names: typing}, messaging.TypingChanged{ID: Sophie},
	})
}

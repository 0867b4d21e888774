package messaging

import (
	"fmt"
	"testing"
	"testing/synctest"

	"discussions/messaging/xmpp"
)

func TestAGroupTellsWhoHasReadAMessage(t *testing.T) {
	saying(t, func(s *said) {
		t := s.T
		first, second := s.says("un", true), s.says("deux", true)
		if !s.to.Equal(garde) {
			return
		}
		var told []string
		s.Subscribe(func(ev Event) {
			if e, ok := ev.(MessageChanged); ok {
				told = append(told, fmt.Sprint(body(e.Message), e.Message.ReadBy))
			}
		})
		reads := func(nick string, m Message) {
			s.w.Live(xmpp.Message{ID: "d-" + nick + string(m.ID), From: must(garde.WithResource(nick)), Type: "groupchat", Displayed: s.wireID(m), Store: true})
			synctest.Wait()
		}
		counts := func() (list []int) {
			for _, m := range s.all() {
				list = append(list, m.ReadBy)
			}
			return list
		}
		reads("Sophie", first)
		same(t, "one has read the first", counts(), []int{1, 0})
		reads("Julien", second)
		reads("Julien", first)  // late
		reads("Claire", second) // this account, on another device
		same(t, "one has read both", counts(), []int{2, 1})
		same(t, "told", told, []string{"un1", "deux1", "un2"})
		list, err := s.Readers(id(garde), first.ID)
		check(t, err)
		same(t, "who", len(list), 2)
		list, err = s.Readers(id(garde), second.ID)
		check(t, err)
		same(t, "who has read the second", len(list), 1)
		s.again()
		same(t, "after a restart", counts(), []int{2, 1})
	})
}

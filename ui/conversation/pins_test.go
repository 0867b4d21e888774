package conversation

import (
	"testing"

	"discussions/messaging"
	"discussions/messaging/messagingtest"
)

func TestAPinnedMessageStandsAboveTheOthersAndLeadsToItsPlace(t *testing.T) {
	s := two(t)
	check(t, "no bar at first", s.pins.Hidden, true)
	below := s.timeline.Position().Y
	s.do(1, "Épingler")
	s.finish()
	check(t, "the bar's first line", s.pins.title.Text, "Message épinglé de Sophie Bernard")
	check(t, "its second line", s.pins.text.Text, "Vous êtes sûre ?")
	if s.timeline.Position().Y <= below {
		t.Error("the bar has no room of its own")
	}
	check(t, "it can be pinned again", s.can(1, "Épingler"), false)

	s.do(0, "Épingler")
	check(t, "the newest first, of two", s.pins.title.Text, "Message épinglé de Sophie Bernard (1 sur 2)")
	s.pins.line.Tapped(nil)
	s.finish()
	check(t, "a press goes to it", s.highlighted == s.thread.entries[1], true)
	check(t, "and the bar shows the next", s.pins.text.Text, "Donner 10 mg")
	s.pins.line.Tapped(nil)
	s.finish()
	check(t, "a press goes to that", s.highlighted == s.thread.entries[0], true)

	s.client.ReceiveText(sophie, "autre chose")
	s.do(0, "Ne plus épingler")
	check(t, "one is left", s.pins.title.Text, "Message épinglé de Sophie Bernard")
	s.pins.remove.Tapped(nil)
	s.finish()
	check(t, "the bar is gone", s.pins.Hidden, true)
	check(t, "and its room", s.timeline.Position().Y, below)
}

func TestWhatIsPinnedFollowsItsMessage(t *testing.T) {
	s := two(t)
	s.do(0, "Épingler")
	own := s.client.messages()[0].ID
	if err := s.client.Correct(sophie, own, messaging.Text{Body: "Donner 1 mg"}); err != nil {
		t.Fatal(err)
	}
	s.finish()
	check(t, "a correction shows", s.pins.text.Text, "Donner 1 mg")
	if err := s.client.Retract(sophie, own); err != nil {
		t.Fatal(err)
	}
	s.finish()
	check(t, "what is withdrawn is not pinned", s.pins.Hidden, true)
}

func TestTooManyPinnedMessagesAreTold(t *testing.T) {
	s := two(t)
	s.client.Fail("Pin", messaging.ErrManyPinned)
	s.do(0, "Épingler")
	check(t, "the sentence", s.status.trouble, "Vingt messages sont déjà épinglés dans cette conversation. Retirez-en un d’abord.")
	s.client.Fail("Pin", nil)
	s.do(0, "Épingler")
	check(t, "it goes", s.status.trouble, "")
}

// Marked as unread by hand, a conversation is read once its newest message is looked at.
func TestOpeningReadsWhatWasMarkedAsUnread(t *testing.T) {
	c := newClient(messaging.Conversation{ID: sophie, Name: "Sophie Bernard"}, said("Oui"))
	c.edit(func(v *messagingtest.Conversation) { v.MarkedUnread = true })
	s := newStage(t, c, 560, 640).open()
	s.finish()
	check(t, "marked while nobody looks", s.client.Get(sophie).MarkedUnread, true)
	s.InFront(true)
	s.finish()
	check(t, "marked once it was looked at", s.client.Get(sophie).MarkedUnread, false)
}

func TestABlockedPersonIsUnblockedFromTheConversation(t *testing.T) {
	c := newClient(messaging.Conversation{ID: sophie, Name: "Sophie Bernard", Blocked: true}, said("Oui"))
	s := newStage(t, c, 560, 640).open()
	s.finish()
	check(t, "the banner", s.banner.Hidden, false)
	s.unblock()
	s.runUntil(func() bool { return !s.conversation.Blocked })
	s.finish()
	check(t, "the banner goes", s.banner.Hidden, true)
}

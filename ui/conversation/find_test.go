package conversation

import (
	"testing"

	"discussions/messaging"
	"discussions/messaging/messagingtest"

	"fyne.io/fyne/v2"
)

func TestAMessageIsFoundInItsPlace(t *testing.T) {
	c := numbered(800)
	c.edit(func(v *messagingtest.Conversation) { v.Messages[20].Content = messaging.Text{Body: "Le cœur bat"} })
	s := newStage(t, c, 560, 640).open()
	s.finish()
	s.Find()
	s.search.Set("coeur")
	if !s.finding() {
		t.Fatal("the search is not in view")
	}
	s.runUntil(func() bool {
		s.search.TypedKey(fyne.KeyReturn) // does nothing before the message is found
		return !s.finding()
	})
	s.finish()
	if e := s.highlighted; e == nil || e.ID != c.messages()[20].ID {
		t.Errorf("highlighted: %v", e)
	}
	// Opened again, it is as it was; Escape leads back to the messages.
	s.Find()
	s.search.TypedKey(fyne.KeyEscape)
	if s.finding() || s.window.Canvas().Focused() != s.composer.input {
		t.Error("Escape does not lead back to the input")
	}
	s.finish()
}

func TestASearchThatIsClosedWithItsWindowLeavesNothing(t *testing.T) {
	c := numbered(50)
	release := c.Hold("Search")
	s := newStage(t, c, 560, 640).open()
	s.Find()
	s.search.Set("message")
	saved := s.Close()
	release()
	saved()
}

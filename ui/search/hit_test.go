package search

import (
	"testing"
	"time"

	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/look/looktest"

	"fyne.io/fyne/v2/test"
)

func TestAHitShowsThePictureOfItsGroup(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(look.New(look.Light, 1))
	h, m := newHit(), messaging.Message{Author: "Sophie Bernard", Content: messaging.Text{Body: "bonjour"}}
	if h.set(m, "Équipe de nuit", looktest.Photograph(), "bon", time.Now(), false); !looktest.ShowsPicture(h.avatar) {
		t.Error("among all conversations: no picture")
	}
	if h.set(m, "", looktest.Photograph(), "bon", time.Now(), false); looktest.ShowsPicture(h.avatar) {
		t.Error("in the conversation itself the picture stands for the author")
	}
}

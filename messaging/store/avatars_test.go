package store

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"discussions/messaging/model"
)

func TestPicturesOfGroupsAreKept(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	const other = model.ConversationID("autre@rooms.example.org")
	check(t, s.SetAvatar(room, "aa", []byte("first")))
	check(t, s.SetAvatar(room, "bb", []byte("second")))
	check(t, s.SetAvatar(other, "cc", nil)) // it is not to be shown, nor fetched again
	check(t, s.Close())
	s = open(t, dir)
	if d := cmp.Diff([]Avatar{{room, []byte("second")}}, must[[]Avatar](t)(s.Avatars())); d != "" {
		t.Error(d)
	}
	for conv, want := range map[model.ConversationID]string{room: "bb", other: "cc", "nobody@example.org": ""} {
		if got := must[string](t)(s.AvatarHash(conv)); got != want {
			t.Errorf("%s: %q", conv, got)
		}
	}
	check(t, s.SetAvatar(room, "", nil))
	if list, hash := must[[]Avatar](t)(s.Avatars()), must[string](t)(s.AvatarHash(room)); len(list) != 0 || hash != "" {
		t.Errorf("taken away: %v, %q", list, hash)
	}
}

package ui

import (
	"slices"
	"testing"
	"time"

	"discussions/messaging"
	"discussions/settings"
	"discussions/ui/look"
	"discussions/ui/look/looktest"
	"discussions/ui/screen"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"github.com/google/go-cmp/cmp"
)

// chosen shows Claire's list, with the menu of the nth conversation, asked for by keyboard.
func chosen(t *testing.T, n int) (*rig, messaging.ConversationID) {
	r := newRig(t, nil, claire)
	r.press(claire.Name)
	all, err := r.manager.clients["claire"].Conversations()
	if err != nil {
		t.Fatal(err)
	}
	for range n {
		r.pressKey(fyne.KeyDown)
	}
	r.pressKey(desktop.KeyMenu)
	return r, all[n-1].ID
}

func (r *rig) conversation(id messaging.ConversationID) messaging.Conversation {
	return r.manager.clients["claire"].Get(id).Conversation
}

// firstNames are the names of the first rows, from top to bottom.
func (r *rig) stands(first, second string) bool { return r.position(first).Y < r.position(second).Y }

func TestAConversationIsMutedFromTheList(t *testing.T) {
	for name, until := range map[string]func() time.Time{
		"Pendant 1 heure":      func() time.Time { return time.Now().Add(time.Hour) },
		"Jusqu’à demain matin": func() time.Time { return settings.NextMorning(time.Now()) },
		"Toujours":             messaging.Forever,
	} {
		inBubble(t, func(t *testing.T) {
			r, id := chosen(t, 2)
			r.press("Mettre en sourdine")
			r.press(name)
			if got := r.conversation(id).MutedUntil; got.Sub(until()).Abs() > time.Minute {
				t.Errorf("%s: muted until %v", name, got)
			}
			r.pressKey(fyne.KeyF10)
			r.press("Ne plus mettre en sourdine")
			if r.conversation(id).Muted(time.Now()) {
				t.Error("still muted")
			}
		})
	}
}

func TestMentionsGetThroughAMutedGroupUnlessTheUserSaysNo(t *testing.T) {
	for _, through := range []bool{true, false} {
		inBubble(t, func(t *testing.T) {
			r := newRig(t, nil, claire)
			r.press(claire.Name)
			all, err := r.manager.clients["claire"].Conversations()
			if err != nil {
				t.Fatal(err)
			}
			n := slices.IndexFunc(all, func(c messaging.Conversation) bool { return c.Group })
			for range n + 1 {
				r.pressKey(fyne.KeyDown)
			}
			r.pressKey(desktop.KeyMenu)
			r.press("Mettre en sourdine")
			if !through {
				r.press("Me prévenir si on me mentionne")
			}
			r.pressKey(fyne.KeyDown) // from the first line, for an hour
			r.pressKey(fyne.KeyDown)
			r.pressKey(fyne.KeyReturn)
			if v := r.conversation(all[n].ID); !v.MutedUntil.Equal(messaging.Forever()) || v.Mentions != through {
				t.Errorf("muted until %v, mentions %v", v.MutedUntil, v.Mentions)
			}
		})
	}
}

func TestAMutedConversationNotifiesNobody(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		c := r.manager.clients["claire"]
		if err := c.Mute("nadia", messaging.Forever(), false); err != nil {
			t.Fatal(err)
		}
		var quiet []bool
		defer c.Subscribe(func(e messaging.Event) {
			if e, ok := e.(messaging.MessageAdded); ok {
				quiet = append(quiet, e.Quiet)
			}
		})()
		c.ReceiveText("nadia", "Bonjour")
		c.ReceiveText("soins", "Bonjour")
		if d := cmp.Diff([]bool{true, false}, quiet); d != "" {
			t.Error(d)
		}
	})
}

func TestFavouritesStandFirst(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r, id := chosen(t, 3)
		name := r.conversation(id).Name
		r.press("Ajouter aux favoris")
		all, _ := r.manager.clients["claire"].Conversations()
		if all[0].ID != id || !r.stands(name, all[1].Name) {
			t.Errorf("%s is not the first", name)
		}
		r.pressKey(desktop.KeyMenu) // the same one is chosen still
		r.press("Retirer des favoris")
		if r.conversation(id).Favourite {
			t.Error("still a favourite")
		}
	})
}

func TestAnArchivedConversationComesBackWithAMessage(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r, id := chosen(t, 2)
		name := r.conversation(id).Name
		r.press("Archiver")
		if !r.conversation(id).Archived || slices.Contains(r.texts(), name) {
			t.Fatal("it is not put away")
		}
		r.manager.clients["claire"].ReceiveText(id, "Bonsoir")
		r.settle()
		if r.conversation(id).Archived || !slices.Contains(r.texts(), name) || slices.Contains(r.texts(), "1 conversation archivée") {
			t.Errorf("it did not come back; there is %q", r.texts())
		}
	})
}

func TestAnArchivedConversationIsFoundAndFetchedBack(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r, id := chosen(t, 2)
		name := r.conversation(id).Name
		r.press("Archiver")
		r.press("1 conversation archivée")
		r.expectText(name)
		r.pressKey(fyne.KeyEscape)
		if slices.Contains(r.texts(), name) {
			t.Error("Escape does not lead back")
		}
		r.typeText(name[:4])
		r.expectText(name) // a search finds it
		r.pressKey(fyne.KeyDown)
		r.pressKey(fyne.KeyF10) // while the cursor is in the field
		r.press("Sortir des archives")
		r.pressKey(fyne.KeyEscape)
		if r.conversation(id).Archived || !slices.Contains(r.texts(), name) {
			t.Errorf("it is still put away; there is %q", r.texts())
		}
	})
}

func TestAConversationIsMarkedAsUnread(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r, id := chosen(t, 4)
		if r.conversation(id).Unread != 0 {
			t.Fatal("it has unread messages")
		}
		r.press("Marquer comme non lue")
		if !r.conversation(id).MarkedUnread {
			t.Error("it is not marked")
		}
		r.pressKey(desktop.KeyMenu)
		r.press("Marquer comme lue")
		if r.conversation(id).MarkedUnread {
			t.Error("it is still marked")
		}
	})
}

func TestTheWindowOfAConversationHasTheSameMenu(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.press(claire.Name)
		r.ui.nav.OpenConversation("claire", "nadia", "Nadia Benali")
		r.settle()
		open := r.ui.chats.open[chatKey{"claire", "nadia"}]
		press := func(label string) {
			t.Helper()
			top := open.win.Canvas().Overlays().Top()
			if top == nil {
				t.Fatal("no menu")
			}
			line := looktest.Find(top, func(o fyne.CanvasObject) bool {
				a, ok := o.(fyne.Accessible)
				_, taps := o.(fyne.Tappable)
				return ok && taps && plainSpaces(a.AccessibilityLabel()) == label
			})
			if line == nil {
				t.Fatalf("no %q", label)
			}
			line.(fyne.Tappable).Tapped(nil)
			r.settle()
		}
		menu := func() { r.views[0].menu(look.At(fyne.NewPos(0, 0), 200)); r.settle() }
		menu()
		press("Ajouter aux favoris")
		if !r.conversation("nadia").Favourite {
			t.Error("no favourite")
		}
		r.manager.clients["claire"].Fail("SetArchived", messaging.ErrDisk)
		menu()
		press("Archiver")
		if open.win.Canvas().Overlays().Top() == nil {
			t.Error("a full disk is not told")
		}
		press("J’ai compris")
		menu()
		press("Marquer comme non lue")
		if !r.conversation("nadia").MarkedUnread || !r.views[0].closed {
			t.Error("it is not marked, or was left open and so read at once")
		}
	})
}

var _ screen.Client = (*messaging.Client)(nil)

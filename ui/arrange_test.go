package ui

import (
	"fmt"
	"strings"
	"testing"

	"discussions/account"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/look/looktest"

	"fyne.io/fyne/v2"
	"github.com/google/go-cmp/cmp"
)

// chat is the open window of a conversation of Claire's.
func (r *rig) chat(id messaging.ConversationID) *chat {
	r.t.Helper()
	open, ok := r.ui.chats.open[chatKey{"claire", id}]
	if !ok {
		r.t.Fatalf("the conversation %s has no window", id)
	}
	return open
}

// inFront focuses a window, as the desktop does.
func (r *rig) inFront(id messaging.ConversationID) {
	r.t.Helper()
	r.chat(id).focus.FocusGained()
	r.settle()
}

func TestAWindowComesBackWithItsSizeAndOnTop(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.press(claire.Name)
		r.ui.chats.show("claire", "sophie", "Sophie Bernard")
		c := r.chat("sophie")
		c.win.Resize(fyne.NewSize(700, 420))
		r.windows.at[c.win] = Rect{X: 300, Y: 200}
		r.ui.chats.setOnTop(chatKey{"claire", "sophie"}, true)
		if !r.windows.onTop[c.win] {
			t.Error("not kept above the others")
		}
		r.ui.nav.Lock("claire")
		r.settle()
		if data := string(r.manager.places["claire"]); !strings.Contains(data, `"x":300,"y":200`) {
			t.Fatalf("kept before the lock: %s", data)
		}
		r.ui.chats.places = map[string]*placements{} // as after the next start
		r.typeText("4071")
		r.expectScreen("list")
		if size := r.chat("sophie").win.Canvas().Size(); size != fyne.NewSize(700, 420) {
			t.Errorf("the size is %v", size)
		}
		if !r.ui.chats.placesOf("claire").get("sophie").OnTop {
			t.Error("above the others no longer")
		}
	})
}

func TestTheWindowsAreTiled(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.press(claire.Name)
		for _, id := range []messaging.ConversationID{"sophie", "julien", "moussa"} {
			r.ui.chats.show("claire", id, string(id))
		}
		r.settle()
		r.press("Changer de compte")
		r.press("Côte à côte")
		got := map[messaging.ConversationID]Rect{}
		for _, id := range []messaging.ConversationID{"sophie", "julien", "moussa"} {
			got[id] = r.windows.at[r.chat(id).win]
		}
		want := map[messaging.ConversationID]Rect{"sophie": {0, 0, 533, 1000}, "julien": {533, 0, 533, 1000}, "moussa": {1066, 0, 534, 1000}}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	})
}

// TestWhatTheDesktopDoesNotLetIsNotOffered: on Wayland a program can neither place its windows nor keep one above others.
func TestWhatTheDesktopDoesNotLetIsNotOffered(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.windows.screens = nil
		r.press(claire.Name)
		for _, id := range []messaging.ConversationID{"sophie", "julien"} {
			r.ui.chats.show("claire", id, string(id))
		}
		r.settle()
		c := r.chat("sophie")
		c.view.(*fakeView).menu(look.At(fyne.NewPos(10, 10), 200))
		r.settle()
		r.press("Changer de compte")
		for menu, canvas := range map[string]fyne.Canvas{"of a conversation": c.win.Canvas(), "of the main window": r.ui.window.win.Canvas()} {
			lines := map[string]bool{}
			looktest.Find(canvas.Overlays().Top(), func(o fyne.CanvasObject) bool {
				if a, ok := o.(fyne.Accessible); ok {
					lines[a.AccessibilityLabel()] = true
				}
				return false
			})
			if len(lines) < 3 || lines["Toujours visible"] || lines["Côte à côte"] {
				t.Errorf("the menu %s: %v", menu, lines)
			}
		}
	})
}

func TestTheMenuOfAWindow(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.ui.chats.show("claire", "sophie", "Sophie")
		r.settle()
		c := r.chat("sophie")
		for _, want := range []bool{true, false} {
			c.view.(*fakeView).menu(look.At(fyne.NewPos(10, 10), 200))
			r.settle()
			if first, ok := c.win.Canvas().Focused().(fyne.Accessible); !ok || first.AccessibilityLabel() != "Photos et fichiers" {
				t.Errorf("the menu does not begin at its first line; on top already: %v", !want)
			}
			line := looktest.Find(c.win.Canvas().Overlays().Top(), func(o fyne.CanvasObject) bool {
				a, ok := o.(fyne.Accessible)
				return ok && a.AccessibilityLabel() == "Toujours visible"
			})
			if line == nil {
				t.Fatal("the menu has no such line")
			}
			line.(fyne.Tappable).Tapped(nil)
			if r.windows.onTop[c.win] != want {
				t.Errorf("on top: %v", !want)
			}
		}
	})
}

// TestControlTabGoesThroughTheConversations, also with twenty. The keys themselves are in the tour.
func TestControlTabGoesThroughTheConversations(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		const count = 20
		for i := range count {
			r.ui.chats.show("claire", messaging.ConversationID(fmt.Sprint(i)), fmt.Sprint(i))
		}
		r.settle()
		raised := -1
		next := func(step int) {
			r.windows.minimised = map[fyne.Window]bool{}
			for i := range count {
				r.windows.minimised[r.chat(messaging.ConversationID(fmt.Sprint(i))).win] = true
			}
			r.ui.chats.next(step)
			for i := range count {
				if id := messaging.ConversationID(fmt.Sprint(i)); !r.windows.minimised[r.chat(id).win] { // raise restores
					raised = i
					r.inFront(id)
				}
			}
		}
		for i := range count + 1 { // the first time from the main window
			next(1)
			if raised != i%count {
				t.Fatalf("forward: %d, want %d", raised, i%count)
			}
		}
		next(-1)
		if raised != count-1 {
			t.Errorf("back: %d", raised)
		}
	})
}

func TestTitlesTellTheNameAndWhatIsUnread(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		if got := r.ui.window.win.Title(); got != "(3) Discussions" {
			t.Errorf("main window: %q", got)
		}
		r.manager.set("claire", func(a *account.Account) { a.Unread = 0 })
		r.settle()
		if got := r.ui.window.win.Title(); got != "Discussions" {
			t.Errorf("main window, all read: %q", got)
		}
		r.ui.chats.show("claire", "sophie", "Sophie Bernard")
		r.settle()
		c := r.chat("sophie")
		for _, is := range []struct {
			name   string
			unread int
			want   string
		}{
			{"Sophie Bernard", 2, "(2) Sophie Bernard – Dr Claire Martin"},
			{"Sophie Bernard", 0, "Sophie Bernard – Dr Claire Martin"},
			{"Sophie Roux", 0, "Sophie Roux – Dr Claire Martin"},
		} {
			c.view.(*fakeView).changed(messaging.Conversation{ID: "sophie", Name: is.name, Unread: is.unread})
			if got := c.win.Title(); got != is.want {
				t.Errorf("%q, not %q", got, is.want)
			}
		}
	})
}

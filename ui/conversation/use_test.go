package conversation

import (
	"slices"
	"testing"

	"discussions/messaging"

	"fyne.io/fyne/v2"
	"pgregory.net/rapid"
)

// TestAnyUseShowsTheConversation does what users and the other side do, in any order: what is loaded is always one run of the
// conversation, the view follows only its true end, and only that is marked as read.
func TestAnyUseShowsTheConversation(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := numbered(rapid.IntRange(0, 900).Draw(rt, "messages"))
		s := newStage(t, c, 560, 640).open()
		defer func() { s.Close()() }()
		s.InFront(true)
		s.finish()
		any := func() int { return rapid.IntRange(0, max(0, len(c.messages())-1)).Draw(rt, "message") }
		steps := map[string]func(){
			"scroll": func() {
				s.timeline.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, rapid.Float32Range(-3000, 3000).Draw(rt, "by"))})
			},
			"home":    func() { s.timeline.TypedKey(&fyne.KeyEvent{Name: fyne.KeyHome}) },
			"end":     func() { s.timeline.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd}) },
			"jump":    func() { s.jump.Tapped(nil) },
			"receive": func() { c.receive("Bonjour") },
			"show": func() {
				if len(c.messages()) > 0 {
					s.Show(c.messages()[any()].Cursor)
				}
			},
			"send": func() {
				s.composer.input.SetText("Oui")
				s.key(fyne.KeyReturn)
			},
			"remove": func() {
				if len(c.messages()) > 0 {
					c.Remove(c.id, c.messages()[any()].ID)
				}
			},
			"resize": func() { s.window.Resize(fyne.NewSize(rapid.Float32Range(300, 900).Draw(rt, "width"), 500)) },
			"reconnect": func() {
				for _, state := range []messaging.ConnState{messaging.Offline, messaging.Online} {
					c.SetConnection(messaging.Connection{State: state})
				}
			},
		}
		names := make([]string, 0, len(steps))
		for name := range steps {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range rapid.SliceOfN(rapid.SampledFrom(names), 1, 12).Draw(rt, "steps") {
			steps[name]()
			s.finish()
			s.checkWhole(rt, name)
		}
	})
}

// checkWhole compares what is loaded and in view with the whole conversation.
func (s *stage) checkWhole(t *rapid.T, after string) {
	all, loaded := s.client.messages(), s.thread.entries
	if len(loaded) == 0 {
		if len(all) > 0 {
			t.Fatalf("after %s nothing is loaded of %d messages", after, len(all))
		}
		return
	}
	from := slices.IndexFunc(all, func(m messaging.Message) bool { return m.ID == loaded[0].ID })
	if from < 0 || from+len(loaded) > len(all) {
		t.Fatalf("after %s %d messages are loaded from place %d of %d", after, len(loaded), from, len(all))
	}
	for i, e := range loaded {
		if all[from+i].ID != e.ID {
			t.Fatalf("after %s message %s stands in the place of %s", after, e.ID, all[from+i].ID)
		}
	}
	complete := from+len(loaded) == len(all)
	if s.thread.end != complete && s.thread.end {
		t.Fatalf("after %s the end is said to be loaded", after)
	}
	if s.thread.start && from > 0 {
		t.Fatalf("after %s the start is said to be loaded", after)
	}
	first, last := s.timeline.InView()
	if first < 0 || last >= len(s.thread.rows) {
		t.Fatalf("after %s rows %d to %d of %d are in view", after, first, last, len(s.thread.rows))
	}
	if s.timeline.Stuck() && (!complete || last != len(s.thread.rows)-1) {
		t.Fatalf("after %s the view follows row %d of %d", after, last, len(s.thread.rows))
	}
	if s.reading.unseen && s.atNewest() {
		t.Fatalf("after %s the newest is in view and not marked as read", after)
	}
	if slices.Contains(s.client.Calls(), "read") && !s.atNewest() {
		t.Fatalf("after %s it is marked as read, and the newest is out of view", after)
	}
}

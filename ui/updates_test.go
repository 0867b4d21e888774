package ui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"discussions/internal/updates"
	"discussions/ui/screen"
)

func newerVersion() updates.State {
	return updates.State{Newer: "1.4.0", TooOld: true, Notes: "https://example.org/notes"}
}

func (r *rig) shows(part string) bool {
	r.settle()
	return slices.ContainsFunc(r.texts(), func(text string) bool { return strings.Contains(text, part) })
}

func TestANewerVersionIsAQuietLineInTheSettings(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		state := updates.State{}
		r := newRig(t, func(o *Options, _ *fakeManager) { o.Updates = func() updates.State { return state } }, claire)
		r.ui.nav.ShowList("claire")
		for _, c := range []struct {
			state     updates.State
			line, bar bool
		}{
			{updates.State{}, false, false},
			{updates.State{Newer: "1.4.0"}, true, false},
			{updates.State{Newer: "1.4.0", TooOld: true}, true, true},
			{updates.State{}, false, false},
		} {
			state = c.state
			r.ui.UpdateChanged() // while the list is in view
			if got := r.shows("trop ancienne. Demandez la version 1.4.0"); got != c.bar {
				t.Errorf("%+v: the bar is shown: %v", c.state, got)
			}
			r.ui.nav.ShowSettings("claire")
			if got := r.shows("Version 1.4.0 disponible"); got != c.line {
				t.Errorf("%+v: the line is shown: %v", c.state, got)
			}
			if r.shows("Nouveautés") {
				t.Error("a link leads nowhere")
			}
			r.ui.window.shown.(screen.Keyed).TypedKey("Escape")
			r.expectScreen("list")
		}
	})
}

func TestAboutNamesVersionPublisherAndDay(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, func(o *Options, _ *fakeManager) {
			o.Version, o.Built = "1.2.3", time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)
		}, claire)
		r.ui.nav.ShowSettings("claire")
		r.settle()
		r.expectText("version 1.2.3")
		r.expectText("SPICO · 27/11/2026")
	})
}

func TestAProgramThatDoesNotLookForNewerVersionsSaysNothing(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.ui.nav.ShowSettings("claire")
		if r.shows("disponible") {
			t.Error("the settings speak of a newer version")
		}
		r.ui.nav.OpenReleaseNotes() // does nothing
	})
}

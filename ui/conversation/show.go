package conversation

import (
	"time"

	"discussions/messaging"
)

const (
	showBefore   = pageSize / 2 // messages read around a place
	showAfter    = pageSize / 2
	showPart     = 4 // the message stands at a fourth of the view's height
	highlightFor = 1600 * time.Millisecond
)

// Show opens the conversation at a place, with what stands before and after it, and highlights the message there for a moment.
func (v *View) Show(place messaging.Cursor) {
	v.history.around = place
	if !v.history.known {
		return // open will come here
	}
	if e := v.thread.at(place); e != nil && v.history.opened {
		v.goTo(e)
		return
	}
	v.history.repeat = func() { v.Show(place) }
	v.read(place, showBefore, showAfter, func(page messaging.Page) {
		v.update(func() {
			v.thread.reset()
			v.takePage(page, page.End)
		})
		if at := v.thread.search(place); at > 0 {
			v.goTo(v.thread.entries[at-1])
		}
		v.pageShown()
	})
}

// goTo brings a loaded message into view.
func (v *View) goTo(e *entry) {
	if at := v.thread.rowIndex(row{kind: messageRow, e: e}); at >= 0 {
		v.highlight(e)
		v.timeline.ToRow(at, v.timeline.Size().Height/showPart)
		v.logDrawn("place drawn")
	}
}

// highlight marks a message for a moment.
func (v *View) highlight(e *entry) {
	if old := v.highlighted; old != nil {
		v.highlighted = nil
		v.redraw(old)
	}
	v.highlighted = e
	v.redraw(e)
	if v.fading != nil {
		v.fading.Stop()
	}
	v.fading = time.AfterFunc(highlightFor, func() {
		v.later(func() {
			if v.highlighted == e {
				v.highlighted = nil
				v.redraw(e)
			}
		})
	})
}

// toNewest goes to the newest message, which is read first where it is not loaded.
func (v *View) toNewest() {
	if v.thread.end {
		v.timeline.ToEnd()
		v.logDrawn("newest drawn")
		return
	}
	v.history.repeat = v.toNewest
	v.read(messaging.Cursor{}, pageSize, 0, func(page messaging.Page) {
		v.update(func() {
			v.thread.reset()
			v.takePage(page, true)
		})
		v.timeline.ToEnd()
		v.logDrawn("newest drawn")
	})
}

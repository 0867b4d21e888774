package conversation

import (
	"errors"
	"slices"
	"time"

	"discussions/messaging"
)

const (
	pageSize     = 50
	firstPageMax = 300         // messages read at first, where many are new
	pageAhead    = 15          // rows outside of the view from which on the next page is read
	keepMax      = 600         // number of messages above which those far from the view are dropped
	keepAtNewest = 300         // messages that stay while the newest are in view
	slowAfter    = time.Second // then the banner says that something is being read
)

// history is the reading of the thread: a window on the conversation that grows at both ends and can be moved to any place.
type history struct {
	known   bool             // the conversation was read
	opened  bool             // the first page is there
	around  messaging.Cursor // where to open; zero: at the newest
	loading bool
	turn    int    // number of the last reading; answers of earlier ones are dropped
	failed  error  // why the last reading failed; it is repeated when the connection is back
	repeat  func() // reads again
	slow    *time.Timer
	isSlow  bool

	// meanwhile are the events that came since the reading began: what they say may be younger than the page.
	meanwhile []messaging.Event
}

func (h *history) stop() {
	if h.slow != nil {
		h.slow.Stop()
	}
	h.loading, h.isSlow = false, false
}

// open reads what the view shows at first: who it is with, the draft, then messages.
func (v *View) open() {
	v.begin()
	client, id := v.o.Client, v.o.ID
	v.work.Go(func() {
		c, err := client.Conversation(id)
		draft := client.Draft(id)
		if err != nil {
			v.o.Log.Warn("conversation not read", "error", err)
		}
		v.later(func() {
			if err == nil {
				v.setConversation(c)
			}
			v.pins.read()
			v.composer.restore(draft)
			if c.Unread > 0 {
				v.reading.unseen = true
				v.thread.newFrom = c.FirstUnread
			}
			v.history.known = true
			if around := v.history.around; !around.IsZero() {
				v.Show(around)
				return
			}
			v.history.repeat = v.open
			v.read(messaging.Cursor{}, min(firstPageMax, max(pageSize, c.Unread+10)), 0, v.opened)
		})
	})
}

// opened shows the first page, at the newest message or, where the new ones do not fit, at the first of them.
func (v *View) opened(page messaging.Page) {
	v.update(func() { v.takePage(page, true) })
	if row := v.thread.newLine(); row >= 0 {
		if first, _ := v.timeline.InView(); row < first {
			v.reading.below = v.thread.newCount
			v.timeline.ToRow(row, 0)
		}
	}
	v.pageShown()
}

// pageShown is called when a first page is in view: from here on what is in view counts as seen.
func (v *View) pageShown() {
	v.history.opened = true
	v.o.Log.Info("history shown", "shown", len(v.thread.entries))
	v.logDrawn("conversation drawn")
	v.viewMoved()
}

// older reads the page before what is there.
func (v *View) older() {
	if v.thread.start || !v.mayRead() {
		return
	}
	v.history.repeat = v.older
	v.read(v.thread.oldest(), pageSize, 0, func(page messaging.Page) {
		if !v.extends(page, page.Start) {
			return
		}
		v.update(func() {
			v.takePage(page, v.thread.end)
			if len(v.thread.entries) > keepMax {
				v.thread.trimEnd(keepMax - pageSize)
			}
		})
	})
}

// newer reads the page behind what is there.
func (v *View) newer() {
	if v.thread.end || len(v.thread.entries) == 0 || !v.mayRead() {
		return
	}
	v.history.repeat = v.newer
	v.read(v.thread.newest(), 0, pageSize+1, func(page messaging.Page) { // the place itself counts
		if !v.extends(page, page.End) {
			return
		}
		v.update(func() {
			page.Start = v.thread.start
			v.takePage(page, page.End)
			if len(v.thread.entries) > keepMax {
				v.thread.trimStart(keepMax - pageSize)
			}
		})
	})
}

func (v *View) mayRead() bool {
	h := &v.history
	return h.opened && !h.loading && h.failed == nil
}

// extends reports whether a page has messages that are not loaded, or is the last one. Any other page would be read again and again:
// it is read only when the connection or the conversation has changed.
func (v *View) extends(page messaging.Page, complete bool) bool {
	isNew := func(m messaging.Message) bool { return v.thread.byID[m.ID] == nil }
	if !complete && !slices.ContainsFunc(page.Messages, isNew) {
		v.history.failed = messaging.ErrOffline
		return false
	}
	v.o.Log.Info("page shown", "shown", len(page.Messages))
	return true
}

// read reads messages around a place and gives them to take, unless another reading has begun meanwhile.
func (v *View) read(around messaging.Cursor, before, after int, take func(messaging.Page)) {
	v.begin()
	turn := v.history.turn
	v.work.Go(func() {
		page, err := v.o.Client.History(v.ctx, v.o.ID, around, before, after)
		v.later(func() {
			if turn != v.history.turn {
				return
			}
			v.finish(err)
			if err != nil {
				v.update(func() {})
			} else {
				take(page)
			}
			v.showBanner() // its height moves the view, which may read on from what was taken
		})
	})
}

// takePage puts a page into the thread; end says whether nothing newer exists. What came while it was read is younger than it.
func (v *View) takePage(page messaging.Page, end bool) {
	v.thread.merge(page.Messages)
	v.thread.setStart(v.thread.start || page.Start)
	v.thread.end = end
	for _, e := range v.history.meanwhile {
		switch e := e.(type) {
		case messaging.MessageAdded:
			v.thread.admit(e.Message)
		case messaging.MessageChanged:
			v.thread.change(e.Message)
		case messaging.MessageRemoved:
			v.thread.remove(e.ID)
		}
	}
	if !v.thread.newFrom.IsZero() {
		v.thread.markNew(v.thread.newFrom)
	}
}

// retryHistory repeats a reading that failed.
func (v *View) retryHistory() {
	h := &v.history
	if h.failed == nil || h.loading {
		return
	}
	h.failed = nil
	switch {
	case !h.known:
		v.open()
	case h.repeat != nil:
		h.repeat()
	}
	v.showBanner()
}

func (v *View) begin() {
	h := &v.history
	h.turn++
	h.failed = nil
	if h.loading {
		return // the user waits since the first one
	}
	h.loading, h.meanwhile = true, nil
	h.slow = time.AfterFunc(slowAfter, func() {
		v.later(func() {
			h.isSlow = h.loading
			v.showBanner()
		})
	})
}

func (v *View) finish(err error) {
	v.history.stop()
	v.history.failed = err
	if err != nil && !errors.Is(err, messaging.ErrOffline) {
		v.o.Log.Warn("history not read", "error", err)
	}
}

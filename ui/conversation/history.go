package conversation

import (
	"errors"
	"time"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/wording"
)

const (
	pageSize   = 50
	openMost   = 300         // messages read at first, where many are new
	olderAhead = 15          // rows above the view from which on older ones are read
	keepMost   = 600         // rows from which on the oldest are let go while the newest are in view
	keepThen   = 300         // rows that stay
	slowAfter  = time.Second // then the strip says that something is being read
)

// history is the reading of the thread, from its newest message backwards.
type history struct {
	loading bool
	opened  bool  // the first page is there
	failed  error // the last reading, not repeated by itself until the connection is back
	slow    *time.Timer

	// meanwhile are the events that came since the reading began: what they say may be younger than the page.
	meanwhile []messaging.Event
	isSlow    bool
}

func (h *history) stop() {
	if h.slow != nil {
		h.slow.Stop()
	}
	h.loading, h.isSlow = false, false
}

// open reads what the view shows at first: who it is with, the draft, the newest messages.
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
				v.take(c)
			}
			v.composer.restore(draft)
		})
		n := min(openMost, max(pageSize, c.Unread+10))
		page, failed := client.History(v.ctx, id, messaging.Cursor{}, n, 0)
		v.later(func() { v.opened(c, page, failed) })
	})
}

// opened shows the first page, at the newest message or, where the new ones do not fit, at the first of them.
func (v *View) opened(c messaging.Conversation, page messaging.Page, err error) {
	v.finish(err)
	if err != nil {
		v.update(func() {})
		return
	}
	v.reading.unseen = c.Unread > 0
	v.update(func() {
		v.takePage(page)
		if c.Unread > 0 {
			v.thread.markNew(c.FirstUnread)
		}
	})
	if row := v.thread.newRow(); row >= 0 {
		if first, _ := v.timeline.InView(); row < first {
			v.reading.below = v.thread.newCount
			v.timeline.ToRow(row, 0)
		}
	}
	v.history.opened = true // from here on what is in view counts as seen
	v.o.Log.Info("history shown", "shown", len(v.thread.entries))
	v.moved()
}

// older reads the page before what is there.
func (v *View) older() {
	if !v.history.opened || v.history.loading || v.history.failed != nil || v.thread.start {
		return
	}
	v.begin()
	before := v.thread.oldest()
	v.work.Go(func() {
		page, err := v.o.Client.History(v.ctx, v.o.ID, before, pageSize, 0)
		v.later(func() {
			v.finish(err)
			if err != nil || before != v.thread.oldest() {
				return // let go meanwhile: it will be asked for again
			}
			v.update(func() { v.takePage(page) })
			v.o.Log.Info("older shown", "shown", len(page.Messages))
		})
	})
}

// takePage puts a page into the thread.
func (v *View) takePage(page messaging.Page) {
	v.thread.merge(page.Messages)
	v.thread.start = v.thread.start || page.Start
	v.thread.stale(0, 0)
	for _, e := range v.history.meanwhile {
		v.apply(e)
	}
}

// again repeats a reading that failed.
func (v *View) again() {
	if v.history.failed == nil || v.history.loading {
		return
	}
	v.history.failed = nil
	if v.history.opened {
		v.older()
	} else {
		v.open()
	}
	v.showStrip()
}

func (v *View) begin() {
	h := &v.history
	h.loading, h.failed, h.meanwhile = true, nil, nil
	h.slow = time.AfterFunc(slowAfter, func() {
		v.later(func() {
			h.isSlow = h.loading
			v.showStrip()
		})
	})
}

func (v *View) finish(err error) {
	v.history.stop()
	v.history.failed = err
	if err != nil && !errors.Is(err, messaging.ErrOffline) {
		v.o.Log.Warn("history not read", "error", err)
	}
	v.showStrip()
}

// showStrip says the most important of what is to be said: trouble with the connection, then the history.
func (v *View) showStrip() {
	trouble := wording.Connection(v.reading.connection)
	words, action, do := trouble.Text, trouble.Button, func() {}
	switch {
	case trouble.Remedy == wording.Retry:
		do = func() { v.work.Do(v.o.Client.Retry) }
	case trouble.Remedy == wording.LogIn && v.o.LogIn != nil:
		do = v.o.LogIn
	case words != "":
		action = ""
	case v.history.isSlow:
		words = i18n.T("conversation.loading")
	case v.history.failed != nil && !errors.Is(v.history.failed, messaging.ErrOffline):
		words, action, do = i18n.T("conversation.unread"), i18n.T("conversation.retry"), v.again
	}
	if v.strip.set(words, action, do) {
		v.arrange()
	}
}

package conversation

import (
	"context"
	"log/slog"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/wording"
)

// reading is what the user has seen, as far as the view can tell.
type reading struct {
	connection messaging.Connection
	front      bool // the window is in front
	unseen     bool // the newest message is not marked as read yet
	settled    bool // the messages behind the "new messages" line were seen: the next unseen one moves the line
	below      int  // messages of others that came below the view
}

// receive takes an event on the client's goroutine.
func (v *View) receive(e messaging.Event) {
	if concerns(e, v.o.ID) {
		v.inbox.Put(e)
	}
}

func concerns(e messaging.Event, id messaging.ConversationID) bool {
	switch e := e.(type) {
	case messaging.MessageAdded:
		return e.Message.Conversation == id
	case messaging.MessageChanged:
		return e.Message.Conversation == id
	case messaging.MessageRemoved:
		return e.Conversation == id
	case messaging.FileChanged:
		return e.Conversation == id
	case messaging.ConversationChanged:
		return e.ID == id
	case messaging.PinsChanged:
		return e.ID == id
	case messaging.TypingChanged:
		return e.ID == id
	case messaging.ConnectionChanged, messaging.ConversationsChanged:
		return true
	}
	return false
}

// show shows all events that came since the last turn of Fyne's goroutine.
func (v *View) show(events []messaging.Event) {
	came := 0
	v.update(func() {
		for _, e := range events {
			if v.apply(e) {
				came++
			}
			if v.history.loading {
				v.history.meanwhile = append(v.history.meanwhile, e)
			}
		}
		if v.timeline.Stuck() && len(v.thread.entries) > keepMax && !v.history.loading {
			v.thread.trimStart(keepAtNewest)
		}
	})
	reread, pins := false, false
	var changes []string // for the log
	for _, e := range events {
		pins = pins || v.pins.concerns(e)
		if v.browsing() {
			v.gallery.concerns(e)
		}
		if v.viewer != nil {
			v.viewer.concerns(e)
		}
		switch e := e.(type) {
		case messaging.MessageChanged:
			changes = append(changes, changesOf(e.Message)...)
		case messaging.FileChanged:
			v.files.changed(e)
		case messaging.TypingChanged:
			v.conversation.Typing = e.Names
			v.status.setTyping(wording.Typing(e.Names))
		case messaging.ConnectionChanged:
			v.showConnection(e.Connection)
		case messaging.ConversationChanged, messaging.ConversationsChanged:
			reread = true
		}
	}
	if pins {
		v.pins.read()
	}
	if reread {
		v.reread()
		v.retryHistory()
	}
	for _, what := range changes {
		v.logDrawn(what)
	}
	if came > 0 {
		v.drawn += came
		number := v.drawn
		v.painted.Then(func() { v.o.Log.Info("message drawn", "number", number) })
	}
}

// changesOf names for the log what others may have waited for in the new state of a message.
func changesOf(m messaging.Message) (list []string) {
	if m.ReadBy > 0 {
		list = append(list, "readers drawn")
	}
	if !m.Edited.IsZero() {
		list = append(list, "correction drawn")
	}
	if _, gone := m.Content.(messaging.Retracted); gone {
		list = append(list, "withdrawal drawn")
	}
	return list
}

// logDrawn logs when what has just changed is drawn, for who measures it. No attribute tells anything of a person.
func (v *View) logDrawn(what string, attributes ...any) {
	if v.o.Log.Enabled(context.Background(), slog.LevelDebug) {
		v.painted.Then(func() { v.o.Log.Debug(what, attributes...) })
	}
}

// apply applies an event to the thread, and reports whether it added a message of somebody else.
func (v *View) apply(e messaging.Event) bool {
	switch e := e.(type) {
	case messaging.MessageAdded:
		return v.messageAdded(e.Message) && !e.Message.Own
	case messaging.MessageChanged:
		v.thread.change(e.Message)
		v.files.forget(e.Message)
		v.thread.requote(e.Message)
		v.taskGone(e.Message)
	case messaging.MessageRemoved:
		v.thread.remove(e.ID)
		v.taskGone(messaging.Message{ID: e.ID, Content: messaging.Retracted{}})
	}
	return false
}

// messageAdded takes a new message in and reports whether it was added to what is loaded. One that lies behind what is loaded counts
// as new below the view.
func (v *View) messageAdded(m messaging.Message) bool {
	loaded := v.thread.byID[m.ID] != nil
	shown := v.thread.admit(m)
	if loaded || !shown && m.Cursor.Before(v.thread.newest()) {
		return false // it will come with its page
	}
	if m.Own {
		v.thread.markNew(messaging.Cursor{})
		v.reading.settled = false
		return shown
	}
	v.reading.unseen = true
	switch seen := v.reading.front && v.atNewest(); {
	case seen:
	case v.thread.newFrom.IsZero() || v.reading.settled:
		v.thread.markNew(m.Cursor)
		v.reading.settled = false
	default:
		v.thread.markNew(v.thread.newFrom)
	}
	if !v.atNewest() {
		v.reading.below++
	}
	return shown
}

// atNewest reports whether the newest message of the conversation is in view.
func (v *View) atNewest() bool { return v.thread.end && v.timeline.Stuck() }

// viewMoved follows the view: the next page, the button that leads to the newest, what was seen.
func (v *View) viewMoved() {
	if !v.history.opened {
		return
	}
	v.bar.follow()
	v.tip.hide()
	first, last := v.timeline.InView()
	rows := len(v.thread.rows)
	switch {
	case first >= 0 && first < pageAhead && !v.thread.start:
		v.older()
	case first >= 0 && last >= rows-pageAhead:
		v.newer()
	case first < 0 && !v.thread.end && v.mayRead(): // all that was loaded is gone
		v.toNewest()
	}
	if v.atNewest() {
		v.reading.below = 0
	}
	words := ""
	if v.reading.below > 0 {
		words = i18n.N("conversation.new", v.reading.below)
	}
	v.jump.set(!v.timeline.Stuck() && (words != "" || last < rows-1 || !v.thread.end), words)
	v.markSeen()
}

// markSeen marks the conversation as read once the newest message is in view in a window in front.
func (v *View) markSeen() {
	r := &v.reading
	if !r.front || !r.unseen || !v.history.opened || !v.atNewest() {
		return
	}
	r.unseen, r.settled = false, true
	v.work.Do(func() {
		if err := v.o.Client.MarkRead(v.o.ID); err != nil {
			v.o.Log.Warn("not marked as read", "error", err)
			v.later(func() { r.unseen = true })
		}
	})
}

func (v *View) showConnection(c messaging.Connection) {
	back := c.State == messaging.Online && v.reading.connection.State != messaging.Online
	v.reading.connection = c
	v.showBanner()
	if back {
		v.retryHistory()
	}
}

// reread reads the conversation's name, members and typing again.
func (v *View) reread() {
	v.work.Do(func() {
		c, err := v.o.Client.Conversation(v.o.ID)
		if err != nil {
			v.o.Log.Warn("conversation not read", "error", err)
			return
		}
		v.later(func() { v.setConversation(c) })
	})
}

func (v *View) setConversation(c messaging.Conversation) {
	if c.Group != v.conversation.Group {
		v.style++
	}
	v.conversation = c
	v.reading.unseen = v.reading.unseen || c.MarkedUnread
	if v.o.Changed != nil {
		v.o.Changed(c)
	}
	v.showHeader()
	v.showBanner()
	v.composer.input.mention.forget()
	if v.members != nil {
		v.members.reread()
	}
	v.update(func() {})
}

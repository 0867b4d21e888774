package list

import (
	"context"
	"maps"
	"slices"

	"discussions/internal/fold"
	"discussions/messaging"
	"discussions/ui/screen"
)

// reader holds the conversations of an account and reads those again that have changed. Changes during a reading are collected and
// read after it. It belongs to Fyne's goroutine.
type reader struct {
	h      screen.Window
	client screen.Client
	shown  func(changed []messaging.Conversation) // called after each reading

	all    []messaging.Conversation            // in the order of [messaging.CompareConversations]
	words  map[messaging.ConversationID]string // what a search looks into
	loaded bool                                // all were read once

	busy   bool
	whole  bool                              // all have changed
	these  map[messaging.ConversationID]bool // these have
	closed bool
}

// readOne is the largest number of conversations that are read one by one; for more, reading all is cheaper.
const readOne = 20

func newReader(h screen.Window, c screen.Client, shown func(changed []messaging.Conversation)) *reader {
	return &reader{h: h, client: c, shown: shown, these: map[messaging.ConversationID]bool{}}
}

// event marks what an event changes. Call read afterwards.
func (r *reader) event(e messaging.Event) {
	switch e := e.(type) {
	case messaging.ConversationsChanged:
		r.whole = true
	case messaging.ConversationChanged:
		r.these[e.ID] = true
	case messaging.MessageAdded:
		r.these[e.Message.Conversation] = true
	case messaging.MessageChanged:
		r.these[e.Message.Conversation] = true
	case messaging.MessageRemoved:
		r.these[e.Conversation] = true
	case messaging.TypingChanged: // needs no reading
		if i := r.index(e.ID); i >= 0 {
			r.all[i].Typing = e.Names
		}
		if r.busy {
			r.these[e.ID] = true // the running reading may be older
		}
	}
}

// read reads what has changed, now or after the running reading.
func (r *reader) read() {
	if r.busy || r.closed || !r.whole && len(r.these) == 0 {
		return
	}
	whole := r.whole || !r.loaded || len(r.these) > readOne
	ids := make([]messaging.ConversationID, 0, len(r.these))
	for id := range r.these {
		whole = whole || r.index(id) < 0 // a new one
		ids = append(ids, id)
	}
	r.busy, r.whole = true, false
	clear(r.these)
	words := map[messaging.ConversationID]string{}
	screen.Run(r.h, func(context.Context) (changed []messaging.Conversation, err error) {
		if whole {
			changed, err = r.client.Conversations()
		} else {
			changed = make([]messaging.Conversation, len(ids))
			for i := 0; i < len(ids) && err == nil; i++ {
				changed[i], err = r.client.Conversation(ids[i])
			}
		}
		for _, c := range changed {
			words[c.ID] = searchable(c)
		}
		return changed, err
	}, func(changed []messaging.Conversation, err error) {
		r.busy = false
		if r.closed {
			return
		}
		switch {
		case err != nil:
			r.h.Log().Warn("read the conversations", "error", err)
		case whole:
			r.all, r.words, r.loaded = changed, words, true
			r.shown(changed)
		default:
			maps.Copy(r.words, words)
			for _, c := range changed {
				r.place(c)
			}
			r.shown(changed)
		}
		r.read()
	})
}

// place moves a conversation to its place in the order.
func (r *reader) place(c messaging.Conversation) {
	if i := r.index(c.ID); i >= 0 {
		r.all = slices.Delete(r.all, i, i+1)
	}
	at, _ := slices.BinarySearchFunc(r.all, c, messaging.CompareConversations)
	r.all = slices.Insert(r.all, at, c)
}

func (r *reader) index(id messaging.ConversationID) int {
	return slices.IndexFunc(r.all, func(c messaging.Conversation) bool { return c.ID == id })
}

// searchable is what a search looks into.
func searchable(c messaging.Conversation) string { return fold.Searchable(c.Name + " " + c.Detail) }

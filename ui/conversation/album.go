package conversation

import (
	"slices"

	"discussions/messaging"
)

// album leads through all pictures of a conversation. Those on this computer are read in parts, the newest first, as far as the user goes;
// older ones come from the server. It belongs to Fyne's goroutine.
type album struct {
	v        *View
	pictures []messaging.Message // see [messaging.Message.Parts]; the newest first
	read     messaging.Cursor    // up to here
	more     bool                // older ones are on this computer
	past     bool                // and perhaps on the server
	renewed  bool                // the newest ones were read again for this step
	asked    bool                // the server was asked for this step
	loading  bool
}

func newAlbum(v *View) *album { return &album{v: v, more: true, past: true} }

// beside is the picture next to another, the newer one for 1, the older one for -1. Where it is not known yet, load looks for it, after which
// it is asked for again.
func (a *album) beside(from messaging.Message, by int) (next messaging.Message, found bool, load func(then func(error))) {
	at := slices.IndexFunc(a.pictures, func(m messaging.Message) bool { return m.ID == from.ID })
	to := at - by
	switch {
	case at >= 0 && to >= 0 && to < len(a.pictures):
		a.begin()
		return a.pictures[to], true, nil
	case at < 0 && len(a.pictures) > 0 && a.read.Before(from.Cursor): // withdrawn meanwhile
	case at >= 0 && to < 0:
		if !a.renewed {
			load = a.readNewest
		}
	case a.more:
		load = a.readOn
	case a.past && !a.asked:
		load = a.fetch
	}
	return next, false, load
}

// begin is for the next step: it may look as far as the one before.
func (a *album) begin() { a.renewed, a.asked = false, false }

func (a *album) readOn(then func(error)) {
	a.readFrom(a.read, func(list []messaging.Message, more bool) {
		a.more = more
		for _, m := range list {
			a.read = m.Cursor
			a.pictures = append(a.pictures, picturesOf(m)...)
		}
	}, then)
}

// readNewest takes in, in front, what is newer than all that was known.
func (a *album) readNewest(then func(error)) {
	a.readFrom(messaging.Cursor{}, func(list []messaging.Message, _ bool) {
		a.renewed = true
		var front []messaging.Message
		for _, m := range list {
			if a.pictures[0].Cursor.Before(m.Cursor) {
				front = append(front, picturesOf(m)...)
			}
		}
		a.pictures = append(front, a.pictures...)
	}, then)
}

func (a *album) readFrom(before messaging.Cursor, take func(list []messaging.Message, more bool), then func(error)) {
	v := a.v
	a.loading = true
	v.files.work.Do(func() {
		list, more, err := v.o.Client.SharedFiles(v.o.ID, before, galleryPage)
		v.later(func() {
			a.loading = false
			if err == nil {
				take(list, more)
			}
			then(err)
		})
	})
}

// fetch brings older messages from the server.
func (a *album) fetch(then func(error)) {
	v := a.v
	a.loading = true
	v.work.Go(func() {
		more, err := v.fetchPast()
		v.later(func() {
			a.loading = false
			if err == nil {
				a.past, a.more, a.asked = more, true, true
			}
			then(err)
		})
	})
}

// change follows a message that has changed; one without files is gone.
func (a *album) change(id messaging.MessageID, parts []messaging.Message) {
	for i, m := range a.pictures {
		for _, part := range parts {
			if part.ID == m.ID {
				a.pictures[i] = part
			}
		}
	}
	if parts == nil {
		a.pictures = slices.DeleteFunc(a.pictures, func(m messaging.Message) bool { return m.ID.Whole() == id })
	}
}

// picturesOf are the pictures of a message, the last one first.
func picturesOf(m messaging.Message) (list []messaging.Message) {
	for _, part := range slices.Backward(m.Parts()) {
		if isPicture(part) {
			list = append(list, part)
		}
	}
	return list
}

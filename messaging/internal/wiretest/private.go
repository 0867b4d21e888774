package wiretest

import (
	"context"
	"maps"
	"slices"

	"discussions/messaging/xmpp"
)

// Private is what the devices of the account share by the server.
type Private struct {
	Unread map[string]xmpp.UnreadMark // by conversation
	Status *xmpp.OwnStatus
	Sets   int // how often the wire has set something
}

// UnreadMarks implements the method of [xmpp.Client].
func (w *Server) UnreadMarks(context.Context) (marks []xmpp.UnreadMark, err error) {
	err = w.private(func(p *Private) {
		for _, name := range slices.Sorted(maps.Keys(p.Unread)) {
			marks = append(marks, p.Unread[name])
		}
	})
	return marks, err
}

// OwnStatus implements the method of [xmpp.Client].
func (w *Server) OwnStatus(context.Context) (v *xmpp.OwnStatus, err error) {
	err = w.private(func(p *Private) { v = p.Status })
	return v, err
}

// SetUnreadMark implements the method of [xmpp.Client]. The server tells this device too.
func (w *Server) SetUnreadMark(_ context.Context, m xmpp.UnreadMark) error {
	err := w.private(func(p *Private) { p.Sets++; p.mark(m) })
	if err == nil {
		w.Handle(xmpp.UnreadMarksChanged{Marks: []xmpp.UnreadMark{m}})
	}
	return err
}

// SetOwnStatus implements the method of [xmpp.Client]. The server tells this device too.
func (w *Server) SetOwnStatus(_ context.Context, v xmpp.OwnStatus) error {
	err := w.private(func(p *Private) { p.Sets++; p.Status = &v })
	if err == nil {
		w.Handle(xmpp.OwnStatusChanged{Status: &v})
	}
	return err
}

// MarkedElsewhere is another device of the account that marks a conversation; live: this one is connected.
func (w *Server) MarkedElsewhere(m xmpp.UnreadMark, live bool) {
	w.Lock()
	w.Private.mark(m)
	w.Unlock()
	if live {
		w.Handle(xmpp.UnreadMarksChanged{Marks: []xmpp.UnreadMark{m}})
	}
}

// StatusElsewhere is another device of the account that sets the status; live: this one is connected.
func (w *Server) StatusElsewhere(v xmpp.OwnStatus, live bool) {
	w.Lock()
	w.Private.Status = &v
	w.Unlock()
	if live {
		w.Handle(xmpp.OwnStatusChanged{Status: &v})
	}
}

func (p *Private) mark(m xmpp.UnreadMark) {
	if p.Unread == nil {
		p.Unread = map[string]xmpp.UnreadMark{}
	}
	p.Unread[m.Conversation.String()] = m
}

func (w *Server) private(f func(*Private)) error {
	w.Lock()
	defer w.Unlock()
	if err := w.connected(); err != nil {
		return err
	}
	if w.NoMarks {
		return xmpp.ErrNotOffered
	}
	f(&w.Private)
	return nil
}

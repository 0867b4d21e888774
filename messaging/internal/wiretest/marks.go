package wiretest

import (
	"context"
	"maps"
	"slices"

	"discussions/messaging/xmpp"
)

// ReadMarks implements the method of [xmpp.Client].
func (w *Server) ReadMarks(context.Context) (marks []xmpp.ReadMark, err error) {
	w.Lock()
	defer w.Unlock()
	if err := w.connected(); err != nil {
		return nil, err
	}
	if w.NoMarks {
		return nil, xmpp.ErrNotOffered
	}
	for _, name := range slices.Sorted(maps.Keys(w.Marks)) {
		marks = append(marks, w.Marks[name])
	}
	return marks, nil
}

// SetReadMark implements the method of [xmpp.Client]. The server tells this device too.
func (w *Server) SetReadMark(_ context.Context, m xmpp.ReadMark) error {
	w.Lock()
	if err := w.connected(); err != nil {
		w.Unlock()
		return err
	}
	w.Told = append(w.Told, m)
	w.setMark(m)
	w.Unlock()
	w.Handle(xmpp.ReadMarksChanged{Marks: []xmpp.ReadMark{m}})
	return nil
}

// ReadElsewhere is another device of the account that has seen a conversation; live: this one is connected.
func (w *Server) ReadElsewhere(m xmpp.ReadMark, live bool) {
	w.Lock()
	w.setMark(m)
	w.Unlock()
	if live {
		w.Handle(xmpp.ReadMarksChanged{Marks: []xmpp.ReadMark{m}})
	}
}

func (w *Server) setMark(m xmpp.ReadMark) {
	if w.Marks == nil {
		w.Marks = map[string]xmpp.ReadMark{}
	}
	w.Marks[m.Conversation.String()] = m
}

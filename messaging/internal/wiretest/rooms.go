package wiretest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"mellium.im/xmpp/jid"

	"discussions/messaging/xmpp"
)

// Join enters a room, unless Refuse says no.
func (w *Server) Join(_ context.Context, room jid.JID, nick string) error {
	w.flow.Lock()
	defer w.flow.Unlock()
	w.Lock()
	defer w.Unlock()
	if err := w.connected(); err != nil {
		return err
	}
	if w.Refuse != nil {
		if err := w.Refuse(room, nick); err != nil {
			return err
		}
	}
	w.in[room.String()] = true
	w.joined = append(w.joined, full(room, nick).String())
	handle, present := w.Handle, w.present(room, nick)
	w.Unlock()
	for _, p := range present { // a room tells who is there before it confirms
		handle(xmpp.PresenceReceived{Presence: p})
	}
	w.Lock()
	return nil
}

// present are the presences of a room that somebody enters.
func (w *Server) present(room jid.JID, nick string) []xmpp.Presence {
	self := xmpp.Occupant{JID: Claire, Self: true, ID: w.OccupantIDs[nick], Codes: []int{100, 110}}
	other := xmpp.Occupant{JID: Sophie, ID: w.OccupantIDs["Sophie"]}
	if w.Hides {
		self.JID, self.Codes, other.JID = jid.JID{}, []int{110}, jid.JID{}
	}
	return []xmpp.Presence{
		{From: full(room, "Sophie"), To: Claire, Occupant: &other}, {From: full(room, nick), To: Claire, Occupant: &self},
	}
}

// behind is whose a nickname is that [Server.present] tells.
func (w *Server) behind(nick string) jid.JID {
	switch {
	case w.Hides:
		return jid.JID{}
	case nick == "Sophie":
		return Sophie
	case nick == "Claire" || slices.ContainsFunc(w.joined, func(as string) bool { return strings.HasSuffix(as, "/"+nick) }):
		return Claire
	}
	return jid.JID{}
}

// SelfPing implements the method of [xmpp.Client].
func (w *Server) SelfPing(_ context.Context, room jid.JID) (bool, error) {
	w.Lock()
	defer w.Unlock()
	if err := w.connected(); err != nil {
		return false, err
	}
	w.Pings = append(w.Pings, room.String())
	return w.NoPing == nil && w.in[room.String()], w.NoPing
}

// Leave leaves any room.
func (w *Server) Leave(room jid.JID) error {
	w.Lock()
	defer w.Unlock()
	if err := w.connected(); err != nil {
		return err
	}
	delete(w.in, room.String())
	w.Left = append(w.Left, room.String())
	return nil
}

// Moderate has a room withdraw a message.
func (w *Server) Moderate(_ context.Context, room jid.JID, id string) error {
	w.Lock()
	defer w.Unlock()
	if err := w.connected(); err != nil {
		return err
	}
	w.Stanzas++
	m := xmpp.Message{ID: fmt.Sprint("moderated", w.Stanzas), From: room, To: Claire, Type: "groupchat", Store: true,
		Retraction: &xmpp.Retraction{ID: id, Moderated: true, By: full(room, "Claire")}}
	w.keep(room, &m)
	w.owed = append(w.owed, func() { w.Live(m) })
	return nil
}

// Affiliations gives Claire and Sophie for any room.
func (w *Server) Affiliations(context.Context, jid.JID) ([]xmpp.Affiliate, error) {
	w.Lock()
	defer w.Unlock()
	return []xmpp.Affiliate{{JID: Claire, Nick: "Claire"}, {JID: Sophie, Nick: "Sophie"}}, w.connected()
}

// Restart has a room begin anew: nobody is in it, and nobody is told.
func (w *Server) Restart(room jid.JID) {
	w.Lock()
	defer w.Unlock()
	delete(w.in, room.String())
}

// SaysIn makes a message of an occupant of Garde, and archives it there.
func (w *Server) SaysIn(nick, body string) xmpp.Message {
	w.Lock()
	defer w.Unlock()
	w.Stanzas++
	m := xmpp.Message{
		ID: fmt.Sprint("g", w.Stanzas), From: full(Garde, nick), To: Claire, Type: "groupchat", Body: body, HasBody: true, Markable: true,
		Occupant: w.OccupantIDs[nick],
	}
	w.keep(Garde, &m)
	return m
}

// Joined are the rooms that were entered, each with the nickname, in order.
func (w *Server) Joined() []string {
	w.Lock()
	defer w.Unlock()
	return slices.Clone(w.joined)
}

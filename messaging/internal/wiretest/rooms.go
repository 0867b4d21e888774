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
	w.tellPicture(room)
	w.Lock()
	if w.ThrowsOut != nil {
		delete(w.in, room.String())
		out := *w.ThrowsOut
		w.Unlock()
		handle(out)
		w.Lock()
	}
	return nil
}

// InRoom reports whether the account is in a room.
func (w *Server) InRoom(room jid.JID) bool {
	w.Lock()
	defer w.Unlock()
	return w.in[room.String()]
}

// present are the presences of a room that somebody enters.
func (w *Server) present(room jid.JID, nick string) []xmpp.Presence {
	self := xmpp.Occupant{JID: Claire, Self: true, Entered: true, ID: w.OccupantIDs[nick], Codes: []int{100, 110}}
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

// Moderate makes a room withdraw a message.
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

// Affiliations gives Members of a room: Claire and Sophie, unless a test has set others.
func (w *Server) Affiliations(_ context.Context, room jid.JID) ([]xmpp.Affiliate, bool, error) {
	w.Lock()
	list, whole, err, listed := slices.Clone(w.members(room)), !w.Withholds, w.connected(), w.Listed
	w.Unlock()
	if listed != nil {
		listed()
	}
	return list, whole, err
}

func (w *Server) members(room jid.JID) []xmpp.Affiliate {
	if list, set := w.Members[room.String()]; set {
		return list
	}
	return []xmpp.Affiliate{{JID: Claire, Nick: "Claire", Affiliation: "member"}, {JID: Sophie, Nick: "Sophie", Affiliation: "owner"}}
}

// SetAffiliation changes Members of a room, as Forbid lets, and has the room tell it.
func (w *Server) SetAffiliation(_ context.Context, room, who jid.JID, affiliation string) error {
	w.Lock()
	defer w.Unlock()
	if err := w.permitted(); err != nil {
		return err
	}
	tell := w.setAffiliation(room, xmpp.Affiliate{JID: who.Bare(), Affiliation: affiliation})
	w.Unlock()
	tell() // before the answer
	w.Lock()
	return nil
}

// Affiliates makes somebody else change a member's affiliation.
func (w *Server) Affiliates(room jid.JID, a xmpp.Affiliate) {
	w.Lock()
	tell := w.setAffiliation(room, a)
	w.Unlock()
	tell()
}

// setAffiliation gives what tells it to those who are there.
func (w *Server) setAffiliation(room jid.JID, a xmpp.Affiliate) (tell func()) {
	list := slices.DeleteFunc(slices.Clone(w.members(room)), func(m xmpp.Affiliate) bool { return m.JID.Equal(a.JID) })
	if a.Affiliation != "none" && a.Affiliation != "outcast" {
		list = append(list, a)
	}
	w.Members[room.String()] = list
	if !w.up {
		return func() {}
	}
	return func() { w.Live(xmpp.Message{From: room, To: Claire, Type: "normal", Affiliates: []xmpp.Affiliate{a}}) }
}

// RoomService gives the domain of Garde.
func (w *Server) RoomService(context.Context) (xmpp.RoomService, error) {
	w.Lock()
	defer w.Unlock()
	return xmpp.RoomService{JID: Garde.Domain(), Pictured: !w.NoPictures}, w.connected()
}

// CreateRoom makes a room, as Forbid lets.
func (w *Server) CreateRoom(_ context.Context, room jid.JID, _, name string) error {
	w.Lock()
	defer w.Unlock()
	if err := w.permitted(); err != nil {
		return err
	}
	w.RoomNames[room.String()] = name
	w.Members[room.String()] = []xmpp.Affiliate{{JID: Claire, Affiliation: "owner"}}
	return nil
}

// RenameRoom names a room, as Forbid lets, and has it tell that it has changed.
func (w *Server) RenameRoom(_ context.Context, room jid.JID, name string) error {
	w.Lock()
	defer w.Unlock()
	if err := w.permitted(); err != nil {
		return err
	}
	w.rename(room, name)
	return nil
}

// Renamed makes somebody else name a room.
func (w *Server) Renamed(room jid.JID, name string) {
	w.Lock()
	w.rename(room, name)
	w.Unlock()
	w.Flow()
}

func (w *Server) rename(room jid.JID, name string) {
	w.RoomNames[room.String()] = name
	w.owed = append(w.owed, func() { w.Live(xmpp.Message{From: room, To: Claire, Type: "groupchat", StatusCodes: []int{104}}) })
}

// DestroyRoom ends a room, as Forbid lets.
func (w *Server) DestroyRoom(_ context.Context, room jid.JID) error {
	w.Lock()
	defer w.Unlock()
	if err := w.connected(); err != nil {
		return err
	}
	delete(w.in, room.String())
	return w.Forbid
}

// RoomInfo gives one of RoomNames and what the rooms can.
func (w *Server) RoomInfo(_ context.Context, room jid.JID) (xmpp.RoomInfo, error) {
	w.Lock()
	defer w.Unlock()
	info := xmpp.RoomInfo{Name: w.RoomNames[room.String()], Moderates: !w.NoModeration, Pictured: !w.NoPictures}
	if hash := w.pictureHash(room); w.Tells == ToldInInfo && !w.NoPictures && hash != "" {
		info.Picture = &hash
	}
	return info, w.connected()
}

// Unregister takes the account out of Members of a room, and has the room tell it; Registers says whether it may.
func (w *Server) Unregister(_ context.Context, room jid.JID) error {
	w.Lock()
	defer w.Unlock()
	if err := w.connected(); err != nil {
		return err
	}
	if w.Forbid != nil {
		return w.Forbid
	}
	if !w.Registers {
		return &xmpp.StanzaError{Type: "cancel", Condition: "service-unavailable"}
	}
	tell := w.setAffiliation(room, xmpp.Affiliate{JID: Claire, Affiliation: "none"})
	w.Unlock()
	tell()
	w.Lock()
	return nil
}

// SetBookmark changes Groups.
func (w *Server) SetBookmark(_ context.Context, b xmpp.Bookmark) error {
	w.Lock()
	defer w.Unlock()
	if err := w.connected(); err != nil {
		return err
	}
	w.removeBookmark(b.JID)
	w.Groups = append(w.Groups, b)
	return nil
}

// RemoveBookmark changes Groups.
func (w *Server) RemoveBookmark(_ context.Context, room jid.JID) error {
	w.Lock()
	defer w.Unlock()
	if err := w.connected(); err != nil {
		return err
	}
	w.removeBookmark(room)
	return nil
}

func (w *Server) removeBookmark(room jid.JID) {
	w.Groups = slices.DeleteFunc(slices.Clone(w.Groups), func(b xmpp.Bookmark) bool { return b.JID.Equal(room) })
}

// Restart empties a room without notifying anybody.
func (w *Server) Restart(room jid.JID) {
	w.Lock()
	defer w.Unlock()
	delete(w.in, room.String())
}

// SaysIn makes a message of an occupant of Garde, and archives it there.
func (w *Server) SaysIn(nick, body string) xmpp.Message {
	return w.SendsIn(nick, xmpp.Message{Body: body, HasBody: true, Markable: true})
}

// SendsIn makes whatever an occupant of Garde sends there, and archives it.
func (w *Server) SendsIn(nick string, m xmpp.Message) xmpp.Message {
	w.Lock()
	defer w.Unlock()
	w.Stanzas++
	m.ID, m.From, m.To, m.Type, m.Occupant = fmt.Sprint("g", w.Stanzas), full(Garde, nick), Claire, "groupchat", w.OccupantIDs[nick]
	w.keep(Garde, &m)
	return m
}

// Joined are the rooms that were entered, each with the nickname, in order.
func (w *Server) Joined() []string {
	w.Lock()
	defer w.Unlock()
	return slices.Clone(w.joined)
}

// permitted reports why a room is not run by this account now.
func (w *Server) permitted() error {
	if err := w.connected(); err != nil {
		return err
	}
	return w.Forbid
}

package wiretest

import (
	"context"
	"crypto/sha1"
	"encoding/hex"

	"mellium.im/xmpp/jid"

	"discussions/messaging/xmpp"
)

// PictureTelling is how rooms tell the hash of their picture.
type PictureTelling int

// The ways.
const (
	ToldInInfo     PictureTelling = iota // XEP-0486
	ToldByPresence                       // XEP-0153, as older servers do
	NotTold
)

// RoomPicture gives one of Pictures.
func (w *Server) RoomPicture(_ context.Context, room jid.JID) ([]byte, error) {
	w.Lock()
	if w.NoPictures {
		defer w.Unlock()
		return nil, &xmpp.StanzaError{Type: "cancel", Condition: "service-unavailable"}
	}
	w.PicturesAsked++
	data, err, asked := w.Pictures[room.String()], w.connected(), w.PictureAsked
	if len(data) > xmpp.MostPicture {
		data, err = nil, &xmpp.GuardError{Rule: xmpp.RuleLength}
	}
	w.Unlock()
	if asked != nil {
		asked()
	}
	return data, err
}

// SetRoomPicture changes Pictures, as Forbid lets, and has the room tell it.
func (w *Server) SetRoomPicture(_ context.Context, room jid.JID, png []byte) error {
	w.Lock()
	defer w.Unlock()
	if err := w.permitted(); err != nil {
		return err
	}
	if w.NoPictures {
		return &xmpp.StanzaError{Type: "cancel", Condition: "service-unavailable"}
	}
	w.setPicture(room, png)
	return nil
}

// Pictured makes somebody else give a room a picture.
func (w *Server) Pictured(room jid.JID, data []byte) {
	w.Lock()
	w.setPicture(room, data)
	w.Unlock()
	w.Flow()
}

func (w *Server) setPicture(room jid.JID, data []byte) {
	w.Pictures[room.String()] = data
	w.owed = append(w.owed, func() {
		w.tellPicture(room)
		w.Live(xmpp.Message{From: room, To: Claire, Type: "groupchat", StatusCodes: []int{104}})
	})
}

// tellPicture is the presence of a room that tells its picture so.
func (w *Server) tellPicture(room jid.JID) {
	w.Lock()
	hash, tells := w.pictureHash(room), w.Tells == ToldByPresence && !w.NoPictures
	w.Unlock()
	if tells {
		w.Handle(xmpp.RoomPictureTold{Room: room, Hash: hash})
	}
}

func (w *Server) pictureHash(room jid.JID) string {
	data := w.Pictures[room.String()]
	if len(data) == 0 {
		return ""
	}
	sum := sha1.Sum(data)
	return hex.EncodeToString(sum[:])
}

package messaging

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"mellium.im/xmpp/jid"

	"discussions/messaging/xmpp"
)

// wire is the part of [xmpp.Client] that is used; tests replace it by a scripted one.
type wire interface {
	Run(ctx context.Context) error
	Retry()
	Handled(ctx context.Context) error
	Send(m xmpp.Message) error
	SendPresence(p xmpp.Presence) error
	Archive(ctx context.Context, q xmpp.ArchiveQuery) (xmpp.ArchivePage, error)
	ArchivePrefs(ctx context.Context) (xmpp.ArchivePrefs, error)
	Roster(ctx context.Context) ([]xmpp.RosterItem, error)
	Bookmarks(ctx context.Context) ([]xmpp.Bookmark, error)
	ReadMarks(ctx context.Context) ([]xmpp.ReadMark, error)
	SetReadMark(ctx context.Context, m xmpp.ReadMark) error
	UnreadMarks(ctx context.Context) ([]xmpp.UnreadMark, error)
	SetUnreadMark(ctx context.Context, m xmpp.UnreadMark) error
	OwnStatus(ctx context.Context) (*xmpp.OwnStatus, error)
	SetOwnStatus(ctx context.Context, v xmpp.OwnStatus) error
	SetActive(active bool)
	Join(ctx context.Context, room jid.JID, nick string) error
	InRoom(room jid.JID) bool
	SelfPing(ctx context.Context, room jid.JID) (in bool, err error)
	Leave(room jid.JID) error
	Moderate(ctx context.Context, room jid.JID, id string) error
	Affiliations(ctx context.Context, room jid.JID) (list []xmpp.Affiliate, whole bool, err error)
	SetAffiliation(ctx context.Context, room, who jid.JID, affiliation string) error
	RoomService(ctx context.Context) (xmpp.RoomService, error)
	CreateRoom(ctx context.Context, room jid.JID, nick, name string) error
	RenameRoom(ctx context.Context, room jid.JID, name string) error
	DestroyRoom(ctx context.Context, room jid.JID) error
	RoomInfo(ctx context.Context, room jid.JID) (xmpp.RoomInfo, error)
	RoomPicture(ctx context.Context, room jid.JID) ([]byte, error)
	SetRoomPicture(ctx context.Context, room jid.JID, png []byte) error
	Unregister(ctx context.Context, room jid.JID) error
	SetBookmark(ctx context.Context, b xmpp.Bookmark) error
	RemoveBookmark(ctx context.Context, room jid.JID) error
	Refused() map[xmpp.Rule]int
	UploadService(ctx context.Context) (xmpp.UploadService, error)
	UploadSlot(ctx context.Context, service jid.JID, name, mediaType string, size int64) (xmpp.UploadSlot, error)
	VCard(ctx context.Context, who jid.JID) (xmpp.VCard, error)
	Card(ctx context.Context, who jid.JID) (xmpp.VCard, error)
	FindInDirectory(ctx context.Context, word string) ([]xmpp.DirectoryEntry, error)
	BlockList(ctx context.Context) ([]jid.JID, error)
	SetBlocked(ctx context.Context, who jid.JID, on bool) error
}

// problem turns an error of the wire into one that can be explained to the user.
func problem(err error) Problem {
	switch {
	case err == nil:
		return None
	case errors.Is(err, ErrClock):
		return Clock
	case errors.Is(err, ErrLoginNeeded):
		return LoginNeeded
	case errors.Is(err, xmpp.ErrPortal):
		return Portal
	case errors.Is(err, xmpp.ErrReplaced):
		return Replaced
	case errors.Is(err, xmpp.ErrCertificate):
		return Certificate
	case errors.Is(err, xmpp.ErrRefused):
		return TokenRefused
	case errors.Is(err, xmpp.ErrUnreachable), errors.Is(err, xmpp.ErrToken), errors.Is(err, xmpp.ErrNoAnswer):
		return Unreachable
	}
	return Server
}

// address is the JID of a conversation.
func address(id ConversationID) jid.JID {
	j, err := xmpp.ParseJID(string(id))
	if err != nil {
		return jid.JID{}
	}
	return j
}

// archiveJID is the JID of an archive; the zero JID is the account's own.
func archiveJID(id ArchiveID) jid.JID { return address(ConversationID(id)) }

// newID makes an id for a stanza.
func newID() string { return uuid.NewString() }

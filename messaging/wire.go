package messaging

import (
	"context"
	"errors"

	"mellium.im/xmpp/jid"

	"discussions/messaging/xmpp"
)

// wire is what is used of an [xmpp.Client]; tests put a scripted one in its place.
type wire interface {
	Run(ctx context.Context) error
	Retry()
	Send(m xmpp.Message) error
	SendPresence(p xmpp.Presence) error
	Archive(ctx context.Context, q xmpp.ArchiveQuery) (xmpp.ArchivePage, error)
	Roster(ctx context.Context) ([]xmpp.RosterItem, error)
	Bookmarks(ctx context.Context) ([]xmpp.Bookmark, error)
	Join(ctx context.Context, room jid.JID, nick string) error
	Affiliations(ctx context.Context, room jid.JID) ([]xmpp.Affiliate, error)
	VCard(ctx context.Context, who jid.JID) (xmpp.VCard, error)
}

// problem puts an error of the wire into terms that a user can be told.
func problem(err error) Problem {
	switch {
	case err == nil:
		return None
	case errors.Is(err, ErrClock):
		return Clock
	case errors.Is(err, ErrLoginNeeded):
		return LoginNeeded
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

// text is the form of a JID that names a conversation or a person.
func text(j jid.JID) string { return j.Bare().String() }

// none says whether j is no JID.
func none(j jid.JID) bool { return j.Equal(jid.JID{}) }

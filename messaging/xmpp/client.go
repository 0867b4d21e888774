package xmpp

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"discussions/internal/secret"
	"mellium.im/xmpp/jid"
)

// MaxSent is the most that is sent in one stanza, in bytes: some servers end the stream for more than 256 KiB, and would then be
// sent the same again for ever.
const MaxSent = 64 << 10

// Config is what a [Client] needs. JID and Token, and one of Domain and WebSocket, are required.
type Config struct {
	JID       jid.JID // the account, bare
	Domain    string  // asked for its WebSocket address (XEP-0156) when WebSocket is empty; default: the JID's domain
	WebSocket string  // a fixed address, wss:// (ws:// for a loopback address only)
	// Transport gives certificate trust and proxy; it is cloned. Nil: the defaults of net/http.
	Transport *http.Transport
	// Token gives an access token that is valid now. It is asked for each login, and once more when one was refused.
	Token func(ctx context.Context) (secret.Text, error)
	// Resource names this client among the account's clients. It should be stable for one installation and unlike any other's.
	// Empty: a random one for the life of the Client.
	Resource string
	// Handle gets the events, in stream order, on one goroutine. It may call any method of the Client, and may wait for the disk: what the
	// server sends meanwhile is queued, and acknowledged only when handled. Nil: events are dropped.
	Handle func(Event)
	Log    *slog.Logger // no contents, tokens or names are logged. Nil: no log

	PingEvery   time.Duration // default 30 s
	PingTimeout time.Duration // default 10 s; also the limit of a write
}

// Client is one account's session, kept up while Run runs. Its methods may be called from any goroutine.
type Client struct{ cfg Config }

// New returns a client that does nothing before Run.
func New(c Config) *Client { return &Client{cfg: c} }

// Run connects and stays connected until ctx ends; it then closes the stream, ends its goroutines, handles what came in, and returns
// ctx's error. Run may be called once.
func (c *Client) Run(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }

// Retry begins the next attempt now, without waiting for the back-off; nothing happens while there is a session or an attempt.
func (c *Client) Retry() {}

// Send queues a message for the session; it returns before the message is written. [Acked] tells when the server has it; when the
// session is lost for good first, [Connected].Unacked holds its ID. Errors: ErrNotConnected, ErrTooLong.
func (c *Client) Send(m Message) error { return ErrNotConnected }

// SendPresence queues a presence.
func (c *Client) SendPresence(p Presence) error { return ErrNotConnected }

// SetActive tells the server whether somebody looks at the program (XEP-0352); it holds for later sessions too.
func (c *Client) SetActive(active bool) {}

var errTODO = errors.New("not yet")

// Endpoints are what a domain tells about itself.
type Endpoints struct{ WebSocket, Issuer string }

// Discover asks a domain for its WebSocket address and OpenID issuer (XEP-0156).
func Discover(ctx context.Context, client *http.Client, domain string) (Endpoints, error) {
	return Endpoints{}, errTODO
}

// ArchiveQuery asks for one page of an archive (XEP-0313, XEP-0059).
type ArchiveQuery struct {
	Archive jid.JID // the room's bare JID; zero: the own account's
	With    jid.JID // only messages exchanged with this JID; zero: all
	After   string  // only what comes after this archive id, oldest first
	Before  string  // only what comes before this archive id (sets UseBefore)
	// UseBefore pages backwards: the last page before Before, or the newest page when Before is empty.
	UseBefore bool
	Start     time.Time // nothing older; zero: no limit
	Max       int       // messages in the page; default 50, at most 250
}

// ArchivePage is a page of an archive, oldest message first whichever way it was asked.
type ArchivePage struct {
	Messages    []Message // Delay is the archive's time, ArchiveID its cursor
	First, Last string    // archive ids of the page's ends; empty when there is nothing
	// Complete: there is nothing beyond this page in the direction asked.
	Complete bool
	Count    int // messages in the whole result, -1 when not told
}

// Archive asks for a page. An id that the archive does not know gives ErrItemNotFound.
func (c *Client) Archive(ctx context.Context, q ArchiveQuery) (ArchivePage, error) {
	return ArchivePage{}, errTODO
}

// RosterItem is a contact (RFC 6121 §2).
type RosterItem struct {
	JID          jid.JID
	Name         string
	Subscription string // none, to, from, both; remove in a push
	Ask          string // "subscribe" while a request waits
	Groups       []string
}

// Roster asks for all contacts.
func (c *Client) Roster(ctx context.Context) ([]RosterItem, error) { return nil, errTODO }

// Bookmark is a room the account wants to be in (XEP-0402).
type Bookmark struct {
	JID        jid.JID
	Name, Nick string
	Autojoin   bool
}

// Bookmarks asks for all bookmarks; an account without any gives none and no error.
func (c *Client) Bookmarks(ctx context.Context) ([]Bookmark, error) { return nil, errTODO }

// Join enters a room and waits until the room says so; see muc.go.
func (c *Client) Join(ctx context.Context, room jid.JID, nick string) error { return errTODO }

// Leave leaves a room; [RoomLeft] follows.
func (c *Client) Leave(room jid.JID) error { return ErrNotConnected }

// Affiliate is somebody whom a room knows lastingly.
type Affiliate struct {
	JID         jid.JID // bare
	Affiliation string  // owner, admin, member
	Nick        string  // reserved nickname, where known
}

// Affiliations asks a room for its owners, admins and members.
func (c *Client) Affiliations(ctx context.Context, room jid.JID) ([]Affiliate, error) {
	return nil, errTODO
}

// VCard is what this program reads of a vCard.
type VCard struct{ FullName, Title, Role, Org string }

// VCard asks for somebody's vCard (XEP-0054); zero: the own one. None gives ErrItemNotFound or an empty one, as the server likes.
func (c *Client) VCard(ctx context.Context, who jid.JID) (VCard, error) { return VCard{}, errTODO }

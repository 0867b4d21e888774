package messaging

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"discussions/internal/secret"
)

// MaxBody is the most bytes that [Client.Send] takes: some servers end the stream on larger stanzas.
const MaxBody = 64 << 10

// Config is what a [Client] needs.
type Config struct {
	JID  string // the account's bare JID
	Name string // the account's own name, for own messages
	Dir  string // folder of the cache; it exists and is 0700

	Domain    string // finds the websocket (XEP-0156) where WebSocket is ""
	WebSocket string
	Transport *http.Transport

	// Token gives an access token that is valid now. Its error may wrap [ErrLoginNeeded] or [ErrClock].
	Token func(ctx context.Context) (secret.Text, error)

	Log *slog.Logger     // nil: nothing is logged. Never given any content.
	Now func() time.Time // nil: time.Now
}

// Client is the conversations of one account. Make one with [New]. All methods may be called from any goroutine.
type Client struct{ cfg Config }

// New makes a client that is locked and not started.
func New(c Config) *Client { return &Client{cfg: c} }

// Unlock opens the encrypted cache with key, which the caller has proven (by the vault) to be the right one. The client
// keeps no reference to key. What was missed while locked is fetched from the archive when there is a connection.
func (c *Client) Unlock(key secret.Key) error { return nil }

// Lock closes the cache and forgets its key; unread messages go on being counted.
func (c *Client) Lock() error { return nil }

// Start connects and keeps connected until Close.
func (c *Client) Start() {}

// Close disconnects, locks, and waits for all goroutines of the client. Not to be called by a subscriber.
func (c *Client) Close() error { return nil }

// Retry connects now instead of at the end of the back-off.
func (c *Client) Retry() {}

// Subscribe has f called for each event, in order, until cancel. f must not block, nor call Close.
func (c *Client) Subscribe(f func(Event)) (cancel func()) { return func() {} }

// Connection is the present state of the websocket.
func (c *Client) Connection() Connection { return Connection{} }

// Conversations lists the conversations, newest message first, then those without messages by name.
func (c *Client) Conversations() ([]Conversation, error) { return nil, nil }

// Conversation gives one conversation, also one with a person who is no contact yet.
func (c *Client) Conversation(id string) (Conversation, error) { return Conversation{}, nil }

// History gives the n messages before a place, the newest ones for the zero Cursor: from the cache, and from the server's
// archive where the cache has a hole. It returns [ErrOffline] when the archive is needed and there is no connection.
func (c *Client) History(ctx context.Context, id string, before Cursor, n int) (Page, error) {
	return Page{}, nil
}

// Send puts a message into the outbox on disk and returns it, Queued. Its further way is told by [MessageChanged].
func (c *Client) Send(id, body string) (Message, error) { return Message{}, nil }

// Resend queues a Failed message again.
func (c *Client) Resend(messageID string) error { return nil }

// Discard gives a Queued or Failed message up.
func (c *Client) Discard(messageID string) error { return nil }

// SetTyping tells the conversation that the user is writing, or paused. Call it at each key: it is throttled here.
func (c *Client) SetTyping(id string, on bool) {}

// MarkRead says that the user has seen all messages of the conversation, and tells the other side.
func (c *Client) MarkRead(id string) error { return nil }

// Members lists a group's people by name.
func (c *Client) Members(id string) []Member { return nil }

// Draft is what was left unsent in the conversation's box.
func (c *Client) Draft(id string) string { return "" }

// SetDraft keeps what is written and not sent, sealed on disk; "" forgets it.
func (c *Client) SetDraft(id, text string) error { return nil }

// Unread is the number of unread messages of all conversations, also while locked.
func (c *Client) Unread() int { return 0 }

// Unsent is the number of messages in the outbox, failed ones included.
func (c *Client) Unsent() int { return 0 }

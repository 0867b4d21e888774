package messagingtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"discussions/internal/secret"
	"discussions/messaging"
	"discussions/messaging/model"
)

// The people of the contract.
const (
	Claire messaging.ConversationID = "claire@example.org" // the account
	Sophie messaging.ConversationID = "sophie@example.org" // who writes to it
	paul   messaging.ConversationID = "paul@example.org"   // unknown to it
)

// Subject is a client under test.
type Subject interface {
	Unlock(secret.Key) error
	Lock() error
	Start()
	Close() error
	Retry()
	Subscribe(func(messaging.Event)) (unsubscribe func())
	Connection() messaging.Connection
	Unread() int
	Unsent() int
	SetAside() string

	Conversations() ([]messaging.Conversation, error)
	Conversation(messaging.ConversationID) (messaging.Conversation, error)
	History(ctx context.Context, id messaging.ConversationID, around messaging.Cursor, before, after int) (messaging.Page, error)
	Members(messaging.ConversationID) []messaging.Member
	ContactRequests() []messaging.ContactRequest
	AnswerContactRequest(id messaging.ConversationID, accept bool) error
	Search(context.Context, messaging.Search) (messaging.Found, error)
	FetchPast(context.Context, messaging.ConversationID) (more bool, err error)
	Draft(messaging.ConversationID) string
	SetDraft(messaging.ConversationID, string) error
	Send(messaging.ConversationID, messaging.Content) (messaging.Message, error)
	Reply(messaging.ConversationID, messaging.MessageID, messaging.Content) (messaging.Message, error)
	Correct(messaging.ConversationID, messaging.MessageID, messaging.Content) error
	Versions(messaging.ConversationID, messaging.MessageID) ([]messaging.Version, error)
	Readers(messaging.ConversationID, messaging.MessageID) ([]messaging.Reader, error)
	Retract(messaging.ConversationID, messaging.MessageID) error
	Moderate(context.Context, messaging.ConversationID, messaging.MessageID) error
	React(id messaging.ConversationID, message messaging.MessageID, emoji string, on bool) error
	SendFile(messaging.ConversationID, messaging.NewFile) (messaging.Message, error)
	FetchFile(m messaging.Message, asked messaging.Asking)
	FileState(messaging.Message) messaging.FileState
	OpenFile(messaging.Message) (io.ReadCloser, error)
	CancelFile(messaging.MessageID)
	SharedFiles(id messaging.ConversationID, before messaging.Cursor, n int) (list []messaging.Message, more bool, err error)
	Resend(messaging.MessageID) error
	Discard(messaging.MessageID) error
	SetTyping(messaging.ConversationID, bool)
	MarkRead(messaging.ConversationID) error

	Card(messaging.ConversationID) (messaging.Card, error)
	FetchCard(context.Context, messaging.ConversationID) (messaging.Card, error)
	FindPeople(ctx context.Context, text string) ([]messaging.Card, error)
	AskToBeContact(messaging.ConversationID) error
	SetBlocked(ctx context.Context, id messaging.ConversationID, on bool) error
	Status() messaging.Status
	SetStatus(messaging.Status) error

	CreateGroup(ctx context.Context, name string, members []messaging.ConversationID, words string) (messaging.ConversationID, error)
	GroupsPictured(context.Context) bool
	AddMembers(ctx context.Context, id messaging.ConversationID, members []messaging.ConversationID, words string) error
	RemoveMember(ctx context.Context, id, who messaging.ConversationID) error
	SetRole(ctx context.Context, id, who messaging.ConversationID, role messaging.Role) error
	HandOver(ctx context.Context, id, to messaging.ConversationID) error
	RenameGroup(ctx context.Context, id messaging.ConversationID, name string) error
	SetGroupPicture(ctx context.Context, id messaging.ConversationID, png []byte) error
	LeaveGroup(ctx context.Context, id messaging.ConversationID, words string) error
	EndGroup(context.Context, messaging.ConversationID) error
	Enter(messaging.ConversationID) error
	Accept(ctx context.Context, id messaging.ConversationID, invitation messaging.MessageID) (messaging.ConversationID, error)
	Decline(ctx context.Context, id messaging.ConversationID, invitation messaging.MessageID) error

	Mute(id messaging.ConversationID, until time.Time, mentions bool) error
	SetFavourite(id messaging.ConversationID, on bool) error
	SetArchived(id messaging.ConversationID, on bool) error
	MarkUnread(messaging.ConversationID) error
	SetPinned(id messaging.ConversationID, message messaging.MessageID, on bool) error
	Pinned(messaging.ConversationID) ([]messaging.Message, error)
}

var (
	_ Subject = (*messaging.Client)(nil)
	_ Subject = (*Client)(nil)
)

// Peer plays the rest of the world for a client under test: the server and Sophie.
type Peer interface {
	Archived(texts ...string) // Sophie wrote them before the client connects for the first time
	Connect()
	Disconnect()
	Missed(texts ...string)             // Sophie writes them while the client is away
	Says(text string)                   // Sophie writes
	Types(on bool)                      // Sophie begins to type, or stops
	Acknowledge()                       // the server takes over what it was given
	Delivered(messaging.MessageID)      // Sophie's device has a message
	Seen(messaging.MessageID)           // Sophie has seen it
	Refuse(messaging.MessageID, string) // the server sends it back, with a condition
	Told() []string                     // chat states that Sophie was told of until now
	Invites(text string)                // Sophie invites to a group
	Asks(name, text string)             // Paul asks to be a contact; he calls himself that
	Answers() []string                  // types of the presences that Paul was sent until now
}

// TestClient holds a client to what its callers rely on. begin gives a new client of [Claire] that is locked and not started, in a bubble
// of synctest; it closes the client at the end of the test.
func TestClient(t *testing.T, begin func(t *testing.T) (Subject, Peer)) {
	for name, test := range map[string]func(*contract){
		"what an event tells is in the store":                    (*contract).eventsComeAfterTheStore,
		"events come in order, to all alike":                     (*contract).eventsComeInOrder,
		"events are enough to follow":                            (*contract).eventsAreEnough,
		"what was missed is told":                                (*contract).missed,
		"a message goes from queued to read":                     (*contract).states,
		"a message is queued offline too":                        (*contract).offline,
		"what cannot be sent is refused at once":                 (*contract).unsendable,
		"a refused message is sent again":                        (*contract).resend,
		"a message is given up while the server has it not":      (*contract).discard,
		"a message is corrected":                                 (*contract).correct,
		"a message is withdrawn":                                 (*contract).retract,
		"a message is answered":                                  (*contract).reply,
		"reactions come and go":                                  (*contract).react,
		"history is a window":                                    (*contract).history,
		"history is read from end to end in both directions":     (*contract).wholeHistory,
		"a conversation without messages":                        (*contract).emptyConversation,
		"conversations are listed by their newest message":       (*contract).list,
		"a draft is kept":                                        (*contract).draft,
		"reading clears what is unread":                          (*contract).reading,
		"an answer alone reads nothing":                          (*contract).answering,
		"steady typing is told and does not pause":               (*contract).steadyTyping,
		"typing ends by a pause, by the user and by the message": (*contract).typingEnds,
		"others' typing is told":                                 (*contract).othersTyping,
		"a locked client counts and tells nothing":               (*contract).locked,
		"a closed client":                                        (*contract).closed,
		"the connection is told":                                 (*contract).connection,
		"the past is fetched to be searched":                     (*contract).searchingThePast,
		"messages are searched":                                  (*contract).searching,
		"a muted conversation neither rings nor counts":          (*contract).muted,
		"favourites stand before the others":                     (*contract).favourite,
		"a conversation is put away until its next message":      (*contract).putAway,
		"a conversation is marked as unread":                     (*contract).markedUnread,
		"the own status is told":                                 (*contract).ownStatus,
		"a person is blocked":                                    (*contract).blocked,
		"messages are pinned":                                    (*contract).pinned,
		"a contact request waits for its answer":                 (*contract).contactRequests,
		"a file is sent":                                         (*contract).sendingFiles,
		"contact requests are answered while connected":          (*contract).contactRequestsOffline,
		"a group is made, run and left":                          (*contract).ownGroup,
		"groups need the server":                                 (*contract).groupsOffline,
		"an invitation is answered once":                         (*contract).invitations,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := &contract{T: t}
				c.Subject, c.Peer = begin(t)
				c.must(c.Unlock(key()))
				c.Start()
				c.watch(&c.events)
				test(c)
			})
		})
	}
}

// contract is one test on one client.
type contract struct {
	*testing.T
	Subject
	Peer
	events []messaging.Event
	mu     sync.Mutex
}

func key() secret.Key { return secret.NewKey([]byte("0123456789abcdef0123456789abcdef")) }

// online connects, and waits until the client has what the archive had.
func (c *contract) online() {
	c.Connect()
	synctest.Wait()
}

// watch keeps the events from now on in list.
func (c *contract) watch(list *[]messaging.Event) (unsubscribe func()) {
	return c.Subscribe(func(e messaging.Event) {
		c.mu.Lock()
		defer c.mu.Unlock()
		*list = append(*list, e)
	})
}

// told gives the events of a list.
func (c *contract) told(list *[]messaging.Event) []messaging.Event {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(*list)
}

// forget drops the events so far.
func (c *contract) forget() {
	synctest.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.events = nil
}

// story is what was told of messages, in words. "list" is one ConversationChanged or several.
func (c *contract) story() (list []string) {
	for _, e := range c.told(&c.events) {
		switch e := e.(type) {
		case messaging.MessageAdded:
			live := ""
			if e.Live {
				live = " live"
			}
			list = append(list, fmt.Sprintf("added %s %s%s", model.PlainText(e.Message.Content), e.Message.State, live))
		case messaging.MessageChanged:
			list = append(list, fmt.Sprintf("changed %s %s", model.PlainText(e.Message.Content), e.Message.State))
		case messaging.MessageRemoved:
			list = append(list, "removed "+string(e.ID))
		case messaging.ConversationChanged:
			list = append(list, "list")
		}
	}
	return slices.Compact(list)
}

func (c *contract) send(text string) messaging.Message {
	m, err := c.Send(Sophie, messaging.Text{Body: text})
	if err != nil {
		c.Error(err)
	}
	return m
}

func (c *contract) read(around messaging.Cursor, before, after int) messaging.Page {
	page, err := c.History(context.Background(), Sophie, around, before, after)
	if err != nil {
		c.Error(err)
	}
	return page
}

func (c *contract) conversation(id messaging.ConversationID) messaging.Conversation {
	c.Helper()
	conv, err := c.Conversation(id)
	c.must(err)
	return conv
}

func (c *contract) conversations() []messaging.Conversation {
	list, err := c.Conversations()
	if err != nil {
		c.Error(err)
	}
	return list
}

func (c *contract) ids() (ids []messaging.ConversationID) {
	for _, conv := range c.conversations() {
		ids = append(ids, conv.ID)
	}
	return ids
}

func (c *contract) texts(p messaging.Page) (list []string) {
	for _, m := range p.Messages {
		list = append(list, model.PlainText(m.Content))
	}
	return list
}

// refused fails unless err says that there is no message with which that can be done.
func (c *contract) refused(what string, err error) {
	c.Helper()
	if !errors.Is(err, messaging.ErrNoMessage) {
		c.Errorf("%s: %v", what, err)
	}
}

func (c *contract) must(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

func (c *contract) same(what string, got, want any) {
	c.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		c.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

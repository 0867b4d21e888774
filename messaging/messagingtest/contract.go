package messagingtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
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
	Resend(messaging.MessageID) error
	Discard(messaging.MessageID) error
	SetTyping(messaging.ConversationID, bool)
	MarkRead(messaging.ConversationID) error
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
		"a contact request waits for its answer":                 (*contract).contactRequests,
		"contact requests are answered while connected":          (*contract).contactRequestsOffline,
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

func (c *contract) eventsComeAfterTheStore() {
	c.Archived("hier")
	c.online()
	c.Subscribe(func(e messaging.Event) {
		switch e := e.(type) {
		case messaging.MessageAdded:
			c.inStore(e.Message)
		case messaging.MessageChanged:
			c.inStore(e.Message)
		case messaging.MessageRemoved:
			for _, m := range c.read(messaging.Cursor{}, 50, 0).Messages {
				if m.ID == e.ID {
					c.Errorf("%s is told to be removed, and is there", e.ID)
				}
			}
		case messaging.CountChanged:
			if list, err := c.Conversations(); err != nil || len(list) == 0 {
				c.Errorf("%d conversations, %v", len(list), err)
			}
		}
	})
	c.Says("un")
	m := c.send("deux")
	c.Acknowledge()
	c.Seen(m.ID)
	m = c.send("trois")
	c.Refuse(m.ID, "forbidden")
	synctest.Wait()
	c.must(c.Discard(m.ID))
	synctest.Wait()
}

// inStore checks that the store has a message, in a state that is at least that one.
func (c *contract) inStore(m messaging.Message) {
	page := c.read(m.Cursor, 0, 1)
	if len(page.Messages) != 1 || page.Messages[0].ID != m.ID || page.Messages[0].State < m.State {
		c.Errorf("told of %s (%s), and the store has %+v", m.ID, m.State, page.Messages)
	}
}

func (c *contract) eventsComeInOrder() {
	c.online()
	var second, third []messaging.Event
	c.watch(&second)
	unsubscribe := c.watch(&third)
	unsubscribe()
	var senders sync.WaitGroup
	for i := range 20 {
		senders.Go(func() { c.send(fmt.Sprint("message ", i)) })
	}
	c.Says("un")
	senders.Wait()
	c.Says("deux")
	synctest.Wait()
	var added []messaging.MessageID
	for _, e := range c.told(&c.events) {
		if e, ok := e.(messaging.MessageAdded); ok {
			added = append(added, e.Message.ID)
		}
	}
	var stored []messaging.MessageID
	for _, m := range c.read(messaging.Cursor{}, 50, 0).Messages {
		stored = append(stored, m.ID)
	}
	c.same("in the order of the conversation", added, stored)
	c.same("to the second", c.told(&second), c.told(&c.events)[len(c.events)-len(second):])
	c.same("to one who has unsubscribed", len(c.told(&third)), 0)
}

// eventsAreEnough: who reads once and then follows the events knows what a reader knows.
func (c *contract) eventsAreEnough() {
	c.Archived("hier")
	c.online()
	list := map[messaging.ConversationID]messaging.Conversation{}
	window := map[messaging.MessageID]messaging.Message{}
	for _, conv := range c.conversations() {
		list[conv.ID] = conv
	}
	for _, m := range c.read(messaging.Cursor{}, 100, 0).Messages {
		window[m.ID] = m
	}
	read := func(id messaging.ConversationID) {
		if conv, err := c.Conversation(id); err == nil {
			list[id] = conv
		}
	}
	var mu sync.Mutex
	c.Subscribe(func(e messaging.Event) {
		mu.Lock()
		defer mu.Unlock()
		switch e := e.(type) {
		case messaging.ConversationsChanged:
			for _, conv := range c.conversations() {
				list[conv.ID] = conv
			}
		case messaging.ConversationChanged:
			read(e.ID)
		case messaging.TypingChanged:
			conv := list[e.ID]
			conv.Typing = e.Names
			list[e.ID] = conv
		case messaging.MessageAdded:
			if e.Message.Conversation == Sophie {
				window[e.Message.ID] = e.Message
			}
		case messaging.MessageChanged:
			window[e.Message.ID] = e.Message
		case messaging.MessageRemoved:
			delete(window, e.ID)
		}
	})
	var own messaging.Message
	for _, step := range []struct {
		name string
		do   func()
	}{
		{"Sophie types", func() { c.Types(true) }},
		{"Sophie writes", func() { c.Types(false); c.Says("un") }},
		{"a draft", func() { c.must(c.SetDraft(Sophie, "brouillon")) }},
		{"an answer", func() { own = c.send("deux") }},
		{"no draft", func() { c.must(c.SetDraft(Sophie, "")) }},
		{"it is sent", c.Acknowledge},
		{"it is delivered", func() { c.Delivered(own.ID) }},
		{"all is read", func() { c.must(c.MarkRead(Sophie)) }},
		{"Sophie reads", func() { c.Seen(own.ID) }},
		{"one that is refused", func() { own = c.send("trois"); c.Refuse(own.ID, "forbidden") }},
		{"it is sent again", func() { c.must(c.Resend(own.ID)) }},
		{"it is refused again", func() { c.Refuse(own.ID, "forbidden") }},
		{"it is given up", func() { c.must(c.Discard(own.ID)) }},
		{"offline", c.Disconnect},
		{"one that waits", func() { own = c.send("quatre") }},
		{"some are missed", func() { c.Missed("cinq", "six") }},
		{"online", c.Connect},
		{"what waited is sent", c.Acknowledge},
	} {
		step.do()
		time.Sleep(time.Second)
		synctest.Wait()
		mu.Lock()
		for _, conv := range c.conversations() {
			c.same(step.name+": conversation", list[conv.ID], conv)
		}
		messages := c.read(messaging.Cursor{}, 100, 0).Messages
		for _, m := range messages {
			c.same(step.name+": message", window[m.ID], m)
		}
		c.same(step.name+": number of messages", len(window), len(messages))
		mu.Unlock()
	}
}

func (c *contract) missed() {
	c.Archived("hier")
	c.online()
	c.Disconnect()
	c.Missed("un", "deux")
	c.forget()
	c.online()
	added := slices.DeleteFunc(c.story(), func(line string) bool { return line == "list" })
	c.same("told", added, []string{"added un received", "added deux received"})
	c.same("unread", c.Unread(), 2)
	c.same("messages", c.texts(c.read(messaging.Cursor{}, 10, 0)), []string{"hier", "un", "deux"})
	c.same("the first", c.texts(c.read(c.conversation(Sophie).FirstUnread, 0, 5)), []string{"un", "deux"})
}

func (c *contract) states() {
	c.Archived("bonjour")
	c.online()
	c.forget()
	m := c.send("me voici")
	c.same("at first", m.State, messaging.Queued)
	c.same("own", m.Own, true)
	c.same("conversation", m.Conversation, Sophie)
	c.same("unsent", c.Unsent(), 1)
	c.same("history", c.texts(c.read(messaging.Cursor{}, 10, 0)), []string{"bonjour", "me voici"})
	c.same("the last of the list", c.conversation(Sophie).Last, &m)
	for _, step := range []struct {
		do   func()
		want messaging.State
	}{
		{c.Acknowledge, messaging.Sent},
		{func() { c.Delivered(m.ID) }, messaging.Delivered},
		{func() { c.Seen(m.ID) }, messaging.Read},
		{func() { c.Delivered(m.ID) }, messaging.Read}, // late
		{func() { c.Refuse(m.ID, "forbidden") }, messaging.Read},
	} {
		step.do()
		time.Sleep(time.Second) // the archive is asked for it
		synctest.Wait()
		c.same("state", c.conversation(Sophie).Last.State, step.want)
	}
	readers, err := c.Readers(Sophie, m.ID)
	c.must(err)
	c.same("readers, of which two people need none", len(readers), 0)
	c.same("unsent", c.Unsent(), 0)
	c.same("told", c.story(), []string{
		"added me voici queued live", "list", "changed me voici sent", "list", "changed me voici delivered", "list", "changed me voici read", "list",
	})
}

func (c *contract) offline() {
	c.Archived("bonjour")
	c.online()
	c.Disconnect()
	m := c.send("hors ligne")
	c.Acknowledge()
	synctest.Wait()
	c.same("state", c.conversation(Sophie).Last.State, messaging.Queued)
	c.same("unsent", c.Unsent(), 1)
	c.online()
	c.Acknowledge()
	time.Sleep(time.Second)
	synctest.Wait()
	c.same("state once online", c.conversation(Sophie).Last.State, messaging.Sent)
	c.same("the same message", c.conversation(Sophie).Last.ID, m.ID)
	c.same("unsent once online", c.Unsent(), 0)
}

func (c *contract) unsendable() {
	c.online()
	c.forget()
	for _, test := range []struct {
		to      messaging.ConversationID
		content messaging.Content
		want    error
	}{
		{Sophie, messaging.Text{}, messaging.ErrEmpty},
		{Sophie, messaging.Text{Body: " \n\t"}, messaging.ErrEmpty},
		{Sophie, messaging.Text{Body: strings.Repeat("x", messaging.MaxBody+1)}, messaging.ErrTooLong},
		{Sophie, messaging.Text{Body: strings.Repeat("<", messaging.MaxBody/2)}, messaging.ErrTooLong}, // "&lt;" in XML
		{"", messaging.Text{Body: "bonjour"}, messaging.ErrNoConversation},
		{"@", messaging.Text{Body: "bonjour"}, messaging.ErrNoConversation},
		{Claire, messaging.Text{Body: "bonjour"}, messaging.ErrNoConversation},
	} {
		if _, err := c.Send(test.to, test.content); !errors.Is(err, test.want) {
			c.Errorf("Send(%q): %v, want %v", test.to, err, test.want)
		}
	}
	if _, err := c.Send(Sophie, messaging.File{Name: "ordonnance.pdf"}); err == nil {
		c.Error("a file was sent")
	}
	synctest.Wait()
	c.same("told", c.story(), []string(nil))
	c.same("unsent", c.Unsent(), 0)
}

func (c *contract) resend() {
	c.Archived("bonjour")
	c.online()
	m := c.send("refusé")
	c.refused("one that is on its way", c.Resend(m.ID))
	c.Acknowledge()
	c.forget()
	c.Refuse(m.ID, "forbidden")
	synctest.Wait()
	last := c.conversation(Sophie).Last
	c.same("state", last.State, messaging.Failed)
	c.same("reason", last.Failure, "forbidden")
	c.same("unsent", c.Unsent(), 1)
	c.must(c.Resend(m.ID))
	last = c.conversation(Sophie).Last
	c.same("state when sent again", last.State, messaging.Queued)
	c.same("reason when sent again", last.Failure, "")
	c.Acknowledge()
	time.Sleep(time.Second)
	synctest.Wait()
	c.same("state at the end", c.conversation(Sophie).Last.State, messaging.Sent)
	c.same("told", c.story(), []string{"changed refusé failed", "list", "changed refusé queued", "list", "changed refusé sent", "list"})
	c.refused("one that was sent", c.Resend(m.ID))
	c.refused("one that is not there", c.Resend("x"))
}

func (c *contract) discard() {
	c.Archived("bonjour")
	c.online()
	c.Disconnect()
	m := c.send("hors ligne")
	c.forget()
	c.must(c.Discard(m.ID))
	synctest.Wait()
	c.same("told", c.story(), []string{"removed " + string(m.ID), "list"})
	c.same("unsent", c.Unsent(), 0)
	c.same("what is left", c.texts(c.read(messaging.Cursor{}, 10, 0)), []string{"bonjour"})
	c.same("the last of the list", model.PlainText(c.conversation(Sophie).Last.Content), "bonjour")
	c.refused("one that was given up", c.Discard(m.ID))

	c.online()
	m = c.send("refusé")
	c.refused("one that is on its way", c.Discard(m.ID))
	c.Acknowledge()
	c.refused("one that the server has", c.Discard(m.ID))
	c.Refuse(m.ID, "forbidden")
	synctest.Wait()
	c.must(c.Discard(m.ID))
	c.same("what is left of a refused one", c.texts(c.read(messaging.Cursor{}, 10, 0)), []string{"bonjour"})
	c.Refuse(m.ID, "forbidden") // the server may say it twice
	synctest.Wait()
	c.same("unsent after a second refusal", c.Unsent(), 0)
	c.refused("another's", c.Discard(c.conversation(Sophie).Last.ID))
	c.refused("one that is not there", c.Discard("x"))
}

func (c *contract) correct() {
	c.Archived("bonjour")
	c.online()
	m := c.send("10 mg")
	c.Acknowledge()
	c.forget()
	c.must(c.Correct(Sophie, m.ID, messaging.Text{Body: "1 mg"}))
	last := c.conversation(Sophie).Last
	c.same("the same message", last.ID, m.ID)
	c.same("state", last.State, messaging.Queued)
	c.same("corrected", last.Edited.IsZero(), false)
	c.Acknowledge()
	time.Sleep(time.Second)
	synctest.Wait()
	c.same("told", c.story(), []string{"changed 1 mg queued", "list", "changed 1 mg sent", "list"})
	versions, err := c.Versions(Sophie, m.ID)
	c.must(err)
	c.same("before", len(versions), 1)
	c.same("it said", versions[0].Content, messaging.Content(messaging.Text{Body: "10 mg"}))
	c.same("history", c.texts(c.read(messaging.Cursor{}, 10, 0)), []string{"bonjour", "1 mg"})
	c.forget()
	c.must(c.Correct(Sophie, m.ID, messaging.Text{Body: "1 mg"}))
	c.same("told of the same text", c.story(), []string(nil))
	c.refused("another's", c.Correct(Sophie, c.read(messaging.Cursor{}, 10, 0).Messages[0].ID, messaging.Text{Body: "x"}))
	c.refused("one that is not there", c.Correct(Sophie, "x", messaging.Text{Body: "x"}))
	c.refused("one of another conversation", c.Correct(paul, m.ID, messaging.Text{Body: "x"}))
	if err := c.Correct(Sophie, m.ID, messaging.Text{}); !errors.Is(err, messaging.ErrEmpty) {
		c.Error("a text was emptied:", err)
	}
	c.Disconnect()
	m = c.send("hors ligne")
	c.must(c.Correct(Sophie, m.ID, messaging.Text{Body: "corrigé"}))
	last = c.conversation(Sophie).Last
	c.same("one that nobody has is written anew", last.Edited.IsZero() && last.Content == messaging.Content(messaging.Text{Body: "corrigé"}), true)
}

func (c *contract) retract() {
	c.Archived("bonjour")
	c.online()
	m := c.send("secret")
	c.Acknowledge()
	c.must(c.Correct(Sophie, m.ID, messaging.Text{Body: "autre secret"}))
	c.Acknowledge()
	time.Sleep(time.Second)
	synctest.Wait()
	c.forget()
	c.must(c.Retract(Sophie, m.ID))
	synctest.Wait()
	last := c.conversation(Sophie).Last
	if _, gone := last.Content.(messaging.Retracted); !gone || last.ID != m.ID || last.State == messaging.Failed {
		c.Errorf("withdrawn: %+v", last)
	}
	c.same("told", c.story(), []string{"changed  " + last.State.String(), "list"})
	versions, err := c.Versions(Sophie, m.ID)
	c.must(err)
	c.same("what it said", len(versions), 0)
	c.refused("twice", c.Retract(Sophie, m.ID))
	c.refused("another's, where nobody moderates", c.Moderate(context.Background(), Sophie, c.read(messaging.Cursor{}, 10, 0).Messages[0].ID))
	c.refused("another's", c.Retract(Sophie, c.read(messaging.Cursor{}, 10, 0).Messages[0].ID))
	c.refused("a correction of it", c.Correct(Sophie, m.ID, messaging.Text{Body: "x"}))
	c.refused("a reaction to it", c.React(Sophie, m.ID, "👍", true))
	_, err = c.Reply(Sophie, m.ID, messaging.Text{Body: "x"})
	c.refused("an answer to it", err)
	c.Acknowledge()
	time.Sleep(time.Second)
	synctest.Wait()
	c.Disconnect()
	m = c.send("jamais parti")
	c.must(c.Retract(Sophie, m.ID))
	c.same("what nobody has is gone", len(c.read(messaging.Cursor{}, 10, 0).Messages), 2)
}

func (c *contract) reply() {
	c.Archived("Donner 1 mg ?")
	c.online()
	question := c.read(messaging.Cursor{}, 10, 0).Messages[0]
	m, err := c.Reply(Sophie, question.ID, messaging.Text{Body: "oui"})
	c.must(err)
	c.same("leads to", m.ReplyTo.ID, question.ID)
	c.same("place", m.ReplyTo.Cursor, question.Cursor)
	c.same("quotes", m.ReplyTo.Text, "Donner 1 mg ?")
	c.same("history", c.texts(c.read(messaging.Cursor{}, 10, 0)), []string{"Donner 1 mg ?", "oui"})
	_, err = c.Reply(Sophie, "x", messaging.Text{Body: "oui"})
	c.refused("to nothing", err)
	if _, err = c.Reply(Sophie, question.ID, messaging.Text{}); !errors.Is(err, messaging.ErrEmpty) {
		c.Error("an empty answer:", err)
	}
}

func (c *contract) react() {
	c.Archived("bonjour")
	c.online()
	m := c.read(messaging.Cursor{}, 10, 0).Messages[0]
	c.forget()
	for _, step := range []struct {
		emoji string
		on    bool
		want  []string
	}{
		{"👍", true, []string{"👍"}}, {"🎉", true, []string{"👍", "🎉"}}, {"👍", true, []string{"👍", "🎉"}}, {"👍", false, []string{"🎉"}}, {"🎉", false, nil},
	} {
		c.must(c.React(Sophie, m.ID, step.emoji, step.on))
		var got []string
		for _, r := range c.read(messaging.Cursor{}, 1, 0).Messages[0].Reactions {
			got = append(got, r.Emoji)
			c.same("by", r.By, []string{"Dr Claire Martin"})
			c.same("own", r.Own, true)
		}
		c.same(fmt.Sprint(step.emoji, step.on), got, step.want)
	}
	synctest.Wait()
	changed := 0
	for _, line := range c.story() {
		if line == "changed bonjour received" {
			changed++
		}
	}
	c.same("told", changed, 4)
	c.refused("to nothing", c.React(Sophie, "x", "👍", true))
}

func (c *contract) history() {
	c.Archived(numbered(0, 40)...)
	c.online()
	all := c.read(messaging.Cursor{}, 100, 0)
	c.same("all", c.texts(all), numbered(0, 40))
	for i, m := range all.Messages[1:] {
		if !all.Messages[i].Cursor.Before(m.Cursor) || all.Messages[i].Time.After(m.Time) {
			c.Errorf("message %d is not after the one before it", i+1)
		}
	}
	at := func(i int) messaging.Cursor { return all.Messages[i].Cursor }
	between := at(20)
	between.Time++ // no message stands there
	for _, test := range []struct {
		name          string
		around        messaging.Cursor
		before, after int
		want          []string
		start, end    bool
	}{
		{"the newest", messaging.Cursor{}, 10, 0, numbered(30, 40), false, true},
		{"the newest, with what comes after them", messaging.Cursor{}, 10, 10, numbered(30, 40), false, true},
		{"exactly all", messaging.Cursor{}, 40, 0, numbered(0, 40), true, true},
		{"all but one", messaging.Cursor{}, 39, 0, numbered(1, 40), false, true},
		{"a place, with what stands there after it", at(20), 5, 5, numbered(15, 25), false, false},
		{"before a place", at(20), 5, 0, numbered(15, 20), false, false},
		{"from a place on", at(20), 0, 5, numbered(20, 25), false, false},
		{"around no message", between, 2, 2, numbered(19, 23), false, false},
		{"up to the start", at(5), 50, 0, numbered(0, 5), true, false},
		{"exactly up to the start", at(5), 5, 0, numbered(0, 5), true, false},
		{"before the start", at(0), 5, 0, nil, true, false},
		{"up to the end", at(35), 0, 50, numbered(35, 40), false, true},
		{"exactly up to the end", at(35), 0, 5, numbered(35, 40), false, true},
		{"the last", at(39), 0, 1, numbered(39, 40), false, true},
		{"from start to end", at(20), 50, 50, numbered(0, 40), true, true},
		{"nothing", at(20), 0, 0, nil, false, false},
		{"less than nothing", at(20), -1, -1, nil, false, false},
	} {
		page, err := c.History(c.Context(), Sophie, test.around, test.before, test.after)
		c.must(err)
		c.same(test.name, c.texts(page), test.want)
		c.same(test.name+": start", page.Start, test.start)
		c.same(test.name+": end", page.End, test.end)
	}
}

func (c *contract) wholeHistory() {
	const n = 333
	c.Archived(numbered(0, n)...)
	c.online()
	var back, forth []string
	for around, pages := (messaging.Cursor{}), 0; ; pages++ {
		page := c.read(around, 50, 0)
		back = append(c.texts(page), back...)
		if page.Start {
			break
		}
		if len(page.Messages) > 50 || len(page.Messages) == 0 || pages > n {
			c.Fatalf("a page of %d messages is not at the start", len(page.Messages))
		}
		around = page.Messages[0].Cursor
	}
	c.same("read back", back, numbered(0, n))
	for around := c.read(messaging.Cursor{}, n, 0).Messages[0].Cursor; ; {
		page := c.read(around, 0, 50)
		forth = append(forth, c.texts(page)...)
		if page.End {
			break
		}
		if len(page.Messages) != 50 {
			c.Fatalf("a page of %d messages is not at the end", len(page.Messages))
		}
		around = page.Messages[49].Cursor
		around.Row++ // after it
	}
	c.same("read forth", forth, numbered(0, n))
}

func (c *contract) emptyConversation() {
	c.online()
	page, err := c.History(c.Context(), paul, messaging.Cursor{}, 10, 10)
	c.must(err)
	c.same("history", page, messaging.Page{Messages: page.Messages, Start: true, End: true})
	c.same("messages", len(page.Messages), 0)
	conv := c.conversation(paul)
	c.same("conversation", conv.ID, paul)
	c.same("its last message", conv.Last, (*messaging.Message)(nil))
	c.same("draft", c.Draft(paul), "")
	c.must(c.MarkRead(paul))
	c.same("form of the address", c.conversation("Paul@Example.org/bureau").ID, paul)
	for _, bad := range []messaging.ConversationID{"", "@", Claire} {
		_, err := c.History(c.Context(), bad, messaging.Cursor{}, 10, 0)
		_, other := c.Conversation(bad)
		for _, err := range []error{err, other, c.SetDraft(bad, "x"), c.MarkRead(bad)} {
			if !errors.Is(err, messaging.ErrNoConversation) {
				c.Errorf("%q: %v", bad, err)
			}
		}
	}
}

func (c *contract) list() {
	c.Archived("bonjour")
	c.online()
	time.Sleep(time.Second)
	_, err := c.Send(paul, messaging.Text{Body: "à Paul"})
	c.must(err)
	c.same("after a message to Paul", c.ids(), []messaging.ConversationID{paul, Sophie})
	time.Sleep(time.Second)
	c.send("à Sophie")
	c.same("after a message to Sophie", c.ids(), []messaging.ConversationID{Sophie, paul})
}

func (c *contract) draft() {
	c.Archived("bonjour")
	c.online()
	c.forget()
	c.must(c.SetDraft(Sophie, "Ne pas oub"))
	c.same("draft", c.Draft(Sophie), "Ne pas oub")
	c.same("in the list", c.conversation(Sophie).Draft, true)
	c.must(c.SetDraft(Sophie, "Ne pas oub"))
	c.must(c.SetDraft(Sophie, "\n "))
	c.same("draft of spaces", c.Draft(Sophie), "")
	c.same("in the list without a draft", c.conversation(Sophie).Draft, false)
	synctest.Wait()
	changed := messaging.Event(messaging.ConversationChanged{ID: Sophie})
	c.same("told", c.told(&c.events), []messaging.Event{changed, changed})
	c.must(c.SetDraft(Sophie, "gardé"))
	c.send("envoyé")
	c.same("a message leaves the draft alone", c.Draft(Sophie), "gardé")
	c.must(c.Lock())
	c.same("draft while locked", c.Draft(Sophie), "")
	c.must(c.Unlock(key()))
	c.same("draft after unlocking", c.Draft(Sophie), "gardé")
}

func (c *contract) reading() {
	c.Archived("hier")
	c.online()
	c.same("what is old is read", c.conversation(Sophie).Unread, 0)
	c.Says("un")
	c.Says("deux")
	synctest.Wait()
	conv := c.conversation(Sophie)
	c.same("unread", conv.Unread, 2)
	c.same("of all", c.Unread(), 2)
	c.same("the first", c.texts(c.read(conv.FirstUnread, 0, 5)), []string{"un", "deux"})
	c.forget()
	c.must(c.MarkRead(Sophie))
	conv = c.conversation(Sophie)
	c.same("unread when read", conv.Unread, 0)
	c.same("the first when read", conv.FirstUnread, messaging.Cursor{})
	c.same("of all when read", c.Unread(), 0)
	c.must(c.MarkRead(Sophie))
	synctest.Wait()
	c.same("told", c.told(&c.events), []messaging.Event{messaging.ConversationChanged{ID: Sophie}, messaging.CountChanged{}})
	c.Says("trois")
	synctest.Wait()
	c.same("the first of what comes next", c.texts(c.read(c.conversation(Sophie).FirstUnread, 0, 5)), []string{"trois"})
}

// answering: whoever has the conversation in front says MarkRead, and tells Sophie by it.
func (c *contract) answering() {
	c.online()
	c.Says("un")
	c.send("deux")
	synctest.Wait()
	c.same("unread", c.conversation(Sophie).Unread, 1)
	c.same("of all", c.Unread(), 1)
	c.must(c.MarkRead(Sophie))
	c.same("unread when read", c.conversation(Sophie).Unread, 0)
}

func (c *contract) steadyTyping() {
	c.online()
	for second := range 30 {
		c.SetTyping(Sophie, true)
		time.Sleep(time.Second)
		synctest.Wait()
		want := []string{"composing"}
		if second >= 20 {
			want = append(want, "composing") // for those who came later
		}
		c.same(fmt.Sprintf("told after %d s", second+1), c.Told(), want)
	}
	time.Sleep(10*time.Second - time.Second - time.Millisecond)
	synctest.Wait()
	c.same("told just before the pause", c.Told(), []string{"composing", "composing"})
	time.Sleep(time.Millisecond)
	synctest.Wait()
	c.same("told after the pause", c.Told(), []string{"composing", "composing", "paused"})
	c.SetTyping(Sophie, true)
	synctest.Wait()
	c.same("told when it goes on", c.Told(), []string{"composing", "composing", "paused", "composing"})
}

func (c *contract) typingEnds() {
	c.SetTyping(Sophie, true)
	synctest.Wait()
	c.same("told offline", c.Told(), []string(nil))
	c.online()
	c.SetTyping(Sophie, false)
	synctest.Wait()
	c.same("told of nothing", c.Told(), []string(nil))
	c.SetTyping(Sophie, true)
	c.SetTyping(Sophie, false)
	c.SetTyping(Sophie, false)
	synctest.Wait()
	c.same("told when the user leaves", c.Told(), []string{"composing", "paused"})
	c.SetTyping(Sophie, true)
	synctest.Wait()
	c.send("fini")
	time.Sleep(time.Minute)
	synctest.Wait()
	c.same("told when the message is sent", c.Told(), []string{"composing", "paused", "composing"})
}

func (c *contract) othersTyping() {
	c.Archived("bonjour")
	c.online()
	c.forget()
	c.Types(true)
	synctest.Wait()
	typing := c.conversation(Sophie).Typing
	c.same("how many type", len(typing), 1)
	c.Types(false)
	synctest.Wait()
	c.same("how many type at the end", len(c.conversation(Sophie).Typing), 0)
	c.same("told", c.told(&c.events), []messaging.Event{
		messaging.TypingChanged{ID: Sophie, Names: typing}, messaging.TypingChanged{ID: Sophie},
	})
}

func (c *contract) locked() {
	c.Archived("hier")
	c.online()
	own := c.send("à moi")
	c.must(c.Lock())
	c.must(c.Lock())
	c.forget()
	c.Says("un")
	synctest.Wait()
	c.same("unread", c.Unread(), 1)
	c.same("unsent", c.Unsent(), 1)
	c.same("told", c.told(&c.events), []messaging.Event{messaging.CountChanged{Unread: 1, Unsent: 1, Live: true}})
	for name, err := range c.each(own.ID) {
		if !errors.Is(err, messaging.ErrLocked) {
			c.Errorf("%s: %v", name, err)
		}
	}
	c.same("draft", c.Draft(Sophie), "")
	c.same("members", len(c.Members(Sophie)), 0)
	c.SetTyping(Sophie, true)
	c.Retry()
	synctest.Wait()
	c.same("Sophie was told", c.Told(), []string(nil))
	c.forget()
	c.must(c.Unlock(key()))
	c.must(c.Unlock(key()))
	synctest.Wait()
	c.same("read the list again", slices.Contains(c.told(&c.events), messaging.Event(messaging.ConversationsChanged{})), true)
	c.same("messages", len(c.read(messaging.Cursor{}, 10, 0).Messages), 3)
	c.same("unread once unlocked", c.conversation(Sophie).Unread, 1)
}

func (c *contract) closed() {
	c.Archived("hier")
	c.online()
	own := c.send("à moi")
	c.must(c.Close())
	c.must(c.Close())
	for name, err := range c.each(own.ID) {
		if !errors.Is(err, messaging.ErrClosed) {
			c.Errorf("%s: %v", name, err)
		}
	}
	if err := c.Unlock(key()); !errors.Is(err, messaging.ErrClosed) {
		c.Errorf("Unlock: %v", err)
	}
}

// each calls every method that may fail, and gives the errors by name.
func (c *contract) each(own messaging.MessageID) map[string]error {
	_, list := c.Conversations()
	_, one := c.Conversation(Sophie)
	_, history := c.History(c.Context(), Sophie, messaging.Cursor{}, 10, 0)
	_, send := c.Send(Sophie, messaging.Text{Body: "non"})
	return map[string]error{
		"Conversations": list, "Conversation": one, "History": history, "Send": send, "SetDraft": c.SetDraft(Sophie, "non"),
		"MarkRead": c.MarkRead(Sophie), "Resend": c.Resend(own), "Discard": c.Discard(own),
	}
}

func (c *contract) connection() {
	c.same("at first", c.Connection().State, messaging.Connecting)
	c.Connect()
	synctest.Wait()
	c.same("state", c.Connection(), messaging.Connection{State: messaging.Online})
	c.Disconnect()
	synctest.Wait()
	lost := messaging.Connection{State: messaging.Offline, Problem: messaging.Unreachable}
	c.same("state when lost", c.Connection(), lost)
	c.Retry()
	synctest.Wait()
	again := messaging.Connection{State: messaging.Connecting, Problem: messaging.Unreachable}
	c.same("state when tried again", c.Connection(), again)
	c.Connect()
	synctest.Wait()
	c.Retry()
	synctest.Wait()
	var told []messaging.Connection
	for _, e := range c.told(&c.events) {
		if e, ok := e.(messaging.ConnectionChanged); ok {
			told = append(told, e.Connection)
		}
	}
	online := messaging.Connection{State: messaging.Online}
	c.same("told", told, []messaging.Connection{online, lost, again, online})
}

// Below: the words of the contract.

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

func numbered(from, to int) (list []string) {
	for i := from; i < to; i++ {
		list = append(list, fmt.Sprint("message ", i))
	}
	return list
}

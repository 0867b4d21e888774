package messaging

// Event is one of the types below. Events are published after the store was written, in order, on a goroutine of the
// client: what a subscriber then reads is at least as new as the event.
type Event interface{ event() }

type (
	// ConversationsChanged says that conversations came or went, or that the order of the list or any of its rows changed in a
	// way that no other event tells: read [Client.Conversations] again.
	ConversationsChanged struct{}

	// ConversationChanged says that something a list shows of one conversation changed (last message, unread, name, available,
	// draft), or that messages older than the newest came into its cache.
	ConversationChanged struct{ ID ConversationID }

	// MessageAdded says that a message is new in its conversation: live, own, or missed while away. Pages of old messages
	// that [Client.History] fetched are not announced.
	MessageAdded struct {
		Message Message
		Live    bool // it came over the wire just now, so that it deserves a notification unless it is own or Quiet
		Quiet   bool // its conversation is muted, or it tells only what happened in a group
	}

	// MessageChanged says that the state of a message changed, or its place: the archive has it elsewhere, or it was sent again.
	MessageChanged struct{ Message Message }

	// Reacted says that another person reacted just now to a message of this account, in a conversation that is not muted.
	Reacted struct {
		Message Message
		By      string // name to show
		Emoji   []string
	}

	// PinsChanged says that a conversation has other pinned messages: read [Client.Pinned] again.
	PinsChanged struct{ ID ConversationID }

	// MessageRemoved says that a message was discarded.
	MessageRemoved struct {
		Conversation ConversationID
		ID           MessageID
	}

	// FileChanged gives the new state of a message's file.
	FileChanged struct {
		Conversation ConversationID
		ID           MessageID
		State        FileState
	}

	// TypingChanged gives the names of those who are writing now in a conversation.
	TypingChanged struct {
		ID    ConversationID
		Names []string
	}

	// ContactRequestsChanged says that [Client.ContactRequests] has others now.
	ContactRequestsChanged struct{}

	// StatusChanged gives what the account tells its contacts of itself from now on.
	StatusChanged struct{ Status Status }

	// ConnectionChanged gives the new state of the connection.
	ConnectionChanged struct{ Connection Connection }

	// CountChanged gives the number of unread messages of all conversations that are not muted, also of a locked client, and of those in
	// the outbox.
	CountChanged struct {
		Unread int
		Unsent int
		Live   bool // a message of another person came just now, in a conversation that is not muted
	}
)

func (ConversationsChanged) event()   {}
func (ConversationChanged) event()    {}
func (MessageAdded) event()           {}
func (MessageChanged) event()         {}
func (Reacted) event()                {}
func (PinsChanged) event()            {}
func (MessageRemoved) event()         {}
func (FileChanged) event()            {}
func (TypingChanged) event()          {}
func (ContactRequestsChanged) event() {}
func (StatusChanged) event()          {}
func (ConnectionChanged) event()      {}
func (CountChanged) event()           {}

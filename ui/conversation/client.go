// Package conversation is the content of a conversation's window: who it is with, what was said, and the input to answer in.
package conversation

import (
	"context"
	"io"

	"discussions/messaging"
	"discussions/ui/search"
)

// Client is what a conversation needs of its account: [messaging.Client] has it. Methods may wait for the disk or the network,
// so none is called on Fyne's goroutine, but Connection and Subscribe.
type Client interface {
	search.Client
	Conversation(id messaging.ConversationID) (messaging.Conversation, error)
	History(ctx context.Context, id messaging.ConversationID, around messaging.Cursor, before, after int) (messaging.Page, error)
	Draft(id messaging.ConversationID) string

	Send(id messaging.ConversationID, content messaging.Content) (messaging.Message, error)
	Reply(id messaging.ConversationID, to messaging.MessageID, content messaging.Content) (messaging.Message, error)
	Correct(id messaging.ConversationID, message messaging.MessageID, content messaging.Content) error
	Versions(id messaging.ConversationID, message messaging.MessageID) ([]messaging.Version, error)
	Readers(id messaging.ConversationID, message messaging.MessageID) ([]messaging.Reader, error)
	Retract(id messaging.ConversationID, message messaging.MessageID) error
	Moderate(ctx context.Context, id messaging.ConversationID, message messaging.MessageID) error
	SetBlocked(ctx context.Context, id messaging.ConversationID, on bool) error
	SetPinned(id messaging.ConversationID, message messaging.MessageID, on bool) error
	Pinned(id messaging.ConversationID) ([]messaging.Message, error)
	Accept(ctx context.Context, id messaging.ConversationID, invitation messaging.MessageID) (messaging.ConversationID, error)
	Decline(ctx context.Context, id messaging.ConversationID, invitation messaging.MessageID) error
	React(id messaging.ConversationID, message messaging.MessageID, emoji string, on bool) error
	SendFile(id messaging.ConversationID, n messaging.NewFile) (messaging.Message, error)
	FetchFile(m messaging.Message, asked messaging.Asking)
	FileState(m messaging.Message) messaging.FileState
	OpenFile(m messaging.Message) (io.ReadCloser, error)
	CancelFile(id messaging.MessageID)
	SharedFiles(id messaging.ConversationID, before messaging.Cursor, n int) (list []messaging.Message, more bool, err error)
	Resend(id messaging.MessageID) error
	Discard(id messaging.MessageID) error
	SetDraft(id messaging.ConversationID, text string) error
	SetTyping(id messaging.ConversationID, on bool)
	MarkRead(id messaging.ConversationID) error

	AddMembers(ctx context.Context, id messaging.ConversationID, members []messaging.ConversationID, words string) error
	RemoveMember(ctx context.Context, id, who messaging.ConversationID) error
	SetRole(ctx context.Context, id, who messaging.ConversationID, role messaging.Role) error
	HandOver(ctx context.Context, id, to messaging.ConversationID) error
	RenameGroup(ctx context.Context, id messaging.ConversationID, name string) error
	SetGroupPicture(ctx context.Context, id messaging.ConversationID, png []byte) error
	LeaveGroup(ctx context.Context, id messaging.ConversationID, words string) error
	EndGroup(ctx context.Context, id messaging.ConversationID) error
	Enter(id messaging.ConversationID) error
	Retry()

	Connection() messaging.Connection
	Subscribe(func(messaging.Event)) (cancel func())
}

var _ Client = (*messaging.Client)(nil)

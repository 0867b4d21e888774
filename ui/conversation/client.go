// Package conversation is the content of a conversation's window: who it is with, what was said, and the box to answer in.
package conversation

import (
	"context"

	"discussions/messaging"
)

// Client is what a conversation needs of its account: [messaging.Client] has it. Methods may wait for the disk or the network,
// so none is called on Fyne's goroutine, but Connection and Subscribe.
type Client interface {
	Conversation(id string) (messaging.Conversation, error)
	History(ctx context.Context, id string, before messaging.Cursor, n int) (messaging.Page, error)
	Members(id string) []messaging.Member
	Draft(id string) string

	Send(id, body string) (messaging.Message, error)
	Resend(messageID string) error
	Discard(messageID string) error
	SetDraft(id, text string) error
	SetTyping(id string, on bool)
	MarkRead(id string) error
	Retry()

	Connection() messaging.Connection
	Subscribe(func(messaging.Event)) (cancel func())
}

var _ Client = (*messaging.Client)(nil)

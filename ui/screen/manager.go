package screen

import (
	"context"

	"discussions/account"
	"discussions/internal/secret"
	"discussions/messaging"
	"discussions/settings"
	"discussions/ui/choices"
	"discussions/ui/conversation"
)

// Manager is the part of [account.Manager] that the interface uses.
type Manager interface {
	Accounts() []account.Account
	Subscribe(func(account.Event)) (cancel func())
	Unlock(ctx context.Context, id string, code secret.Text) error
	Lock(id string) error
	LogOut(id string) error
	LogOutAll() error
	Retry()
	SetVisible(on bool)
	Remove(ctx context.Context, id string) (account.Removal, error)
	Keep(id string) error
	Unsent(id string) int
	Policy() settings.Policy // at least as strict as that of the deployment file
	ChangeCode(ctx context.Context, id string, old, new secret.Text) error

	Settings(id string) settings.Person
	ChangeSettings(id string, change func(*settings.Person)) error

	Windows(id string) ([]byte, error)
	SaveWindows(id string, data []byte) error

	StartLogin(ctx context.Context, method int, forAccount string) (account.Login, error)
	Client(id string) (Client, bool)
}

// Client is the part of [messaging.Client] that the interface uses.
type Client interface {
	conversation.Client
	SetAside() string
	CreateGroup(ctx context.Context, name string, members []messaging.ConversationID, words string) (messaging.ConversationID, error)
	GroupsPictured(ctx context.Context) bool
	ContactRequests() []messaging.ContactRequest
	choices.Client
	Card(id messaging.ConversationID) (messaging.Card, error)
	FetchCard(ctx context.Context, id messaging.ConversationID) (messaging.Card, error)
	FindPeople(ctx context.Context, text string) ([]messaging.Card, error)
	AskToBeContact(id messaging.ConversationID) error
	Status() messaging.Status
	SetStatus(messaging.Status) error
	AnswerContactRequest(id messaging.ConversationID, accept bool) error
}

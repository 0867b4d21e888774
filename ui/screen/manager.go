package screen

import (
	"context"

	"discussions/account"
	"discussions/internal/secret"
	"discussions/messaging"
	"discussions/ui/conversation"
)

// Manager is what the interface needs of [account.Manager].
type Manager interface {
	Accounts() []account.Account
	Subscribe(func(account.Event)) (cancel func())
	Unlock(ctx context.Context, id string, code secret.Text) error
	Lock(id string) error
	LogOut(id string) error
	LogOutAll() error
	Retry()
	Remove(ctx context.Context, id string) (account.Removal, error)
	Unsent(id string) int
	ChangeCode(ctx context.Context, id string, old, new secret.Text) error

	StartLogin(ctx context.Context, method int, forAccount string) (Login, error)
	Client(id string) (Client, bool)
}

// Login is a login that goes on in the browser: [account.Login].
type Login interface {
	URL() string
	Reopen() error
	Cancel()
	Wait(ctx context.Context) (SignIn, error)
}

// SignIn is a person who has logged in and whose account is not open yet: [account.Pending].
type SignIn interface {
	Person() account.Pending
	SetCode(ctx context.Context, code secret.Text) (id string, err error)
	SetCodeInMemory(ctx context.Context, code secret.Text) (id string, err error)
	Resume(ctx context.Context, code secret.Text) (id string, err error)
	Abandon()
}

// Client is the conversations of one account: [messaging.Client].
type Client interface {
	conversation.Client
	Conversations() ([]messaging.Conversation, error)
}

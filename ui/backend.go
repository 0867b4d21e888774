package ui

import (
	"context"

	"discussions/account"
	"discussions/internal/secret"
	"discussions/messaging"
	"discussions/ui/conversation"
)

// Manager is what the interface needs of [account.Manager]: who is on this
// workstation, and everything that may happen to them.
type Manager interface {
	accounts
	StartLogin(ctx context.Context, method int, forAccount string) (*account.Login, error)
	Client(id string) (*messaging.Client, bool)
}

var _ Manager = (*account.Manager)(nil)

// accounts are the methods that need no disguise in tests.
type accounts interface {
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
}

// backend is [Manager] with interfaces for what its methods return.
type backend interface {
	accounts
	startLogin(ctx context.Context, method int, forAccount string) (login, error)
	client(id string) (client, bool)
}

// login is a login that goes on in the browser: [account.Login].
type login interface {
	url() string
	Reopen() error
	Cancel()
	wait(ctx context.Context) (pending, error)
}

// pending is a person who has logged in: [account.Pending].
type pending interface {
	who() account.Pending
	SetCode(ctx context.Context, code secret.Text) (id string, err error)
	SetCodeInMemory(ctx context.Context, code secret.Text) (id string, err error)
	Resume(ctx context.Context, code secret.Text) (id string, err error)
	Abandon()
}

// client is the conversations of one account: [messaging.Client].
type client interface {
	conversation.Client
	Conversations() ([]messaging.Conversation, error)
}

type real struct{ Manager }

func (r real) startLogin(ctx context.Context, method int, forAccount string) (login, error) {
	l, err := r.StartLogin(ctx, method, forAccount)
	if l == nil {
		return nil, err
	}
	return realLogin{l}, err // with an error where only the browser failed
}

func (r real) client(id string) (client, bool) {
	c, ok := r.Client(id)
	if !ok {
		return nil, false
	}
	return c, true
}

type realLogin struct{ *account.Login }

func (l realLogin) url() string { return l.URL }

func (l realLogin) wait(ctx context.Context) (pending, error) {
	p, err := l.Wait(ctx)
	if err != nil {
		return nil, err
	}
	return realPending{p}, nil
}

type realPending struct{ *account.Pending }

func (p realPending) who() account.Pending { return *p.Pending }

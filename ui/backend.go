package ui

import (
	"context"

	"discussions/account"
	"discussions/ui/screen"
)

// manager is [account.Manager] with interfaces for what its methods return.
type manager struct{ *account.Manager }

func (m manager) StartLogin(ctx context.Context, method int, forAccount string) (screen.Login, error) {
	l, err := m.Manager.StartLogin(ctx, method, forAccount)
	if l == nil {
		return nil, err
	}
	return login{l}, err // with an error where only the browser failed
}

func (m manager) Client(id string) (screen.Client, bool) {
	c, ok := m.Manager.Client(id)
	if !ok {
		return nil, false
	}
	return c, true
}

type login struct{ *account.Login }

func (l login) URL() string { return l.Login.URL }

func (l login) Wait(ctx context.Context) (screen.SignIn, error) {
	p, err := l.Login.Wait(ctx)
	if err != nil {
		return nil, err
	}
	return signIn{p}, nil
}

type signIn struct{ *account.Pending }

func (p signIn) Person() account.Pending { return *p.Pending }

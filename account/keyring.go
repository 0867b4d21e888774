package account

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/zalando/go-keyring"
)

const (
	// KeyringPatience limits the wait for one answer of the keyring.
	KeyringPatience = 3 * time.Second

	statePatience = 500 * time.Millisecond // for finding out why there was none
)

// SystemKeyring is the operating system's keyring: the Secret Service on Linux, the keychain on macOS, the credential manager on
// Windows. It sends one request at a time, and waits for a late answer before the next request, so that a late write cannot undo
// a newer one. The zero value is ready for use.
type SystemKeyring struct {
	patience time.Duration // zero: KeyringPatience

	once sync.Once
	busy chan struct{} // holds a token while a request has no answer
}

// Ready returns what keeps the keyring from answering, as far as that is known without a dialogue for its password.
func (k *SystemKeyring) Ready(ctx context.Context) error { return keyringState(ctx) }

// Get implements [Keyring].
func (k *SystemKeyring) Get(service, user string) (value string, err error) {
	return k.ask("read", func() (string, error) { return keyring.Get(service, user) })
}

// Set implements [Keyring]. It reads back what it wrote: not every keyring reports a failed write, and a try at the code that is
// not counted would be free.
func (k *SystemKeyring) Set(service, user, value string) error {
	_, err := k.ask("write", func() (string, error) {
		if err := keyring.Set(service, user, value); err != nil {
			return "", err
		}
		switch got, err := keyring.Get(service, user); {
		case err != nil:
			return "", err
		case got != value:
			return "", errors.New("it did not keep what was written")
		}
		return "", nil
	})
	return err
}

// Delete implements [Keyring].
func (k *SystemKeyring) Delete(service, user string) error {
	_, err := k.ask("delete", func() (string, error) { return "", keyring.Delete(service, user) })
	return err
}

type keyringAnswer struct {
	value string
	err   error
}

func (k *SystemKeyring) ask(doing string, question func() (string, error)) (string, error) {
	k.once.Do(func() { k.busy = make(chan struct{}, 1) })
	ctx, cancel := context.WithTimeout(context.Background(), cmp.Or(k.patience, KeyringPatience))
	defer cancel()
	answered := make(chan keyringAnswer, 1)
	go func() {
		if err := k.turn(ctx, doing); err != nil {
			answered <- keyringAnswer{err: err}
			return
		}
		value, err := question()
		<-k.busy
		answered <- keyringAnswer{value, err}
	}()
	select {
	case a := <-answered:
		return a.value, keyringError(doing, a.err)
	case <-ctx.Done():
		return "", fmt.Errorf("%s the keyring: %w", doing, k.slow())
	}
}

// turn waits until the request before is answered. Without a keyring it returns an error at once: a request would wait minutes
// for one to start. If the keyring is locked, only one reader may go on, which makes the keyring ask for its password. A writer
// may not: its write would happen later, when somebody types the password.
func (k *SystemKeyring) turn(ctx context.Context, doing string) error {
	state := keyringState(ctx)
	switch {
	case errors.Is(state, ErrKeyringLocked) && doing == "read":
		select {
		case k.busy <- struct{}{}:
			return nil
		default:
			return state
		}
	case state != nil:
		return state
	}
	select {
	case k.busy <- struct{}{}:
	case <-ctx.Done():
		return ErrKeyringSlow
	}
	if ctx.Err() != nil { // the caller has given up
		<-k.busy
		return ErrKeyringSlow
	}
	return nil
}

// slow returns ErrKeyringLocked if the keyring waits for the user's password, otherwise ErrKeyringSlow.
func (k *SystemKeyring) slow() error {
	ctx, cancel := context.WithTimeout(context.Background(), statePatience)
	defer cancel()
	if err := keyringState(ctx); errors.Is(err, ErrKeyringLocked) {
		return err
	}
	return ErrKeyringSlow
}

// keyringError turns an error of the library into one of this package's. The library's errors hold no secrets.
func keyringError(doing string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, keyring.ErrNotFound):
		return fmt.Errorf("%s the keyring: %w", doing, ErrNoRecord)
	case errors.Is(err, keyring.ErrUnsupportedPlatform):
		return fmt.Errorf("%s the keyring: %w", doing, ErrKeyringAbsent)
	case errors.Is(err, ErrKeyringAbsent), errors.Is(err, ErrKeyringLocked), errors.Is(err, ErrKeyringSlow):
		return fmt.Errorf("%s the keyring: %w", doing, err)
	}
	if state := keyringState(context.Background()); state != nil {
		return fmt.Errorf("%s the keyring: %w: %w", doing, state, err)
	}
	return fmt.Errorf("%s the keyring: %w: %w", doing, ErrKeyringRefused, err)
}

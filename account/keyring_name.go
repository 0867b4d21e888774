package account

import (
	"errors"
	"fmt"
)

// named gives a keyring's unknown errors a name.
type named struct{ Keyring }

func (k named) Get(service, user string) (string, error) {
	v, err := k.Keyring.Get(service, user)
	return v, nameKeyringError(err)
}

func (k named) Set(service, user, value string) error {
	return nameKeyringError(k.Keyring.Set(service, user, value))
}

func (k named) Delete(service, user string) error {
	return nameKeyringError(k.Keyring.Delete(service, user))
}

func nameKeyringError(err error) error {
	if err == nil || errors.Is(err, ErrNoRecord) || keyringTrouble(err) != nil {
		return err
	}
	return fmt.Errorf("%w: %w", ErrKeyringRefused, err)
}

// keyringTrouble is which of the keyring's errors err is, nil for any other.
func keyringTrouble(err error) error {
	for _, known := range []error{ErrKeyringAbsent, ErrKeyringLocked, ErrKeyringSlow, ErrKeyringRefused, ErrKeyringForeign} {
		if errors.Is(err, known) {
			return known
		}
	}
	return nil
}

package account

import (
	"errors"
	"fmt"
)

// namedErrors is a keyring whose unknown errors wrap [ErrKeyringRefused].
type namedErrors struct{ Keyring }

func (k namedErrors) Get(service, user string) (string, error) {
	v, err := k.Keyring.Get(service, user)
	return v, nameKeyringError(err)
}

func (k namedErrors) Set(service, user, value string) error {
	return nameKeyringError(k.Keyring.Set(service, user, value))
}

func (k namedErrors) Delete(service, user string) error {
	return nameKeyringError(k.Keyring.Delete(service, user))
}

func nameKeyringError(err error) error {
	if err == nil || errors.Is(err, ErrNoRecord) || keyringTrouble(err) != nil {
		return err
	}
	return fmt.Errorf("%w: %w", ErrKeyringRefused, err)
}

// keyringTrouble returns the ErrKeyring error that err wraps, or nil.
func keyringTrouble(err error) error {
	for _, known := range []error{ErrKeyringAbsent, ErrKeyringLocked, ErrKeyringSlow, ErrKeyringRefused, ErrKeyringForeign} {
		if errors.Is(err, known) {
			return known
		}
	}
	return nil
}

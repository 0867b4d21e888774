package account

import (
	"sync"

	"discussions/internal/secret"
)

// memoryKeyring keeps device secrets for as long as the program runs. The zero value is empty and ready for use.
type memoryKeyring struct {
	mu      sync.Mutex
	entries map[[2]string]secret.Text
}

// Get implements [Keyring].
func (k *memoryKeyring) Get(service, user string) (string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	v, ok := k.entries[[2]string{service, user}]
	if !ok {
		return "", ErrNoRecord
	}
	return v.Reveal(), nil
}

// Set implements [Keyring].
func (k *memoryKeyring) Set(service, user, value string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.entries == nil {
		k.entries = map[[2]string]secret.Text{}
	}
	k.entries[[2]string{service, user}].Wipe()
	k.entries[[2]string{service, user}] = secret.New(value)
	return nil
}

// Delete implements [Keyring].
func (k *memoryKeyring) Delete(service, user string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	v, ok := k.entries[[2]string{service, user}]
	if !ok {
		return ErrNoRecord
	}
	v.Wipe()
	delete(k.entries, [2]string{service, user})
	return nil
}

package vault

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"

	"discussions/account/internal/disk"
	"discussions/internal/secret"
)

// load finds the file that belongs to the keyring's record, finishing a change of code that a crash cut short.
// ErrErased says that no try is left and the erasure is still to be done.
func (v *Vault) load() (record, []byte, error) {
	r, err := v.readRecord()
	if err != nil {
		if errors.Is(err, ErrNoRecord) {
			err = fmt.Errorf("%w: %w", ErrOutOfStep, err)
		}
		return record{}, nil, err
	}
	if v.unsettled != nil {
		r.counts = *v.unsettled
	}
	if r.tries >= MaxTries { // the program was killed during the last try
		r.device.Wipe()
		return record{}, nil, ErrErased
	}
	data, h, err := v.readFile(fileName)
	if err == nil && h.generation == r.generation {
		if r.capWait(v.now()) {
			_ = v.saveRecord(r)
		}
		return r, data, nil
	}
	next, hn, errNext := v.readFile(nextName)
	if errNext == nil && hn.generation == r.generation {
		if err := v.promote(next); err != nil {
			r.device.Wipe()
			return record{}, nil, err
		}
		return r, next, nil
	}
	r.device.Wipe()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return record{}, nil, err
	}
	return record{}, nil, ErrOutOfStep
}

func (v *Vault) readFile(name string) ([]byte, header, error) {
	data, err := v.disk().ReadFile(v.path(name))
	if errors.Is(err, disk.ErrNotOurs) {
		return nil, header{}, fmt.Errorf("read the vault: %w: %w", ErrDamaged, err)
	}
	if err != nil {
		return nil, header{}, fmt.Errorf("read the vault: %w", err)
	}
	h, err := parse(data, v.Bounds)
	if err != nil {
		return nil, header{}, err
	}
	if h.account != accountHash(v.ID) {
		return nil, header{}, fmt.Errorf("another account's vault: %w", ErrOutOfStep)
	}
	return data, h, nil
}

// promote makes the content of vault.next the vault.
func (v *Vault) promote(data []byte) error {
	if err := v.disk().Write(v.path(fileName), data); err != nil {
		return fmt.Errorf("write the vault: %w", err)
	}
	if err := v.disk().Remove(v.path(nextName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("write the vault: %w", err)
	}
	return nil
}

// nextRecord is the record of a new seal. Its generation is one more than any known here, and random for a new vault: an older
// copy never fits. Guesses at the code before do not count any more.
func (v *Vault) nextRecord() (record, error) {
	next := record{owner: owner(v.ID)}
	var newest uint32
	r, err := v.readRecord()
	switch {
	case err == nil:
		newest = r.generation
		next.person, next.misses, next.standing = r.person, r.misses, r.standing
		r.device.Wipe()
	case errors.Is(err, ErrNoRecord), errors.Is(err, ErrForeign):
	default:
		return record{}, err
	}
	for _, name := range []string{fileName, nextName} {
		if _, h, err := v.readFile(name); err == nil {
			newest = max(newest, h.generation)
		}
	}
	if newest == 0 {
		newest = rand.Uint32N(1 << 30)
	}
	next.generation, next.device = newest+1, secret.RandomKey()
	return next, nil
}

func (v *Vault) readRecord() (record, error) {
	text, err := v.Keyring.Get(Service, v.ID)
	if err != nil {
		return record{}, err
	}
	r, err := parseRecord(text)
	if err != nil {
		return record{}, err
	}
	if r.owner != owner(v.ID) {
		r.device.Wipe()
		return record{}, fmt.Errorf("another account's record: %w", ErrForeign)
	}
	v.saved, v.savedAt = r.latest, r.at
	r.observe(v.now(), v.started())
	v.seen = seen{r.person, r.standing}
	return r, nil
}

func (v *Vault) saveRecord(r record) error {
	err := v.Keyring.Set(Service, v.ID, r.encode())
	if err == nil {
		v.saved, v.savedAt, v.seen = r.latest, r.at, seen{r.person, r.standing}
	}
	return err
}

// keyringHas reports whether the keyring has that generation although the write returned an error.
func (v *Vault) keyringHas(generation uint32) bool {
	r, err := v.readRecord()
	if err != nil {
		return false
	}
	r.device.Wipe()
	return r.generation == generation
}

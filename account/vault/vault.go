// Package vault seals an account's data key under a code of four digits.
//
// Four digits are not a key. The code opens the vault only together with a 256-bit device secret, which the operating
// system's keyring holds:
//
//	pinKey = Argon2id(code, salt)                                      64 bytes
//	KEK    = HKDF-SHA256(pinKey ‖ device secret, info SHA-256(header)) 32 bytes
//	sealed = XChaCha20-Poly1305(KEK, data key, additional data header)
//
// Opening the seal is the check: the code is neither stored nor compared. A stolen disk is as strong as the login to the
// operating system; a colleague in the same session has five tries; somebody with tools in the same session is not stopped. What
// that means, and the formats byte by byte: docs/security.md.
//
// A [Vault] is the file of one account together with its record in the keyring. Its methods derive keys, so they take
// a few hundred milliseconds and the memory that [Vault.Create] measured: never call them where the screen is drawn.
// They are not safe for concurrent use.
//
// The code is a [secret.Text] from the pad to the derivation. No method keeps it; the caller wipes it.
package vault

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"time"

	"discussions/account/internal/disk"
	"discussions/account/internal/kdf"
	"discussions/internal/secret"
)

// Keyring is the operating system's store of small secrets. Get of an absent entry returns an error wrapping
// [ErrNoRecord], and so may Delete.
type Keyring interface {
	Get(service, user string) (string, error)
	Set(service, user, value string) error
	Delete(service, user string) error
}

// Service names our entries in the keyring; the user part is the account's id.
const Service = "discussions"

var (
	// ErrNoRecord says that the keyring holds nothing for this account.
	ErrNoRecord = errors.New("no such record in the keyring")
	// ErrForeign says that the keyring's record is not ours: another program's, another account's or a damaged one.
	ErrForeign = errors.New("the keyring's record belongs to something else")
	// ErrOutOfStep says that file and keyring do not belong together: an older copy, a missing half. Nothing can open
	// it any more; a full login makes a new vault.
	ErrOutOfStep = errors.New("the vault and the keyring are out of step")
	// ErrDamaged says that a file is cut, altered or of an unknown version.
	ErrDamaged = errors.New("damaged or unknown format")
)

// Vault is one account's vault. Dir, ID and Keyring must be set.
type Vault struct {
	Dir     string // of the files; exists
	ID      string // of the account
	Keyring Keyring
	Disk    disk.Disk        // nil: the file system
	Bounds  kdf.Bounds       // zero: kdf.Default
	Now     func() time.Time // nil: time.Now
	Started func() Started   // nil: unknown; [SystemStarted] asks the system
	Log     *slog.Logger     // nil: none; called with the time that the derivation of the key took

	unsettled *counts // those after a right code, which the keyring failed to take; load prefers them
	missed    Misses  // see TakeMissed

	// Limit is the life of a code that the organisation allows now. The shorter one of it and of [Rules.Lifetime] holds; it alone if Final.
	Limit time.Duration
	Final bool
	// Hint is the last full login as a file says it, which only [OpenFile] proves. A later one than the record's is tried.
	Hint time.Time

	seen    seen
	saved   time.Time // the latest time that the record has
	savedAt Started   // at that time
}

// The files of a vault. A change of code writes vault.next, then the keyring, then replaces the vault by it. The file whose
// generation is the keyring's is the vault.
const (
	fileName   = "vault"
	nextName   = "vault.next"
	erasedName = "erased"
)

// Create seals key under code with a new device secret, in place of any vault that was there. A crash leaves the old
// vault or the new one. Errors: those of [CheckCode], of the keyring, of the file system.
func (v *Vault) Create(code secret.Text, key secret.Key) error {
	if err := CheckCode(code); err != nil {
		return err
	}
	r, err := v.nextRecord()
	if err != nil {
		return err
	}
	defer r.device.Wipe()
	h := newHeader(v.ID, r.generation, v.Bounds.Calibrate())
	data, err := seal(h, code, r.device, key)
	if err != nil {
		return err
	}
	if err := v.disk().Write(v.path(nextName), data); err != nil {
		return fmt.Errorf("write the vault: %w", err)
	}
	if err := v.saveRecord(r); err != nil {
		if !v.keyringHas(r.generation) {
			return err // vault.next stays: the keyring may still take the new record late
		}
	}
	v.unsettled = nil
	return v.promote(data)
}

// Unlock returns the data key. The try is counted in the keyring before the code is tried. Errors: [ErrForm] (not
// counted), *[WaitError], *[WrongCodeError], [ErrErased] after the last try, [ErrOutOfStep], [ErrForeign],
// [ErrDamaged], those of the keyring.
func (v *Vault) Unlock(code secret.Text) (secret.Key, error) { return v.unlock(code, "", true) }

// UnlockAfterLogin is [Vault.Unlock] for somebody who has just proved who they are. If the vault is bound to that person (see
// [Vault.Confirm]) there is no delay. The code is counted like any other.
func (v *Vault) UnlockAfterLogin(code secret.Text, person string) (secret.Key, error) {
	return v.unlock(code, person, false)
}

// unlock checks the code. By code alone it is refused where a full login is needed.
func (v *Vault) unlock(code secret.Text, person string, alone bool) (secret.Key, error) {
	if !wellFormed(code) {
		return secret.Key{}, ErrForm
	}
	r, data, err := v.load()
	if errors.Is(err, ErrErased) {
		return secret.Key{}, v.eraseAfterLastTry()
	}
	if err != nil {
		return secret.Key{}, err
	}
	defer r.device.Wipe()
	if alone && v.needsLogin(&r.standing) {
		return secret.Key{}, ErrLoginNeeded
	}
	now, proved := v.now(), person != "" && r.person == personHash(person)
	if until := r.notBefore; until.After(now) && !proved {
		return secret.Key{}, &WaitError{Until: until}
	}
	r.try(now)
	if err := v.saveRecord(r); err != nil {
		return secret.Key{}, err
	}
	v.unsettled = nil
	began := time.Now()
	key, err := open(data, v.ID, code, r, v.Bounds)
	if v.Log != nil {
		v.Log.Debug("key derived", "account", v.ID, "took", time.Since(began))
	}
	switch {
	case errors.Is(err, errWrongCode) && r.tries >= MaxTries:
		return secret.Key{}, v.eraseAfterLastTry()
	case errors.Is(err, errWrongCode):
		// The delay starts now: a slow derivation does not shorten it.
		r.waitFrom(v.now())
		if !r.notBefore.IsZero() {
			_ = v.saveRecord(r) // the earlier one stands otherwise
		}
		return secret.Key{}, &WrongCodeError{Left: MaxTries - r.tries, Wait: r.notBefore}
	case err != nil:
		return secret.Key{}, err
	}
	v.missed = r.right(now)
	if v.saveRecord(r) != nil {
		after := r.counts
		v.unsettled = &after // the code was right, so a failing keyring must not refuse it: Settle tries again
	}
	return key, nil
}

// TakeMissed returns, once, the wrong codes before the right one that opened the vault. A slip of the person who then typed the
// right code is not among them.
func (v *Vault) TakeMissed() Misses {
	m := v.missed
	v.missed = Misses{}
	return m
}

// Settle takes back the try of a right code, if the keyring failed to do so at the time. Call it from time to time.
func (v *Vault) Settle() error {
	if v.unsettled == nil {
		return nil
	}
	r, _, err := v.load()
	if err != nil {
		return err
	}
	defer r.device.Wipe()
	if err := v.saveRecord(r); err != nil {
		return err
	}
	v.unsettled = nil
	return nil
}

// Change opens the vault with one code and seals it under another, with a new device secret. The errors of
// [Vault.Unlock] concern the old code, *[WeakCodeError] the new one.
func (v *Vault) Change(old, code secret.Text) error {
	if err := CheckCode(code); err != nil {
		return err
	}
	key, err := v.unlock(old, "", false)
	if err != nil {
		return err
	}
	defer key.Wipe()
	return v.Create(code, key)
}

// needsLogin reports whether the code alone does not open the vault.
func (v *Vault) needsLogin(s *standing) bool {
	if login := v.Hint.Truncate(time.Second); login.After(s.login) { // a crash came between the new tokens and the record
		return false
	}
	limit := v.Limit
	if s.ruled && !v.Final && s.rules.Lifetime > 0 && (limit <= 0 || s.rules.Lifetime < limit) {
		limit = s.rules.Lifetime
	}
	return s.need || s.expired(v.now(), limit)
}

// Status is what can be known of a vault without its code.
type Status struct {
	Left    int       // tries before erasure
	Wait    time.Time // no code is accepted before; zero: now
	Guesses int       // wrong codes that lengthen the delays, whatever right ones came between

	Misses Misses // the newest that [Vault.TakeMissed] told of

	Standing
}

// Status reads file and record. Errors as [Vault.Unlock]; [ErrErased] when the tries are spent and only [Vault.Erase]
// is left to do.
func (v *Vault) Status() (Status, error) {
	r, _, err := v.load()
	if err != nil {
		return Status{}, err
	}
	defer r.device.Wipe()
	now := v.now()
	r.decay(now)
	s := Status{Left: MaxTries - r.tries, Guesses: r.guesses, Misses: r.misses, Standing: r.public()}
	s.LoginNeeded = v.needsLogin(&r.standing)
	if r.notBefore.After(now) {
		s.Wait = r.notBefore
	}
	return s, nil
}

// Erase destroys the vault: first a mark, so that a crash cannot leave the erasure half done (see [Vault.Erased]), then
// the device secret, then the file. If the keyring fails, the file is deleted nevertheless and the error is returned:
// call Erase again later.
func (v *Vault) Erase() error {
	errs := []error{v.MarkErased()}
	if err := v.Keyring.Delete(Service, v.ID); err != nil && !errors.Is(err, ErrNoRecord) {
		errs = append(errs, fmt.Errorf("erase the device secret: %w", err))
	}
	for _, name := range []string{fileName, nextName} {
		if err := v.disk().Remove(v.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, fmt.Errorf("erase the vault: %w", err))
		}
	}
	v.unsettled = nil
	return errors.Join(errs...)
}

// Erased reports whether an erasure was begun. What is left in the folder is to be erased.
func (v *Vault) Erased() bool {
	_, err := v.disk().ReadFile(v.path(erasedName))
	return err == nil
}

// MarkErased marks the vault for erasure, so that a crash cannot leave the erasure half done: see [Vault.Erased].
func (v *Vault) MarkErased() error {
	if err := v.disk().Write(v.path(erasedName), []byte("1\n")); err != nil {
		return fmt.Errorf("mark the erasure: %w", err)
	}
	return nil
}

// Owns reports whether a file of that name in Dir belongs to the vault.
func (v *Vault) Owns(name string) bool {
	return name == fileName || name == nextName || name == erasedName
}

// IsMark reports whether that file is the mark of an erasure.
func (v *Vault) IsMark(name string) bool { return name == erasedName }

// eraseAfterLastTry erases the vault after the last wrong code.
func (v *Vault) eraseAfterLastTry() error {
	return errors.Join(ErrErased, v.Erase())
}

func (v *Vault) path(name string) string { return filepath.Join(v.Dir, name) }

func (v *Vault) disk() disk.Disk {
	if v.Disk == nil {
		return disk.OS{}
	}
	return v.Disk
}

func (v *Vault) now() time.Time {
	if v.Now == nil {
		return time.Now()
	}
	return v.Now()
}

func (v *Vault) started() Started {
	if v.Started == nil {
		return Started{}
	}
	return v.Started()
}

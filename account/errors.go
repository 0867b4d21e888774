package account

import (
	"errors"

	"discussions/account/vault"
)

// What can go wrong, for errors.Is. The errors of a login are those of package auth, those of choosing a code
// [vault.ErrWeakCode] and [vault.ErrForm].
var (
	// ErrWrongCode: errors.As finds a *[WrongCodeError].
	ErrWrongCode = vault.ErrWrongCode
	// ErrWait: no code is accepted yet; errors.As finds a *[WaitError].
	ErrWait = vault.ErrWait
	// ErrErased: the last try was wrong, and everything of the account has been erased from this computer.
	ErrErased = vault.ErrErased
	// ErrLoginNeeded: the account only opens after a full login in the browser.
	ErrLoginNeeded = vault.ErrLoginNeeded
	// ErrOtherPerson: the person who logged in is not the account's owner.
	ErrOtherPerson = errors.New("another person logged in")
	// ErrNoAccount: there is no such account, or no longer.
	ErrNoAccount = errors.New("no such account")
	// ErrState: not possible in the account's present state.
	ErrState = errors.New("not possible in this state")
	// ErrClosed: the manager, or the [SignIn], has ended.
	ErrClosed = errors.New("closed")

	// ErrProfile: the profile folder cannot be written.
	ErrProfile = errors.New("the profile folder cannot be written")
	// ErrProfileBusy: another running program holds the profile folder.
	ErrProfileBusy = errors.New("the profile folder is in use")

	// ErrNoRecord: a [Keyring] holds nothing under that name. Not an outcome of the manager.
	ErrNoRecord = vault.ErrNoRecord
	// ErrKeyringAbsent: this session has no keyring.
	ErrKeyringAbsent = errors.New("no keyring")
	// ErrKeyringLocked: the keyring is there and must be unlocked by the user first.
	ErrKeyringLocked = errors.New("the keyring is locked")
	// ErrKeyringSlow: the keyring did not answer within [KeyringPatience].
	ErrKeyringSlow = errors.New("the keyring does not answer")
	// ErrKeyringRefused: the keyring refused, or failed.
	ErrKeyringRefused = errors.New("the keyring refused")
	// ErrKeyringForeign: the keyring's record for this account is not ours, or damaged. A full login replaces it.
	ErrKeyringForeign = vault.ErrForeign
)

// WrongCodeError says how many tries are left and until when no code is accepted.
type WrongCodeError = vault.WrongCodeError

// Misses are wrong codes that somebody typed between two openings.
type Misses = vault.Misses

// WaitError says until when no code is accepted.
type WaitError = vault.WaitError

// Package account knows who is on this workstation: the accounts of professionals, each sealed by a code of four digits, and the
// state of each.
//
// A [Manager] owns the profile folder. It logs people in through package auth, seals their tokens and the key of their messages
// with package [discussions/account/vault], and runs one messaging.Client for each account that is open or locked.
//
// # Words
//
//   - drawer: the folder of one account on this workstation, and the operations on it (drawer.go).
//   - description: account.json, readable without the code (description.go).
//   - running: what runs for an open or locked account: its client and the source of its tokens (running.go).
//   - data key: the key that the code opens. From it come the keys of the tokens and of the messages.
//
// # States
//
// The states and their transitions: state.go. All ways to the state open: open.go. All ways out of it: leave.go.
//
// # Locks
//
// The holder of a lock may only take locks that stand below it:
//
//	signIn.mu      one attempt at a time to end a login with a code
//	Manager.adding one drawer at a time is made, so that a person gets only one
//	drawer.op      one operation at a time on a drawer: its files, its vault, what runs for it
//	Manager.removing one use at a time of the notices of removals
//	drawer.saving  one write at a time of account.json
//	Manager.mu     the list of drawers and the view of each
//	running.mu     the present source of tokens
//
// Operations on two drawers run side by side; nothing takes the op of two drawers. An operation holds drawer.op while it waits
// for the disk, the keyring, a key derivation or the network. So what the user sees is read under Manager.mu alone, which is
// never held during such a wait. Goroutines of the client and of the token source never take drawer.op, since an operation that
// ends them waits for them while it holds it; refreshTokens tries it and goes on without.
//
// Events are published through a [discussions/internal/dispatch.Publisher], which never waits; their order is that of the changes
// of one drawer.
//
// # Secrets
//
// What may be printed: ids, states, errors. Never: names, addresses, codes, tokens, keys.
package account

import (
	"time"

	"discussions/messaging"
)

// Account is a snapshot of one account, safe to keep.
type Account struct {
	ID           string // random; never changes
	Name         string
	Organisation string
	Job          string
	JID          string
	Mail         string
	State        State

	Unread     int                  // as last known while sealed
	Connection messaging.Connection // zero while sealed

	Wait       time.Time // until then no code is accepted; zero: one is accepted now
	TriesLeft  int       // wrong codes before erasure
	Misses     Misses    // the newest of the wrong codes that were typed here before its owner opened it
	RemovalDue time.Time // when it will be erased, after a removal without its code; zero: never
	NeedsLogin bool      // only a full login opens it: tokens refused, code expired, or vault and keyring out of step
	Ephemeral  bool      // lives in memory until the program ends: there is no keyring
	Trouble    error     // of the keyring: one of the ErrKeyring errors; nil: none
}

// Removal says how the removal of an account went. Everything on this computer is gone, unless it is delayed.
type Removal struct {
	Revoked bool // the provider revoked the tokens; false: it could not be reached, or the account was sealed
	Unsent  int  // messages that had not left

	Due time.Time // when it will be erased, because the code was not given; zero: it is erased already
}

// Event is one of [Changed], [ListChanged], [Received], [Altered], [Reacted], [Erased], [WrongCodes] and [RemovalStopped].
type Event interface{ event() }

type (
	// Changed says that the snapshot of one account changed.
	Changed struct{ ID string }

	// ListChanged says that accounts came or went, or that their order changed.
	ListChanged struct{}

	// Received says that a message of another person came just now. While the account is locked Message is zero.
	Received struct {
		ID      string
		Message messaging.Message
		Locked  bool
	}

	// Altered says that a message of another person was corrected or withdrawn, in an open account.
	Altered struct {
		ID      string
		Message messaging.Message
	}

	// Reacted says that another person reacted just now to a message of an open account.
	Reacted struct {
		ID      string
		Message messaging.Message
		By      string // name to show
		Emoji   []string
	}

	// Erased says that an account was erased after too many wrong codes.
	Erased struct{ ID, Name string }

	// RemovalStopped says that an account was opened just now that was about to be removed without its code. It is kept.
	RemovalStopped struct {
		ID    string
		Asked time.Time
	}

	// WrongCodes says that an account was opened just now, and how many wrong codes were typed before.
	WrongCodes struct {
		ID     string
		Misses Misses
	}
)

func (Changed) event()     {}
func (ListChanged) event() {}
func (Received) event()    {}
func (Altered) event()     {}
func (Reacted) event()     {}
func (Erased) event()      {}
func (WrongCodes) event()  {}

func (RemovalStopped) event() {}

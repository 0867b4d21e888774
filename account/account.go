// Package account knows who is on this workstation: the drawers, each a professional's account sealed by a code of four
// digits, and what state each is in.
//
// A [Manager] owns the profile folder. It logs people in through package auth, seals their tokens and the key of their
// messages with package [discussions/account/vault], and runs one messaging.Client for each account that is open or
// locked. The states and what leads from one to another stand in state.go; the files in drawer.go.
//
// What may be printed anywhere: ids, states, errors. What may not, and does not: names, addresses, codes, tokens, keys.
package account

import (
	"time"

	"discussions/messaging"
)

// Account is a snapshot of one drawer, safe to keep.
type Account struct {
	ID           string // random, the same for the life of the drawer
	Name         string
	Organisation string
	Job          string
	JID          string
	Mail         string
	State        State

	Unread     int                  // as last known while sealed
	Connection messaging.Connection // zero while sealed

	Wait       time.Time // no code is accepted before; zero: now
	TriesLeft  int       // wrong codes before erasure
	NeedsLogin bool      // a full login is needed: tokens refused, code's life over, vault out of step. The drawer stays.
	Ephemeral  bool      // lives in memory until the program ends: there is no keyring
	Trouble    error     // the keyring's, for a sentence: one of the ErrKeyring errors
}

// Removal says how the removal of an account went. Everything on this computer is gone in any case.
type Removal struct {
	Revoked bool // the provider revoked the tokens; false: it could not be reached, or the drawer was sealed
	Unsent  int  // messages that had not left
}

// Event is one of [Changed], [ListChanged], [Received] and [Erased].
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

	// Erased says that an account was erased after too many wrong codes.
	Erased struct{ ID, Name string }
)

func (Changed) event()     {}
func (ListChanged) event() {}
func (Received) event()    {}
func (Erased) event()      {}

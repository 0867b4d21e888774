package messaging

import (
	"errors"

	"discussions/messaging/store"
)

// Errors of a [Client], for errors.Is.
var (
	ErrLocked         = errors.New("messaging: the account is locked")
	ErrNoConversation = errors.New("messaging: no such conversation")
	ErrNoMessage      = errors.New("messaging: no such message")
	ErrEmpty          = errors.New("messaging: nothing to send")
	ErrTooLong        = errors.New("messaging: more than 64 KiB")
	ErrOffline        = errors.New("messaging: not in the cache, and not connected")
	ErrNotOffered     = errors.New("messaging: the server does not offer this")
	ErrManyPinned     = errors.New("messaging: too many pinned messages")
	ErrClosed         = errors.New("messaging: closed")
	ErrFileTooLarge   = errors.New("messaging: the file is larger than allowed")
	ErrFileType       = errors.New("messaging: files of this type may not be sent")
	ErrDisk           = store.ErrDisk // the disk is full, or fails: nothing was stored, and the same can be tried again
)

// Errors that Config.Token may return (wrapped), so that [Connection] can tell the user what is wrong. Any other error of
// Token counts as [Unreachable].
var (
	ErrLoginNeeded = errors.New("messaging: a full login is needed")
	ErrClock       = errors.New("messaging: this computer's clock is wrong")
)

package ui

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"

	"fyne.io/fyne/v2"
)

// clipboard clears what was copied from an account when that account is hidden,
// unless something else has been copied since. It stores only a salted hash of
// the text.
type clipboard struct {
	board fyne.Clipboard
	owner string // an account, or what else put a text there
	salt  []byte // nil: the clipboard holds nothing of ours
	hash  []byte
}

// copied records that a text of that owner is in the clipboard.
func (c *clipboard) copied(owner, text string) {
	c.owner, c.salt = owner, make([]byte, sha256.Size)
	rand.Read(c.salt)
	c.hash = c.sum(text)
}

// takeBack clears the clipboard if it still holds the text of that owner.
func (c *clipboard) takeBack(owner string) {
	if c.salt == nil || owner != c.owner {
		return
	}
	if hmac.Equal(c.sum(c.board.Content()), c.hash) {
		c.board.SetContent("")
	}
	c.salt, c.hash = nil, nil
}

func (c *clipboard) sum(text string) []byte {
	h := hmac.New(sha256.New, c.salt)
	h.Write([]byte(text))
	return h.Sum(nil)
}

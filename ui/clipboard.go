package ui

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"

	"fyne.io/fyne/v2"
)

// clipboard takes back what was copied out of an account, when the account goes
// out of sight: unless something else is there by now. It keeps no text to
// compare with, only a hash with a salt of its own.
type clipboard struct {
	board fyne.Clipboard
	owner string // the account; [loginLink]
	salt  []byte // nil: nothing there is ours
	hash  []byte
}

// loginLink owns the address of a login that is under way.
const loginLink = " login"

// copied says that a text of that owner was put there.
func (c *clipboard) copied(owner, text string) {
	c.owner, c.salt = owner, make([]byte, sha256.Size)
	rand.Read(c.salt)
	c.hash = c.sum(text)
}

// takeBack empties the clipboard if it still holds what that owner put there.
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

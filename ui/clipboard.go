package ui

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"time"

	pasteboard "discussions/internal/clipboard"

	"fyne.io/fyne/v2"
)

// clipboard reads texts from the system's clipboard, and clears what was copied
// from an account when that account is hidden, unless something else has been
// copied since. It stores only a salted hash of the text.
type clipboard struct {
	board   fyne.Clipboard
	windows NativeWindows // nil: Fyne reads
	owner   string        // an account, or what else put a text there
	size    int           // of the text, in bytes
	salt    []byte        // nil: the clipboard holds nothing of ours
	hash    []byte
	copies  int // counts what was copied
}

// readWithin is how long the program that holds the clipboard has to give it. An entry waits for it with what is typed.
const readWithin = 2 * time.Second

// read reads the text of the clipboard, so many bytes at most, off Fyne's goroutine, which serves what this program put there.
func (c *clipboard) read(ctx context.Context, most int) (string, error) {
	if c.windows == nil {
		return "", pasteboard.ErrUnavailable
	}
	ctx, cancel := context.WithTimeout(ctx, readWithin)
	defer cancel()
	return c.windows.ReadText(ctx, most)
}

// orFyne is what was read or, where only Fyne can read, what it reads now. Call it on Fyne's goroutine.
func (c *clipboard) orFyne(text string, err error) (string, error) {
	if errors.Is(err, pasteboard.ErrUnavailable) {
		return c.board.Content(), nil
	}
	return text, err
}

// copied records that a text of that owner is in the clipboard.
func (c *clipboard) copied(owner, text string) {
	c.copies++
	c.owner, c.size, c.salt = owner, len(text), make([]byte, sha256.Size)
	rand.Read(c.salt)
	c.hash = sum(c.salt, text)
}

// takeBack prepares to clear the clipboard if it still holds the text of that owner. look waits for the program that holds the clipboard,
// off Fyne's goroutine; what it returns clears, on Fyne's. nil: there is nothing to clear.
func (c *clipboard) takeBack(owner string) (look func(context.Context) (clear func())) {
	if c.salt == nil || owner != c.owner {
		return nil
	}
	was := *c
	return func(ctx context.Context) func() {
		text, err := was.read(ctx, was.size)
		return func() {
			if c.copies != was.copies { // this program has put something else there since
				return
			}
			c.salt, c.hash = nil, nil
			if text, err := c.orFyne(text, err); err == nil && hmac.Equal(sum(was.salt, text), was.hash) {
				c.board.SetContent("")
			}
		}
	}
}

// takeBack clears the clipboard if it still holds what was copied from that owner.
func (u *UI) takeBack(owner string) {
	if look := u.clipboard.takeBack(owner); look != nil {
		u.nav.Go(look)
	}
}

func sum(salt []byte, text string) []byte {
	h := hmac.New(sha256.New, salt)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// pastingApp is the application as Fyne's own entries see it, those of its dialogs of files: with our change to Fyne (third_party) a paste
// into them waits as it does in ours.
type pastingApp struct {
	fyne.App
	read func(most int, then func(text string, err error))
}

// Clipboard implements [fyne.App].
func (a pastingApp) Clipboard() fyne.Clipboard { return laterClipboard{a.App.Clipboard(), a.read} }

type laterClipboard struct {
	fyne.Clipboard
	read func(most int, then func(text string, err error))
}

// mostNamed is the most that is pasted into such an entry, in bytes. It takes the name of a file.
const mostNamed = 256

// ContentLater gives the text to then, on Fyne's goroutine. It does not wait for the program that holds it.
func (c laterClipboard) ContentLater(then func(text string)) {
	c.read(mostNamed, func(text string, _ error) { then(text) })
}

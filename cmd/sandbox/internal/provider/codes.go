package provider

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"math/big"
	"strings"
	"sync"
	"time"

	"discussions/cmd/sandbox/internal/await"
)

// letter is a mail that carries a one-time code.
type letter struct {
	To   string
	Code string
	At   time.Time
	Used bool
}

// codes are the one-time codes that were "sent"; page /messages shows them.
type codes struct {
	mu      sync.Mutex
	letters []*letter // oldest first
	change  await.Change
}

// send draws a code for the mail address; an earlier one is void from now on.
func (c *codes) send(mail string) error {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return err
	}
	c.mu.Lock()
	for _, l := range c.letters {
		if l.To == mail {
			l.Used = true
		}
	}
	c.letters = append(c.letters, &letter{To: mail, Code: fmt.Sprintf("%06d", n), At: time.Now()})
	c.mu.Unlock()
	c.change.Announce()
	return nil
}

// use checks a code and spends it.
func (c *codes) use(mail, code string) bool {
	code = strings.ReplaceAll(code, " ", "")
	c.mu.Lock()
	defer c.mu.Unlock()
	l := c.unused(mail)
	if l == nil || subtle.ConstantTimeCompare([]byte(l.Code), []byte(code)) != 1 {
		return false
	}
	l.Used = true
	return true
}

func (c *codes) wait(ctx context.Context, mail string) (code string, ok bool) {
	ok = c.change.Until(ctx, func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		l := c.unused(mail)
		if l != nil {
			code = l.Code
		}
		return l != nil
	})
	return code, ok
}

// unused is called with the lock held.
func (c *codes) unused(mail string) *letter {
	for i := len(c.letters) - 1; i >= 0; i-- {
		if l := c.letters[i]; l.To == mail && !l.Used {
			return l
		}
	}
	return nil
}

// all lists the letters, the newest first.
func (c *codes) all() []letter {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := make([]letter, 0, len(c.letters))
	for i := len(c.letters) - 1; i >= 0; i-- {
		list = append(list, *c.letters[i])
	}
	return list
}

package account

import (
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"discussions/account/internal/disk"
	"discussions/account/vault"
	"discussions/auth"
	"discussions/internal/secret"
	"discussions/messaging"
)

// The files of a drawer, besides those of its vault. The folder of the cache is named after the key, so that a cache is never
// opened with another key than its own.
const (
	aboutName   = "account.json"
	tokensName  = "tokens"
	cachePrefix = "cache-"
)

// drawer is one account on this workstation.
type drawer struct {
	id        string
	dir       string
	disk      disk.Disk
	vault     *vault.Vault
	ephemeral bool // its keyring is in memory, its folder goes at the end

	// op is held while anything is done to the drawer; what it guards changes nowhere else.
	op      sync.Mutex
	session *session // while Locked or Open
	gone    bool     // removed

	saving sync.Mutex // orders the writes of account.json

	// view is guarded by Manager.mu: what a snapshot is made of.
	view view
}

// view is what is known of a drawer without waiting for anything.
type view struct {
	about      about
	state      State
	stamp      time.Time // of the last full login; zero: unknown
	left       int
	wait       time.Time
	broken     bool   // no code can open the vault any more
	trouble    error  // the keyring's
	client     client // while connected
	unread     int
	unsent     int
	connection messaging.Connection
	sequence   int64 // orders drawers that were used in the same second
}

func (d *drawer) path(name string) string { return filepath.Join(d.dir, name) }

// write wraps the errors of the file system.
func (d *drawer) write(name string, data []byte) error {
	if err := d.disk.Write(d.path(name), data); err != nil {
		return fmt.Errorf("%w: %w", ErrProfile, err)
	}
	return nil
}

func (d *drawer) readAbout() (about, error) {
	data, err := d.disk.ReadFile(d.path(aboutName))
	if err != nil {
		return about{}, fmt.Errorf("account.json: %w", vault.ErrDamaged)
	}
	return parseAbout(data)
}

// writeTokens seals them; they are on disk when it returns.
func (d *drawer) writeTokens(key secret.Key, stamp time.Time, p person, s site, t auth.Tokens) error {
	plain, err := encodeContents(p, s, t)
	if err != nil {
		return err
	}
	defer clear(plain)
	sealed, err := vault.SealBox(key, d.id, stamp, plain)
	if err != nil {
		return fmt.Errorf("seal tokens: %w", err)
	}
	return d.write(tokensName, sealed)
}

func (d *drawer) readTokens(key secret.Key) (stamp time.Time, p person, s site, t auth.Tokens, err error) {
	data, err := d.disk.ReadFile(d.path(tokensName))
	if err != nil {
		return stamp, p, s, t, fmt.Errorf("tokens: %w", vault.ErrDamaged)
	}
	plain, stamp, err := vault.OpenBox(key, d.id, data)
	if err != nil {
		return stamp, p, s, t, err
	}
	defer clear(plain)
	p, s, t, err = parseContents(plain)
	return stamp, p, s, t, err
}

// loginStamp reads, without the key, when the last full login was; zero when the file does not say.
func (d *drawer) loginStamp() time.Time {
	data, err := d.disk.ReadFile(d.path(tokensName))
	if err != nil {
		return time.Time{}
	}
	stamp, err := vault.BoxStamp(data)
	if err != nil {
		return time.Time{}
	}
	return stamp
}

// cacheDir makes the folder for the cache of that data key, and deletes those of other keys, which nobody can read any more.
func (d *drawer) cacheDir(data secret.Key) (string, error) {
	name := cachePrefix + vault.KeyName(data)
	if err := d.disk.MkdirAll(d.path(name)); err != nil {
		return "", fmt.Errorf("%w: %w", ErrProfile, err)
	}
	for _, other := range d.files() {
		if strings.HasPrefix(other, cachePrefix) && other != name {
			_ = d.disk.RemoveAll(d.path(other)) // tried again at the next opening
		}
	}
	return d.path(name), nil
}

// erase destroys the drawer, in this order: device secret, vault, tokens, cache, the rest. Where only the keyring fails it is
// no error: the mark of the erasure stays, so that it is tried again. Otherwise the error wraps [ErrProfile].
func (d *drawer) erase() error {
	keyring := d.vault.Erase()
	_ = d.disk.Remove(d.path(tokensName))
	for _, caches := range []bool{true, false} {
		for _, name := range d.files() {
			if strings.HasPrefix(name, cachePrefix) == caches && !d.vault.Owns(name) {
				_ = d.disk.RemoveAll(d.path(name))
			}
		}
	}
	for _, name := range d.files() {
		if !d.vault.IsMark(name) {
			return fmt.Errorf("%w: %s could not be erased", ErrProfile, name)
		}
	}
	if keyring != nil {
		return nil
	}
	if err := d.disk.RemoveAll(d.dir); err != nil {
		return fmt.Errorf("%w: %w", ErrProfile, err)
	}
	return nil
}

// discard takes back a drawer that could not be made; what fails is left to the next start. Without a file of the vault nothing
// has reached the keyring.
func (d *drawer) discard() {
	if slices.ContainsFunc(d.files(), d.vault.Owns) {
		_ = d.erase()
		return
	}
	_ = d.disk.RemoveAll(d.dir)
}

// sweep deletes what a crash in the middle of a write left: sealed, but of no use.
func (d *drawer) sweep() {
	for _, name := range d.files() {
		if strings.HasPrefix(name, ".") && strings.HasSuffix(name, ".tmp") {
			_ = d.disk.Remove(d.path(name)) // tried again at the next start
		}
	}
}

func (d *drawer) files() (names []string) {
	entries, _ := d.disk.ReadDir(d.dir)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// isDrawer reports the folders that [profile.newDrawer] makes. Others, a copy of one for instance, are none of ours.
func isDrawer(e os.DirEntry) bool {
	id, err := hex.DecodeString(e.Name())
	return err == nil && len(id) == idSize && hex.EncodeToString(id) == e.Name() && e.IsDir()
}

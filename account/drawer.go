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

// The files of a drawer, besides those of its vault. The folder of the cache is named after the data key, so that a cache is
// never opened with another key.
const (
	descriptionName = "account.json"
	tokensName      = "tokens"
	cachePrefix     = "cache-"
)

// drawer is the folder of one account on this workstation, with the operations on it.
type drawer struct {
	id        string
	dir       string
	disk      disk.Disk
	vault     *vault.Vault
	networks  *networks
	ephemeral bool // its keyring is in memory; its folder is erased at the end of the program

	// op is held for every operation on the drawer. It guards its files, its vault and the fields below.
	op      sync.Mutex
	running *running // while Locked or Open
	removed bool

	saving sync.Mutex // held while account.json is written: see the lock order in the package comment

	// Manager.mu guards view.
	view view
}

// view is what is known of a drawer without waiting. A snapshot is made of it.
type view struct {
	description description
	state       State
	lastLogin   time.Time // of the last full login; zero: unknown
	left        int
	misses      Misses
	standing    vault.Standing
	wait        time.Time
	broken      bool   // no code opens the vault any more
	trouble     error  // the keyring's
	client      client // while connected
	unread      int
	unsent      int
	connection  messaging.Connection
	sequence    int64 // orders drawers that were used in the same second
}

func (d *drawer) path(name string) string { return filepath.Join(d.dir, name) }

// write wraps the errors of the file system.
func (d *drawer) write(name string, data []byte) error {
	if err := d.disk.Write(d.path(name), data); err != nil {
		return fmt.Errorf("%w: %w", ErrProfile, err)
	}
	return nil
}

func (d *drawer) readDescription() (description, error) {
	data, err := d.disk.ReadFile(d.path(descriptionName))
	if err != nil {
		return description{}, fmt.Errorf("account.json: %w", vault.ErrDamaged)
	}
	return parseDescription(data)
}

// loginRecord is what a full login gave to an account, as its tokens file keeps it.
type loginRecord struct {
	at     time.Time
	owner  person
	site   site
	tokens auth.Tokens
}

// writeTokens seals tokens and their owner. They are on disk when it returns.
func (d *drawer) writeTokens(key secret.Key, l loginRecord) error {
	plain, err := encodeContents(l.owner, l.site, d.networks.seal(l.site.Network), l.tokens)
	if err != nil {
		return err
	}
	defer clear(plain)
	sealed, err := vault.SealFile(key, d.id, l.at, plain)
	if err != nil {
		return fmt.Errorf("seal tokens: %w", err)
	}
	return d.write(tokensName, sealed)
}

func (d *drawer) readTokens(key secret.Key) (loginRecord, error) {
	data, err := d.disk.ReadFile(d.path(tokensName))
	if err != nil {
		return loginRecord{}, fmt.Errorf("tokens: %w", vault.ErrDamaged)
	}
	plain, at, err := vault.OpenFile(key, d.id, data)
	if err != nil {
		return loginRecord{}, err
	}
	defer clear(plain)
	c, t, err := parseContents(plain)
	if err == nil {
		err = d.networks.unseal(c.Site.Network, c.Network)
	}
	return loginRecord{at: at, owner: c.person, site: c.Site, tokens: t}, err
}

// readLastLogin reads the time of the last full login without the key; zero: unknown.
func (d *drawer) readLastLogin() time.Time {
	data, err := d.disk.ReadFile(d.path(tokensName))
	if err != nil {
		return time.Time{}
	}
	lastLogin, err := vault.FileStamp(data)
	if err != nil {
		return time.Time{}
	}
	return lastLogin
}

// lastLoginHint is the last full login for [vault.Vault.Hint]. What runs has it for certain; the file is checked later. The caller holds
// the drawer.
func (d *drawer) lastLoginHint() time.Time {
	if d.running != nil {
		return d.running.lastLogin
	}
	return d.readLastLogin()
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

// erase destroys the drawer, in this order: device secret, vault, tokens, cache, the rest. A failure of the keyring alone is
// not an error: the mark of the erasure stays, so that it is tried again. Otherwise the error wraps [ErrProfile].
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

// discard deletes a drawer that could not be made; the next start deletes what could not be deleted. Without a file of the
// vault there is nothing in the keyring.
func (d *drawer) discard() {
	if slices.ContainsFunc(d.files(), d.vault.Owns) {
		_ = d.erase()
		return
	}
	_ = d.disk.RemoveAll(d.dir)
}

// sweep deletes the temporary files that a crash left.
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

// isDrawer reports whether [profile.newDrawer] made the folder. Others, such as a copy of one, are left alone.
func isDrawer(e os.DirEntry) bool {
	id, err := hex.DecodeString(e.Name())
	return err == nil && len(id) == idSize && hex.EncodeToString(id) == e.Name() && e.IsDir()
}

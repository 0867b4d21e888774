package account

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"discussions/account/internal/disk"
	"discussions/account/vault"
)

// The profile folder.
const (
	accountsName  = "accounts"      // a folder for each drawer
	ephemeralName = "ephemeral"     // drawers without a keyring; what an earlier run left there is erased
	lockName      = "accounts.lock" // held while the program runs
)

const idSize = 8 // bytes of a drawer's id, which is written in hexadecimal

// profile is the folder of all drawers.
type profile struct {
	o        Options
	networks *networks
	dir      string
	unlock   func() error
}

func openProfile(o Options, ways *networks) (*profile, error) {
	p := &profile{o: o, networks: ways, dir: o.Dir}
	for _, dir := range []string{p.dir, filepath.Join(p.dir, accountsName)} {
		if err := o.disk.MkdirAll(dir); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrProfile, err)
		}
	}
	unlock, err := disk.Lock(filepath.Join(p.dir, lockName))
	if errors.Is(err, disk.ErrHeld) {
		return nil, fmt.Errorf("%w: %w", ErrProfileBusy, err)
	}
	if err == nil {
		err = p.probe()
		if err != nil {
			_ = unlock()
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProfile, err)
	}
	p.unlock = unlock
	// Their device secrets were in the memory of a program that has ended: nobody can read them.
	_ = o.disk.RemoveAll(filepath.Join(p.dir, ephemeralName))
	return p, nil
}

// probe makes sure that later writes to the folder will succeed.
func (p *profile) probe() error {
	f, err := os.CreateTemp(filepath.Join(p.dir, accountsName), ".probe.*.tmp")
	if err != nil {
		return err
	}
	err = f.Close()
	_ = os.Remove(f.Name()) // fails if a virus scanner reads it at that moment; the file is harmless
	return err
}

// drawers reads what is there: whole drawers, and those whose creation or erasure was cut short.
func (p *profile) drawers() (whole, unfinished []*drawer) {
	entries, err := p.o.disk.ReadDir(filepath.Join(p.dir, accountsName))
	if err != nil {
		p.o.Log.Warn("the drawers cannot be listed", "error", err)
		return nil, nil
	}
	for _, e := range entries {
		if !isDrawer(e) {
			continue
		}
		d := p.drawer(e.Name(), false)
		a, err := d.readDescription()
		if d.vault.Erased() || a.New || len(d.files()) == 0 {
			unfinished = append(unfinished, d)
			continue
		}
		d.sweep()
		if err != nil {
			// It has no name until the code opens the sealed copy.
			p.o.Log.Warn("a drawer's description cannot be read", "account", d.id, "error", err)
		}
		d.view = view{description: a, state: Sealed, lastLogin: d.readLastLogin(), left: vault.MaxTries, unread: a.Unread, unsent: a.Unsent}
		whole = append(whole, d)
	}
	return whole, unfinished
}

// drawer is the drawer of that id; nothing is read or written.
func (p *profile) drawer(id string, ephemeral bool) *drawer {
	d := &drawer{id: id, disk: p.o.disk, networks: p.networks, ephemeral: ephemeral}
	keyring := p.o.Keyring
	d.dir = filepath.Join(p.dir, accountsName, id)
	if ephemeral {
		keyring = &memoryKeyring{}
		d.dir = filepath.Join(p.dir, ephemeralName, id)
	}
	d.vault = &vault.Vault{Dir: d.dir, ID: id, Keyring: keyring, Disk: p.o.disk, Bounds: p.o.bounds, Now: p.o.Now, Started: p.o.started, Log: p.o.Log}
	d.vault.Limit, d.vault.Final = p.o.Deployment.Policy.CodeLifetime, p.o.Deployment.Protected
	return d
}

// newDrawer makes the folder of a drawer under a random id.
func (p *profile) newDrawer(ephemeral bool) (*drawer, error) {
	b := make([]byte, idSize)
	_, _ = rand.Read(b) // never fails
	d := p.drawer(hex.EncodeToString(b), ephemeral)
	if err := d.disk.MkdirAll(d.dir); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProfile, err)
	}
	return d, nil
}

func (p *profile) close() error {
	err := p.o.disk.RemoveAll(filepath.Join(p.dir, ephemeralName))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, p.unlock())
}

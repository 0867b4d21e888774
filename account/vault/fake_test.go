package vault

import (
	"errors"
	"os"
	"sync"
	"testing"
	"time"

	"discussions/account/internal/disk"
	"discussions/account/internal/kdf"
	"discussions/internal/secret"
)

// cheap makes tests fast; only tests can lower the floor.
var cheap = kdf.Bounds{Floor: kdf.Cost{Memory: 8, Time: 1, Threads: 1}, Ceiling: kdf.Cost{Memory: 1024, Time: 4, Threads: 4}}

// memory is a keyring in memory.
type memory struct {
	mu      sync.Mutex
	entries map[string]string
	fail    error
}

func newMemory() *memory { return &memory{entries: map[string]string{}} }

func (m *memory) Get(service, user string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return "", m.fail
	}
	v, ok := m.entries[service+"/"+user]
	if !ok {
		return "", ErrNoRecord
	}
	return v, nil
}

func (m *memory) Set(service, user, value string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return m.fail
	}
	m.entries[service+"/"+user] = value
	return nil
}

func (m *memory) Delete(service, user string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return m.fail
	}
	if _, ok := m.entries[service+"/"+user]; !ok {
		return ErrNoRecord
	}
	delete(m.entries, service+"/"+user)
	return nil
}

var errCrash = errors.New("the computer stopped")

// power stops everything at the given step, before or after it takes effect.
type power struct {
	steps int // left until the stop; negative: never
	after bool
	dead  bool
	taken int
}

func (p *power) step(do func() error) error {
	if p.dead {
		return errCrash
	}
	p.taken++
	if p.steps == 0 {
		p.dead = true
		if p.after {
			_ = do()
		}
		return errCrash
	}
	p.steps--
	return do()
}

type failingDisk struct {
	disk.OS
	power *power
}

func (d failingDisk) ReadFile(path string) ([]byte, error) {
	if d.power.dead {
		return nil, errCrash
	}
	return d.OS.ReadFile(path)
}

func (d failingDisk) ReadDir(path string) ([]os.DirEntry, error) {
	if d.power.dead {
		return nil, errCrash
	}
	return d.OS.ReadDir(path)
}

func (d failingDisk) Write(path string, data []byte) error {
	return d.power.step(func() error { return d.OS.Write(path, data) })
}

func (d failingDisk) Remove(path string) error {
	return d.power.step(func() error { return d.OS.Remove(path) })
}

type failingKeyring struct {
	*memory
	power *power
}

func (k failingKeyring) Get(service, user string) (string, error) {
	if k.power.dead {
		return "", errCrash
	}
	return k.memory.Get(service, user)
}

func (k failingKeyring) Set(service, user, value string) error {
	return k.power.step(func() error { return k.memory.Set(service, user, value) })
}

func (k failingKeyring) Delete(service, user string) error {
	return k.power.step(func() error { return k.memory.Delete(service, user) })
}

type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

// fixture is a vault with a keyring in memory and a clock that stands still.
type fixture struct {
	*Vault
	keyring *memory
	clock   *clock
	key     secret.Key
}

var (
	code  = secret.New("4715")
	code2 = secret.New("6082")
	wrong = secret.New("8302")
)

func newFixture(t testing.TB, id string) *fixture {
	t.Helper()
	f := &fixture{keyring: newMemory(), clock: &clock{time.Unix(1_800_000_000, 0)}, key: secret.RandomKey()}
	f.Vault = &Vault{Dir: t.TempDir(), ID: id, Keyring: f.keyring, Bounds: cheap, Now: f.clock.Now}
	if err := f.Create(code, f.key); err != nil {
		t.Fatal(err)
	}
	return f
}

// again is the vault as the next run of the program finds it.
func (f *fixture) again() *Vault {
	return &Vault{Dir: f.Dir, ID: f.ID, Keyring: f.keyring, Bounds: cheap, Now: f.clock.Now}
}

func (f *fixture) mustOpen(t testing.TB, v *Vault, code secret.Text) {
	t.Helper()
	key, err := v.Unlock(code)
	if err != nil {
		t.Fatalf("unlock: %v", err)
	}
	if !key.Equal(f.key) {
		t.Fatal("unlock gives another key")
	}
}

package account

import (
	"errors"
	"os"
	"sync"

	"discussions/account/internal/disk"
)

var errPower = errors.New("the computer stopped")

// power fails at the given step: disk and keyring stop before or after it takes effect.
type power struct {
	mu    sync.Mutex
	steps int // left until the stop; negative: never
	after bool
	dead  bool
}

func (p *power) step(do func() error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.dead {
		return errPower
	}
	if p.steps == 0 {
		p.dead = true
		if p.after {
			_ = do()
		}
		return errPower
	}
	p.steps--
	return do()
}

func (p *power) off() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.dead
}

// cut lets the given number of steps happen.
func (p *power) cut(steps int, after bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.steps, p.after = steps, after
}

type fakeDisk struct {
	disk.OS
	power *power
}

func (d fakeDisk) ReadFile(path string) ([]byte, error) {
	if d.power.off() {
		return nil, errPower
	}
	return d.OS.ReadFile(path)
}

func (d fakeDisk) ReadDir(path string) ([]os.DirEntry, error) {
	if d.power.off() {
		return nil, errPower
	}
	return d.OS.ReadDir(path)
}

func (d fakeDisk) Write(path string, data []byte) error {
	return d.power.step(func() error { return d.OS.Write(path, data) })
}

func (d fakeDisk) MkdirAll(path string) error {
	return d.power.step(func() error { return d.OS.MkdirAll(path) })
}

func (d fakeDisk) Remove(path string) error {
	return d.power.step(func() error { return d.OS.Remove(path) })
}

func (d fakeDisk) RemoveAll(path string) error {
	return d.power.step(func() error { return d.OS.RemoveAll(path) })
}

// fakeKeyring outlives the runs of the program; it fails with whatever is set.
type fakeKeyring struct {
	memoryKeyring
	mu    sync.Mutex
	fail  error
	calls int // left until one that fails, from 1; 0: none does
	power *power
}

// hiccup makes the call after n others fail; negative: none.
func (k *fakeKeyring) hiccup(n int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.calls = n + 1
}

func (k *fakeKeyring) setFail(err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.fail = err
}

func (k *fakeKeyring) state() (*power, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.calls > 0 {
		if k.calls--; k.calls == 0 {
			return k.power, ErrKeyringSlow
		}
	}
	return k.power, k.fail
}

func (k *fakeKeyring) Get(service, user string) (string, error) {
	if p, err := k.state(); err != nil {
		return "", err
	} else if p.off() {
		return "", errPower
	}
	return k.memoryKeyring.Get(service, user)
}

func (k *fakeKeyring) Set(service, user, value string) error {
	p, err := k.state()
	if err != nil {
		return err
	}
	return p.step(func() error { return k.memoryKeyring.Set(service, user, value) })
}

func (k *fakeKeyring) Delete(service, user string) error {
	p, err := k.state()
	if err != nil {
		return err
	}
	return p.step(func() error { return k.memoryKeyring.Delete(service, user) })
}

func (k *fakeKeyring) count() int {
	k.memoryKeyring.mu.Lock()
	defer k.memoryKeyring.mu.Unlock()
	return len(k.entries)
}

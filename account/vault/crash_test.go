package vault

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"discussions/account/internal/kdf"
	"discussions/internal/secret"
)

func realBounds() (floor, ceiling kdf.Cost) { return kdf.Default.Floor, kdf.Default.Ceiling }

// crashEverywhere runs do with the power failing at each of its steps, before and after the step takes effect, and has
// check look at what the next run finds.
func crashEverywhere(t *testing.T, do func(v *Vault) error, check func(t *testing.T, f *fixture, v *Vault)) {
	for step := 0; ; step++ {
		for _, after := range []bool{false, true} {
			f := newFixture(t, "a")
			p := &power{steps: step, after: after}
			v := f.again()
			v.Disk, v.Keyring = failingDisk{power: p}, failingKeyring{f.keyring, p}
			err := do(v)
			if !p.dead {
				if err != nil {
					t.Fatalf("without a crash: %v", err)
				}
				if step == 0 {
					t.Fatal("no steps")
				}
				return
			}
			t.Run(fmt.Sprintf("step %d, after %v", step+1, after), func(t *testing.T) { check(t, f, f.again()) })
		}
	}
}

func TestACrashWhileChangingTheCodeLeavesTheOldOrTheNewCode(t *testing.T) {
	crashEverywhere(t, func(v *Vault) error { return v.Change(code, code2) }, func(t *testing.T, f *fixture, v *Vault) {
		var opened []string
		for _, c := range []secret.Text{code, code2} {
			key, err := v.Unlock(c)
			switch {
			case err == nil && key.Equal(f.key):
				opened = append(opened, c.Reveal())
			case err == nil:
				t.Errorf("%s opens another key", c.Reveal())
			case !errors.Is(err, ErrWrongCode):
				t.Errorf("%s: %v", c.Reveal(), err)
			}
		}
		if len(opened) != 1 {
			t.Errorf("opened by %v", opened)
		}
	})
}

func TestACrashWhileSealingLeavesTheOldOrTheNewVault(t *testing.T) {
	fresh := secret.RandomKey()
	crashEverywhere(t, func(v *Vault) error { return v.Create(code2, fresh) }, func(t *testing.T, f *fixture, v *Vault) {
		old, errOld := v.Unlock(code)
		now, errNow := v.Unlock(code2)
		switch {
		case errOld == nil && errors.Is(errNow, ErrWrongCode) && old.Equal(f.key):
		case errNow == nil && errors.Is(errOld, ErrWrongCode) && now.Equal(fresh):
		default:
			t.Errorf("old: %v, new: %v", errOld, errNow)
		}
	})
}

func TestACrashWhileSealingTheFirstTimeLeavesNothingHalfOpen(t *testing.T) {
	for step := range 10 {
		for _, after := range []bool{false, true} {
			keyring, key := newMemory(), secret.RandomKey()
			p := &power{steps: step, after: after}
			v := &Vault{Dir: t.TempDir(), ID: "a", Bounds: cheap, Disk: failingDisk{power: p}, Keyring: failingKeyring{keyring, p}}
			err := v.Create(code, key)
			if !p.dead {
				return
			}
			if err == nil {
				t.Errorf("step %d: no error", step)
			}
			next := &Vault{Dir: v.Dir, ID: "a", Bounds: cheap, Keyring: keyring}
			got, err := next.Unlock(code)
			if err == nil && !got.Equal(key) || err != nil && !errors.Is(err, ErrOutOfStep) {
				t.Errorf("step %d, after %v: %v", step, after, err)
			}
			if err := next.Create(code, key); err != nil { // the full login
				t.Errorf("step %d: sealing again: %v", step, err)
			}
			if _, err := next.Unlock(code); err != nil {
				t.Errorf("step %d: after sealing again: %v", step, err)
			}
		}
	}
	t.Error("more steps than expected")
}

func TestACrashWhileErasingIsFinishedByErasingAgain(t *testing.T) {
	crashEverywhere(t, func(v *Vault) error { return v.Erase() }, func(t *testing.T, f *fixture, v *Vault) {
		if !v.Erased() { // the very first step had no effect
			f.mustOpen(t, v, code)
			return
		}
		if err := v.Erase(); err != nil {
			t.Fatal(err)
		}
		if _, err := v.Unlock(code); !errors.Is(err, ErrOutOfStep) {
			t.Error(err)
		}
		if len(f.keyring.entries) != 0 {
			t.Error("the device secret stays")
		}
	})
}

func TestACrashAroundTheLastTryErasesOrKeepsTheCount(t *testing.T) {
	last := func(v *Vault) error {
		_, err := v.Unlock(wrong)
		if errors.Is(err, ErrErased) {
			return nil
		}
		return err
	}
	for step := range 20 {
		for _, after := range []bool{false, true} {
			f := newFixture(t, "a")
			for range MaxTries - 1 {
				_, _ = f.Unlock(wrong)
				f.clock.now = f.clock.now.Add(10 * time.Minute)
			}
			p := &power{steps: step, after: after}
			v := f.again()
			v.Disk, v.Keyring = failingDisk{power: p}, failingKeyring{f.keyring, p}
			_ = last(v)
			if !p.dead {
				return
			}
			_, err := f.again().Unlock(wrong)
			if !errors.Is(err, ErrErased) && !errors.Is(err, ErrOutOfStep) {
				t.Errorf("step %d, after %v: %v", step, after, err)
			}
			if _, err := f.again().Unlock(code); !errors.Is(err, ErrOutOfStep) {
				t.Errorf("step %d, after %v: the right code then: %v", step, after, err)
			}
		}
	}
	t.Error("more steps than expected")
}

func TestALateAnswerOfTheKeyringEndsInOneOfTheTwoVaults(t *testing.T) {
	f := newFixture(t, "a")
	v := f.again()
	late := &lateKeyring{memory: f.keyring}
	v.Keyring = late
	if err := v.Change(code, code2); !errors.Is(err, errLate) {
		t.Fatalf("%v", err)
	}
	f.mustOpen(t, f.again(), code) // it has not happened yet
	late.arrive()
	f.mustOpen(t, f.again(), code2) // now it has
}

// Two seals whose keyring writes are both late must not look like one: the first's secret would then refuse the second's code.
func TestALateSecretIsNotTakenForTheNextOne(t *testing.T) {
	f := newFixture(t, "a")
	late := &lateKeyring{memory: f.keyring}
	v := f.again()
	v.Keyring = late
	if err := v.Create(code2, f.key); !errors.Is(err, errLate) {
		t.Fatal(err)
	}
	first := late.pending
	if err := v.Create(secret.New("9163"), f.key); !errors.Is(err, errLate) {
		t.Fatal(err)
	}
	first()
	for _, c := range []secret.Text{code, code2, secret.New("9163")} {
		if _, err := f.again().Unlock(c); !errors.Is(err, ErrOutOfStep) {
			t.Errorf("%s: %v", c.Reveal(), err)
		}
	}
}

// A keyring that reports a failure may have written nevertheless.
func TestASecretThatIsThereThoughItsWriteFailedIsTaken(t *testing.T) {
	f := newFixture(t, "a")
	v := f.again()
	v.Keyring = liar{f.keyring}
	if err := v.Create(code2, f.key); err != nil {
		t.Error(err)
	}
	f.mustOpen(t, f.again(), code2)
}

// liar writes, and says that it failed.
type liar struct{ *memory }

func (k liar) Set(service, user, value string) error {
	_ = k.memory.Set(service, user, value)
	return errLate
}

var errLate = errors.New("no answer in time")

// lateKeyring answers the first write of another generation with a time-out, and does it later.
type lateKeyring struct {
	*memory
	pending func()
}

func (k *lateKeyring) Set(service, user, value string) error {
	was, _ := parseRecord(k.entries[service+"/"+user])
	if is, _ := parseRecord(value); is.generation == was.generation {
		return k.memory.Set(service, user, value)
	}
	k.pending = func() { _ = k.memory.Set(service, user, value) }
	return errLate
}

func (k *lateKeyring) arrive() { k.pending() }

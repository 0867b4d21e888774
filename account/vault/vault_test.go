package vault

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"discussions/internal/privatedir"
	"discussions/internal/secret"
)

func TestTheCodeOpensTheVaultInTheNextRun(t *testing.T) {
	f := newFixture(t, "a")
	f.mustOpen(t, f.again(), code)
	for _, name := range []string{nextName, erasedName} {
		if _, err := os.Stat(filepath.Join(f.Dir, name)); err == nil {
			t.Errorf("%s stays behind", name)
		}
	}
	if private, err := privatedir.IsPrivate(filepath.Join(f.Dir, fileName)); err != nil || !private {
		t.Errorf("the vault is private: %v, %v", private, err)
	}
}

func TestWrongCodesWaitAndErase(t *testing.T) {
	f := newFixture(t, "a")
	type step struct {
		left int
		wait time.Duration
	}
	for i, want := range []step{{4, 0}, {3, 0}, {2, 30 * time.Second}, {1, 5 * time.Minute}} {
		_, err := f.again().Unlock(wrong)
		var e *WrongCodeError
		if !errors.As(err, &e) || !errors.Is(err, ErrWrongCode) {
			t.Fatalf("try %d: %v", i+1, err)
		}
		got := step{left: e.Left}
		if !e.Wait.IsZero() {
			got.wait = e.Wait.Sub(f.clock.now)
		}
		if got != want {
			t.Fatalf("try %d: %+v, want %+v", i+1, got, want)
		}
		if want.wait == 0 {
			continue
		}
		f.clock.now = f.clock.now.Add(want.wait - time.Second)
		var w *WaitError
		if _, err := f.again().Unlock(code); !errors.As(err, &w) || !w.Until.Equal(e.Wait) {
			t.Fatalf("within the delay: %v", err)
		}
		s, err := f.again().Status()
		if err != nil || s.Left != want.left || !s.Wait.Equal(e.Wait) {
			t.Fatalf("status %+v, %v", s, err)
		}
		f.clock.now = f.clock.now.Add(time.Second)
	}
	if _, err := f.again().Unlock(wrong); !errors.Is(err, ErrErased) {
		t.Fatalf("fifth: %v", err)
	}
	if len(f.keyring.entries) != 0 {
		t.Error("the device secret is still there")
	}
	if _, err := os.Stat(filepath.Join(f.Dir, fileName)); err == nil {
		t.Error("the vault is still there")
	}
	if !f.again().Erased() {
		t.Error("the erasure is not marked")
	}
	if _, err := f.again().Unlock(code); !errors.Is(err, ErrOutOfStep) {
		t.Errorf("after: %v", err)
	}
}

func TestARightCodeStartsTheCountAgain(t *testing.T) {
	f := newFixture(t, "a")
	for range 3 {
		for range 2 {
			if _, err := f.again().Unlock(wrong); !errors.Is(err, ErrWrongCode) {
				t.Fatal(err)
			}
		}
		f.mustOpen(t, f.again(), code)
	}
	s, err := f.Status()
	if diff := cmp.Diff(Status{Left: MaxTries}, s); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func TestACodeStaysItsOwnersAndIsUsedByNobodyOnceWiped(t *testing.T) {
	f := newFixture(t, "a")
	mine := secret.New(code.Reveal())
	if _, err := f.Unlock(mine); err != nil {
		t.Fatal(err)
	}
	if !mine.Equal(code) {
		t.Error("the vault wiped a code that is not its own")
	}
	mine.Wipe()
	if _, err := f.Unlock(mine); !errors.Is(err, ErrForm) {
		t.Errorf("unlocked with a wiped code: %v", err)
	}
	if err := f.Create(mine, f.key); !errors.Is(err, ErrForm) {
		t.Errorf("sealed with a wiped code: %v", err)
	}
}

func TestAMalformedCodeCostsNoTry(t *testing.T) {
	f := newFixture(t, "a")
	for _, c := range []string{"", "123", "12345", "12a4", "٤٧١٥", " 471"} {
		if _, err := f.Unlock(secret.New(c)); !errors.Is(err, ErrForm) {
			t.Errorf("%q: %v", c, err)
		}
	}
	if s, _ := f.Status(); s.Left != MaxTries {
		t.Errorf("%d left", s.Left)
	}
}

func TestTheTryIsCountedBeforeTheCodeIsTried(t *testing.T) {
	f := newFixture(t, "a")
	refuse := errors.New("refused")
	for _, c := range []secret.Text{code, wrong} {
		v := f.again()
		v.Keyring = readOnly{f.keyring, refuse}
		if _, err := v.Unlock(c); !errors.Is(err, refuse) {
			t.Errorf("without a count: %v", err)
		}
	}
	// Killed after the count and before the answer: the try is gone.
	for range MaxTries - 1 {
		v := f.again()
		p := &power{steps: 1}
		v.Keyring = failingKeyring{f.keyring, p}
		_, _ = v.Unlock(wrong)
		f.clock.now = f.clock.now.Add(10 * time.Minute)
	}
	if s, err := f.Status(); err != nil || s.Left != 1 {
		t.Errorf("%+v, %v", s, err)
	}
	p := &power{steps: 1}
	v := f.again()
	v.Keyring = failingKeyring{f.keyring, p}
	_, _ = v.Unlock(wrong)
	if _, err := f.again().Unlock(code); !errors.Is(err, ErrErased) {
		t.Errorf("after five killed tries: %v", err)
	}
}

func TestTheDelayRunsFromTheAnswerAndStandsWhereThereWasNone(t *testing.T) {
	f := newFixture(t, "a")
	for range 2 {
		_, _ = f.Unlock(wrong)
	}
	killed := f.again()
	killed.Keyring = failingKeyring{f.keyring, &power{steps: 1}}
	asked := f.clock.now
	_, _ = killed.Unlock(wrong) // counted, never answered
	f.clock.now = asked.Add(29 * time.Second)
	if _, err := f.again().Unlock(code); !errors.Is(err, ErrWait) {
		t.Errorf("a try without an answer, then no delay: %v", err)
	}

	f = newFixture(t, "a")
	for range 2 {
		_, _ = f.Unlock(wrong)
	}
	asked = f.clock.now
	slow := f.again()
	slow.Keyring = slowWriter{f.keyring, f.clock}
	_, err := slow.Unlock(wrong)
	var e *WrongCodeError
	if !errors.As(err, &e) || !e.Wait.Equal(asked.Add(40*time.Second)) {
		t.Errorf("%v, %v after the question", err, e.Wait.Sub(asked))
	}
}

// slowWriter takes ten seconds for each write.
type slowWriter struct {
	*memory
	clock *clock
}

func (k slowWriter) Set(service, user, value string) error {
	k.clock.now = k.clock.now.Add(10 * time.Second)
	return k.memory.Set(service, user, value)
}

// readOnly refuses writes.
type readOnly struct {
	*memory
	err error
}

func (k readOnly) Set(string, string, string) error { return k.err }

func TestARightCodeOpensThoughTheKeyringFailsAfterwards(t *testing.T) {
	f := newFixture(t, "a")
	v := f.again()
	p := &power{steps: 1}
	v.Keyring = failingKeyring{f.keyring, p}
	f.mustOpen(t, v, code)
	if s, _ := f.Status(); s.Left != MaxTries-1 {
		t.Errorf("%d left", s.Left)
	}
	v.Keyring = f.keyring
	if err := v.Settle(); err != nil {
		t.Fatal(err)
	}
	if s, _ := f.Status(); s.Left != MaxTries {
		t.Errorf("%d left after settling", s.Left)
	}
}

// A keyring that fails just after the right code must not make that code count as the last wrong one.
func TestARightLastCodeIsNotTakenForAWrongOneLater(t *testing.T) {
	open := func(t *testing.T) (*fixture, *Vault) {
		f := newFixture(t, "a")
		for range MaxTries - 1 {
			_, _ = f.Unlock(wrong)
			f.clock.now = f.clock.now.Add(10 * time.Minute)
		}
		v := f.again()
		v.Keyring = failingKeyring{f.keyring, &power{steps: 1}} // the count is written, its end is not
		f.mustOpen(t, v, code)
		v.Keyring = f.keyring
		return f, v
	}
	t.Run("it settles", func(t *testing.T) {
		f, v := open(t)
		if err := v.Settle(); err != nil {
			t.Error(err)
		}
		if s, err := f.again().Status(); err != nil || s.Left != MaxTries {
			t.Errorf("%+v, %v", s, err)
		}
	})
	t.Run("it opens again before it settles", func(t *testing.T) {
		f, v := open(t)
		if s, err := v.Status(); err != nil || s.Left != MaxTries || !s.Wait.IsZero() {
			t.Errorf("%+v, %v", s, err)
		}
		f.mustOpen(t, v, code)
	})
	t.Run("wrong codes after it count from the beginning", func(t *testing.T) {
		f, v := open(t)
		for i := range 2 {
			f.clock.now = f.clock.now.Add(time.Hour)
			_, err := v.Unlock(wrong)
			var e *WrongCodeError
			if !errors.As(err, &e) || e.Left != MaxTries-1-i {
				t.Errorf("%v", err)
			}
		}
		if s, err := f.again().Status(); err != nil || s.Left != MaxTries-2 {
			t.Errorf("%+v, %v", s, err)
		}
	})
}

func TestAClockThatWasWrongDoesNotLockForYears(t *testing.T) {
	f := newFixture(t, "a")
	now := f.clock.now
	f.clock.now = now.AddDate(5, 0, 0)
	for range 3 {
		_, _ = f.Unlock(wrong)
	}
	f.clock.now = now
	var w *WaitError
	if _, err := f.again().Unlock(code); !errors.As(err, &w) || w.Until.After(now.Add(30*time.Second)) {
		t.Fatalf("%v", err)
	}
	f.clock.now = now.Add(31 * time.Second)
	f.mustOpen(t, f.again(), code)
}

func TestChangeOfCode(t *testing.T) {
	f := newFixture(t, "a")
	before := f.keyring.entries["discussions/a"]
	if err := f.Change(code, secret.New("1234")); !errors.Is(err, ErrWeakCode) {
		t.Errorf("weak: %v", err)
	}
	if err := f.Change(wrong, code2); !errors.Is(err, ErrWrongCode) {
		t.Errorf("wrong: %v", err)
	}
	if err := f.Change(code, code2); err != nil {
		t.Fatal(err)
	}
	old, _ := parseRecord(before)
	now, _ := parseRecord(f.keyring.entries["discussions/a"])
	if old.device.Equal(now.device) {
		t.Error("the device secret is the same")
	}
	if _, err := f.again().Unlock(code); !errors.Is(err, ErrWrongCode) {
		t.Errorf("the old code: %v", err)
	}
	f.mustOpen(t, f.again(), code2)
}

func TestCreateNeedsAGoodCodeAndAKey(t *testing.T) {
	v := &Vault{Dir: t.TempDir(), ID: "a", Keyring: newMemory(), Bounds: cheap}
	if err := v.Create(secret.New("0000"), secret.RandomKey()); !errors.Is(err, ErrWeakCode) {
		t.Error(err)
	}
	if err := v.Create(code, secret.Key{}); err == nil {
		t.Error("sealed nothing")
	}
	v.Keyring = &memory{fail: errors.New("no keyring here")}
	if err := v.Create(code, secret.RandomKey()); err == nil {
		t.Error("sealed without a keyring")
	}
	if names, _ := os.ReadDir(v.Dir); len(names) != 0 {
		t.Errorf("left %v", names)
	}
}

func TestSubKeysDiffer(t *testing.T) {
	k := secret.RandomKey()
	if TokensKey(k).Equal(CacheKey(k)) || TokensKey(k).Equal(k) || CacheKey(k).Equal(k) {
		t.Error("equal keys")
	}
	if !TokensKey(k).Equal(TokensKey(k.Copy())) {
		t.Error("not stable")
	}
}

func TestUnlockAtTheRealCostTakesAFractionOfASecond(t *testing.T) {
	v := &Vault{Dir: t.TempDir(), ID: "a", Keyring: newMemory()}
	if err := v.Create(code, secret.RandomKey()); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if _, err := v.Unlock(code); err != nil {
		t.Fatal(err)
	}
	t.Logf("unlock: %v", time.Since(start))
}

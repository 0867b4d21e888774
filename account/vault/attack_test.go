package vault

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"discussions/internal/secret"
)

// resum gives an altered file the checksum that an attacker would give it.
func resum(data []byte) []byte {
	return append(data[:sealedEnd:sealedEnd], fileSum(data[:sealedEnd])...)
}

func (f *fixture) file(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(f.Dir, fileName))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func (f *fixture) replace(t testing.TB, data []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(f.Dir, fileName), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestEachBitFlippedKeepsTheVaultShut(t *testing.T) {
	f := newFixture(t, "a")
	good := f.file(t)
	record, _ := parseRecord(f.keyring.entries["discussions/a"])
	for bit := range len(good) * 8 {
		bad := append([]byte(nil), good...)
		bad[bit/8] ^= 1 << (bit % 8)
		f.replace(t, bad)
		if _, err := f.again().Unlock(code); !errors.Is(err, ErrDamaged) {
			t.Errorf("bit %d: %v", bit, err)
		}
		if bit/8 >= sealedEnd {
			continue
		}
		if _, err := open(resum(bad), "a", code, record, cheap); err == nil {
			t.Errorf("bit %d with a right checksum opens", bit)
		}
	}
	f.replace(t, good)
	if s, err := f.Status(); err != nil || s.Left != MaxTries {
		t.Errorf("damage cost a try: %+v, %v", s, err)
	}
	f.mustOpen(t, f.again(), code)
}

func TestEachCutKeepsTheVaultShut(t *testing.T) {
	f := newFixture(t, "a")
	good := f.file(t)
	for n := range len(good) {
		f.replace(t, good[:n])
		if _, err := f.again().Unlock(code); !errors.Is(err, ErrDamaged) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	f.replace(t, append(good, 0))
	if _, err := f.again().Unlock(code); !errors.Is(err, ErrDamaged) {
		t.Errorf("longer: %v", err)
	}
}

func TestEachCharacterOfTheRecordChangedIsForeign(t *testing.T) {
	f := newFixture(t, "a")
	good := f.keyring.entries["discussions/a"]
	if len(good) >= maxRecordText {
		t.Errorf("%d characters", len(good))
	}
	for i := range len(good) {
		for _, c := range []byte{'A', 'z', '-', 0, good[i] ^ 1} {
			if c == good[i] {
				continue
			}
			bad := []byte(good)
			bad[i] = c
			f.keyring.entries["discussions/a"] = string(bad)
			if _, err := f.again().Unlock(code); !errors.Is(err, ErrForeign) {
				t.Errorf("character %d: %v", i, err)
			}
		}
	}
	for _, bad := range []string{"", "hunter2", good + "A", good[:len(good)-1]} {
		f.keyring.entries["discussions/a"] = bad
		if _, err := f.again().Unlock(code); !errors.Is(err, ErrForeign) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestExchangedVaultsAndRecordsStayShut(t *testing.T) {
	a, b := newFixture(t, "a"), newFixture(t, "b")
	va, vb := a.file(t), b.file(t)
	ra, rb := a.keyring.entries["discussions/a"], b.keyring.entries["discussions/b"]

	a.replace(t, vb)
	b.replace(t, va)
	for _, f := range []*fixture{a, b} {
		if _, err := f.again().Unlock(code); !errors.Is(err, ErrOutOfStep) {
			t.Errorf("vaults exchanged: %v", err)
		}
	}
	a.keyring.entries["discussions/a"], b.keyring.entries["discussions/b"] = rb, ra
	for _, f := range []*fixture{a, b} {
		if _, err := f.again().Unlock(code); !errors.Is(err, ErrForeign) {
			t.Errorf("both exchanged: %v", err)
		}
	}
	a.replace(t, va)
	b.replace(t, vb)
	for _, f := range []*fixture{a, b} {
		if _, err := f.again().Unlock(code); !errors.Is(err, ErrForeign) {
			t.Errorf("records exchanged: %v", err)
		}
	}
	// An attacker who can write both can also write the tags; the seal itself must fail to open.
	r, _ := parseRecord(rb)
	if _, err := open(va, "a", code, r, cheap); err == nil {
		t.Error("opens with the other account's secret")
	}
	h, _ := parse(va, cheap)
	r.generation = h.generation
	if _, err := open(va, "a", code, r, cheap); !errors.Is(err, errWrongCode) {
		t.Errorf("other secret, same generation: %v", err)
	}
	a.keyring.entries["discussions/a"], b.keyring.entries["discussions/b"] = ra, rb
	a.mustOpen(t, a.again(), code)
	b.mustOpen(t, b.again(), code)
}

func TestAnOlderFileCopiedBackStaysShut(t *testing.T) {
	f := newFixture(t, "a")
	old := f.file(t)
	oldRecord := f.keyring.entries["discussions/a"]
	if err := f.Change(code, code2); err != nil {
		t.Fatal(err)
	}
	f.replace(t, old)
	for _, c := range []secret.Text{code, code2} {
		if _, err := f.again().Unlock(c); !errors.Is(err, ErrOutOfStep) {
			t.Errorf("after a change of code: %v", err)
		}
	}

	f = newFixture(t, "a")
	old = f.file(t)
	for range MaxTries {
		_, _ = f.Unlock(wrong)
		f.clock.now = f.clock.now.Add(10 * time.Minute)
	}
	f.replace(t, old)
	if _, err := f.again().Unlock(code); !errors.Is(err, ErrOutOfStep) {
		t.Errorf("after five wrong codes: %v", err)
	}
	// An older copy of the record does not open a newer file either.
	f = newFixture(t, "a")
	f.keyring.entries["discussions/a"] = oldRecord
	if _, err := f.again().Unlock(code); err == nil {
		t.Error("an older record opens")
	}
}

func TestAnOlderFileDoesNotGiveTriesBack(t *testing.T) {
	f := newFixture(t, "a")
	old := f.file(t)
	for range 2 {
		_, _ = f.Unlock(wrong)
		f.replace(t, old)
	}
	if s, err := f.Status(); err != nil || s.Left != MaxTries-2 {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestTenThousandCodesWithoutTheKeyringOpenNothing(t *testing.T) {
	f := newFixture(t, "a")
	data := f.file(t)
	r, _ := parseRecord(f.keyring.entries["discussions/a"])
	thief := record{owner: r.owner, generation: r.generation, device: secret.RandomKey()}
	for n := range 10_000 {
		if _, err := open(data, "a", secret.New(fmt.Sprintf("%04d", n)), thief, cheap); !errors.Is(err, errWrongCode) {
			t.Fatalf("%04d: %v", n, err)
		}
	}
	if _, err := open(data, "a", code, r, cheap); err != nil {
		t.Errorf("with the keyring: %v", err)
	}
}

func TestExactlyOneCodeOpens(t *testing.T) {
	f := newFixture(t, "a")
	data := f.file(t)
	r, _ := parseRecord(f.keyring.entries["discussions/a"])
	for n := range 10_000 {
		c := fmt.Sprintf("%04d", n)
		if _, err := open(data, "a", secret.New(c), r, cheap); (err == nil) != (c == code.Reveal()) {
			t.Fatalf("%s: %v", c, err)
		}
	}
}

func TestAHugeCostIsRefusedAtOnce(t *testing.T) {
	f := newFixture(t, "a")
	for _, c := range []struct {
		name                  string
		memory, passes, lanes uint32
	}{
		{"4 TiB", 1<<32 - 1, 3, 1}, {"4 billion passes", 64 << 10, 1<<32 - 1, 1}, {"255 lanes", 64 << 10, 3, 255},
		{"nothing", 0, 0, 0}, {"under the floor", 8, 1, 1},
	} {
		data := append([]byte(nil), f.file(t)...)
		data[9] = byte(c.lanes)
		binary.BigEndian.PutUint32(data[10:], c.passes)
		binary.BigEndian.PutUint32(data[14:], c.memory)
		f := newFixture(t, "a")
		f.replace(t, resum(data))
		v := f.again()
		v.Bounds.Floor, v.Bounds.Ceiling = realBounds()
		start := time.Now()
		if _, err := v.Unlock(code); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", c.name, err)
		}
		if took := time.Since(start); took > 10*time.Second { // these derivations would take days, or more memory than any machine has
			t.Errorf("%s took %v", c.name, took)
		}
		if f.keyring.entries["discussions/a"] == "" {
			t.Error("erased")
		}
	}
}

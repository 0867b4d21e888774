package account

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"

	"discussions/internal/needs"
)

// The test binary is also a program that asks a keyring, with the patience that the variable holds: the session bus of a process cannot
// be changed once it was used.
const keyringPart = "ACCOUNT_TEST_KEYRING"

func TestMain(m *testing.M) {
	if patience, err := time.ParseDuration(os.Getenv(keyringPart)); err == nil {
		askKeyring(patience)
		return
	}
	goleak.VerifyTestMain(m, goleak.IgnoreCurrent(),
		goleak.IgnoreAnyFunction("github.com/godbus/dbus/v5.(*Conn).inWorker"), // go-keyring's connection lives as long as the process
		goleak.IgnoreTopFunction("github.com/godbus/dbus/v5.newConn.func1"))
}

// askKeyring prints what each operation ends in.
func askKeyring(patience time.Duration) {
	k := &SystemKeyring{patience: patience}
	for _, c := range []struct {
		name string
		do   func() error
	}{
		{"get", func() error { _, err := k.Get("discussions-test", "someone"); return err }},
		{"set", func() error { return k.Set("discussions-test", "someone", "value") }},
		{"delete", func() error { return k.Delete("discussions-test", "someone") }},
	} {
		start := time.Now()
		err := c.do()
		outcome := "ok"
		for name, known := range map[string]error{
			"none": ErrNoRecord, "absent": ErrKeyringAbsent, "locked": ErrKeyringLocked, "slow": ErrKeyringSlow, "refused": ErrKeyringRefused,
		} {
			if errors.Is(err, known) {
				outcome = name
			}
		}
		fmt.Println(c.name, outcome, time.Since(start).Milliseconds())
	}
}

// needKeyring needs a session with an unlocked keyring.
func needKeyring(t testing.TB) *SystemKeyring {
	t.Helper()
	needs.Session(t)
	if err := keyringState(context.Background()); err != nil {
		t.Fatalf("the session has no unlocked secret service: %v", err)
	}
	return &SystemKeyring{}
}

package netwatch

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"discussions/internal/netwatch/netwatchtest"
)

// The kernel has the socket in the groups of links, addresses and routes.
func TestTheKernelTellsOurSocket(t *testing.T) {
	s, err := open()
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	table, err := os.ReadFile("/proc/net/netlink")
	if err != nil {
		t.Fatal(err)
	}
	// sk Eth Pid Groups…
	if !strings.Contains(string(table), fmt.Sprintf(" %08x ", groups)) {
		t.Errorf("no socket in the groups %08x:\n%s", groups, table)
	}
}

const inNamespace = "NETWATCH_IN_NAMESPACE"

// A network of the test's own comes and goes. Not every kernel allows this to an unprivileged program; then the other tests must suffice.
func TestANetworkThatComesAndGoes(t *testing.T) {
	if os.Getenv(inNamespace) != "" {
		comeAndGo(t)
		return
	}
	child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	child.Env = append(os.Environ(), inNamespace+"=1")
	child.SysProcAttr = netwatchtest.Namespace()
	out, err := child.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		t.Fatalf("%v\n%s", err, out)
	case err != nil:
		t.Logf("no network namespace: %v", err)
	}
}

func comeAndGo(t *testing.T) {
	if ways() != "" {
		t.Fatalf("the new network is not empty: %s", ways())
	}
	told := make(chan string, 10)
	w := Watch(slog.New(slog.DiscardHandler), func() { told <- ways() })
	defer w.Close()
	next := func() string {
		t.Helper()
		select {
		case state := <-told:
			return state
		case <-time.After(look / 2): // less than it takes without a notice of the kernel
			t.Fatal("not told")
			return ""
		}
	}
	for _, c := range []struct {
		address [4]byte
		want    string
	}{{[4]byte{192, 0, 2, 1}, "192.0.2.1"}, {[4]byte{}, ""}} {
		if err := netwatchtest.SetAddress(c.address); err != nil {
			t.Fatal(err)
		}
		if got := next(); got != c.want {
			t.Errorf("%v: %q", c.address, got)
		}
	}
}

package auth

import (
	"encoding/hex"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/windows"
)

func whoConnectsNow(from, to netip.AddrPort) peer { return whoConnectsWithin(0, from, to) }

// realTable is a table as the system gave it: six connections over IPv4, and zeros to the end of the room that was offered.
const realTable = "06000000" +
	"05000000" + "7f000001b0d10000" + "7f000001966e0000" + "00000000" +
	"05000000" + "7f000001b3c30000" + "7f0000018dd30000" + "00000000" +
	"05000000" + "7f000001966e0000" + "7f000001b0d10000" + "00000000" +
	"05000000" + "7f00000185650000" + "7f00000184160000" + "00000000" +
	"05000000" + "7f0000018dd30000" + "7f000001b3c30000" + "38020000" +
	"05000000" + "7f00000184160000" + "7f00000185650000" + "00000000" +
	"0000000000000000000000000000000000000000000000000000000000000000"

// Three rows as MIB_TCP6ROW_OWNER_PID describes them: an address of IPv4, one of IPv6, and a connection that its process has closed.
const table6 = "03000000" +
	"00000000000000000000ffff7f000001" + "00000000" + "8dd30000" + "00000000000000000000ffff7f000001" + "00000000" + "b3c30000" + "05000000" + "39020000" +
	"00000000000000000000000000000001" + "00000000" + "8dd40000" + "00000000000000000000000000000001" + "00000000" + "b3c30000" + "05000000" + "3a020000" +
	"00000000000000000000ffff7f000001" + "00000000" + "8dd50000" + "00000000000000000000ffff7f000001" + "00000000" + "b3c30000" + "08000000" + "3b020000"

func TestTheProcessOfAConnection(t *testing.T) {
	for name, c := range map[string]struct {
		layout   tcpLayout
		table    string
		from, to string
		process  uint32
		found    bool
	}{
		"a process":                      {tcpLayout4, realTable, "127.0.0.1:36307", "127.0.0.1:46019", 568, true},
		"its other end":                  {tcpLayout4, realTable, "127.0.0.1:46019", "127.0.0.1:36307", 0, true},
		"the port alone":                 {tcpLayout4, realTable, "127.0.0.2:36307", "127.0.0.1:46019", 0, false},
		"another address":                {tcpLayout4, realTable, "127.0.0.1:36307", "127.0.0.1:46020", 0, false},
		"none: zeros are no row":         {tcpLayout4, realTable, "0.0.0.0:0", "0.0.0.0:0", 0, false},
		"a row that is over":             {tcpLayout4, strings.Replace(realTable, "050000007f0000018dd3", "0b0000007f0000018dd3", 1), "127.0.0.1:36307", "127.0.0.1:46019", 0, false},
		"half a row":                     {tcpLayout4, realTable[:8+4*48+40], "127.0.0.1:36307", "127.0.0.1:46019", 0, false},
		"no table":                       {tcpLayout4, "0600", "127.0.0.1:36307", "127.0.0.1:46019", 0, false},
		"a socket of IPv6":               {tcpLayout6, table6, "127.0.0.1:36307", "127.0.0.1:46019", 569, true},
		"an address of IPv6":             {tcpLayout6, table6, "[::1]:36308", "[::1]:46019", 570, true},
		"one that its process closed":    {tcpLayout6, table6, "127.0.0.1:36309", "127.0.0.1:46019", 0, false},
		"a table of the other kind":      {tcpLayout6, realTable, "127.0.0.1:36307", "127.0.0.1:46019", 0, false},
		"of the other kind, the reverse": {tcpLayout4, table6, "127.0.0.1:36307", "127.0.0.1:46019", 0, false},
	} {
		table, err := hex.DecodeString(c.table)
		if err != nil {
			t.Fatal(name, err)
		}
		process, found := c.layout.processIn(table, netip.MustParseAddrPort(c.from), netip.MustParseAddrPort(c.to))
		if process != c.process || found != c.found {
			t.Errorf("%s: %d, %v", name, process, found)
		}
	}
}

// A process that has ended has no user, and neither has an unused number.
func TestAProcessThatHasEndedIsNotTheUsers(t *testing.T) {
	for process, want := range map[uint32]peer{0: peerOther, 0x7ffffff0: peerOther, uint32(os.Getpid()): peerOwn} {
		if got := userOf(process); got != want {
			t.Errorf("process %d: %v", process, got)
		}
	}
}

// asksVariable makes a process of this test ask for the address in it.
const asksVariable = "DISCUSSIONS_TEST_ASKS"

// TestAnotherUsersProcessIsRefused makes a process that this user may not look into ask for the address of a login, as another user's would.
func TestAnotherUsersProcessIsRefused(t *testing.T) {
	if address := os.Getenv(asksVariable); address != "" {
		resp, err := browser.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		_, _ = io.WriteString(os.Stdout, "answer "+resp.Status+" "+resp.Header.Get("Location")+"\n")
		return
	}
	hidden, err := windows.SecurityDescriptorFromString("D:P(D;;GA;;;WD)")
	if err != nil {
		t.Fatal(err)
	}
	attributes := &syscall.SecurityAttributes{SecurityDescriptor: uintptr(unsafe.Pointer(hidden))}
	attributes.Length = uint32(unsafe.Sizeof(*attributes))
	p := newFake(t).provider()
	p.who = whoConnects
	l := startLogin(t, p, LoginOptions{})
	for want, process := range map[string]*syscall.SysProcAttr{
		"answer 403 Forbidden \n":                 {ProcessAttributes: attributes},
		"answer 303 See Other " + l.asks() + "\n": nil, // the user's own
	} {
		c := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		c.Env = append(os.Environ(), asksVariable+"="+l.Address())
		c.SysProcAttr = process
		answer, err := c.CombinedOutput()
		if err != nil || !strings.HasPrefix(string(answer), want) {
			t.Errorf("got %v, %s, want %s", err, answer, want)
		}
	}
}

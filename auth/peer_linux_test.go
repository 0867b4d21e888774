package auth

import (
	"bufio"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"discussions/internal/needs"

	"golang.org/x/sys/unix"
)

// nobody is the user id of "nobody" on every Linux.
const nobody = 65534

// TestAnotherUsersProcessIsRefused makes a process of another user ask for the address of a login. Only root can start one: elsewhere the login
// takes itself for that of another user.
func TestAnotherUsersProcessIsRefused(t *testing.T) {
	f := newFake(t)
	p, asUser := f.provider(), &syscall.SysProcAttr{}
	if os.Getuid() == 0 {
		asUser.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
	} else {
		p.who = func(from, to netip.AddrPort) peer { return whoConnectsTo(nobody, from, to) }
	}
	l := startLogin(t, p, LoginOptions{})
	for _, address := range []string{l.Address(), f.authorize(l.asks())} {
		path := strings.TrimPrefix(address, "http://"+l.loopback.host)
		request := "GET " + path + " HTTP/1.1\r\nHost: " + l.loopback.host + "\r\nCookie: " + l.loopback.start.cookie.String() + "\r\nConnection: close\r\n\r\n"
		host, port, err := net.SplitHostPort(l.loopback.host)
		if err != nil {
			t.Fatal(err)
		}
		shell, err := exec.LookPath("bash")
		if err != nil {
			t.Fatal(err)
		}
		c := exec.Command(shell, "-c", `exec 3<>/dev/tcp/$0/$1; printf %s "$2" >&3; cat <&3`, host, port, request)
		c.Dir = "/"
		c.SysProcAttr = asUser
		answer, err := c.Output()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(answer), "HTTP/1.1 403 ") || strings.Contains(string(answer), "Location:") {
			t.Errorf("answer:\n%s", answer)
		}
	}
	if n := f.count("/token"); n != 0 {
		t.Errorf("%d codes were redeemed", n)
	}
	own := startLogin(t, f.provider(), LoginOptions{})
	if resp := get(t, browser, own.Address(), nil); resp.StatusCode != http.StatusSeeOther {
		t.Errorf("the user's own process: status %d", resp.StatusCode)
	}
}

func whoConnectsNow(from, to netip.AddrPort) peer { return whoConnects(from, to) }

// Firefox uses sockets of IPv6 for all addresses.
func TestASocketOfIPv6IsFound(t *testing.T) {
	l, err := listenLoopback()
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s, err := unix.Socket(unix.AF_INET6, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		needs.Missing(t, "IPv6")
	}
	defer unix.Close(s)
	to := netip.MustParseAddrPort(l.Addr().String())
	mapped := unix.SockaddrInet6{Port: int(to.Port()), Addr: to.Addr().As16()}
	if err := unix.Connect(s, &mapped); err != nil {
		needs.Missing(t, "IPv6 for addresses of IPv4")
	}
	server, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	from := netip.MustParseAddrPort(server.RemoteAddr().String())
	if who := whoConnects(from, to); who != peerOwn {
		t.Errorf("%v", who)
	}
}

func TestTheUserOfASocket(t *testing.T) {
	const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:8001 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 1 1 0
   1: 0100007F:8002 0100007F:1F90 06 00000000:00000000 03:00001760 00000000     0        0 0 3 0
   2: 0100007F:8003 0100007F:1F90 05 00000000:00000000 00:00000000 00000000     0        0 0 3 0
   3: 0100007F:1F90 0100007F:8001 01 00000000:00000000 00:00000000 00000000  1001        0 1 1 0
   4: 0100007F:8004
`
	for name, c := range map[string]struct {
		from  string
		uid   int
		found bool
	}{
		"a connection":              {"127.0.0.1:32769", 1000, true},
		"one that waits to be over": {"127.0.0.1:32770", 0, false},
		"one whose owner closed it": {"127.0.0.1:32771", 0, false},
		"half a line":               {"127.0.0.1:32772", 0, false},
		"none":                      {"127.0.0.1:32773", 0, false},
	} {
		uid, found := userOf(bufio.NewScanner(strings.NewReader(table)), hex4(netip.MustParseAddrPort(c.from)), hex4(netip.MustParseAddrPort("127.0.0.1:8080")))
		if uid != c.uid || found != c.found {
			t.Errorf("%s: %d, %v", name, uid, found)
		}
	}
}

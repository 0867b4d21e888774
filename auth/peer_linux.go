package auth

import (
	"bufio"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
)

// whoConnects looks for the other end of the connection in the kernel's tables (proc_pid_net(5)). A browser may use a socket of
// IPv6 for an address of IPv4.
func whoConnects(from, to netip.AddrPort) peer { return whoConnectsTo(os.Getuid(), from, to) }

// whoConnectsTo is whoConnects for a program of any user.
func whoConnectsTo(user int, from, to netip.AddrPort) peer {
	known := false
	for _, table := range []struct {
		path  string
		digit func(netip.AddrPort) string
	}{{"/proc/self/net/tcp", hex4}, {"/proc/self/net/tcp6", hex6}} {
		f, err := os.Open(table.path)
		if err != nil {
			continue // IPv6 may be off
		}
		uid, found := userOf(bufio.NewScanner(f), table.digit(from), table.digit(to))
		_ = f.Close()
		switch {
		case found && uid == user:
			return peerOwn
		case found:
			return peerOther
		}
		known = true
	}
	if known {
		return peerOther
	}
	return peerUnknown
}

// userOf finds the user of a socket that is connected. A socket that its process has closed has no user any more and does not
// count.
func userOf(lines *bufio.Scanner, local, remote string) (uid int, found bool) {
	const established = "01"
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 8 || fields[1] != local || fields[2] != remote || fields[3] != established {
			continue
		}
		uid, err := strconv.Atoi(fields[7])
		return uid, err == nil
	}
	return 0, false
}

// hex4 is an address of IPv4 in the form of these tables, on a processor with the byte order of all that we are built for.
func hex4(a netip.AddrPort) string {
	b := a.Addr().Unmap().As4()
	slices.Reverse(b[:])
	return fmt.Sprintf("%X:%04X", b[:], a.Port())
}

// hex6 is the same address, mapped to IPv6.
func hex6(a netip.AddrPort) string {
	return "0000000000000000FFFF0000" + hex4(a)
}

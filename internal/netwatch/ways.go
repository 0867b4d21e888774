package netwatch

import (
	"fmt"
	"net"
	"slices"
	"strings"
)

// ways describes the ways to other computers: the addresses that can be reached from elsewhere, and the one from which the rest of the
// world is reached. It changes when they do; "" without any.
func ways() string {
	var list []string
	interfaces, _ := net.Interfaces() // an error: as if there were none
	for _, i := range interfaces {
		if i.Flags&net.FlagUp == 0 || i.Flags&net.FlagRunning == 0 || i.Flags&net.FlagLoopback != 0 {
			continue
		}
		addresses, _ := i.Addrs()
		for _, a := range addresses {
			if n, ok := a.(*net.IPNet); ok && n.IP.IsGlobalUnicast() {
				list = append(list, fmt.Sprint(i.Index, " ", n))
			}
		}
	}
	slices.Sort(list)
	// Addresses for documentation (RFC 5737, RFC 3849). Nothing is sent: a UDP socket only looks up its route.
	for _, far := range []string{"192.0.2.1:9", "[2001:db8::1]:9"} {
		if c, err := net.Dial("udp", far); err == nil {
			list = append(list, c.LocalAddr().(*net.UDPAddr).IP.String())
			_ = c.Close()
		}
	}
	return strings.Join(list, ", ")
}

package auth

import (
	"encoding/binary"
	"errors"
	"net/netip"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

var getExtendedTCPTable = windows.NewLazySystemDLL("iphlpapi.dll").NewProc("GetExtendedTcpTable")

// whoConnects looks for the process at the other end of the connection, and for its user. The system's tables may lack a connection that is a
// few milliseconds old: the answer waits until they show it.
func whoConnects(from, to netip.AddrPort) peer { return whoConnectsWithin(3*time.Second, from, to) }

// whoConnectsWithin reads the tables until the time is over, and at least twice, as one read may take a second. They are mostly only a little
// late, so the pauses grow.
func whoConnectsWithin(patience time.Duration, from, to netip.AddrPort) peer {
	began, pause := time.Now(), 10*time.Millisecond
	for looks := 0; looks < 2 || time.Since(began) < patience; looks++ {
		if looks > 0 {
			time.Sleep(pause)
			pause *= 2
		}
		switch process, found, ok := processAt(from, to); {
		case !ok:
			return peerUnknown
		case found:
			return userOf(process)
		}
	}
	return peerOther // it has ended
}

// processAt is the process that has that connection. A browser may use a socket of IPv6 for an address of IPv4.
func processAt(from, to netip.AddrPort) (process uint32, found, ok bool) {
	for _, layout := range []tcpLayout{tcpLayout4, tcpLayout6} {
		table, read := tcpTable(layout.family)
		if !read {
			continue // IPv6 may be off
		}
		ok = true
		if process, found := layout.processIn(table, from, to); found {
			return process, true, true
		}
	}
	return 0, false, ok
}

// userOf says whose a process is.
func userOf(process uint32) peer {
	const nobody = 0 // its process has ended
	if process == nobody {
		return peerOther
	}
	switch own, err := isOwnProcess(process); {
	case errors.Is(err, windows.ERROR_ACCESS_DENIED), errors.Is(err, windows.ERROR_INVALID_PARAMETER):
		return peerOther // the system shows nobody another user's process, or one that has ended
	case err != nil:
		return peerUnknown
	case own:
		return peerOwn
	}
	return peerOther
}

// tcpLayout says where the parts of a row of a family of addresses are, in bytes.
type tcpLayout struct {
	family                                                     uint32
	size, state, local, localPort, remote, remotePort, process int
}

var (
	tcpLayout4 = tcpLayout{family: windows.AF_INET, size: 24, state: 0, local: 4, localPort: 8, remote: 12, remotePort: 16, process: 20}    // MIB_TCPROW_OWNER_PID
	tcpLayout6 = tcpLayout{family: windows.AF_INET6, size: 56, local: 0, localPort: 20, remote: 24, remotePort: 44, state: 48, process: 52} // MIB_TCP6ROW_OWNER_PID
)

// processIn finds the process of an established connection in a table: the number of rows, and the rows.
func (l tcpLayout) processIn(table []byte, from, to netip.AddrPort) (process uint32, found bool) {
	const established = 5 // MIB_TCP_STATE_ESTAB
	if len(table) < 4 {
		return 0, false
	}
	rows := table[4:]
	for n := binary.LittleEndian.Uint32(table); n > 0 && len(rows) >= l.size; n, rows = n-1, rows[l.size:] {
		row := rows[:l.size]
		if l.address(row, l.local, l.localPort) == from && l.address(row, l.remote, l.remotePort) == to && binary.LittleEndian.Uint32(row[l.state:]) == established {
			return binary.LittleEndian.Uint32(row[l.process:]), true
		}
	}
	return 0, false
}

// address reads an address and a port, both in network order.
func (l tcpLayout) address(row []byte, address, port int) netip.AddrPort {
	length := 4
	if l.family == windows.AF_INET6 {
		length = 16
	}
	a, _ := netip.AddrFromSlice(row[address : address+length])
	return netip.AddrPortFrom(a.Unmap(), binary.BigEndian.Uint16(row[port:]))
}

// tcpTable reads all connections of IPv4 or IPv6 with their processes.
func tcpTable(family uint32) (table []byte, ok bool) {
	const (
		ownerPIDConnections = 4 // TCP_TABLE_OWNER_PID_CONNECTIONS
		tries               = 5 // the table may grow between two calls
	)
	size := uint32(16 << 10)
	for range tries {
		b := make([]byte, size)
		code, _, _ := getExtendedTCPTable.Call(uintptr(unsafe.Pointer(&b[0])), uintptr(unsafe.Pointer(&size)), 0,
			uintptr(family), ownerPIDConnections, 0)
		switch windows.Errno(code) {
		case windows.ERROR_SUCCESS:
			return b, true
		case windows.ERROR_INSUFFICIENT_BUFFER:
			size += 4 << 10
		default:
			return nil, false
		}
	}
	return nil, false
}

func isOwnProcess(id uint32) (bool, error) {
	process, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, id)
	if err != nil {
		return false, err // mostly because it is somebody else's
	}
	defer windows.CloseHandle(process)
	var token windows.Token
	if err := windows.OpenProcessToken(process, windows.TOKEN_QUERY, &token); err != nil {
		return false, err
	}
	defer token.Close()
	theirs, err := token.GetTokenUser()
	if err != nil {
		return false, err
	}
	ours, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return false, err
	}
	return theirs.User.Sid.Equals(ours.User.Sid), nil
}

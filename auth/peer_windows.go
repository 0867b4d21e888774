package auth

import (
	"encoding/binary"
	"errors"
	"net/netip"
	"unsafe"

	"golang.org/x/sys/windows"
)

var getExtendedTCPTable = windows.NewLazySystemDLL("iphlpapi.dll").NewProc("GetExtendedTcpTable")

// whoConnects looks for the process at the other end of the connection, and for its user. What the table does not tell is unknown: it may
// lack a connection that is a few milliseconds old, and a process that has ended is not there any more.
func whoConnects(from, to netip.AddrPort) peer {
	rows, ok := tcpTable()
	if !ok {
		return peerUnknown
	}
	for ; len(rows) >= tcpRowSize; rows = rows[tcpRowSize:] {
		// MIB_TCPROW_OWNER_PID: state, local address and port, remote address and port, process.
		if tcpAddress(rows[4:]) != from || tcpAddress(rows[12:]) != to {
			continue
		}
		switch own, err := isOwnProcess(binary.LittleEndian.Uint32(rows[20:])); {
		case errors.Is(err, windows.ERROR_ACCESS_DENIED): // the system shows nobody another user's process
			return peerOther
		case err != nil:
			return peerUnknown
		case own:
			return peerOwn
		}
		return peerOther
	}
	return peerUnknown
}

const tcpRowSize = 24

// tcpTable reads the rows of all connections over IPv4, those of sockets of IPv6 among them.
func tcpTable() (rows []byte, ok bool) {
	const (
		ownerPIDConnections = 4 // TCP_TABLE_OWNER_PID_CONNECTIONS
		tries               = 5 // the table may grow between two questions
	)
	size := uint32(16 << 10)
	for range tries {
		b := make([]byte, size)
		code, _, _ := getExtendedTCPTable.Call(uintptr(unsafe.Pointer(&b[0])), uintptr(unsafe.Pointer(&size)), 0,
			windows.AF_INET, ownerPIDConnections, 0)
		switch windows.Errno(code) {
		case windows.ERROR_SUCCESS:
			n := int(binary.LittleEndian.Uint32(b)) * tcpRowSize
			if n > len(b)-4 {
				return nil, false
			}
			return b[4 : 4+n], true
		case windows.ERROR_INSUFFICIENT_BUFFER:
			size += 4 << 10
		default:
			return nil, false
		}
	}
	return nil, false
}

// tcpAddress reads an address and a port, both in network order.
func tcpAddress(b []byte) netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte(b[:4])), binary.BigEndian.Uint16(b[4:]))
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

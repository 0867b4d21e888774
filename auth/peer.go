package auth

import "net/netip"

// peer is who is at the other end of a connection from this computer.
type peer int

const (
	peerUnknown peer = iota // the system does not tell
	peerOwn                 // a process of the user who runs this program
	peerOther               // of somebody else, or of nobody: it has ended
)

// whoFunc says who opened the connection from one address to the other.
type whoFunc func(from, to netip.AddrPort) peer

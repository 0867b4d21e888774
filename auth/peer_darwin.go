package auth

import "net/netip"

// whoConnects: macOS does not say it without private interfaces.
func whoConnects(_, _ netip.AddrPort) peer { return peerUnknown }

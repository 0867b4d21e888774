package messaging

import "time"

// ConnState says whether the account is connected.
type ConnState int

// The states of a connection.
const (
	Offline ConnState = iota
	Connecting
	Online
)

func (s ConnState) String() string {
	names := [...]string{"offline", "connecting", "online"}
	if s < 0 || int(s) >= len(names) {
		return "unknown"
	}
	return names[s]
}

// Problem says why there is no connection, in terms that a user understands.
type Problem int

// The problems of a connection.
const (
	None         Problem = iota
	Unreachable          // no network, or the server does not answer
	Certificate          // the server's certificate is not trusted
	TokenRefused         // the server does not accept the account's token, nor one that is fresh
	LoginNeeded          // the token cannot be renewed: a full login is needed
	Clock                // this computer's clock is wrong
	Server               // the server answers, but not as it should
	Replaced             // another program took this connection over
	Portal               // the network wants a login in the browser first (a captive portal)
)

func (p Problem) String() string {
	names := [...]string{"none", "unreachable", "certificate", "token refused", "login needed", "clock", "server", "replaced", "portal"}
	if p < 0 || int(p) >= len(names) {
		return "unknown"
	}
	return names[p]
}

// Connection is the state of the account's websocket.
type Connection struct {
	State   ConnState
	Problem Problem   // why it is not Online, None while the first attempt runs
	Next    time.Time // when the next attempt is made; zero: now, or never before [Client.Retry]

	// DiskFull says, whatever the State, that this computer's disk takes nothing: what comes in waits on the server.
	DiskFull bool

	// Behind says that it takes a while to fetch what was missed.
	Behind bool
}

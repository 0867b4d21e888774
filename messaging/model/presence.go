package model

// Presence says whether a person can be reached (RFC 6121 section 4.7.2.1). The values are those on disk.
type Presence int

// The presences.
const (
	Absent    Presence = iota // no device is online, or they do not tell this account
	Available                 // one is
	Away                      // one is, and nobody is at it
	Busy                      // they do not want to be disturbed
)

func (p Presence) String() string {
	names := [...]string{"absent", "available", "away", "busy"}
	if p < 0 || int(p) >= len(names) {
		return "unknown"
	}
	return names[p]
}

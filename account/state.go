package account

import "fmt"

// State is what an account is on this workstation.
type State int

// The states. A key is in memory only where the state says so.
const (
	Absent State = iota // nothing of it is here
	Sealed              // on disk only; no key in memory, not connected
	Locked              // connected by the key of its tokens; the key of its messages is gone
	Open                // both keys in memory, connected, everything to be seen
)

// String implements fmt.Stringer.
func (s State) String() string {
	names := [...]string{"absent", "sealed", "locked", "open"}
	if s < 0 || int(s) >= len(names) {
		return fmt.Sprintf("State(%d)", int(s))
	}
	return names[s]
}

// action is what can happen to an account.
type action int

const (
	actAdd     action = iota // a full login and a code: a new drawer, or an old one again
	actCode                  // the right code
	actLock                  // lock, idle, the operating system's lock
	actLogOut                // Déconnexion, end of the program
	actRemove                // remove, five wrong codes
	actionsEnd               // their number
)

func (a action) String() string {
	return [...]string{"add", "code", "lock", "log out", "remove"}[a]
}

// transitions is the whole state machine; what is missing is refused with ErrState. How each action happens: open.go, unlock.go,
// leave.go.
//
//	          add
//	absent ─────────▶ open ◀────── code or add ──────┐
//	  ▲               │  ▲ │                         │
//	  │           lock│  │ └──── log out ──────┐     │
//	  │               ▼  │code or add          ▼     │
//	  │              locked ──── log out ───▶ sealed ┘
//	  └──── remove ─── from each ────────────────
var transitions = map[State]map[action]State{
	Absent: {actAdd: Open},
	Sealed: {actAdd: Open, actCode: Open, actLogOut: Sealed, actLock: Sealed, actRemove: Absent},
	Locked: {actAdd: Open, actCode: Open, actLogOut: Sealed, actLock: Locked, actRemove: Absent},
	Open:   {actAdd: Open, actLock: Locked, actLogOut: Sealed, actRemove: Absent},
}

// after gives the state after an action.
func (s State) after(a action) (State, error) {
	next, ok := transitions[s][a]
	if !ok {
		return s, fmt.Errorf("%v while %v: %w", a, s, ErrState)
	}
	return next, nil
}

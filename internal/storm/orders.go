package storm

import "time"

// Profile is what a program starts with: the first line that it reads.
type Profile struct {
	JID, Name, Dir    string
	Domain, WebSocket string
	CA                string // PEM
	Proxy             string // where the network is: an address, or the path of a socket where the program has a network of its own
	Token, Ended      string // good, and expired
}

// Order is what a program is to do: each further line.
type Order struct {
	Do     string        // see program/main.go
	Conv   string        `json:",omitempty"`
	Body   string        `json:",omitempty"`
	N      int64         `json:",omitempty"`
	On     bool          `json:",omitempty"`
	Offset time.Duration `json:",omitempty"`
}

// Answer is the line that a program writes for each that it reads.
type Answer struct {
	Err    string   `json:",omitempty"`
	Bodies []string `json:",omitempty"`
	State  string   `json:",omitempty"`
	OK     bool     `json:",omitempty"`
}

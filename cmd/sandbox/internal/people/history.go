package people

import "time"

// Message is one that was written before the sandbox started.
type Message struct {
	ID    string
	From  Person
	To    Person // unless Group is set
	Group *Group
	Body  string
	Time  time.Time
}

package xmpp

// XEP-0059: Result Set Management.

// resultSet is the <set/> of a request (Max, After, Before) and of an answer (First, Last, Count). Before set to "" is not the same as
// not set: it asks for the last page.
type resultSet struct {
	Max    int     `xml:"max,omitempty"`
	After  string  `xml:"after,omitempty"`
	Before *string `xml:"before"`
	First  string  `xml:"first,omitempty"`
	Last   string  `xml:"last,omitempty"`
	Count  *int    `xml:"count"`
}

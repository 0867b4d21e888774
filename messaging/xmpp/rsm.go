package xmpp

// XEP-0059: Result Set Management.

// resultSet is the <set/> of a request (Max, After, Before) and of an answer (First, Last, Count). A pointer to an empty Before requests the
// last page.
type resultSet struct {
	Max    string  `xml:"max,omitempty"`
	After  string  `xml:"after,omitempty"`
	Before *string `xml:"before"`
	First  string  `xml:"first,omitempty"`
	Last   string  `xml:"last,omitempty"`
	Count  string  `xml:"count,omitempty"`
}

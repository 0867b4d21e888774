package xmpp

// XEP-0085: Chat State Notifications.

const nsChatStates = "http://jabber.org/protocol/chatstates"

type chatStateElements struct {
	Active    *empty `xml:"http://jabber.org/protocol/chatstates active"`
	Composing *empty `xml:"http://jabber.org/protocol/chatstates composing"`
	Paused    *empty `xml:"http://jabber.org/protocol/chatstates paused"`
	Inactive  *empty `xml:"http://jabber.org/protocol/chatstates inactive"`
	Gone      *empty `xml:"http://jabber.org/protocol/chatstates gone"`
}

// states pairs each field with its name.
func (e *chatStateElements) states() map[string]**empty {
	return map[string]**empty{
		"active": &e.Active, "composing": &e.Composing, "paused": &e.Paused, "inactive": &e.Inactive, "gone": &e.Gone,
	}
}

// setState ignores unknown states.
func (e *chatStateElements) setState(state string) {
	if field := e.states()[state]; field != nil {
		*field = new(empty)
	}
}

func (e *chatStateElements) state() string {
	switch {
	case e.Composing != nil:
		return "composing"
	case e.Paused != nil:
		return "paused"
	case e.Active != nil:
		return "active"
	case e.Inactive != nil:
		return "inactive"
	case e.Gone != nil:
		return "gone"
	}
	return ""
}

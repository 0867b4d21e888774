package model

import "encoding/json"

// Mention is a person whom a text names.
type Mention struct {
	Start, End int    // of the name in the body, in bytes; both 0: the sender did not tell where
	JID        string // bare JID, or room/nick where the room hides it
	Me         bool   `json:",omitempty"` // it is this account
}

// Mentions are the people whom a text names. They are in one string, JSON, so that contents can be compared; "" is nobody.
type Mentions string

// MentionsOf gathers mentions.
func MentionsOf(list []Mention) Mentions {
	if len(list) == 0 {
		return ""
	}
	b, err := json.Marshal(list)
	if err != nil { // strings and numbers only
		return ""
	}
	return Mentions(b)
}

// List gives the mentions one by one.
func (m Mentions) List() (list []Mention) {
	if m == "" || json.Unmarshal([]byte(m), &list) != nil {
		return nil
	}
	return list
}

// Me reports whether this account is among them.
func (m Mentions) Me() bool {
	for _, mention := range m.List() {
		if mention.Me {
			return true
		}
	}
	return false
}

package xmpp

// XEP-0421: Occupant identifiers for semi-anonymous MUCs. The room gives each person an id that stays the same under every
// nickname, and that nobody else can have.

type occupantIDElement struct {
	ID string `xml:"id,attr"`
}

// maxOccupantID is the longest occupant-id that is kept, in bytes.
const maxOccupantID = 256

// occupantID reads the id of a stanza, "" when it has none. A room that gives ids removes those that a sender has put there; one that
// gives none lets them through, so they count only in a room that gives this session one as well.
func occupantID(ids []occupantIDElement) string {
	if len(ids) != 1 || len(ids[0].ID) > maxOccupantID {
		return ""
	}
	return ids[0].ID
}

package store

import "discussions/messaging/model"

// Origin says where facts come from.
type Origin int

// The origins.
const (
	Live     Origin = iota // over the wire, just now or while the store was closed: the newest of its conversation
	Forward                // a page of an archive that follows what is known of it
	Newest                 // the newest page of an archive of which nothing was known
	AfterGap               // the newest messages of an archive, which are not joined to what was known of it
	Older                  // a page that ends just before a gap's upper end
	Newer                  // a page that begins just after a gap's lower end
	Missed                 // a page that ends just before a backlog's upper end
	Earlier                // a page of a walk
)

// Batch is what comes in at once. A live stanza is a batch, and so is a page of an archive.
type Batch struct {
	Origin  Origin
	Archive model.ArchiveID
	Facts   []Fact // of an archive: oldest first

	// Of a page of an archive:
	Cursor      model.StanzaID // the archive is known up to here; "" leaves the cursor where it is
	First, Last model.StanzaID // the archive's ids of the page's ends, which need not be those of facts
	Complete    bool           // nothing is missing beyond the page: before it for Newest, Older, Missed and Earlier, after it for Forward and Newer
	Gap         Gap            // which Older and Newer fill
	Walk        *Walk          // which Newest may begin, and Earlier goes on with; it is moved
	Backlog     *Backlog       // which Missed fills, and AfterGap begins; nil: the archive is not to be read without being asked
}

// Walk is the reading of an archive of which nothing was known, all conversations at once, from its newest page backwards. It ends with the
// next batch that is not joined to what was read.
type Walk struct {
	Hi model.StanzaID // what precedes it is to be read

	hi archiveEnd
}

// ChangeKind says what became of a message that is shown.
type ChangeKind int

// The kinds of changes.
const (
	Changed ChangeKind = iota
	Added              // it is new
	Moved              // it is in another place now
	Removed            // it is not shown any more: it corrects another message
)

// Change is one message that is shown otherwise than before.
type Change struct {
	Kind    ChangeKind
	Message Message
}

// Result says what a batch changed.
type Result struct {
	New       []bool // for each fact, whether it is a message that was not here
	Changes   []Change
	Confirmed []string               // origin-ids of own messages that were seen again: the server has them
	Delivered []string               // origin-ids of own messages that the other person has
	Returned  []*Returned            // from the sealed inbox alone
	Lists     []model.ConversationID // conversations that the list shows otherwise
	Unread    int                    // messages of all conversations
	Refused   int                    // facts that had to make room for newer ones, see [maxWaiting]
	Forbidden int                    // retractions by somebody who may not withdraw that message
}

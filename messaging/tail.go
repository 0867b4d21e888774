package messaging

import (
	"time"

	"discussions/messaging/model"
	"discussions/messaging/outbox"
	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// tail is how much of an archive's end is read again by the next query: a server may give a message its id, and deliver it, before its archive
// can be asked for it, so a page may lack a row near its end.
type tail struct {
	age  time.Duration // how much younger than its archive's newest row a row may be for others to come before it
	rows int           // more are not read again: a stranger could make as many as they like
}

var (
	// youngTail is what each query reads again.
	youngTail = tail{outbox.LateRow, 100}
	// settlingTail is what is read again of the own archive from time to time, when a former session ends, and by the next start. In ejabberd
	// 23.01 each stanza for a session whose connection hangs waits for 15 s, those behind it too, and is archived only then, at the place of
	// the time when it came. Only the end of that session is told.
	settlingTail = tail{10 * time.Minute, 200}
)

// before gives the newest row of a page before the tail, "" when there is none.
func (t tail) before(page []xmpp.Message) model.StanzaID {
	if len(page) == 0 {
		return ""
	}
	newest := page[len(page)-1].Delay
	for i := len(page) - 1; i >= 0; i-- {
		if len(page)-1-i >= t.rows || !page[i].Delay.After(newest.Add(-t.age)) {
			return model.StanzaID(page[i].ArchiveID)
		}
	}
	return ""
}

// cursorOf gives the id up to which an archive is known for certain by a page, "" when the page is too young to tell. A room writes what it
// sends at once.
func cursorOf(archive ArchiveID, page []xmpp.Message) model.StanzaID {
	if archive == model.OwnArchive {
		return settlingTail.before(page)
	}
	return youngTail.before(page)
}

// withoutKnown leaves of a page what follows the messages that an answer of the archive held before, and all that is young. A server that fails
// may have lost the newest of those: they would count as what precedes the page, and what is left of them as new.
func (c *Client) withoutKnown(s *store.Store, archive ArchiveID, page xmpp.ArchivePage) (xmpp.ArchivePage, error) {
	_, facts, _ := c.pageFacts(archive, page.Messages)
	known, err := s.Known(facts)
	if err != nil {
		return page, err
	}
	isNew := map[model.StanzaID]bool{}
	for i, f := range facts {
		switch f.(type) {
		case *store.Receipt, *store.Displayed: // those that later ones make superfluous are not kept
		default:
			isNew[f.Source().StanzaID] = isNew[f.Source().StanzaID] || !known[i]
		}
	}
	young := youngTail.before(page.Messages)
	for i, m := range page.Messages {
		switch {
		case isNew[model.StanzaID(m.ArchiveID)], young == "":
			return part(page, i, len(page.Messages)), nil
		case model.StanzaID(m.ArchiveID) == young:
			young = ""
		}
	}
	return part(page, len(page.Messages), len(page.Messages)), nil
}

// startCursor is the cursor for a page of which nothing before is known.
func startCursor(archive ArchiveID, page xmpp.ArchivePage) model.StanzaID {
	if c := cursorOf(archive, page.Messages); c != "" {
		return c
	}
	return model.StanzaID(page.First)
}

// place says behind which message the own archive is to be read: "" for the cursor on disk.
func (s *syncer) place() model.StanzaID {
	if s.recent == "" || s.settles || time.Since(s.settledAt) >= settlingTail.age || s.rows >= settlingTail.rows/2 {
		s.settles, s.settledAt, s.rows = false, time.Now(), 0
		return ""
	}
	return s.recent
}

// archiveRead notes an answer of the own archive that reaches its end.
func (s *syncer) archiveRead(from model.StanzaID, page []xmpp.Message) {
	if s == nil {
		return
	}
	s.rows += len(page)
	if place := youngTail.before(page); place != "" || from == "" {
		s.recent = place
	}
}

// settle has the own archive's end read again: a former session of the account has ended, and what the server could not deliver to it is in the
// archive now.
func (s *syncer) settle() {
	if s == nil {
		return
	}
	s.settles = true
	s.askArchive(provingDelay)
}

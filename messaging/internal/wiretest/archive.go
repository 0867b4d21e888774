package wiretest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"mellium.im/xmpp/jid"

	"discussions/messaging/xmpp"
)

// Archive implements the method of [xmpp.Client].
func (w *Server) Archive(_ context.Context, q xmpp.ArchiveQuery) (page xmpp.ArchivePage, err error) {
	w.Lock()
	defer w.Unlock()
	if err := w.connected(); err != nil {
		return page, err
	}
	if w.NoMAM {
		return page, &xmpp.StanzaError{Type: "cancel", Condition: "service-unavailable"}
	}
	w.Queries = append(w.Queries, q)
	if asked, n := w.Asked, len(w.Queries); asked != nil {
		w.Unlock()
		asked(n)
		w.Lock()
		if err := w.connected(); err != nil {
			return page, err
		}
	}
	list := w.archives[archiveName(q.Archive)]
	for _, id := range []*string{&q.After, &q.Before} {
		at, known := slices.BinarySearchFunc(list, *id, func(m xmpp.Message, id string) int { return strings.Compare(m.ArchiveID, id) })
		switch {
		case *id == "" || !known && w.AnyID:
		case !known:
			return page, &xmpp.StanzaError{Type: "cancel", Condition: "item-not-found"}
		case id == &q.After:
			list = list[at+1:]
		default:
			list = list[:at]
		}
	}
	// From the end that is asked for, and no further than the page: a message is large, and tests have thousands.
	back := q.UseBefore || q.Before != ""
	page.Complete = true
	for i := range list {
		m := &list[i]
		if back {
			m = &list[len(list)-1-i]
		}
		if w.Late[m.ID] {
			continue
		}
		if !q.With.Equal(jid.JID{}) && !m.From.Bare().Equal(q.With) && (!m.From.Bare().Equal(Claire) || !m.To.Bare().Equal(q.With)) {
			continue
		}
		if len(page.Messages) == q.Max {
			page.Complete = false
			break
		}
		page.Messages = append(page.Messages, *m)
	}
	if back {
		slices.Reverse(page.Messages)
	}
	if n := len(page.Messages); n > 0 {
		page.First, page.Last = page.Messages[0].ArchiveID, page.Messages[n-1].ArchiveID
	}
	return page, nil
}

// Forget removes a message from the account's archive.
func (w *Server) Forget(id string) {
	w.Lock()
	defer w.Unlock()
	w.archives[""] = slices.DeleteFunc(w.archives[""], func(m xmpp.Message) bool { return m.ArchiveID == id })
}

// keep puts a message at the end of an archive where it is to be kept, and gives it the archive's id.
func (w *Server) keep(archive jid.JID, m *xmpp.Message) {
	if w.NoArchive || m.NoStore || m.Body == "" && !m.Store {
		return
	}
	w.last++
	kept := *m
	kept.Carbon = xmpp.Direct
	if m.Type == "groupchat" {
		kept.RealJID = w.behind(m.From.Resourcepart())
	}
	kept.ArchiveID, kept.Delay = fmt.Sprintf("a%06d", w.last), Start.Add(time.Duration(w.last)*time.Minute)
	name := archiveName(archive)
	w.archives[name] = append(w.archives[name], kept)
	m.StanzaIDs = []xmpp.StanzaID{{By: archive, ID: kept.ArchiveID}}
}

// archiveName is the key of an archive.
func archiveName(archive jid.JID) string {
	if archive.Equal(Claire) {
		return ""
	}
	return archive.String()
}

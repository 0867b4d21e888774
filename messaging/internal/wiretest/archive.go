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
	archive := w.archives[archiveName(q.Archive)]
	list := archive
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
	if !q.With.Equal(jid.JID{}) {
		list = slices.DeleteFunc(slices.Clone(list), func(m xmpp.Message) bool {
			return !m.From.Bare().Equal(q.With) && (!m.From.Bare().Equal(Claire) || !m.To.Bare().Equal(q.With))
		})
	}
	page.Complete = len(list) <= q.Max
	if !page.Complete && (q.UseBefore || q.Before != "") {
		list = list[len(list)-q.Max:]
	} else if !page.Complete {
		list = list[:q.Max]
	}
	page.Messages = slices.Clone(list)
	if len(list) > 0 {
		page.First, page.Last = list[0].ArchiveID, list[len(list)-1].ArchiveID
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

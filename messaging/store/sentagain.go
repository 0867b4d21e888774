package store

import "discussions/messaging/model"

// once gives the items of a page that have a place. Of a message that was sent again, and that the archive has several times, the first copy in the
// archive stands for all.
func (in *ingest) once(items []*item, inPage map[model.StanzaID]bool, r stretch) (list []*item) {
	seen := copies{rows: map[int64]bool{}, fresh: map[string]*NewMessage{}}
	for _, it := range items {
		if m, ok := it.fact.(*NewMessage); ok {
			it.again = seen.isAgain(it, m, inPage, r)
		}
		if !it.again {
			list = append(list, it)
		}
	}
	return list
}

// copies are the messages of a conversation's part of a page so far: those that are here, and those that are not.
type copies struct {
	rows  map[int64]bool
	fresh map[string]*NewMessage
}

// isAgain reports whether an earlier copy of a message stands for it.
func (seen copies) isAgain(it *item, m *NewMessage, inPage map[model.StanzaID]bool, r stretch) bool {
	if it.stored != nil {
		// The copy that is here is no part of this page, so it lies before all of it, or behind.
		differs := it.stored.StanzaID != "" && it.stored.StanzaID != m.StanzaID
		if seen.rows[it.stored.Row] || differs && it.stored.Archived && !inPage[it.stored.StanzaID] && (it.stored.At <= r.lower || r.nowhere) {
			return true
		}
		seen.rows[it.stored.Row] = true
		it.replaced = differs
		return false
	}
	if m.StanzaID != "" { // a page may hold the same message twice
		if seen.fresh["\x00"+string(m.StanzaID)] != nil {
			return true
		}
		seen.fresh["\x00"+string(m.StanzaID)] = m
	}
	if len(m.OriginID) < uniqueID {
		return false
	}
	first := seen.fresh[m.OriginID]
	if first == nil {
		seen.fresh[m.OriginID] = m
		return false
	}
	return first.Own == m.Own && first.Author == m.Author && first.Content == m.Content && first.Replaces == m.Replaces
}

package store

import "discussions/messaging/model"

// copies are the messages of a page so far: those that are here, and those that are not.
type copies struct {
	rows  map[int64]bool
	fresh map[string]*NewMessage
}

// isAgain reports whether a message of a page was sent again: then the first copy in the archive stands for all.
func (in *ingest) isAgain(it *item, inPage map[model.StanzaID]bool, seen copies) bool {
	m, ok := it.fact.(*NewMessage)
	switch {
	case !ok:
		return false
	case it.stored == nil:
		if twice := string(m.Conv) + "\x00\x00" + string(m.StanzaID); m.StanzaID != "" { // a page may hold the same message twice
			if seen.fresh[twice] != nil {
				return true
			}
			seen.fresh[twice] = m
		}
		if len(m.OriginID) < uniqueID {
			return false
		}
		key := string(m.Conv) + "\x00" + m.OriginID
		first := seen.fresh[key]
		if first == nil {
			seen.fresh[key] = m
			return false
		}
		return first.Own == m.Own && first.Author == m.Author && first.Content == m.Content && first.Replaces == m.Replaces
	}
	differs := it.stored.StanzaID != "" && it.stored.StanzaID != m.StanzaID
	if seen.rows[it.stored.Row] || differs && it.stored.Archived && !inPage[it.stored.StanzaID] {
		return true
	}
	seen.rows[it.stored.Row] = true
	it.replaced = differs
	return false
}

package store

import (
	"math"

	"github.com/ncruces/go-sqlite3"

	"discussions/messaging/model"
)

// beginning is the place before all messages.
const beginning = math.MinInt64

// liveStep is the least distance between live messages, in microseconds: what was missed between them may turn up later.
const liveStep = 1000

// gapRoom is how far behind what is known the first message after a gap is placed at least, in microseconds: so many messages can be
// fetched into the gap.
const gapRoom = 1_000_000

// item is a fact with its place in the conversation.
type item struct {
	fact     Fact
	time     int64    // the archive's stamp, see [ingest.stamp]
	stored   *Message // the message is here already
	relation int64    // the id of the stored relation; 0: none
	archived bool     // what is here was in an archive's answer before
	at       int64    // place; before placing: that of what is here
	exact    bool     // what is here has the same stanza-id

	moved    bool
	again    bool // it was sent again, and another copy of it stands for both: it has no place
	replaced bool // it stands for both from now on
}

func (it *item) here() bool { return it.stored != nil || it.relation != 0 }

// stretch is where the items of a page may be placed: between lower and upper, both excluded. Where there is a gap on one side of the
// page, what finds no room there keeps away from it.
type stretch struct {
	lower, upper int64
	gapBelow     bool
	gapAbove     bool
}

// keepAway leaves room for what is still missing below.
func (r *stretch) keepAway() {
	switch {
	case !r.gapBelow || r.lower == beginning:
	case r.upper == end:
		r.lower += gapRoom
	case r.upper > r.lower:
		r.lower += min(gapRoom, (r.upper-r.lower)/2)
	}
}

// place gives each item of a page, in the archive's order, its place: strictly rising, whatever the clocks say. What is here keeps its
// place where that agrees with the archive's order. The places of live messages are this computer's time, the stamps of an archive are
// the server's; the two clocks are never compared but through the order.
func place(items []*item, r stretch) {
	known := make([]int64, len(items)) // the highest place of what an archive's answer held before, and that precedes an item
	highest := r.lower
	for i, it := range items {
		known[i] = highest
		if it.here() && it.archived {
			highest = max(highest, it.at)
		}
	}
	bounds := make([]int64, len(items)) // the highest place that leaves an item before those that follow it
	next := r.upper
	for i := len(items) - 1; i >= 0; i-- {
		it := items[i]
		if it.here() && it.at < next && it.at > r.lower && (it.archived || it.at > known[i]) {
			next = it.at
		} else if next != end {
			next--
		}
		bounds[i] = next
	}
	below := r.lower
	for i, it := range items {
		lowest := below + 1
		if it.here() && it.at >= lowest && it.at <= bounds[i] {
			below = it.at
			continue
		}
		at := it.time
		if it.here() && !it.archived {
			at = it.at
		}
		switch {
		case bounds[i] < lowest:
			at = lowest
		case at < lowest && r.gapBelow:
			at = bounds[i]
		case at < lowest:
			at = lowest
		case at > bounds[i] && r.gapAbove:
			at = lowest
		case at > bounds[i]:
			at = bounds[i]
		}
		if at == end { // no time is that late, and nothing bounds it
			at = lowest
		}
		it.moved = it.here() && it.at != at
		it.at, below = at, at
	}
}

// roomFor tells where a page of an archive belongs in a conversation.
func (in *ingest) roomFor(c *conversation, items []*item) (stretch, error) {
	r := stretch{lower: beginning, upper: end}
	inPage := map[model.StanzaID]bool{}
	for _, it := range items {
		inPage[it.fact.Source().StanzaID] = true
	}
	g := in.batch.Gap
	switch in.batch.Origin {
	case Missed:
		return in.backlogRoom(c, items, inPage)
	case Older:
		if g.Hi != "" {
			r.upper = g.HiAt
		}
		if g.Lo != "" && !inPage[g.Lo] {
			r.gapBelow = !in.batch.Complete
			lower, err := in.placeOf(c, g.Lo)
			if err != nil {
				return r, err
			}
			r.lower = lower
		}
		r.keepAway()
		return r, nil
	case Newer:
		lower, err := in.placeOf(c, g.Lo)
		if err != nil {
			return r, err
		}
		r.lower = lower
		if g.Hi == "" || !inPage[g.Hi] {
			r.upper, r.gapAbove = g.HiAt, !in.batch.Complete
		}
		return r, nil
	}
	known, err := in.lastKnown(c, inPage, len(items), end)
	if err != nil {
		return r, err
	}
	r.lower = known
	if in.batch.Origin == AfterGap && known != beginning {
		r.lower += gapRoom
	}
	if in.batch.Origin == Forward && !in.batch.Complete {
		// What came live and is not in this page is later in the archive. A complete page may lack it and says nothing about it: some
		// servers give a message its id before the archive can be asked for it.
		upper, err := in.firstLive(c, inPage, known)
		if err != nil {
			return r, err
		}
		r.upper = upper
	}
	return r, nil
}

// placeOf gives the place of the message with a stanza-id; where it is not here any more, the lowest of all places.
func (in *ingest) placeOf(c *conversation, id model.StanzaID) (at int64, err error) {
	at = beginning
	_, err = in.get("SELECT at FROM cache.messages WHERE conv = ?1 AND stanza_id = ?2 AND stanza_id <> ''", func(st *sqlite3.Stmt) { at = st.ColumnInt64(0) }, c.id, string(id))
	if err == nil && at == beginning {
		_, err = in.get("SELECT at FROM cache.relations WHERE conv = ?1 AND stanza_id = ?2 AND stanza_id <> ''", func(st *sqlite3.Stmt) { at = st.ColumnInt64(0) }, c.id, string(id))
	}
	return at, err
}

// lastKnown gives the highest place, before another, of what an archive's answer held before, and that is not in the page.
func (in *ingest) lastKnown(c *conversation, inPage map[model.StanzaID]bool, most int, before int64) (int64, error) {
	known := int64(beginning)
	for _, table := range []string{"messages", "relations"} {
		at, found, err := in.lastArchived(table, c, inPage, most, before)
		if err != nil {
			return known, err
		}
		if found {
			known = max(known, at)
		}
	}
	return known, nil
}

// lastArchived gives the highest place, before another, of what an archive's answer held before, and that is not in the page.
func (in *ingest) lastArchived(table string, c *conversation, inPage map[model.StanzaID]bool, most int, before int64) (at int64, found bool, err error) {
	for n := 8; ; n *= 8 { // mostly the newest is not in the page
		rows := 0
		err = in.run("SELECT stanza_id, at FROM cache."+table+" WHERE conv = ?1 AND archived = 1 AND at < ?3 ORDER BY at DESC LIMIT ?2", func(st *sqlite3.Stmt) {
			rows++
			if !found && !inPage[model.StanzaID(st.ColumnText(0))] {
				at, found = st.ColumnInt64(1), true
			}
		}, c.id, n, before)
		if err != nil || found || rows < n || n > most {
			return at, found, err
		}
	}
}

// firstLive gives the place before which the page belongs because of what came live and is later in the archive.
func (in *ingest) firstLive(c *conversation, inPage map[model.StanzaID]bool, after int64) (upper int64, err error) {
	upper = end
	err = in.run("SELECT stanza_id, at FROM cache.messages WHERE conv = ?1 AND archived = 0 AND own = 0 AND stanza_id <> '' AND at > ?2 ORDER BY at", func(st *sqlite3.Stmt) {
		if upper == end && !inPage[model.StanzaID(st.ColumnText(0))] {
			upper = st.ColumnInt64(1) - liveStep // with room for the pages between
		}
	}, c.id, after)
	return upper, err
}

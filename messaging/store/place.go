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

	moved bool
	row   int64 // of a message that was added

	copy     bool  // another copy of the message stands for it
	of       *item // which one, when it is in the same page and was not here before
	replaces bool  // it stands for the copy that did so far
}

// here reports whether it has a place already.
func (it *item) here() bool { return it.stored != nil && !it.copy && !it.replaces || it.relation != 0 }

// fixed reports whether the place of what is here is that of the item in the archive's order.
func (it *item) fixed() bool { return it.here() && it.archived && it.exact }

// floats reports whether what is here came live: its place is an estimate by this computer's clock.
func (it *item) floats() bool { return it.here() && !it.archived }

// isMark reports whether it only says how far a conversation was delivered or read. Marks come and go, as later ones make them superfluous,
// so they take no place of their own: one may share that of the message that follows it.
func (it *item) isMark() bool {
	k := it.fact.kind()
	return k == factReceipt || k == factDisplayed || k == factRead
}

// stretch is where the items of a page may be placed: between lower and upper, both excluded. Where there is a gap on one side of the
// page, what finds no room there keeps away from it.
type stretch struct {
	lower, upper int64
	gapBelow     bool
	gapAbove     bool
	nowhere      bool // nothing tells where the page belongs

	known int64 // the lowest place of what is known of the page
}

// spare is how much of the space between a gap's end and what is known behind a page is left to what is still missing in the gap.
func spare(space int64) int64 { return max(0, min(gapRoom, space/2)) }

// ends gives the places between which the items stand that are not between known ones: first is the place of the lowest known one, with before
// items below it, last that of the highest, with behind items above it. They leave room for what is missing in a gap.
func (r *stretch) ends(first, before, last, behind int64) (lower, upper int64) {
	lower, upper = r.lower, r.upper
	switch {
	case !r.gapBelow || r.lower == beginning:
	case first == end:
		lower += gapRoom
	default:
		lower = max(r.lower, min(r.lower+spare(first-r.lower), first-before-1))
	}
	if r.gapAbove && r.upper != end && last != beginning {
		upper = min(r.upper, max(r.upper-spare(r.upper-last), last+behind+1))
	}
	return lower, upper
}

// place gives each item of a page, in the archive's order, its place: strictly rising, whatever the clocks say. What an archive's answer held
// before keeps its place, as it is in the archive's order; what came live does where it agrees with that order. The places of live
// messages are this computer's time, the stamps of an archive are the server's; the two clocks are never compared but through the order.
func place(items []*item, r stretch) {
	fixed := make([]bool, len(items))
	next, last := r.upper, r.lower
	before, behind := int64(0), int64(0)
	for i := len(items) - 1; i >= 0; i-- {
		it := items[i]
		switch {
		case it.fixed() && it.at > r.lower && (it.at < next || it.isMark() && it.at == next):
			if next == r.upper {
				last, behind = it.at, before
			}
			fixed[i], next, before = true, it.at, 0
		case !it.isMark():
			before++
		}
	}
	if last == r.lower { // nothing is known
		behind = before
	}
	lower, upper := r.ends(next, before, last, behind)
	least := make([]int64, len(items)) // the lowest place that leaves room for those that precede an item
	below := lower
	for i, it := range items {
		least[i] = below + 1
		switch {
		case fixed[i]:
			below = it.at
		case !it.isMark():
			below++
		}
	}
	bounds := make([]int64, len(items)) // the highest place that leaves an item before those that follow it
	next = upper
	for i := len(items) - 1; i >= 0; i-- {
		it := items[i]
		switch {
		case fixed[i], it.floats() && it.at < next && it.at >= least[i]:
			next = it.at
		case next != end && !it.isMark():
			next--
		}
		bounds[i] = next
	}
	below = lower
	for i, it := range items {
		lowest := below + 1
		at := it.time
		switch {
		case fixed[i] && it.at >= lowest, it.floats() && it.at >= lowest && it.at <= bounds[i]:
			at = it.at
		default:
			if it.floats() {
				at = it.at
			}
			at = within(at, lowest, bounds[i], r)
			it.moved = it.here() && it.at != at
			it.at = at
		}
		if below = at; it.isMark() {
			below--
		}
	}
}

// within gives the place between two others, both included, that is nearest to a time, or as far from a gap as there is room.
func within(at, lowest, highest int64, r stretch) int64 {
	switch {
	case highest < lowest:
		return lowest
	case at < lowest && r.gapBelow && highest != end:
		return highest
	case at < lowest:
		return lowest
	case at > highest && r.gapAbove:
		return lowest
	case at > highest:
		return highest
	case at == end: // later than any time, so nothing bounds it
		return lowest
	}
	return at
}

// roomFor tells where a page of an archive belongs in a conversation: between its neighbours in the archive. A page is one stretch of the archive
// and what an archive's answer held is in the archive's order, so what is known of the page tells it; else the gap does. Behind the newest gap
// the archive is read to its end: there a page follows all that it does not hold itself.
func (in *ingest) roomFor(c *conversation, items []*item) (r stretch, err error) {
	r = stretch{lower: beginning, upper: end}
	b := in.batch
	inPage := map[model.StanzaID]bool{}
	low, high := int64(end), int64(beginning)
	for _, it := range items {
		inPage[it.fact.Source().StanzaID] = true
		if it.fixed() {
			low, high = min(low, it.at), max(high, it.at)
		}
	}
	r.known = low
	var g *Gap
	if in.inGap() {
		if g, err = in.gapOf(c, inPage); err != nil {
			return r, err
		}
		switch {
		case g == nil && (!in.mixed() || high == beginning):
			r.nowhere = true
			return r, nil
		case b.Origin == Older && g.HiAt > high:
			r.upper = g.HiAt
		case high != beginning:
			r.upper, err = in.nextKnown(c, inPage, len(items), high)
		case inPage[g.Hi]: // it came live, and the gap ends with it
			if r.lower, err = in.lastKnown(c, inPage, len(items), g.HiAt); err == nil {
				r.upper, err = in.nextKnown(c, inPage, len(items), r.lower)
			}
		default:
			r.upper = g.HiAt
		}
		if err != nil {
			return r, err
		}
		r.gapAbove = b.Origin == Newer                                                     // what came since the archive was asked may lie between the page and what is known above it
		more := !b.Complete || b.Origin == Missed && g != nil && g.backlog != b.Backlog.ID // the gap goes on in an earlier backlog
		r.gapBelow = b.Origin != Newer && more
		r.lower, err = in.lastKnown(c, inPage, len(items), min(low, r.upper))
		return r, err
	}
	if r.lower, err = in.lastKnown(c, inPage, len(items), end); err != nil {
		return r, err
	}
	if err = in.readTop(c); err != nil {
		return r, err
	}
	r.gapBelow = !c.noGap && (c.top.HiAt == end || c.top.Hi == "")
	if b.Origin == Forward && !b.Complete {
		// What came live and is not in this page is later in the archive. A complete page may lack it and says nothing about it: some
		// servers give a message its id before the archive can be asked for it.
		r.upper, err = in.firstLive(c, inPage, r.lower)
	}
	return r, err
}

// nextKnown gives the lowest place, after another, of what an archive's answer held before, and that is not in the page.
func (in *ingest) nextKnown(c *conversation, inPage map[model.StanzaID]bool, most int, after int64) (int64, error) {
	known := int64(end)
	for _, table := range []string{"messages", "relations"} {
		at, found, err := in.nearestArchived("SELECT stanza_id, at FROM cache."+table+" WHERE conv = ?1 AND archived = 1 AND at > ?3 ORDER BY at LIMIT ?2", c, inPage, most, after)
		if err != nil {
			return known, err
		}
		if found {
			known = min(known, at)
		}
	}
	return known, nil
}

// lastKnown gives the highest place, before another, of what an archive's answer held before, and that is not in the page.
func (in *ingest) lastKnown(c *conversation, inPage map[model.StanzaID]bool, most int, before int64) (int64, error) {
	known := int64(beginning)
	for _, table := range []string{"messages", "relations"} {
		at, found, err := in.nearestArchived("SELECT stanza_id, at FROM cache."+table+" WHERE conv = ?1 AND archived = 1 AND at < ?3 ORDER BY at DESC LIMIT ?2", c, inPage, most, before)
		if err != nil {
			return known, err
		}
		if found {
			known = max(known, at)
		}
	}
	return known, nil
}

// nearestArchived gives the first place that a query tells of something that is not in the page.
func (in *ingest) nearestArchived(query string, c *conversation, inPage map[model.StanzaID]bool, most int, from int64) (at int64, found bool, err error) {
	for n := 8; ; n *= 8 { // mostly the nearest is not in the page
		rows := 0
		err = in.run(query, func(st *sqlite3.Stmt) {
			rows++
			if !found && !inPage[model.StanzaID(st.ColumnText(0))] {
				at, found = st.ColumnInt64(1), true
			}
		}, c.id, n, from)
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

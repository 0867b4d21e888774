package store

import (
	"github.com/ncruces/go-sqlite3"

	"discussions/messaging/model"
)

// Some servers stamp messages by whole seconds. Conversations are listed by the places of their newest messages, so within a page the stamps
// are made different, in the archive's order; and so are those on both sides of the border between two pages that follow one another.

// coarsest is the distance between the stamps of the servers whose clocks are the coarsest, in microseconds.
const coarsest = 1_000_000

// archiveEnd is one end of what was read of an archive: the archive's stamp, and the place that was made of it; zero if unknown.
type archiveEnd struct{ stamp, made int64 }

// stamp gives each item of a page its time.
func (in *ingest) stamp(items []*item) error {
	if len(items) == 0 {
		return nil
	}
	below, above, err := in.neighbours()
	if err != nil {
		return err
	}
	stamp := func(i int) int64 { return items[i].fact.Source().Time.UnixMicro() }
	made := int64(beginning)
	// What follows the end of what was read may begin with that, read again: then it has its places.
	if below.stamp == stamp(0) && (in.batch.Origin == Missed || !items[0].fixed()) {
		made = below.made
	}
	for i, it := range items {
		it.time = max(stamp(i), made+1)
		if it.fixed() && it.at > it.time && it.at < stamp(i)+coarsest { // the end of an archive is read again
			it.time = it.at
		}
		made = it.time
	}
	last := len(items) - 1
	under := func(i int, next int64) { // makes the times of an item, and of those before it, lower than another
		for ; i >= 0 && items[i].time >= next; i-- {
			items[i].time = next - 1
			next = items[i].time
		}
	}
	if in.opensBelow() && stamp(0)%coarsest == 0 { // what precedes the page in its first second comes later
		next := stamp(0) + coarsest
		if above.stamp == stamp(0) {
			next = above.made
		}
		run := 0
		for ; run <= last && stamp(run) == stamp(0); run++ {
			items[run].time = next
		}
		under(run-1, next)
	}
	if above.stamp == stamp(last) {
		under(last, above.made)
	}
	in.first, in.last = archiveEnd{stamp(0), items[0].time}, archiveEnd{stamp(last), items[last].time}
	return nil
}

// raise puts the newest messages of conversations, which were queried one by one, into the archive's order, which only a page of the archive
// shows: so far their places were whole seconds. Nothing lies between the old place and the new one.
func (in *ingest) raise(items []*item) error {
	if in.batch.Archive != model.OwnArchive || in.batch.Origin == Older || in.batch.Origin == Newer {
		return nil
	}
	for _, it := range items {
		stamp := it.fact.Source().Time.UnixMicro()
		c := in.convs[it.fact.Source().Conv]
		if !it.fixed() || it.stored == nil || it.stored.Row != c.last || stamp%coarsest != 0 || it.at < stamp || it.time <= it.at || it.time >= stamp+coarsest {
			continue
		}
		above, err := in.nextKnown(c, nil, 1, it.at)
		if err != nil || above <= it.time {
			return err
		}
		// Otherwise an archived conversation would come back.
		away, err := in.number("SELECT count(*) FROM choices WHERE conv = ?1 AND archived <> 0", string(c.jid))
		if err != nil || away != 0 {
			return err
		}
		err = in.run(`UPDATE cache.conversations SET read_floor = iif(read_floor = ?2, ?3, read_floor), got_floor = iif(got_floor = ?2, ?3, got_floor),
			peer_read_floor = iif(peer_read_floor = ?2, ?3, peer_read_floor) WHERE id = ?1`, nil, c.id, it.at, it.time)
		if err != nil {
			return err
		}
		it.at, it.moved = it.time, true
	}
	return nil
}

// opensBelow reports whether what precedes a page is still to be read.
func (in *ingest) opensBelow() bool {
	switch b := in.batch; b.Origin {
	case Newest, AfterGap:
		return true
	case Missed, Earlier:
		return !b.Complete
	}
	return false
}

// neighbours gives what precedes and what follows a page in its archive.
func (in *ingest) neighbours() (below, above archiveEnd, err error) {
	read := func(st *sqlite3.Stmt) {
		c := &columns{st: st}
		below, above = archiveEnd{c.int(), c.int()}, archiveEnd{c.int(), c.int()}
	}
	switch b := in.batch; b.Origin {
	case Earlier:
		above = b.Walk.hi
	case Forward:
		_, err = in.get("SELECT stamp, made, 0, 0 FROM cache.archives WHERE jid = ?1", read, string(b.Archive))
	case Missed:
		_, err = in.get("SELECT lo_stamp, lo_made, hi_stamp, hi_made FROM cache.backlogs WHERE id = ?1", read, b.Backlog.ID)
		if in.opensBelow() {
			below = archiveEnd{}
		}
	}
	return below, above, err
}

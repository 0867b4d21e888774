package store

import "discussions/messaging/model"

// Some servers stamp messages by whole seconds. Conversations are listed by the places of their newest messages, so within a page the stamps
// are made different, in the archive's order; and so are those on both sides of the border between two pages that follow one another.

// coarsest is the distance between the stamps of the servers whose clocks are the coarsest, in microseconds.
const coarsest = 1_000_000

// archiveEnd is one end of what was read of an archive: the stamp of the archive, and what became of it.
type archiveEnd struct{ stamp, made int64 }

type archiveEnds struct{ first, last archiveEnd }

// stamp gives each item of a page its time.
func (in *ingest) stamp(items []*item) {
	b := in.batch
	if len(items) == 0 {
		return
	}
	ends, joined := in.ends[b.Archive]
	stamp := func(i int) int64 { return items[i].fact.Source().Time.UnixMicro() }
	made := int64(beginning)
	if joined && b.Origin == Forward && stamp(0) == ends.last.stamp {
		made = ends.last.made
	}
	for i, it := range items {
		it.time = max(stamp(i), made+1)
		if it.fixed() && it.at > it.time && it.at < stamp(i)+coarsest { // the end of an archive is read again, also after a restart
			it.time = it.at
		}
		made = it.time
	}
	last := len(items) - 1
	if joined && b.Origin == Missed && stamp(last) == ends.first.stamp {
		next := ends.first.made
		for i := last; i >= 0 && items[i].time >= next; i-- {
			items[i].time = next - 1
			next = items[i].time
		}
	}
	first, end := archiveEnd{stamp(0), items[0].time}, archiveEnd{stamp(last), items[last].time}
	switch b.Origin {
	case Forward:
		ends.last = end
	case Newest, AfterGap:
		ends = archiveEnds{first, end}
	case Missed:
		ends.first = first
	default: // a page of one conversation
		return
	}
	if in.ends == nil {
		in.conn.ends = map[model.ArchiveID]archiveEnds{}
	}
	in.conn.ends[b.Archive] = ends
}

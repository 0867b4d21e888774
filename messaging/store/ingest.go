package store

import "discussions/messaging/model"

// Ingest stores what comes in, from wherever: all in one transaction.
func (s *Store) Ingest(b Batch) (r Result, err error) {
	withdrew, end := false, archiveEnd{}
	err = s.with("take messages in", func(d *conn) error {
		return d.tx(func() error {
			in := &ingest{conn: d, batch: &b, convs: map[model.ConversationID]*conversation{}, changes: map[int64]ChangeKind{}}
			if err := in.all(); err != nil {
				return err
			}
			r, withdrew = in.result, in.withdrew
			end = in.first
			return nil
		})
	})
	if err == nil && b.Walk != nil {
		*b.Walk = Walk{b.First, end}
	}
	if err == nil && withdrew {
		err = s.with("forget what was withdrawn", (*conn).scrub)
	}
	return r, err
}

// ingest is a batch on its way into the database.
type ingest struct {
	*conn
	batch  *Batch
	convs  map[model.ConversationID]*conversation
	order  []*conversation
	result Result

	changes map[int64]ChangeKind // by row
	rows    []int64              // of changes, in order
	fresh   map[int64]Message    // messages that were added, as long as nothing else concerns them
	settles []settling

	settleFrom map[settling]int64 // corrections before this place are about none of what is new

	first, last archiveEnd // of a page

	retractions, forbidden []int64 // those that were added, and those that are counted

	late     bool                              // the gap into which a page belongs has changed while the archive answered
	withdrew bool                              // a text was erased
	gone     map[*conversation]map[string]bool // ids of messages that are withdrawn: answers that are here may quote them
	answers  []answer                          // that came in with a quotation of their own
}

// settling is an id of a conversation by which facts find their message; which one it is has to be found out (again).
type settling struct {
	c          *conversation
	id         string
	correction int64 // the row of the only one that is new; 0: all that name the id
}

func (in *ingest) all() error {
	b := in.batch
	in.fresh = map[int64]Message{}
	var items []*item
	if b.Origin == Live {
		for _, f := range b.Facts {
			it, err := in.live(f)
			if err != nil {
				return err
			}
			if err := in.apply(in.convs[f.Source().Conv], it); err != nil {
				return err
			}
		}
	} else {
		var err error
		if items, err = in.page(); err != nil {
			return err
		}
		for _, it := range items {
			if err := in.apply(in.convs[it.fact.Source().Conv], it); err != nil {
				return err
			}
		}
	}
	if err := in.settle(); err != nil {
		return err
	}
	switch b.Origin {
	case Newest:
		if err := in.newDevice(items); err != nil {
			return err
		}
	case Earlier:
		if err := in.closeGaps(); err != nil {
			return err
		}
	case Missed:
		if err := in.narrowBacklog(); err != nil {
			return err
		}
	}
	for _, c := range in.order {
		if err := in.finish(c); err != nil {
			return err
		}
	}
	if in.archived() && !in.inGap() {
		if err := in.setCursor(b.Archive, b.Cursor, in.last); err != nil {
			return err
		}
	}
	return in.collect()
}

// live finds out whether a fact is here already, and otherwise makes it the newest of its conversation.
func (in *ingest) live(f Fact) (*item, error) {
	it := &item{fact: f}
	c, err := in.conv(f)
	if err != nil {
		return nil, err
	}
	if err := in.claim(c, f); err != nil {
		return nil, err
	}
	if err := in.lookup(c, it, nil); err != nil || it.here() {
		return it, err
	}
	it.at, err = in.after(c, f.Source().Time.UnixMicro(), liveStep)
	return it, err
}

// page finds out what of a page is here already, and gives everything its place.
func (in *ingest) page() ([]*item, error) {
	var items []*item
	perConv := map[*conversation][]*item{}
	taken := map[int64]model.StanzaID{}
	for _, f := range in.batch.Facts {
		it := &item{fact: f}
		c, err := in.conv(f)
		if err != nil {
			return nil, err
		}
		if err := in.claim(c, f); err != nil {
			return nil, err
		}
		if err := in.lookup(c, it, taken); err != nil {
			return nil, err
		}
		items = append(items, it)
		perConv[c] = append(perConv[c], it)
	}
	if b := in.batch; (b.Origin == Older || b.Origin == Newer) && in.convs[b.Gap.Conv] == nil { // a page without facts makes the gap smaller too
		if c, found, err := in.find(b.Gap.Conv); err != nil {
			return nil, err
		} else if found {
			in.convs[b.Gap.Conv], in.order = c, append(in.order, c)
		}
	}
	if err := in.stamp(items); err != nil {
		return nil, err
	}
	if err := in.raise(items); err != nil {
		return nil, err
	}
	if in.batch.Origin == AfterGap {
		if err := in.openGaps(); err != nil {
			return nil, err
		}
	}
	for _, c := range in.order {
		perConv[c] = findCopies(perConv[c])
		r, err := in.roomFor(c, perConv[c])
		if err != nil {
			return nil, err
		}
		if r.nowhere && !in.mixed() { // the next question asks again
			in.result.New = make([]bool, len(in.batch.Facts))
			return nil, nil
		}
		place(perConv[c], r)
		if err := in.firstCopies(c, perConv[c]); err != nil {
			return nil, err
		}
		if err := in.cover(c, perConv[c], r); err != nil {
			return nil, err
		}
	}
	return items, nil
}

// conv gives the conversation of a fact.
func (in *ingest) conv(f Fact) (*conversation, error) {
	s := f.Source()
	if c := in.convs[s.Conv]; c != nil {
		return c, nil
	}
	c, err := in.conversation(s.Conv, s.Group, f.kind() != factMessage)
	if err != nil {
		return nil, err
	}
	in.convs[s.Conv] = c
	in.order = append(in.order, c)
	if in.batch.Origin != Live {
		c.known, err = in.targets(c)
	}
	return c, err
}

// targets reads all ids of a conversation that facts and corrections name, so that a page need not ask for each of its messages.
func (in *ingest) targets(c *conversation) (map[string]bool, error) {
	known := map[string]bool{}
	err := in.texts(known, "SELECT target FROM cache.relations WHERE conv = ?1 AND target <> ''", c.id)
	if err == nil {
		err = in.texts(known, "SELECT replaces FROM cache.messages WHERE conv = ?1 AND replaces <> ''", c.id)
	}
	return known, err
}

func (in *ingest) lookup(c *conversation, it *item, taken map[int64]model.StanzaID) error {
	m, ok := it.fact.(*NewMessage)
	if !ok {
		return in.lookupRelation(c, it)
	}
	same, found, err := in.identify(c.id, m, taken)
	if err != nil || !found {
		return err
	}
	it.stored = &same
	if err := in.lookupCopy(c, it, m, taken[same.Row] != ""); err != nil {
		return err
	}
	if m.StanzaID != "" && taken != nil {
		taken[same.Row] = m.StanzaID
	}
	return nil
}

// apply stores one fact, and notes in the result whether it is a message that was not here.
func (in *ingest) apply(c *conversation, it *item) error {
	in.result.New = append(in.result.New, false)
	m, ok := it.fact.(*NewMessage)
	switch {
	case !ok:
		return in.relate(c, it)
	case it.copy:
		return in.keepCopy(c, it)
	case it.stored != nil:
		return in.merge(c, it, m)
	}
	in.result.New[len(in.result.New)-1] = true
	return in.add(c, it, m)
}

// archived reports whether the batch is an archive's answer.
func (in *ingest) archived() bool { return in.batch.Origin != Live }

// inGap reports whether the batch lies in a gap, not behind the newest one.
func (in *ingest) inGap() bool {
	return in.batch.Origin == Older || in.batch.Origin == Newer || in.mixed()
}

// mixed reports whether the batch lies in gaps of several conversations.
func (in *ingest) mixed() bool { return in.batch.Origin == Missed || in.batch.Origin == Earlier }

// texts adds the first column of a query to a set.
func (d *conn) texts(set map[string]bool, query string, args ...any) error {
	list, err := d.strings(query, args...)
	for _, s := range list {
		set[s] = true
	}
	return err
}
